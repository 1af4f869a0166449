"""The school year as UWLR writes it: `2026-2027`, running from 1 August to 31 July."""

from __future__ import annotations

import re
from datetime import date, timedelta

SCHOOLJAAR_PATTERN = re.compile(r"(?P<van>[12][0-9]{3})-(?P<tot>[12][0-9]{3})", re.ASCII)
_FIRST_MONTH = 8


def schooljaar_of(day: date) -> str:
    """Return the school year that `day` falls in."""
    start = day.year if day.month >= _FIRST_MONTH else day.year - 1
    return f"{start}-{start + 1}"


def is_schooljaar(text: str) -> bool:
    """Tell whether the text is a school year whose two years follow each other."""
    match = SCHOOLJAAR_PATTERN.fullmatch(text)
    return match is not None and int(match["tot"]) == int(match["van"]) + 1


def next_schooljaar(schooljaar: str) -> str:
    """Return the school year after this one; raise ValueError when it is not a school year."""
    if not is_schooljaar(schooljaar):
        raise ValueError(f"{schooljaar!r} is geen schooljaar.")
    start = int(schooljaar[:4]) + 1
    return f"{start}-{start + 1}"


def previous_schooljaar(schooljaar: str) -> str:
    """Return the school year before this one; raise ValueError when it is not a school year."""
    if not is_schooljaar(schooljaar):
        raise ValueError(f"{schooljaar!r} is geen schooljaar.")
    start = int(schooljaar[:4])
    return f"{start - 1}-{start}"


def days_of(schooljaar: str) -> tuple[date, date]:
    """Return the first and the last day of a school year."""
    start = int(schooljaar[:4])
    return date(start, _FIRST_MONTH, 1), date(start + 1, _FIRST_MONTH, 1) - timedelta(days=1)
