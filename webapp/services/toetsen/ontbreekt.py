"""Who of a groep has no score yet of a test that the groep took this school year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Groep, Leerling, Resultaat, Toets
from webapp.models.ids import LeerlingId, ToetsId
from webapp.schooljaar import days_of, schooljaar_of
from webapp.services.toetsen.rooster import is_of_other_year, leerlingen_of
from webapp.services.toetsen.spreiding import Ronde, rondes


@dataclass(frozen=True, slots=True)
class Ontbrekend:
    """A score that is still to be filled in."""

    leerling: Leerling
    toets: Toets
    ronde: Ronde
    """The last taking of the groep, in which it is missing."""


@dataclass(frozen=True, slots=True)
class Groepsstand:
    """How many are in a groep, and whose score is missing."""

    leerlingen: int
    ontbrekend: list[Ontbrekend]


def of_groep(session: Session, groep: Groep, today: date) -> Groepsstand:
    """Return by test and name whose score of the last taking is missing. A test that nobody took is not missed yet."""
    leerlingen = [leerling for leerling, is_present in leerlingen_of(session, groep) if is_present]
    days: dict[ToetsId, dict[LeerlingId, list[date]]] = defaultdict(lambda: defaultdict(list))
    query = (
        select(Resultaat.leerling_id, Resultaat.toets_id, Resultaat.afnamedatum)
        .join(Resultaat.leerling)
        .where(Resultaat.school_id == groep.school_id, Leerling.groep_id == groep.id)
        .where(Resultaat.afnamedatum.between(*days_of(schooljaar_of(today))))
    )
    for leerling_id, toets_id, day in session.execute(query):
        days[toets_id][leerling_id].append(day)
    found = list[Ontbrekend]()
    for toets in session.scalars(select(Toets).where(Toets.id.in_(days)).order_by(Toets.naam, Toets.id)):
        taken = days[toets.id]
        last = rondes(day for own in taken.values() for day in own)[0]
        of_year = [each for each in leerlingen if not is_of_other_year(each, groep, toets)] or leerlingen
        found += [
            Ontbrekend(each, toets, last)
            for each in of_year
            if not any(last.has(day) for day in taken.get(each.id, []))
        ]
    return Groepsstand(len(leerlingen), found)
