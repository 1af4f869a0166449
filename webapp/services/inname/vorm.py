"""Whether an aanlevering still has the shape of a school: who disappears at once, and when that is too many to believe.

Values in, a verdict out. What is held stays as it is until a person says that it is right; the rest goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

_T = TypeVar("_T", bound=Hashable)

_TENTH, _QUARTER, _HALF = 0.10, 0.25, 0.50
_TENTH_FROM, _QUARTER_FROM, _GROEP_FROM = 5, 2, 5


class Vormreden(StrEnum):
    """Why a departure is not believed."""

    LEEG = "leeg"
    """Nothing came of a list that was not empty."""
    TIENDE = "tiende"
    KWART = "kwart"
    GROEP = "groep"
    """Half of a groep, or all of it."""


@dataclass(frozen=True)
class Vertrek(Generic[_T]):
    """Which of the records that are gone are held, and why."""

    held: frozenset[_T] = frozenset()
    redenen: tuple[Vormreden, ...] = ()


def judge(
    gone: Collection[_T], linked: Collection[_T], groepen: Mapping[int, Collection[_T]], *, is_empty: bool
) -> Vertrek[_T]:
    """Judge the departures of one kind.

    `linked` holds all of ours that the LAS was asked for and that it sent before, who are gone too. `groepen` holds who
    stood in each groep by the last aanlevering, also of a groep that is itself gone. When the whole is too many, all
    are held; when only a groep falls apart, those of that groep. `is_empty`: nothing of this kind came at all.
    """
    number, all_ = len(gone), len(linked)
    redenen = [
        reden
        for reden, is_so in (
            (Vormreden.LEEG, number and is_empty),
            (Vormreden.TIENDE, number >= _TENTH_FROM and number >= _TENTH * all_),
            (Vormreden.KWART, number >= _QUARTER_FROM and number >= _QUARTER * all_),
        )
        if is_so
    ]
    broken = [lost for members in groepen.values() if (lost := _lost(members, gone))]
    if redenen:
        return Vertrek(frozenset(gone), (*redenen, *([Vormreden.GROEP] if broken else [])))
    return Vertrek(frozenset().union(*broken), (Vormreden.GROEP,)) if broken else Vertrek()


def _lost(members: Collection[_T], gone: Collection[_T]) -> frozenset[_T]:
    """Who is gone from a groep that falls apart; nobody when it does not."""
    lost = frozenset(gone).intersection(members)
    return lost if len(members) >= _GROEP_FROM and len(lost) >= _HALF * len(members) else frozenset()
