"""Birth dates: real, suspect or missing, and how near two of them are."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

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
    same = (one.year == other.year, one.month == other.month, one.day == other.day)
    if sum(same) != 2:
        return False
    ours, theirs = one.strftime("%Y%m%d"), other.strftime("%Y%m%d")
    different = [place for place in range(8) if ours[place] != theirs[place]]
    return len(different) == 1 or (
        len(different) == 2
        and different[1] - different[0] == 1
        and ours[different[0]] == theirs[different[1]]
        and ours[different[1]] == theirs[different[0]]
    )
