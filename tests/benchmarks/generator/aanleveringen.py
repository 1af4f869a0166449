"""Two files about one invented school, with the truth beside them.

They have the shape that the product meets: the test centre holds no voornamen and no voorletters; the LAS may send
them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from tests.benchmarks.generator.noise import LEVELS, add_noise
from tests.benchmarks.generator.schools import Child, School, make_school
from webapp.matching import Persoon

_IDS = {"none": (0.0, 0.0), "some": (0.4, 0.3), "half": (0.55, 0.5), "most": (0.93, 0.9)}
"""Chance of an ECK iD and of a LAS key, per side: a quarter, half and nearly all of the children share one."""
_DOUBLES_EXISTING = 0.006
_DOUBLES_INCOMING = 0.0025
_STALE_KEYS = 0.02
_STALE_KEYS_FAR = 0.8
"""Part of the stale keys exchanged with any child; the others with the next one, who may be a brother or twin."""
_SWAPPED_ECKIDS = 0.004


@dataclass(frozen=True)
class Aanlevering:
    """One school: what is known, what comes in, and for each incoming id which existing ids are that child."""

    existing: list[Persoon]
    incoming: list[Persoon]
    truth: dict[str, frozenset[str]]
    origins: dict[str, str] = field(default_factory=dict)
    """Where the names of each incoming child come from."""


def make_aanlevering(seed: int, *, noise: str = "medium", ids: str = "none", size: int = 220, traps: bool = True,
                  dates: bool = True, even: bool = False) -> Aanlevering:  # fmt: skip
    """Invent one school; the same arguments always give the same one."""
    rng = random.Random(f"{seed}-{noise}-{ids}-{size}-{traps}")
    school = make_school(rng, size, traps=traps, even=even)
    level = LEVELS[noise]
    fields = (rng.random() < 0.6, rng.random() < 0.7)
    eckids = _eckids(rng, school, traps)
    existing = _side(rng, "e", school.before, level, fields, ids, {}, _DOUBLES_EXISTING * min(level, 2))
    existing = [(nr, _as_kept(persoon)) for nr, persoon in existing]
    incoming = _side(rng, "i", school.now, level, fields, ids, eckids, _DOUBLES_INCOMING * min(level, 2))
    if traps and ids != "none":
        existing = _stale(rng, existing)
    by_child: dict[int, set[str]] = {}
    for nr, persoon in existing:
        by_child.setdefault(nr, set()).add(persoon.id)
    truth = {persoon.id: frozenset(by_child.get(nr, ())) for nr, persoon in incoming}
    ours, theirs = [persoon for _, persoon in incoming], [persoon for _, persoon in existing]
    if not dates:
        ours = [replace(persoon, geboortedatum=None) for persoon in ours]
    rng.shuffle(ours)
    rng.shuffle(theirs)
    origin = {child.nr: child.origin for child in school.now}
    return Aanlevering(theirs, ours, truth, {persoon.id: origin[nr] for nr, persoon in incoming})


def _as_kept(persoon: Persoon) -> Persoon:
    """Return the record as a test centre keeps it, where somebody typed into the one field for a first name."""
    known = persoon.roepnaam or (persoon.voornamen or "").partition(" ")[0] or persoon.voorletters
    return replace(persoon, roepnaam=known, voornamen=None, voorletters=None)


def _eckids(rng: random.Random, school: School, traps: bool) -> dict[int, str]:
    """Exchange some ECK iDs in the new aanlevering, half of them between neighbours, who may be brothers or twins."""
    swapped: dict[int, str] = {}
    for place, child in enumerate(school.now[:-1]):
        if traps and rng.random() < _SWAPPED_ECKIDS:
            other = school.now[place + 1] if rng.random() < 0.5 else rng.choice(school.now)
            swapped[child.nr], swapped[other.nr] = other.eckid, child.eckid
    return swapped


def _side(rng: random.Random, prefix: str, children: list[Child], level: float, fields: tuple[bool, bool], ids: str,
          eckids: dict[int, str], doubles: float) -> list[tuple[int, Persoon]]:  # fmt: skip
    found: list[tuple[int, Persoon]] = []
    for child in children:
        copies = 1 + (rng.random() < doubles)
        for copy in range(copies):
            known = _persoon(rng, f"{prefix}{child.nr}-{copy}", child, fields, ids, eckids if copy == 0 else None)
            found.append((child.nr, add_noise(rng, known, level if copy == 0 else max(level, 2))))
    return found


def _persoon(rng: random.Random, id_: str, child: Child, fields: tuple[bool, bool], ids: str,
             eckids: dict[int, str] | None) -> Persoon:  # fmt: skip
    with_eckid, with_key = _IDS[ids]
    return Persoon(
        id_,
        las_key=child.las_key if eckids is not None and rng.random() < with_key else None,
        eckid=eckids.get(child.nr, child.eckid) if eckids is not None and rng.random() < with_eckid else None,
        achternaam=child.achternaam,
        voorvoegsel=child.voorvoegsel or None,
        roepnaam=child.roepnaam,
        voornamen=" ".join(child.voornamen) if fields[0] else None,
        voorletters="".join(f"{naam[0]}." for naam in child.voornamen) if fields[1] else None,
        geboortedatum=child.geboortedatum,
        geslacht=child.geslacht,
        jaargroep=str(child.jaargroep),
        groep=f"{child.jaargroep}{'ab'[child.nr % 2]}",
    )


def _stale(rng: random.Random, existing: list[tuple[int, Persoon]]) -> list[tuple[int, Persoon]]:
    """Give some records a key that the LAS has since given to another child."""
    keys = [persoon.las_key for _, persoon in existing]
    for place in range(len(keys)):
        if rng.random() < _STALE_KEYS:
            other = rng.randrange(len(keys)) if rng.random() < _STALE_KEYS_FAR else (place + 1) % len(keys)
            keys[place], keys[other] = keys[other], keys[place]
    return [(nr, replace(persoon, las_key=key)) for (nr, persoon), key in zip(existing, keys, strict=True)]
