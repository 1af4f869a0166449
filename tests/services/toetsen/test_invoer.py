"""What a teacher types: a score, nothing, or something that gets a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from tests.namen import NAMEN
from webapp.services.toetsen.invoer import DateWrong, ScoreWrong, parse_date, parse_score
from webapp.woorden import zeg

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("typed", "score"), [("0", 0), ("40", 40), (" 7 ", 7), ("007", 7), ("", None), ("   ", None)])
def test_a_score_is_a_whole_number_or_nothing(typed: str, score: int | None) -> None:
    assert parse_score(typed, 40) == score


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("41", "41 is te hoog: deze toets heeft 40 opgaven"),
        ("99999999999999999999", "is te hoog"),
        ("-1", "geen heel getal"),
        ("12,5", "“12,5” is geen heel getal. Vul 0 tot en met 40 in, of laat het vak leeg."),
        ("12.0", "geen heel getal"),
        ("ziek", "geen heel getal"),
        ("٣", "geen heel getal"),
        ("1 2", "geen heel getal"),
        ("=1+1", "geen heel getal"),
    ],
)
def test_anything_else_gets_a_sentence(typed: str, words: str) -> None:
    with pytest.raises(ScoreWrong) as wrong:
        parse_score(typed, 40)
    assert words in zeg(wrong.value, NAMEN)


def test_the_day_of_the_test_lies_in_the_near_past() -> None:
    assert parse_date("2026-11-23", TODAY) == TODAY
    assert parse_date(" 2024-01-01 ", TODAY) == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "De afnamedatum ontbreekt of is niet te lezen"),
        ("20-11-2026", "De afnamedatum ontbreekt of is niet te lezen"),
        ("2026-02-30", "De afnamedatum ontbreekt of is niet te lezen"),
        ("2026-11-24", "24 november 2026 is nog niet geweest"),
        ("0206-11-20", "Klopt het jaar?"),
    ],
)
def test_another_day_gets_a_sentence(typed: str, words: str) -> None:
    with pytest.raises(DateWrong) as wrong:
        parse_date(typed, TODAY)
    assert words in zeg(wrong.value, NAMEN)
