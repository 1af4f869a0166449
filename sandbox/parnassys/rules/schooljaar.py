"""The next school year: everybody moves up, jaargroep 8 leaves, and the groups are made anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.parnassys.data import (
    COMBINATIEGROEP,
    JAARGROEPEN,
    Groepsoort,
    ParnassysGroep,
    ParnassysLeerling,
    ParnassysSchool,
)
from sandbox.parnassys.rules import groepen, leerlingen
from sandbox.parnassys.rules.keys import change, next_key
from webapp.schooljaar import next_schooljaar

_LAST_JAARGROEP = JAARGROEPEN[-1]


@dataclass(frozen=True, slots=True)
class Overgang:
    """What the start of a new school year did."""

    schooljaar: str
    doorgestroomd: int
    vertrokken: int
    zonder_groep: int


def start_next(session: Session, school: ParnassysSchool, now: datetime) -> Overgang:
    """Start the next school year.

    Pupils go to the group that housed the next jaargroep; where there are parallel groups, a stays with a. Groups
    keep their name and get a new key, as ParnasSys makes a new division each year. Samengestelde groepen start empty.
    """
    school = change(session, school.id, now)
    pupils = leerlingen.enrolled(session, school)
    old = groepen.of_school(session, school, Groepsoort.STAMGROEP)
    target = _division(old, pupils)
    vertrokken = zonder_groep = 0
    for leerling in pupils:
        leerling.samengestelde_groepen = []
        if leerling.jaargroep == _LAST_JAARGROEP:
            leerling.uitgeschreven_op = now.date()
            leerling.groep = None
            vertrokken += 1
            continue
        leerling.jaargroep = str(int(leerling.jaargroep) + 1)
        leerling.groep = target.get((leerling.groep_id, leerling.jaargroep))
        zonder_groep += leerling.groep is None
    for groep in old:
        groep.key = next_key(school)
    school.schooljaar = next_schooljaar(school.schooljaar)
    session.flush()
    return Overgang(school.schooljaar, len(pupils) - vertrokken, vertrokken, zonder_groep)


def _division(
    old: Sequence[ParnassysGroep], pupils: Sequence[ParnassysLeerling]
) -> dict[tuple[int | None, str], ParnassysGroep]:
    """Per group of now and jaargroep of next year: the group to sit in."""
    houses = _houses(old, pupils)
    division: dict[tuple[int | None, str], ParnassysGroep] = {}
    for jaargroep in JAARGROEPEN[:-1]:
        to = str(int(jaargroep) + 1)
        for index, groep in enumerate(houses[jaargroep]):
            # A combination group that houses the next jaargroep too keeps its pupils.
            if groep in houses[to]:
                division[groep.id, to] = groep
            elif houses[to]:
                division[groep.id, to] = houses[to][min(index, len(houses[to]) - 1)]
    return division


def _houses(old: Sequence[ParnassysGroep], pupils: Sequence[ParnassysLeerling]) -> dict[str, list[ParnassysGroep]]:
    """Which groups hold which jaargroep, by name: as they say themselves, or as their name or their pupils show."""
    present: dict[int, set[str]] = defaultdict(set)
    for leerling in pupils:
        if leerling.groep_id is not None:
            present[leerling.groep_id].add(leerling.jaargroep)
    houses: dict[str, list[ParnassysGroep]] = defaultdict(list)
    for groep in sorted(old, key=lambda each: each.naam):
        for jaargroep in JAARGROEPEN:
            named = groep.jaargroep == COMBINATIEGROEP and jaargroep in groep.naam
            if groep.jaargroep == jaargroep or named or jaargroep in present[groep.id]:
                houses[jaargroep].append(groep)
    return houses
