"""Norming is arithmetic: a score, a day and a table give a percentiel and a niveau."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.namen import NAMEN
from webapp.services.toetsen.normen import (
    CannotNorm,
    Normpunt,
    interpret,
    niveau,
    norm_on,
    percentiel,
    schooldag,
)
from webapp.woorden import zeg

AUTUMN = Normpunt(31, Decimal("100.0"), Decimal("10.0"))
SPRING = Normpunt(231, Decimal("120.0"), Decimal("14.0"))
SCORES = [Decimal(70 + 2 * raw) for raw in range(41)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 1), 0),
        (date(2026, 9, 1), 31),
        (date(2027, 7, 31), 364),
        (date(2028, 2, 29), 212),
        (date(2028, 7, 31), 365),
    ],
)
def test_days_are_counted_from_the_first_of_august(day: date, expected: int) -> None:
    assert schooldag(day) == expected


@pytest.mark.parametrize(
    ("dag", "gemiddelde", "standaardafwijking"),
    [(31, "100.0", "10.0"), (131, "110.0", "12.0"), (181, "115.0", "13.0"), (231, "120.0", "14.0")],
)
def test_between_two_days_the_norm_is_a_straight_line(dag: int, gemiddelde: str, standaardafwijking: str) -> None:
    norm = norm_on([SPRING, AUTUMN], dag)
    assert norm == Normpunt(dag, Decimal(gemiddelde), Decimal(standaardafwijking))


@pytest.mark.parametrize("dag", [30, 232, 0, 364])
def test_outside_the_first_and_last_day_there_is_no_norm(dag: int) -> None:
    assert norm_on([AUTUMN, SPRING], dag) is None


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("100.0", 50),
        ("110.0", 84),
        ("90.0", 15),
        ("108.4", 79),
        ("108.5", 80),
        ("150.0", 99),
        ("20.0", 1),
    ],
)
def test_the_percentiel_follows_the_normal_distribution_and_stays_between_1_and_99(score: str, expected: int) -> None:
    assert percentiel(Decimal(score), AUTUMN) == expected


@pytest.mark.parametrize(
    ("rang", "expected"),
    [
        (99, "I"),
        (80, "I"),
        (79, "II"),
        (60, "II"),
        (59, "III"),
        (40, "III"),
        (39, "IV"),
        (20, "IV"),
        (19, "V"),
        (1, "V"),
    ],
)
def test_a_niveau_is_a_fifth_of_the_pupils(rang: int, expected: str) -> None:
    assert niveau(rang) == expected


def test_the_same_score_is_worth_less_later_in_the_year() -> None:
    early = interpret(20, date(2026, 9, 1), SCORES, [AUTUMN, SPRING])
    late = interpret(20, date(2027, 3, 20), SCORES, [AUTUMN, SPRING])
    assert (early.vaardigheidsscore, late.vaardigheidsscore) == (Decimal(110), Decimal(110))
    assert (early.percentiel, early.niveau) == (84, "I")
    assert (late.percentiel, late.niveau) == (23, "IV")


@given(st.integers(0, 39), st.integers(31, 231))
def test_one_more_right_never_lowers_the_percentiel(raw: int, dag: int) -> None:
    norm = norm_on([AUTUMN, SPRING], dag)
    assert norm is not None
    assert percentiel(SCORES[raw], norm) <= percentiel(SCORES[raw + 1], norm)


@pytest.mark.parametrize(
    ("raw", "day", "normen", "words"),
    [
        (
            20,
            date(2026, 8, 15),
            [AUTUMN, SPRING],
            "lopen in dat schooljaar van 1 september 2026 tot en met 20 maart 2027",
        ),
        (20, date(2026, 11, 1), [], "nog geen normen"),
        (41, date(2026, 11, 1), [AUTUMN, SPRING], "geen vaardigheidsscore bij 41 goed"),
        (-1, date(2026, 11, 1), [AUTUMN, SPRING], "geen vaardigheidsscore bij -1 goed"),
        (20, date(2026, 9, 1), [Normpunt(31, Decimal(100), Decimal(0))], "nog geen normen"),
    ],
)
def test_what_cannot_be_normed_is_said_in_words(raw: int, day: date, normen: list[Normpunt], words: str) -> None:
    with pytest.raises(CannotNorm) as refused:
        interpret(raw, day, SCORES, normen)
    assert words in zeg(refused.value, NAMEN)
    assert "Er is niets genormeerd." in zeg(refused.value, NAMEN)
