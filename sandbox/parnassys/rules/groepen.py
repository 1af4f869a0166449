"""Groups: add, rename, take away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sandbox.parnassys.data import Groepsoort, ParnassysGroep, ParnassysLeerling, ParnassysSchool
from sandbox.parnassys.errors import NotAllowed
from sandbox.parnassys.rules.keys import change, next_key


def of_school(session: Session, school: ParnassysSchool, soort: Groepsoort | None = None) -> list[ParnassysGroep]:
    """The groups of a school, stamgroepen first."""
    query = select(ParnassysGroep).where(ParnassysGroep.school_id == school.id)
    if soort is not None:
        query = query.where(ParnassysGroep.soort == soort)
    return list(session.scalars(query.order_by(ParnassysGroep.soort.desc(), ParnassysGroep.naam)))


def pupils_per_groep(session: Session, school: ParnassysSchool) -> dict[int, int]:
    """How many pupils each stamgroep has."""
    rows = session.execute(
        select(ParnassysLeerling.groep_id, func.count())
        .where(ParnassysLeerling.school_id == school.id, ParnassysLeerling.groep_id.is_not(None))
        .group_by(ParnassysLeerling.groep_id)
    )
    return {groep_id: count for groep_id, count in rows if groep_id is not None}


def find(session: Session, school: ParnassysSchool, groep_id: int) -> ParnassysGroep:
    """Return a group of this school."""
    groep = session.get(ParnassysGroep, groep_id)
    if groep is None or groep.school_id != school.id:
        raise NotAllowed("Deze groep is er niet.")
    return groep


def add(
    session: Session,
    school: ParnassysSchool,
    *,
    soort: Groepsoort,
    naam: str,
    jaargroep: str | None,
    omschrijving: str | None,
    now: datetime,
) -> ParnassysGroep:
    """Add a group with a key of its own; only a stamgroep has a jaargroep."""
    school = change(session, school.id, now)
    groep = ParnassysGroep(
        school_id=school.id,
        soort=soort,
        key=next_key(school),
        naam=naam,
        jaargroep=jaargroep if soort is Groepsoort.STAMGROEP else None,
        omschrijving=omschrijving,
    )
    session.add(groep)
    session.flush()
    return groep


def rename(
    session: Session,
    school: ParnassysSchool,
    groep: ParnassysGroep,
    *,
    naam: str,
    jaargroep: str | None,
    omschrijving: str | None,
    now: datetime,
) -> None:
    """Change a group; its key and its pupils stay."""
    change(session, school.id, now)
    groep.naam = naam
    groep.jaargroep = jaargroep if groep.is_stamgroep else None
    groep.omschrijving = omschrijving


def remove(session: Session, school: ParnassysSchool, groep: ParnassysGroep, now: datetime) -> None:
    """Take a group away; its pupils stay at school, without a group."""
    change(session, school.id, now)
    session.delete(groep)
    session.flush()
    session.expire_all()
