"""What a person typed in the scoring grid, as a score or as a sentence that says what is wrong. No database."""

from __future__ import annotations

from datetime import date

from webapp.errors import DomainError
from webapp.filters import datum

_OLDEST_YEARS = 2


class ScoreWrong(DomainError):
    """What was typed is not a score."""


class DateWrong(DomainError):
    """What was typed is not a day on which this test can have been taken."""


def parse_score(text: str, aantal_opgaven: int) -> int | None:
    """Return the number right; None for an empty cell: not taken."""
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()):
        raise ScoreWrong(
            f"“{_short(typed)}” is geen heel getal. Vul 0 tot en met {aantal_opgaven} in, of laat het vak leeg."
        )
    if len(typed) > 6 or int(typed) > aantal_opgaven:
        raise ScoreWrong(f"{_short(typed)} is te hoog: deze toets heeft {aantal_opgaven} opgaven.")
    return int(typed)


def parse_date(text: str, today: date) -> date:
    """Return the day of the test."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise DateWrong("Vul een afnamedatum in, bijvoorbeeld 20-11-2026.") from None
    if day > today:
        raise DateWrong(f"{datum(day)} is nog niet geweest. Vul de dag in waarop de toets is gemaakt.")
    if day.year < today.year - _OLDEST_YEARS:
        raise DateWrong(f"{datum(day)} is langer dan {_OLDEST_YEARS} jaar geleden. Klopt het jaar?")
    return day


def _short(text: str) -> str:
    return text if len(text) <= 12 else f"{text[:12]}…"
