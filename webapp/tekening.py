"""Charts as numbers: where each bar and point of an SVG stands. `_macros/tekening.html` draws them.

No library: three kinds of chart are a hundred lines, and what libraries draw has colours, scripts and styles of its own
that the Content-Security-Policy, a dark screen and paper would each want otherwise. A unit is a pixel on a telephone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, floor, log10

from webapp.schooljaar import days_of, next_schooljaar, schooljaar_of

BREED = 300
_RIJ = 30
_BEGIN, _EIND = 30, 225
"""Where bars begin, and where the longest may end: behind it stands its number."""
_STAPEL_RIJ, _STAPEL_EIND = 24, 200
_LINKS, _BOVEN, _ONDER = 36, 10, 150
"""The corner of the axes of a line chart; below it stand the school years."""
_YEAR_FITS = 44


@dataclass(frozen=True, slots=True)
class Staaf:
    """One bar, and the mark of the norm across it."""

    naam: str
    tekst: str
    y: int
    lengte: float
    norm: float


@dataclass(frozen=True, slots=True)
class Staven:
    """Bars below each other."""

    tekst: str
    """All of it in one sentence, for who does not see it."""
    hoogte: int
    staven: tuple[Staaf, ...]


def staven(tekst: str, rows: Sequence[tuple[str, str, int, int]]) -> Staven:
    """Place bars: each row is its name, the text behind it, its percentage, and the percentage of the norm."""
    most = max((max(procent, norm) for _, _, procent, norm in rows), default=0) or 1
    unit = (_EIND - _BEGIN) / most
    return Staven(
        tekst,
        _RIJ * len(rows),
        tuple(
            Staaf(naam, behind, _RIJ * number, round(procent * unit, 1), round(_BEGIN + norm * unit, 1))
            for number, (naam, behind, procent, norm) in enumerate(rows)
        ),
    )


@dataclass(frozen=True, slots=True)
class Stapel:
    """One bar, and dashed behind it what comes to it."""

    naam: str
    tekst: str
    y: int
    lengte: float
    erbij: float


@dataclass(frozen=True, slots=True)
class Stapels:
    """Bars below each other, of numbers."""

    tekst: str
    hoogte: int
    rijen: tuple[Stapel, ...]


def stapels(tekst: str, rows: Sequence[tuple[str, str, int, int]]) -> Stapels:
    """Place bars: each row is its name, the text behind it, its number, and the number that comes to it."""
    unit = (_STAPEL_EIND - _BEGIN) / (max((number + more for _, _, number, more in rows), default=0) or 1)
    return Stapels(
        tekst,
        _STAPEL_RIJ * len(rows),
        tuple(
            Stapel(naam, behind, _STAPEL_RIJ * at, round(number * unit, 1), round(more * unit, 1))
            for at, (naam, behind, number, more) in enumerate(rows)
        ),
    )


@dataclass(frozen=True, slots=True)
class Plek:
    """A point, or a word at the axis."""

    x: float
    y: float
    tekst: str = ""


@dataclass(frozen=True, slots=True)
class Lijn:
    """Points in time with a line through them, and a second line to compare with."""

    tekst: str
    punten: tuple[Plek, ...]
    norm: tuple[Plek, ...]
    hoogten: tuple[Plek, ...]
    """Round numbers at the vertical axis."""
    jaren: tuple[Plek, ...]
    """School years at the horizontal axis, where there is room for the word."""
    grenzen: tuple[float, ...]
    """Where a school year begins."""


def lijn(tekst: str, punten: Sequence[tuple[date, Decimal, Decimal | None]]) -> Lijn:
    """Place points, oldest first: each is its day, its value, and that of the norm if there is one."""
    values = [value for _, mine, norm in punten for value in (mine, norm) if value is not None]
    marks = ticks(float(min(values)), float(max(values)))
    first, last = punten[0][0], punten[-1][0]
    width, low, high = BREED - _LINKS - 10, marks[0], marks[-1]

    def x(day: date) -> float:
        return round(_LINKS + 8 + (width - 16) * ((day - first).days / ((last - first).days or 1)), 1)

    def y(value: float) -> float:
        return round(_ONDER - (_ONDER - _BOVEN) * (value - low) / (high - low), 1)

    years = list(_years(first, last))
    return Lijn(
        tekst,
        tuple(Plek(x(day), y(float(value))) for day, value, _ in punten),
        tuple(Plek(x(day), y(float(norm))) for day, _, norm in punten if norm is not None),
        tuple(Plek(_LINKS - 6, y(tick), f"{tick:g}".replace(".", ",")) for tick in marks),
        tuple(
            Plek(round((x(begin) + x(end)) / 2, 1), _ONDER + 18, f"{begin_year % 100}-{begin_year % 100 + 1}")
            for begin_year, begin, end in years
            if x(end) - x(begin) >= _YEAR_FITS or len(years) == 1
        ),
        tuple(x(begin) for _, begin, _ in years[1:]),
    )


def _years(first: date, last: date) -> Iterator[tuple[int, date, date]]:
    """The school years from the first day to the last, each as far as it lies between them."""
    schooljaar = schooljaar_of(first)
    while (days := days_of(schooljaar))[0] <= last:
        yield int(schooljaar[:4]), max(first, days[0]), min(last, days[1])
        schooljaar = next_schooljaar(schooljaar)


def ticks(least: float, most: float) -> list[float]:
    """Round numbers around these values, two to six of them."""
    rough = max(most - least, 1) / 3
    power = 10 ** floor(log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
    begin, end = floor(least / step), ceil(most / step)
    return [round(step * number, 6) for number in range(begin, max(end, begin + 1) + 1)]
