"""The school holidays of the Netherlands, and which days have school.

Source: the open data of the Rijksoverheid (schoolvakanties), as published in September 2025, for 2025-2026 up to and
including 2029-2030. Herfst and voorjaar are advice to schools; of the other three at least these weeks are free
everywhere. To add a year, add a line to `_ZATERDAGEN` and the date of Easter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum


class Regio(StrEnum):
    """The three regions that the government spreads the holidays over."""

    NOORD = "noord"
    MIDDEN = "midden"
    ZUID = "zuid"


HERINNEREN_NA = (2, 5, 10)
"""So many school days after the mail a question is reminded of: a holiday makes none older."""
_WEEK, _TWEE_WEKEN, _ZES_WEKEN = (timedelta(weeks=weeks, days=1) for weeks in (1, 2, 6))
"""From a Saturday up to and including a Sunday."""
_LENGTE = (_WEEK, _TWEE_WEKEN, _WEEK, _WEEK, _ZES_WEKEN)
_ZATERDAGEN: dict[int, dict[Regio, tuple[str, str, str, str, str]]] = {
    2025: {
        Regio.NOORD: ("10-18", "12-20", "02-21", "04-25", "07-04"),
        Regio.MIDDEN: ("10-18", "12-20", "02-14", "04-25", "07-18"),
        Regio.ZUID: ("10-11", "12-20", "02-14", "04-25", "07-11"),
    },
    2026: {
        Regio.NOORD: ("10-10", "12-19", "02-20", "04-24", "07-10"),
        Regio.MIDDEN: ("10-17", "12-19", "02-20", "04-24", "07-17"),
        Regio.ZUID: ("10-17", "12-19", "02-13", "04-24", "07-24"),
    },
    2027: {
        Regio.NOORD: ("10-16", "12-25", "02-19", "04-29", "07-15"),
        Regio.MIDDEN: ("10-16", "12-25", "02-26", "04-29", "07-08"),
        Regio.ZUID: ("10-23", "12-25", "02-26", "04-29", "07-22"),
    },
    2028: {
        Regio.NOORD: ("10-14", "12-23", "02-17", "04-28", "07-21"),
        Regio.MIDDEN: ("10-21", "12-23", "02-17", "04-28", "07-07"),
        Regio.ZUID: ("10-21", "12-23", "02-10", "04-28", "07-14"),
    },
    2029: {
        Regio.NOORD: ("10-20", "12-22", "02-16", "04-27", "07-20"),
        Regio.MIDDEN: ("10-20", "12-22", "02-23", "04-27", "07-13"),
        Regio.ZUID: ("10-13", "12-22", "02-23", "04-27", "07-06"),
    },
}
"""On which Saturday each begins: herfst and kerst of the year itself, voorjaar, mei and zomer of the next."""
_PASEN = {
    year: date(year, *day)
    for year, day in {2026: (4, 5), 2027: (3, 28), 2028: (4, 16), 2029: (4, 1), 2030: (4, 21)}.items()
}
_NA_PASEN = (-2, 1, 39, 40, 50)
"""Goede Vrijdag, tweede Paasdag, Hemelvaart and the day after, tweede Pinksterdag."""
BEKEND_TOT = date(max(_ZATERDAGEN) + 1, 7, 31)
"""The last day of the last school year of which the holidays are known."""
WAARSCHUWEN = timedelta(days=365)
"""So long before that klantenservice is told."""


def is_schooldag(day: date, regio: Regio | None) -> bool:
    """Whether there is school; where the region is not known, only when there is in all three."""
    return day.isoweekday() <= 5 and day not in _FEESTDAGEN and not is_vakantie(day, regio)


def is_vakantie(day: date, regio: Regio | None) -> bool:
    """Whether this region has a holiday; any of the three where it is not known. Of a year that is not known July,
    August and the weeks of Christmas are one.
    """
    start = day.year if day.month > 9 else day.year - 1
    if start in _ZATERDAGEN:
        return any(van <= day <= tot for each in _regios(regio) for van, tot in _PERIODES[start, each])
    return day.month in (7, 8) or any(_is_kerst(day, year) for year in (day.year, day.year - 1))


def schooldagen(after: date, until: date, regio: Regio | None) -> int:
    """How many school days there are after a day, up to and including another."""
    return sum(is_schooldag(day, regio) for day in _days(after, until))


def next_schooldag(after: date, regio: Regio | None) -> date:
    """The first school day after this one."""
    return next(day for day in _days(after, after + timedelta(days=100)) if is_schooldag(day, regio))


def _days(after: date, until: date) -> Iterator[date]:
    return (after + timedelta(days=number) for number in range(1, (until - after).days + 1))


def _regios(regio: Regio | None) -> tuple[Regio, ...]:
    return (regio,) if regio is not None else tuple(Regio)


def _is_kerst(day: date, year: int) -> bool:
    """The two weeks from the Saturday that Christmas is on or comes after."""
    first = date(year, 12, 25)
    first -= timedelta(days=(first.weekday() + 2) % 7)
    return first <= day <= first + _TWEE_WEKEN


def _periodes(start: int, saturdays: tuple[str, ...]) -> list[tuple[date, date]]:
    days = (date.fromisoformat(f"{start if at < 2 else start + 1}-{text}") for at, text in enumerate(saturdays))
    return [(van, van + lengte) for van, lengte in zip(days, _LENGTE, strict=True)]


_PERIODES = {
    (start, regio): _periodes(start, saturdays)
    for start, per_regio in _ZATERDAGEN.items()
    for regio, saturdays in per_regio.items()
}
_FEESTDAGEN = {pasen + timedelta(days=after) for pasen in _PASEN.values() for after in _NA_PASEN} | {
    date(year, month, day) for year in _PASEN for month, day in ((4, 27), (5, 5))
}
