"""Birth dates: real, suspect or missing, and how near two of them are."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache

_OLDEST = 1990
_YOUNGEST = 2080


class DatumGelijkenis(StrEnum):
    """How alike two birth dates are."""

    GELIJK = "gelijk"
    OMGEWISSELD = "omgewisseld"
    BIJNA = "bijna"
    EEN_JANUARI = "een-januari"
    ANDERS = "anders"
    ONBEKEND = "onbekend"


def is_suspect(day: date) -> bool:
    """Tell whether the date stands for "unknown" in many files: 1 January, or a year no pupil is born in."""
    return (day.month == 1 and day.day == 1) or not _OLDEST <= day.year <= _YOUNGEST


def swapped(day: date) -> date | None:
    """Return the date with day and month exchanged, when that is another date."""
    if day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)


def compare_datums(one: date | None, other: date | None) -> DatumGelijkenis:
    """Tell how alike two birth dates are."""
    if one is None or other is None:
        return DatumGelijkenis.ONBEKEND
    if one == other:
        return DatumGelijkenis.GELIJK
    if one.year == other.year and one.day == other.month and one.month == other.day:
        return DatumGelijkenis.OMGEWISSELD
    if is_suspect(one) or is_suspect(other):
        near = abs(one.year - other.year) <= 1
        return DatumGelijkenis.EEN_JANUARI if near else DatumGelijkenis.ANDERS
    return DatumGelijkenis.BIJNA if _one_slip(one, other) else DatumGelijkenis.ANDERS


def _one_slip(one: date, other: date) -> bool:
    if one.year != other.year:
        return one.month == other.month and one.day == other.day and _one_digit(one.year, other.year)
    if one.month != other.month:
        return one.day == other.day and _one_digit(one.month, other.month)
    return _one_digit(one.day, other.day)


@lru_cache(maxsize=1 << 12)
def _one_digit(one: int, other: int) -> bool:
    """Tell whether one digit, or two neighbours exchanged, separates the numbers."""
    ours, theirs = f"{one:04}", f"{other:04}"
    different = [place for place in range(4) if ours[place] != theirs[place]]
    if len(different) != 2:
        return len(different) == 1
    first, second = different
    return second - first == 1 and ours[first] == theirs[second] and ours[second] == theirs[first]
