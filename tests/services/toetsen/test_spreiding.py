"""What results come to together, with numbers that were worked out by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from webapp.services.toetsen.normen import NORM, Normpunt, niveau
from webapp.services.toetsen.spreiding import Beeld, Groei, Ronde, mean, norm_over, rondes, round_half_up

D = Decimal
AUTUMN = Normpunt(100, D("100.0"), D("10.0"))
SPRING = Normpunt(200, D("120.0"), D("20.0"))
DAY_100 = date(2026, 11, 9)
"""A hundred days after 1 August."""


def test_the_norm_has_a_fifth_of_all_leerlingen_at_each_niveau() -> None:
    assert NORM == {"I": 20, "II": 20, "III": 20, "IV": 20, "V": 20}
    assert Counter(niveau(rang) for rang in range(100)) == NORM, "as percentielen are cut into niveaus"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], []),
        ([date(2026, 11, 20)], [("2026-11-20", "2026-11-20")]),
        # who was ill caught up two weeks later
        ([date(2026, 11, 20), date(2026, 12, 4)], [("2026-11-20", "2026-12-04")]),
        # 41 days still, 42 days not any more; counted from the first day, so that takings do not run on
        ([date(2026, 9, 1), date(2026, 10, 12)], [("2026-09-01", "2026-10-12")]),
        ([date(2026, 9, 1), date(2026, 10, 13)], [("2026-10-13", "2026-10-13"), ("2026-09-01", "2026-09-01")]),
        (
            [date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 20)],
            [("2026-10-20", "2026-10-20"), ("2026-09-01", "2026-09-30")],
        ),
        # a new school year is a new taking, however near
        ([date(2026, 7, 15), date(2026, 8, 20)], [("2026-08-20", "2026-08-20"), ("2026-07-15", "2026-07-15")]),
    ],
)
def test_days_make_up_takings(days: list[date], expected: list[tuple[str, str]]) -> None:
    found = [(ronde.eerste.isoformat(), ronde.laatste.isoformat()) for ronde in rondes(reversed(days))]
    assert found == expected
    assert all(any(ronde.has(day) for ronde in rondes(days)) for day in days)


def test_a_taking_has_its_days() -> None:
    ronde = Ronde(date(2026, 11, 20), date(2026, 12, 4))
    assert [ronde.has(date(2026, 11, 20) + timedelta(days=n)) for n in (-1, 0, 14, 15)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("scores", "gemiddelde", "percentiel"),
    [
        ([], None, None),
        (["100.0"], "100.0", 50),
        (["100.0", "110.0"], "105.0", 69),  # half a deviation above: 69.1 % score lower
        (["90.0", "90.1", "90.0"], "90.0", 15),  # 90.03 is shown as 90.0: one deviation below, 15.9 % score lower
        (["95.2", "95.3"], "95.3", 31),  # 95.25 rounds up; 0.47 below: 31.9 %
    ],
)
def test_the_average_and_its_percentiel(scores: list[str], gemiddelde: str | None, percentiel: int | None) -> None:
    beeld = Beeld([AUTUMN], Counter(), Counter({DAY_100: len(scores)}), sum(map(D, scores), D(0)))
    assert beeld.gemiddelde == (None if gemiddelde is None else D(gemiddelde))
    assert beeld.percentiel == percentiel


def test_each_result_is_beside_the_norm_of_its_own_day() -> None:
    """Three on day 100 (100, sd 10), one on day 150 (110, sd 15): the norm is 102.5 with 11.25."""
    days = Counter({DAY_100: 3, DAY_100 + timedelta(days=50): 1})
    norm = norm_over(days, [AUTUMN, SPRING])
    assert norm is not None
    assert (norm.gemiddelde, norm.standaardafwijking) == (D("102.5"), D("11.25"))
    assert Beeld([AUTUMN, SPRING], Counter(), days, D("410.0")).percentiel == 50


@pytest.mark.parametrize(
    ("days", "normen"),
    [
        ({}, [AUTUMN]),
        ({DAY_100: 1}, []),
        ({DAY_100: 3, DAY_100 + timedelta(days=150): 1}, [AUTUMN, SPRING]),
        ({DAY_100: 1}, [Normpunt(100, D("100.0"), D("0.0"))]),
    ],
)
def test_without_a_norm_of_every_day_there_is_no_percentiel(days: dict[date, int], normen: list[Normpunt]) -> None:
    beeld = Beeld(normen, Counter(), Counter(days), D("100.0"))
    assert (norm_over(days, normen), beeld.percentiel) == (None, None)


def test_the_spread_beside_the_norm() -> None:
    """24 leerlingen: 6, 5, 7, 4 and 2; the norm expects 4.8 of each."""
    beeld = Beeld([AUTUMN], Counter(I=6, II=5, III=7, IV=4, V=2), Counter({DAY_100: 24}))
    assert [(r.niveau, r.aantal, r.procent, r.norm_procent, r.norm_aantal) for r in beeld.regels] == [
        ("I", 6, 25, 20, D("4.8")),
        ("II", 5, 21, 20, D("4.8")),
        ("III", 7, 29, 20, D("4.8")),
        ("IV", 4, 17, 20, D("4.8")),
        ("V", 2, 8, 20, D("4.8")),
    ]
    assert beeld.toeval == 2, "the root of 24 x 0.2 x 0.8 is 1.96"
    assert [regel.procent for regel in Beeld([]).regels] == [0, 0, 0, 0, 0]


def test_groepen_add_up() -> None:
    first = Beeld([AUTUMN], Counter(I=1, III=1), Counter({DAY_100: 2}), D("220.0"))
    second = Beeld([AUTUMN], Counter(III=1), Counter({DAY_100: 1}), D("100.0"))
    both = first + second
    assert (both.aantal, both.niveaus, both.gemiddelde) == (3, Counter(I=1, III=2), D("106.7"))
    assert both.percentiel == 74, "0.67 above: 74.9 % score lower"


@pytest.mark.parametrize(
    ("groei", "expected"),
    [
        ([], None),
        ([("5.0", "4.0")], ("5.0", "4.0")),
        ([("5.0", "4.0"), ("-1.5", "3.5"), ("2.2", "4.0")], ("1.9", "3.8")),  # 5.7 / 3 and 11.5 / 3
        ([("5.0", "4.0"), ("3.0", None)], ("4.0", None)),  # half a norm would be another one
        ([("-0.3", None), ("-0.2", None)], ("-0.3", None)),  # 0.25 below rounds away from nothing
    ],
)
def test_average_growth(groei: list[tuple[str, str | None]], expected: tuple[str, str | None] | None) -> None:
    found = mean([Groei(D(verschil), None if norm is None else D(norm)) for verschil, norm in groei])
    assert found == (
        None if expected is None else Groei(D(expected[0]), None if expected[1] is None else D(expected[1]))
    )


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(100, 3, 33), (200, 3, 67), (100, 8, 13), (0, 5, 0), (500, 5, 100)]
)
def test_shares_are_rounded_as_people_do(part: int, whole: int, percent: int) -> None:
    assert round_half_up(part, whole) == percent
