"""How fast a night goes, and when it will be done: arithmetic on points. While a LAS is left alone no time counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_LOOK_BACK = timedelta(minutes=15)
"""How fast it goes now is how fast it went so long."""
_AT_LEAST = timedelta(minutes=1)
"""Less than this tells no speed."""


@dataclass(frozen=True, slots=True)
class Punt:
    """How many schools and results were done at one moment."""

    op: datetime
    scholen: int
    resultaten: int


@dataclass(frozen=True, slots=True)
class Stuk:
    """From one point to the next: so many per minute."""

    op: datetime
    scholen: float
    resultaten: float


Rust = tuple[datetime, datetime]
"""From when to when a LAS was left alone."""


def pieces(begin: datetime, points: Sequence[Punt], most: int) -> list[Stuk]:
    """Return how many per minute there were up to each point; of very many points some are taken together.

    A point that came right after another is measured from the one before that: a second tells no speed.
    """
    step = -(-len(points) // most) or 1
    kept = [*points[step - 1 :: step], *(points[-1:] if len(points) % step else ())]
    before = [Punt(begin, 0, 0)]
    found = list[Stuk]()
    for point in kept:
        since = next((each for each in reversed(before) if point.op - each.op >= _AT_LEAST), before[0])
        minutes = max(point.op - since.op, _AT_LEAST) / timedelta(minutes=1)
        schools, results = point.scholen - since.scholen, point.resultaten - since.resultaten
        found.append(Stuk(point.op, max(schools, 0) / minutes, max(results, 0) / minutes))
        before.append(point)
    return found


def speed(begin: datetime, points: Sequence[Punt], rests: Sequence[Rust]) -> float | None:
    """Schools per minute of late, without the time in which a LAS was left alone; None while nothing tells it."""
    if not points:
        return None
    last = points[-1]
    earlier = [point for point in points if point.op <= last.op - _LOOK_BACK]
    first = earlier[-1] if earlier else Punt(begin, 0, 0)
    worked = last.op - first.op - _overlap(first.op, last.op, rests)
    if worked < _AT_LEAST:
        return None
    return max(last.scholen - first.scholen, 0) / (worked / timedelta(minutes=1))


def done_at(now: datetime, per_minute: float | None, to_go: int) -> datetime | None:
    """When it will be done at this speed; None when it stands still or nobody can tell."""
    return now + timedelta(minutes=to_go / per_minute) if per_minute else None


def left_at(end: datetime, now: datetime, per_minute: float, to_go: int) -> int:
    """How many will not be done at that moment."""
    return max(0, to_go - int(per_minute * max((end - now) / timedelta(minutes=1), 0)))


def _overlap(begin: datetime, end: datetime, rests: Sequence[Rust]) -> timedelta:
    """How much of this time is in rests; two LAS that rest at once count once."""
    total, reached = timedelta(), begin
    for van, tot in sorted(rests):
        van, tot = max(van, reached), min(tot, end)
        if tot > van:
            total, reached = total + (tot - van), tot
    return total
