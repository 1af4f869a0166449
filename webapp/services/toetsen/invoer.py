"""What a person typed in the scoring grid, as a score or as an error that says what is wrong. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from webapp.errors import DomainError

_OLDEST_YEARS = 2


@dataclass(eq=False)
class ScoreWrong(DomainError):
    """What was typed is not a score: no whole number, or more than the test has items."""

    getypt: str
    aantal_opgaven: int
    is_getal: bool


class DateWrong(DomainError):
    """What was typed is not a day on which this test can have been taken."""


class DateUnreadable(DateWrong):
    """Nothing was typed, or no date."""


@dataclass(eq=False)
class DateInFuture(DateWrong):
    """This day has yet to come."""

    dag: date


@dataclass(eq=False)
class DateTooOld(DateWrong):
    """So long ago that the year must be a mistake."""

    dag: date
    jaren: int


def parse_score(text: str, aantal_opgaven: int) -> int | None:
    """Return the number right; None for an empty cell: not taken."""
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()):
        raise ScoreWrong(typed, aantal_opgaven, is_getal=False)
    if len(typed) > 6 or int(typed) > aantal_opgaven:
        raise ScoreWrong(typed, aantal_opgaven, is_getal=True)
    return int(typed)


def parse_date(text: str, today: date) -> date:
    """Return the day of the test."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise DateUnreadable from None
    return check_date(day, today)


def check_date(day: date, today: date) -> date:
    """Return a day on which a test can have been taken; raise DateWrong for any other."""
    if day > today:
        raise DateInFuture(day)
    if day.year < today.year - _OLDEST_YEARS:
        raise DateTooOld(day, _OLDEST_YEARS)
    return day
