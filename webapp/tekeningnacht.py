"""The course of a night as numbers: where each point, fault and expectation of an SVG stands. `nightline` draws it.

It is placed twice: for a desk and for a telephone, so that a unit is a pixel on both and the words keep their size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.config import AMSTERDAM
from webapp.filters import klok
from webapp.tekening import Plek, ticks

SMAL, BREED = 300, 860
_LINKS, _BOVEN, _ONDER = 40, 22, 114
"""The corner of the axes; above it stands what went wrong, below it the hours."""
_LETTER = 8
"""How wide a letter of the word above a fault is, at most."""
_SHORTEST = timedelta(minutes=20)
_PER_HOUR_WORD = 80
"""So many units a word at the axis needs."""
_STEPS = (5, 10, 15, 30, 60, 120, 180, 240, 360)


@dataclass(frozen=True, slots=True)
class Vlak:
    """A fault: from where to where, and its word above it."""

    x: float
    breedte: float
    tekst: str
    """Only the mark, where the word of the one before still stands."""
    kop_x: float


@dataclass(frozen=True, slots=True)
class Nachtlijn:
    """A line through a night, what went wrong, and dotted what is expected."""

    tekst: str
    breedte: int
    punten: tuple[Plek, ...]
    hoogten: tuple[Plek, ...]
    uren: tuple[Plek, ...]
    vlakken: tuple[Vlak, ...]
    nu: Plek | None
    """The end of the line, while the night goes on."""
    klaar: Plek | None
    """Where the expectation ends, with its word."""
    links: int = _LINKS
    boven: int = _BOVEN
    onder: int = _ONDER


def nachtlijn(
    tekst: str,
    breedte: int,
    begin: datetime,
    values: Sequence[tuple[datetime, float]],
    *,
    storingen: Sequence[tuple[datetime, datetime, str]],
    klaar: datetime | None,
    loopt: bool,
) -> Nachtlijn:
    """Place the values of a night, oldest first; `klaar` is when it is expected to be done."""
    last = values[-1][0]
    end = max(last, klaar or last, begin + _SHORTEST)
    marks = ticks(0, max(value for _, value in values))
    unit = (breedte - _LINKS - 10) / ((end - begin) / timedelta(minutes=1))

    def x(moment: datetime) -> float:
        return round(_LINKS + unit * ((min(max(moment, begin), end) - begin) / timedelta(minutes=1)), 1)

    def y(value: float) -> float:
        return round(_ONDER - (_ONDER - _BOVEN) * value / marks[-1], 1)

    now = Plek(x(last), y(values[-1][1]), "nu") if loopt else None
    return Nachtlijn(
        tekst,
        breedte,
        tuple(Plek(x(moment), y(value)) for moment, value in values),
        tuple(Plek(_LINKS - 6, y(mark), f"{mark:g}".replace(".", ",")) for mark in marks),
        tuple(
            Plek(x(hour), _ONDER + 16, klok(hour)) for hour in _hours(begin, end, (breedte - _LINKS) / _PER_HOUR_WORD)
        ),
        tuple(_faults([(x(van), x(tot), word) for van, tot, word in storingen], breedte)),
        now,
        Plek(x(klaar), y(values[-1][1]), f"klaar {klok(klaar)}") if klaar is not None else None,
    )


def _faults(found: Sequence[tuple[float, float, str]], breedte: int) -> Iterator[Vlak]:
    """A word begins where its fault does, or earlier at the right edge."""
    free_from = 0.0
    for begin, end, word in found:
        length = _LETTER * (len(word) + 2)
        at = round(max(min(begin, breedte - length), 0), 1)
        fits = at >= free_from
        yield Vlak(begin, round(max(end - begin, 2), 1), f"▲ {word}" if fits else "▲", at if fits else begin)
        free_from = at + length if fits else free_from


def _hours(begin: datetime, end: datetime, room: float) -> Iterator[datetime]:
    """Round moments by the clock on the wall, no more than there is room for."""
    minutes = (end - begin) / timedelta(minutes=1)
    step = timedelta(minutes=next((each for each in _STEPS if minutes / each <= room), _STEPS[-1]))
    local = begin.astimezone(AMSTERDAM)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight + step * -(-(local - midnight) // step)
    while moment <= end:
        yield moment
        moment += step
