"""When there is school in the year that is played: region midden, 2026-2027 and the beginning of the year after."""

from __future__ import annotations

from datetime import date, timedelta

from webapp import vakanties
from webapp.vakanties import Regio

REGIO = Regio.MIDDEN
EERSTE, LAATSTE = date(2026, 10, 1), date(2027, 9, 30)
TOETSDAGEN = (date(2027, 1, 20), date(2027, 6, 9))


def is_schooldag(day: date) -> bool:
    return vakanties.is_schooldag(day, REGIO)


def after(day: date, schooldagen: int) -> date:
    """So many school days later; the day itself when that is none."""
    for _ in range(schooldagen):
        day = vakanties.next_schooldag(day, REGIO)
    return day


def dagen(until: date = LAATSTE) -> list[date]:
    """The days of the year that is played."""
    return [EERSTE + timedelta(days=n) for n in range((until - EERSTE).days + 1)]


SCHOOLDAGEN = sum(map(is_schooldag, dagen()))
