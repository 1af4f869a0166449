"""Invented schools: children in families, with the twins, namesakes and comings and goings of a real one."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from tests.benchmarks.generator.names import draw_achternaam, draw_origin, draw_voornaam, look_alikes

_TWIN_BIRTHS = 0.017
_SAME_SEX_TWINS = 0.66
_LOOK_ALIKE_TWINS = 0.2
_TWINS_SHARE_VOORNAAM = 0.05
_DOUBLE_NAMES = 0.05
_TWINS_SHARE_DOUBLE = 0.5
_SIBLING = 0.38
_NAMESAKES = 0.004
_FIRST_SCHOOL_YEAR_BORN = 2014


@dataclass(frozen=True)
class Child:
    """The truth about one child."""

    nr: int
    roepnaam: str
    voornamen: tuple[str, ...]
    voorvoegsel: str
    achternaam: str
    geboortedatum: date
    geslacht: str
    jaargroep: int
    origin: str = "nl"
    eckid: str = ""
    las_key: str = ""


@dataclass
class School:
    """The children that the test centre knew last year and those that the LAS delivers now."""

    before: list[Child] = field(default_factory=list)
    now: list[Child] = field(default_factory=list)


def make_school(
    rng: random.Random, size: int = 220, *, traps: bool = True, rollover: bool = True, even: bool = False
) -> School:
    """Invent a school of about `size` pupils; with `traps` twins and namesakes are split over the two sides."""
    children = _children(rng, size, even)
    school = School()
    pairs = [pair for pair in pairwise(children) if _are_twins(*pair)]
    twins = {child.nr for pair in pairs for child in pair}
    for child in children:
        stays = _stays(rng, child, rollover)
        if child.nr in twins and traps and rng.random() < 0.04:
            stays = rng.choice(("leaver", "newcomer"))
        if stays != "newcomer":
            school.before.append(child)
        if stays != "leaver":
            moved = 1 if rollover and rng.random() > 0.015 else 0
            school.now.append(replace(child, jaargroep=min(8, child.jaargroep + moved)))
    return school


def _stays(rng: random.Random, child: Child, rollover: bool) -> str:
    if rollover and child.jaargroep == 8:
        return "leaver"
    chance = rng.random()
    if chance < 0.025:
        return "leaver"
    if chance < 0.05 or (rollover and child.jaargroep == 1 and chance < 0.8):
        return "newcomer"
    return "stays"


def _are_twins(one: Child, other: Child) -> bool:
    return one.geboortedatum == other.geboortedatum and one.achternaam == other.achternaam


def _children(rng: random.Random, size: int, even: bool) -> list[Child]:
    children: list[Child] = []
    while len(children) < size:
        origin = draw_origin(rng, even=even)
        voorvoegsel, achternaam = draw_achternaam(rng, origin)
        if children and rng.random() < _NAMESAKES:
            children.append(_namesake(rng, rng.choice(children), len(children)))
            continue
        births = 1 + (rng.random() < _SIBLING) + (rng.random() < _SIBLING / 3)
        for year in rng.sample(range(1, 9), births):
            first = make_child(rng, len(children), origin, (voorvoegsel, achternaam), year)
            children.append(first)
            if rng.random() < _TWIN_BIRTHS:
                children.append(make_twin(rng, first))
    return children


def make_child(rng: random.Random, nr: int, origin: str, naam: tuple[str, str], jaargroep: int) -> Child:
    geslacht = rng.choice("12")
    first = draw_voornaam(rng, geslacht, origin)
    others = tuple(draw_voornaam(rng, geslacht, origin) for _ in range(rng.choices((0, 1, 2, 3), (40, 35, 20, 5))[0]))
    if rng.random() < _DOUBLE_NAMES:  # Eva-Fleur, Mohamed Amin
        first = f"{first}{rng.choice('- ')}{draw_voornaam(rng, geslacht, origin)}"
    formal = first if rng.random() < 0.75 else draw_voornaam(rng, geslacht, origin)
    voornamen = (formal, *others) if formal == first or rng.random() < 0.7 else (formal, first, *others)
    october = date(_FIRST_SCHOOL_YEAR_BORN + 8 - jaargroep, 10, 1)
    day = october + timedelta(days=int(rng.triangular(-30, 365, 170)))
    eckid = f"https://ketenid.nl/201703/{rng.getrandbits(256):064x}"
    return Child(nr, first, voornamen, *naam, day, geslacht, jaargroep, origin, eckid, str(rng.randrange(10**8, 10**9)))


def make_twin(rng: random.Random, first: Child) -> Child:
    same_sex = rng.random() < _SAME_SEX_TWINS
    geslacht = first.geslacht if same_sex else "2" if first.geslacht == "1" else "1"
    other = make_child(rng, first.nr + 1, first.origin, (first.voorvoegsel, first.achternaam), first.jaargroep)
    alike = look_alikes(geslacht, first.origin, first.roepnaam)
    roepnaam = rng.choice(alike) if alike and rng.random() < _LOOK_ALIKE_TWINS else other.roepnaam
    begin, sign, end = first.roepnaam.partition("-" if "-" in first.roepnaam else " ")
    if end and rng.random() < _TWINS_SHARE_DOUBLE:
        roepnaam = f"{begin}{sign}{other.roepnaam.partition(sign)[0]}"
    if roepnaam == first.roepnaam:
        roepnaam += "e"
    voornamen = (roepnaam, *other.voornamen[1:])
    if rng.random() < _TWINS_SHARE_VOORNAAM:
        voornamen = (first.voornamen[0], roepnaam)
    elif rng.random() < 0.15:
        voornamen = (roepnaam, *first.voornamen[1:])
    return replace(other, roepnaam=roepnaam, voornamen=voornamen, geboortedatum=first.geboortedatum, geslacht=geslacht)


def _namesake(rng: random.Random, of: Child, nr: int) -> Child:
    other = make_child(rng, nr, of.origin, (of.voorvoegsel, of.achternaam), rng.randint(1, 8))
    voornamen = of.voornamen if rng.random() < 0.2 else (of.roepnaam, *other.voornamen[1:])
    return replace(other, roepnaam=of.roepnaam, voornamen=voornamen, geslacht=of.geslacht)
