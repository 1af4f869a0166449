"""When there is school: region midden, 2026-2027 and the beginning of the year after."""

from __future__ import annotations

from datetime import date, timedelta

EERSTE, LAATSTE = date(2026, 10, 1), date(2027, 9, 30)
VAKANTIES = (
    (date(2026, 10, 17), date(2026, 10, 25)),
    (date(2026, 12, 19), date(2027, 1, 3)),
    (date(2027, 2, 20), date(2027, 2, 28)),
    (date(2027, 4, 24), date(2027, 5, 9)),
    (date(2027, 7, 17), date(2027, 8, 29)),
)
TOETSDAGEN = (date(2027, 1, 20), date(2027, 6, 9))


def is_schooldag(day: date) -> bool:
    return day.weekday() < 5 and not any(begin <= day <= end for begin, end in VAKANTIES)


def dagen(until: date = LAATSTE) -> list[date]:
    """The days of the year that is played."""
    return [EERSTE + timedelta(days=n) for n in range((until - EERSTE).days + 1)]


SCHOOLDAGEN = sum(map(is_schooldag, dagen()))
