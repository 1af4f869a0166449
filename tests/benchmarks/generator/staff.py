"""Two files about the leerkrachten or the groepen of one invented school, with the truth beside them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from tests.benchmarks.generator.aanleveringen import Aanlevering
from tests.benchmarks.generator.names import draw_achternaam, draw_origin, draw_voornaam
from tests.benchmarks.generator.noise import slip
from webapp.matching import Groepsgegeven, Persoon
from webapp.matching.folding import words

_LEAVES, _ARRIVES, _SUCCESSORS, _NAMESAKES = 0.08, 0.08, 0.1, 0.01
_MARRIES, _TYPOS, _INITIALS_ONLY, _STALE_KEYS = 0.02, 0.015, 0.02, 0.02
_NO_EMAIL, _SHARED_EMAIL = 0.12, 0.05
_FIRST_NAME = 2
"""The style of address that goes to a successor with the same first name."""
_GROEP_STYLES = ("{0}{1}", "Groep {0}{1}", "groep {0} {1}", "{0}{1} - juf Anna", "Gr. {0}{1}")


@dataclass(frozen=True)
class Groepen:
    """One school: the groepen that are known and those that come in; the truth by incoming id."""

    existing: list[Groepsgegeven]
    incoming: list[Groepsgegeven]
    truth: dict[str, frozenset[str]]


def make_team(seed: int, *, ids: str = "none") -> Aanlevering:
    """Invent a team with leavers, newcomers, successors who take over an address, namesakes, and changes of surname."""
    rng = random.Random(f"team-{seed}-{ids}")
    domain, style = f"school{seed}.example", rng.randrange(4)
    with_email, same_domain = rng.random() < 0.65, rng.random() < 0.9
    existing: list[Persoon] = []
    incoming: list[Persoon] = []
    truth: dict[str, frozenset[str]] = {}
    known: list[Persoon] = []
    for nr in range(rng.randint(8, 28)):
        person = _person(rng, nr, domain, style, known)
        known.append(person)
        leaves = rng.random() < _LEAVES
        arrives = not leaves and rng.random() < _ARRIVES
        key = f"L{seed}-{nr}" if ids != "none" else None
        if not arrives:
            existing.append(_noise(rng, replace(person, id=f"e{nr}", las_key=key)))
        if leaves and rng.random() < _SUCCESSORS and person.email and style == _FIRST_NAME:
            heir = _person(rng, nr + 100, domain, style, [])
            incoming.append(replace(heir, id=f"i{nr + 100}", roepnaam=person.roepnaam, email=person.email))
            truth[f"i{nr + 100}"] = frozenset()
        if not leaves:
            now = _later(rng, person, domain, style, same_domain=same_domain)
            if not with_email:
                now = replace(now, email=None)
            incoming.append(_noise(rng, replace(now, id=f"i{nr}", las_key=key)))
            truth[f"i{nr}"] = frozenset() if arrives else frozenset({f"e{nr}"})
    for place in range(len(existing)):
        if key and rng.random() < _STALE_KEYS:
            other = rng.randrange(len(existing))
            keys = existing[other].las_key, existing[place].las_key
            existing[place] = replace(existing[place], las_key=keys[0])
            existing[other] = replace(existing[other], las_key=keys[1])
    rng.shuffle(incoming)
    return Aanlevering(existing, incoming, truth)


def _person(rng: random.Random, nr: int, domain: str, style: int, known: list[Persoon]) -> Persoon:
    if known and rng.random() < _NAMESAKES:
        of = rng.choice(known)
        return replace(of, email=_second(_address(rng, of, domain, style)))
    origin, geslacht = draw_origin(rng), rng.choice("1222")
    voorvoegsel, achternaam = draw_achternaam(rng, origin)
    roepnaam = draw_voornaam(rng, geslacht, origin)
    person = Persoon(
        str(nr),
        achternaam=achternaam,
        voorvoegsel=voorvoegsel or None,
        roepnaam=roepnaam,
    )
    return replace(person, email=_address(rng, person, domain, style))


def _address(rng: random.Random, person: Persoon, domain: str, style: int) -> str | None:
    if rng.random() < _NO_EMAIL:
        return None
    if rng.random() < _SHARED_EMAIL:
        return f"{rng.choice(('info', 'groep5', 'directie'))}@{domain}"
    first, last = "".join(words(person.roepnaam)), "".join(words(person.achternaam))
    return (f"{first[:1]}.{last}", f"{first}.{last}", first, f"{last}{first[:1]}")[style] + f"@{domain}"


def _second(address: str | None) -> str | None:
    return None if address is None else address.replace("@", "2@")


def _later(rng: random.Random, person: Persoon, domain: str, style: int, *, same_domain: bool) -> Persoon:
    """The same person a year on: perhaps another surname, perhaps an address at the board."""
    if rng.random() < _MARRIES:
        voorvoegsel, achternaam = draw_achternaam(rng, "nl")
        person = replace(person, voorvoegsel=voorvoegsel or None, achternaam=achternaam)
        if rng.random() < 0.5:
            person = replace(person, email=_address(rng, person, domain, style))
    if not same_domain and person.email:
        person = replace(person, email=f"{person.email.partition('@')[0]}@bestuur.example")
    return person


def _noise(rng: random.Random, person: Persoon) -> Persoon:
    if rng.random() < _TYPOS:
        person = replace(person, achternaam=slip(rng, person.achternaam or ""))
    if rng.random() < _TYPOS:
        person = replace(person, roepnaam=slip(rng, person.roepnaam or ""))
    if rng.random() < _INITIALS_ONLY:
        person = replace(person, roepnaam=(person.roepnaam or "X")[0] + ".")
    return person


def make_groepen(seed: int) -> Groepen:
    """Invent the groepen of two systems that write names in their own way, after a new division of some of them."""
    rng = random.Random(f"groepen-{seed}")
    ours, theirs = rng.choice(_GROEP_STYLES), rng.choice(_GROEP_STYLES)
    existing: list[Groepsgegeven] = []
    incoming: list[Groepsgegeven] = []
    truth: dict[str, frozenset[str]] = {}
    for jaar, letters in _division(rng):
        for letter in letters:
            id_, jaargroep = f"{jaar}{letter}", "C" if "/" in jaar else jaar
            if rng.random() > 0.05:
                existing.append(Groepsgegeven(f"e{id_}", None, ours.format(jaar, letter), jaargroep, "2025-2026"))
            if rng.random() > 0.05:
                incoming.append(Groepsgegeven(f"i{id_}", id_, theirs.format(jaar, letter), jaargroep, "2026-2027"))
                truth[f"i{id_}"] = frozenset({f"e{id_}"} & {groep.id for groep in existing})
    rng.shuffle(incoming)
    return Groepen(existing, incoming, truth)


def _division(rng: random.Random) -> list[tuple[str, str]]:
    """Years with the letters of their groepen; a small school combines two years."""
    if rng.random() < 0.2:
        return [(f"{year}/{year + 1}", rng.choice(("", "a"))) for year in (1, 3, 5, 7)]
    return [(str(year), rng.choice(("", "a", "ab", "ab", "abc")) or " ") for year in range(1, 9)]
