"""Whether an aanlevering still has the shape of a school: what goes or changes at once, and when that is too much.

Values in, a verdict out. What is held stays as it is until a person says that it is right; the rest goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from webapp.matching.folding import words

_T = TypeVar("_T", bound=Hashable)

_TENTH, _QUARTER, _HALF = 0.10, 0.25, 0.50
_TENTH_FROM, _QUARTER_FROM, _GROEP_FROM = 5, 2, 5
_SOME = 2
"""One record alone is never the shape of a school."""
_LINKS, _FULL, _KEYS, _NAMES = 0.30, 0.90, 0.20, 0.75
_MANY_NEW = 10


class Vormreden(StrEnum):
    """Why a departure is not believed."""

    LEEG = "leeg"
    """Nothing came of a list that was not empty."""
    TIENDE = "tiende"
    KWART = "kwart"
    GROEP = "groep"
    """Half of a groep, or all of it."""
    EERDER = "eerder"
    """It was held before, and nobody answered yet."""


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


def are_some(number: int, all_: int) -> bool:
    """Whether these are less than half of all."""
    return number < _HALF * all_


def _lost(members: Collection[_T], gone: Collection[_T]) -> frozenset[_T]:
    """Who is gone from a groep that falls apart; nobody when it does not."""
    lost = frozenset(gone).intersection(members)
    return lost if len(members) >= _GROEP_FROM and len(lost) >= _HALF * len(members) else frozenset()


class Gevuld(NamedTuple):
    """In how many records a field was filled, of how many."""

    aantal: int
    van: int


class Beeld(NamedTuple):
    """What tells one person from another, as we have them or as the LAS sends them; the names are folded."""

    key: str | None
    achternaam: tuple[str, ...]
    """With its voorvoegsel, in which of the two fields that stands."""
    roepnaam: tuple[str, ...]
    geboren: date | None = None

    @classmethod
    def of(
        cls,
        key: str | None,
        roepnaam: str | None,
        voorvoegsel: str | None,
        achternaam: str | None,
        geboren: date | None = None,
    ) -> Beeld:
        return cls(key, words(f"{voorvoegsel or ''} {achternaam or ''}"), words(roepnaam), geboren)

    def is_called_otherwise(self, other: Beeld) -> bool:
        """Whether a name is another one; a name that one of the two does not have says nothing."""
        names = ((self.achternaam, other.achternaam), (self.roepnaam, other.roepnaam))
        return any(one and two and one != two for one, two in names)


def lost_links(
    had: Mapping[_T, Collection[Hashable]],
    has: Mapping[_T, Collection[Hashable]],
    held: Mapping[_T, Collection[Hashable]] = MappingProxyType({}),
) -> dict[_T, frozenset[Hashable]]:
    """Per person the groepen that are gone, when that is three in ten of all; else only what was held before.

    `had` holds the groepen of everybody who is linked, `has` those of everybody who came. Who has a groep that they
    did not have, moved: that is no loss.
    """
    lost = {
        who: frozenset(groepen).difference(has[who])
        for who, groepen in had.items()
        if who in has and frozenset(has[who]) < frozenset(groepen)
    }
    number, all_ = sum(map(len, lost.values())), sum(len(groepen) for who, groepen in had.items() if who in has)
    if number >= _SOME and number >= _LINKS * all_:
        return lost
    still = {who: groepen.intersection(held.get(who, ())) for who, groepen in lost.items()}
    return {who: groepen for who, groepen in still.items() if groepen}


def is_emptied(was: Gevuld, now: Gevuld) -> bool:
    """Whether a field that was filled for nine in ten is filled for less than half."""
    was_full = was.van > 0 and was.aantal >= _FULL * was.van
    return was_full and now.aantal < _HALF * now.van and now.van - now.aantal >= _SOME


def renewed(ours: Mapping[_T, Beeld], theirs: Iterable[Beeld]) -> frozenset[_T]:
    """Who has another key there: the same name and birth date, which nobody else has."""
    came = [beeld for beeld in theirs if beeld.key]
    number = Counter(beeld[1:] for beeld in came)
    once = {beeld[1:]: beeld.key for beeld in came if number[beeld[1:]] == 1}
    mine = Counter(beeld[1:] for beeld in ours.values())
    return frozenset(
        who
        for who, beeld in ours.items()
        if beeld.key and beeld.achternaam and mine[beeld[1:]] == 1 and once.get(beeld[1:], beeld.key) != beeld.key
    )


def is_renumbered(
    ours: Sequence[tuple[str | None, Beeld | None]],
    theirs: Sequence[tuple[str | None, Beeld | None]],
    had: Collection[str | None],
) -> bool:
    """Whether the LAS surely made all its keys anew, so that nothing can have been exchanged.

    Not one key stood at anybody of ours before (`had`), and nine in ten of ours came under the ECK iD, the name and the
    birth date that they had, which nobody else has.
    """
    if not ours or any(beeld is None or beeld.key is None or beeld.key in had for _, beeld in theirs):
        return False
    return len(_once(ours) & _once(theirs)) >= _FULL * len(ours)


def _once(people: Iterable[tuple[str | None, Beeld | None]]) -> frozenset[tuple[Hashable, ...]]:
    """Who is filled in wholly, and shares neither the ECK iD nor the name and date with anybody."""
    known = [(eckid, beeld[1:]) for eckid, beeld in people if beeld is not None]
    eckids, names = Counter(eckid for eckid, _ in known), Counter(name for _, name in known)
    return frozenset(
        (eckid, *name) for eckid, name in known if eckid and all(name) and eckids[eckid] == names[name] == 1
    )


def renamed(ours: Mapping[_T, Beeld], theirs: Iterable[Beeld]) -> frozenset[_T]:
    """Who is called otherwise there, under the same key."""
    by_key = {beeld.key: beeld for beeld in theirs if beeld.key}
    return frozenset(
        who for who, beeld in ours.items() if beeld.key in by_key and beeld.is_called_otherwise(by_key[beeld.key])
    )


def too_many_renewed(number: int, with_key: int) -> bool:
    """Whether so many of those with a key got another one that the LAS must have changed its keys."""
    return number >= _SOME and number >= _KEYS * with_key


def too_many_renamed(number: int, came: int) -> bool:
    """Whether so many of those who came under a known key are called otherwise that the keys must have moved."""
    return number >= _SOME and number >= _NAMES * came


def too_many_new(number: int, linked: int) -> bool:
    """Whether so many came who were not here that they may be of another school. With nobody linked, all are new."""
    return linked > 0 and number > _MANY_NEW and number > _TENTH * linked
