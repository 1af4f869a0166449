"""Teachers: add, change, take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.parnassys.data import ParnassysGroep, ParnassysLeerkracht, ParnassysSchool
from sandbox.parnassys.errors import NotAllowed
from sandbox.parnassys.rules.keys import change, next_key
from sandbox.parnassys.schools.names import eckid


@dataclass(frozen=True, slots=True)
class Leerkrachtinvoer:
    """What somebody fills in about a teacher."""

    roepnaam: str
    voorvoegsel: str | None
    achternaam: str
    emailadres: str | None
    groepen: Sequence[int]


def of_school(session: Session, school: ParnassysSchool) -> list[ParnassysLeerkracht]:
    """The teachers of a school by name."""
    rows = session.scalars(
        select(ParnassysLeerkracht)
        .where(ParnassysLeerkracht.school_id == school.id)
        .order_by(ParnassysLeerkracht.achternaam, ParnassysLeerkracht.roepnaam)
    )
    return list(rows)


def find(session: Session, school: ParnassysSchool, leerkracht_id: int) -> ParnassysLeerkracht:
    """Return a teacher of this school."""
    leerkracht = session.get(ParnassysLeerkracht, leerkracht_id)
    if leerkracht is None or leerkracht.school_id != school.id:
        raise NotAllowed("Deze leerkracht is er niet.")
    return leerkracht


def add(session: Session, school: ParnassysSchool, invoer: Leerkrachtinvoer, now: datetime) -> ParnassysLeerkracht:
    """Add a teacher, with a new key and an ECK iD."""
    school = change(session, school.id, now)
    key = next_key(school)
    leerkracht = ParnassysLeerkracht(school_id=school.id, key=key, eckid=eckid("leerkracht", school.brin, key))
    session.add(leerkracht)
    _write(session, school, leerkracht, invoer)
    return leerkracht


def update(
    session: Session, school: ParnassysSchool, leerkracht: ParnassysLeerkracht, invoer: Leerkrachtinvoer, now: datetime
) -> None:
    """Rename or move a teacher, or give one an e-mail address."""
    _write(session, change(session, school.id, now), leerkracht, invoer)


def remove(session: Session, school: ParnassysSchool, leerkracht: ParnassysLeerkracht, now: datetime) -> None:
    """Take a teacher away."""
    change(session, school.id, now)
    session.delete(leerkracht)
    session.flush()


def _write(
    session: Session, school: ParnassysSchool, leerkracht: ParnassysLeerkracht, invoer: Leerkrachtinvoer
) -> None:
    leerkracht.roepnaam = invoer.roepnaam
    leerkracht.voorvoegsel = invoer.voorvoegsel
    leerkracht.achternaam = invoer.achternaam
    leerkracht.emailadres = invoer.emailadres
    leerkracht.groepen = list(
        session.scalars(
            select(ParnassysGroep).where(
                ParnassysGroep.school_id == school.id, ParnassysGroep.id.in_(list(invoer.groepen))
            )
        )
    )
    session.flush()
