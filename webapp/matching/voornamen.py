"""First names and initials in the forms in which they are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from webapp.matching.folding import words
from webapp.matching.sounds import skeleton

_EMPTY_WORDS = frozenset({"onbekend", "nnb", "nn", "nvt", "xx", "xxx", "geen", "leeg", "null", "none", "roepnaam"})
_CAPITALS = re.compile(r"[A-Z][a-z]?")
_LONGEST_CACHED = 160


@dataclass(slots=True, eq=False)
class Voornamen:
    """All that a record says about first names; `roepnaam` is glued ("annefleur"), `called` are its words."""

    roepnaam: str
    called: tuple[str, ...]
    namen: tuple[str, ...]
    initials: tuple[str, ...]
    """The voorletters, in each way in which a system may derive them: Eva-Lynn Antonia is `ela` and `ea`."""
    first: str = field(init=False)
    whole: tuple[str, ...] = field(init=False)
    """The first names in full, as far as known: a double roepnaam says more than one voornaam."""
    usual: str = field(init=False)
    """The name the child most likely goes by."""
    skelet: str = field(init=False)
    letters: frozenset[str] = field(init=False)
    """The letters that a first name in another file may begin with."""

    def __post_init__(self) -> None:
        """Work out once what every comparison needs."""
        self.first = self.called[0] if self.called else ""
        self.whole = self.called if len(self.called) > 1 else self.namen
        self.usual = self.roepnaam or (self.namen[0] if self.namen else "")
        self.skelet = skeleton(self.usual)
        self.letters = frozenset(self.usual[:1] + self.initials[0][:1])


def prepare_voornamen(roepnaam: str | None, voornamen: str | None, voorletters: str | None) -> Voornamen | None:
    """Prepare the first names of a record; None when there is nothing in any of the fields."""
    if len(roepnaam or "") + len(voornamen or "") + len(voorletters or "") > _LONGEST_CACHED:
        return _prepare(roepnaam, voornamen, voorletters)
    return _cached_prepare(roepnaam, voornamen, voorletters)


def _prepare(roepnaam: str | None, voornamen: str | None, voorletters: str | None) -> Voornamen | None:
    called, names = words(roepnaam), words(voornamen)
    if not _EMPTY_WORDS.isdisjoint(called + names):
        called = tuple(word for word in called if word not in _EMPTY_WORDS)
        names = tuple(word for word in names if word not in _EMPTY_WORDS)
    initials = _initials(voorletters)
    if called and len("".join(called)) == len(called):  # initials typed into the field for the roepnaam
        initials, called = initials or "".join(called), ()
    if names and len("".join(names)) == len(names):
        initials, names = initials or "".join(names), ()
    if not called and not names and not initials:
        return None
    return Voornamen("".join(called), called, names, (initials,) if initials else _derived_initials(voornamen, names))


def _derived_initials(voornamen: str | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return a letter for each name, and where names are double also one for each double name."""
    every = "".join([name[0] for name in names])
    if not voornamen or "-" not in voornamen:
        return (every,)
    doubles = "".join([parts[0][0] for word in voornamen.split() if (parts := words(word))])
    return (every,) if doubles == every else (every, doubles)


_cached_prepare = lru_cache(maxsize=1 << 13)(_prepare)


def _initials(voorletters: str | None) -> str:
    if not voorletters:
        return ""
    parts = words(voorletters)
    if len(parts) == 1 and voorletters.isupper():
        return parts[0]
    if len(parts) == 1 and (capitals := _CAPITALS.findall(voorletters)):  # "ThA" is Th. A.
        return "".join(capital[0] for capital in capitals).lower()
    return "".join([part[0] for part in parts])
