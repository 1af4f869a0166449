"""Names for invented children: from the tables of the matching, and a share that no table holds."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parents[3] / "webapp" / "matching" / "data"
_HERE = Path(__file__).parent
ORIGINS = {"nl": 76, "ma": 7, "tr": 5, "pl": 2, "sr": 3, "er": 1, "sy": 2, "ua": 1, "cn": 1, "xx": 2}
"""Parts of a hundred families; after the Dutch: Moroccan, Turkish, Polish, Surinamese, Eritrean, Syrian, and so on."""

_UNLISTED_SHARE = 0.08
_HABITS = (
    ("ou", "u"),
    ("u", "oe"),
    ("ch", "sh"),
    ("sh", "ch"),
    ("ie", "i"),
    ("i", "ie"),
    ("ij", "y"),
    ("ph", "f"),
    ("f", "ph"),
    ("th", "t"),
    ("ss", "s"),
    ("s", "ss"),
    ("ii", "iy"),
    ("ii", "ij"),
    ("aa", "a"),
    ("ee", "i"),
    ("z", "s"),
    ("w", "v"),
    ("y", "i"),
    ("kh", "ch"),
    ("ll", "l"),
    ("l", "ll"),
    ("nn", "n"),
    ("n", "nn"),
    ("C", "K"),
    ("K", "C"),
    ("Y", "J"),
    ("J", "Y"),
    ("q", "k"),
    ("c", "k"),
    ("gh", "g"),
    ("ae", "ai"),
)
"""What one writes for what the other wrote."""
_ONSETS = ["B", "Br", "D", "Dj", "F", "J", "K", "L", "M", "N", "R", "S", "Sh", "T", "V", "Y", "Z", "Ch", "Ty", "Ly"]
_MIDDLES = ["a", "ai", "ay", "e", "el", "en", "ey", "i", "ia", "ian", "o", "or", "y", "yn", "ya"]
_CODAS = [
    "d",
    "den",
    "l",
    "la",
    "lan",
    "lo",
    "lyn",
    "m",
    "mar",
    "n",
    "na",
    "ne",
    "no",
    "ro",
    "sha",
    "son",
    "ta",
    "ven",
    "vi",
    "x",
    "za",
]


@dataclass(frozen=True)
class Pool:
    """Names with their weights, cumulated for `random.choices`."""

    names: tuple[str, ...]
    weights: tuple[int, ...]

    def draw(self, rng: random.Random) -> str:
        """Draw one name by its frequency."""
        return rng.choices(self.names, cum_weights=self.weights)[0]


def draw_origin(rng: random.Random, *, even: bool = False) -> str:
    """Draw the origin that both names of a family come from; `even` when half is Dutch and others share the rest."""
    weights = [len(ORIGINS) - 1, *[1] * (len(ORIGINS) - 1)] if even else list(ORIGINS.values())
    return rng.choices(list(ORIGINS), weights=weights)[0]


def draw_voornaam(rng: random.Random, geslacht: str, origin: str) -> str:
    """Draw a first name; some are made up of syllables, as no table holds every name."""
    if rng.random() < _UNLISTED_SHARE:
        return rng.choice(_ONSETS) + rng.choice(_MIDDLES) + rng.choice(_CODAS)
    return _voornamen("j" if geslacht == "1" else "m", origin).draw(rng)


def draw_achternaam(rng: random.Random, origin: str) -> tuple[str, str]:
    """Draw voorvoegsel and achternaam."""
    voorvoegsel, _, naam = _achternamen(origin).draw(rng).rpartition("_")
    return voorvoegsel.replace("_", " "), naam


def look_alikes(geslacht: str, origin: str, name: str) -> list[str]:
    """Return the names of the same table that parents of twins might choose beside this one."""
    names = _voornamen("j" if geslacht == "1" else "m", origin).names
    return [other for other in names if other != name and other[0] == name[0] and abs(len(other) - len(name)) <= 1]


def respell(rng: random.Random, name: str) -> str:
    """Write a name as somebody else might who heard it, or who follows another table of letters."""
    known = [*_spellings().get(name, ()), *(name.replace(old, new, 1) for old, new in _HABITS if old in name)]
    return rng.choice(known) if known else name


@cache
def _spellings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (_DATA / "schrijfwijzen.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            names = line.split()
            found.update({name: [other for other in names if other != name] for name in names})
    return found


@cache
def _voornamen(geslacht: str, origin: str) -> Pool:
    return _pool("voornamen.txt", (geslacht, origin))


@cache
def _achternamen(origin: str) -> Pool:
    return _pool("achternamen.txt", (origin,))


def _pool(file: str, wanted: tuple[str, ...]) -> Pool:
    names: list[str] = []
    weights: list[int] = []
    for path in (_HERE / file, _DATA / file):
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() and not names else ():
            head, _, tail = line.partition(":")
            *kind, weight = head.split()
            if tuple(kind) == wanted:
                for name in tail.split():
                    names.append(name.replace("_", " ") if file == "voornamen.txt" else name)
                    weights.append((weights[-1] if weights else 0) + int(weight))
    return Pool(tuple(names), tuple(weights))
