"""The name tables in `data/`, read once; see `data/README.md` for what they hold and where the facts come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from webapp.matching.folding import words

_DATA = Path(__file__).parent / "data"
_RARE_VOORNAAM = 3e-6


def voornaam_frequency(name: str) -> float:
    """Return which part of the children bears this first name; a small figure for one that is not in the table."""
    return _voornamen().get(name, _RARE_VOORNAAM)


def is_known_voornaam(name: str) -> bool:
    """Tell whether the spelling is in the tables; many real names are not."""
    return name in _voornamen() or name in _schrijfwijzen()


def are_spellings(one: str, other: str) -> bool:
    """Tell whether two first names are spellings of one name (Mohammed, Mohamed)."""
    ours = _schrijfwijzen().get(one)
    return ours is not None and not ours.isdisjoint(_schrijfwijzen().get(other, ()))


def are_roepnamen(one: str, other: str) -> bool:
    """Tell whether a formal name, in any spelling, and a call name often go together."""
    return other in _roepnamen().get(one, ()) or one in _roepnamen().get(other, ())


@cache
def voorvoegsels() -> frozenset[str]:
    """Return the words that may stand before a surname without being part of it."""
    return frozenset(word for line in _lines("voorvoegsels.txt") for word in line.split())


def _lines(name: str) -> Iterator[str]:
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


@cache
def _voornamen() -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for line in _lines("voornamen.txt"):
        head, _, names = line.partition(":")
        share = int(head.split()[2]) / 100_000 / 2
        for name in set(names.split()):
            found["".join(words(name))] += share
    return dict(found)


@cache
def _schrijfwijzen() -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(_lines("schrijfwijzen.txt")):
        for name in line.split():
            groups["".join(words(name))].add(number)
    return {name: frozenset(numbers) for name, numbers in groups.items()}


@cache
def _roepnamen() -> dict[str, frozenset[str]]:
    spellings: dict[int, set[str]] = defaultdict(set)
    for name, numbers in _schrijfwijzen().items():
        for number in numbers:
            spellings[number].add(name)
    found: dict[str, set[str]] = defaultdict(set)
    for line in _lines("roepnamen.txt"):
        formal, *names = ("".join(words(name)) for name in line.split())
        for spelling in {formal}.union(*(spellings[number] for number in _schrijfwijzen().get(formal, ()))):
            found[spelling].update(names)
    return {name: frozenset(names) for name, names in found.items()}
