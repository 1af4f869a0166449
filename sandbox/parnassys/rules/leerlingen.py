"""Pupils: enrol, change (rename, move), let go and take back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from sandbox.parnassys.data import Groepsoort, ParnassysGroep, ParnassysLeerling, ParnassysSchool
from sandbox.parnassys.errors import DomainError, NotAllowed
from sandbox.parnassys.rules.keys import change, next_key
from sandbox.parnassys.schools.names import eckid, number


@dataclass(frozen=True, slots=True)
class Leerlinginvoer:
    """What somebody fills in about a pupil."""

    roepnaam: str
    voorvoegsel: str | None
    achternaam: str
    geboortedatum: date
    geslacht: str
    jaargroep: str
    groep_id: int | None
    samengestelde_groepen: Sequence[int]


def enrolled(session: Session, school: ParnassysSchool) -> list[ParnassysLeerling]:
    """Everybody who goes to this school now, by jaargroep and name."""
    rows = session.scalars(
        select(ParnassysLeerling)
        .where(ParnassysLeerling.school_id == school.id, ParnassysLeerling.uitgeschreven_op.is_(None))
        .order_by(ParnassysLeerling.jaargroep, ParnassysLeerling.achternaam, ParnassysLeerling.roepnaam)
        .options(selectinload(ParnassysLeerling.groep), selectinload(ParnassysLeerling.samengestelde_groepen))
    )
    return list(rows)


def left(session: Session, school: ParnassysSchool) -> list[ParnassysLeerling]:
    """Everybody who left, newest first."""
    rows = session.scalars(
        select(ParnassysLeerling)
        .where(ParnassysLeerling.school_id == school.id, ParnassysLeerling.uitgeschreven_op.is_not(None))
        .order_by(ParnassysLeerling.uitgeschreven_op.desc(), ParnassysLeerling.achternaam)
    )
    return list(rows)


def find(session: Session, school: ParnassysSchool, leerling_id: int) -> ParnassysLeerling:
    """Return a pupil of this school; another school's pupil does not exist here."""
    leerling = session.get(ParnassysLeerling, leerling_id)
    if leerling is None or leerling.school_id != school.id:
        raise NotAllowed("Deze leerling is er niet.")
    return leerling


def enrol(session: Session, school: ParnassysSchool, invoer: Leerlinginvoer, now: datetime) -> ParnassysLeerling:
    """Add a pupil, with a new key and an ECK iD."""
    school = change(session, school.id, now)
    key = next_key(school)
    leerling = ParnassysLeerling(
        school_id=school.id,
        key=key,
        eckid=eckid("leerling", school.brin, key),
        bsn_laatste_vier=f"{number('bsn', school.brin, key) % 10_000:04}",
    )
    _write(session, school, leerling, invoer)
    session.add(leerling)
    session.flush()
    return leerling


def update(
    session: Session, school: ParnassysSchool, leerling: ParnassysLeerling, invoer: Leerlinginvoer, now: datetime
) -> None:
    """Rename, move or correct a pupil; key and ECK iD stay."""
    _write(session, change(session, school.id, now), leerling, invoer)


def leave(session: Session, school: ParnassysSchool, leerling: ParnassysLeerling, now: datetime) -> None:
    """Take a pupil off the school: from now on UWLR does not know it."""
    change(session, school.id, now)
    leerling.uitgeschreven_op = now.date()
    leerling.groep = None
    leerling.samengestelde_groepen = []


def enrol_again(
    session: Session, school: ParnassysSchool, leerling: ParnassysLeerling, now: datetime
) -> ParnassysLeerling:
    """Take a pupil back. ParnasSys makes a new record: another key, the same ECK iD, no group yet."""
    if leerling.uitgeschreven_op is None:
        raise DomainError(f"{leerling.volledige_naam} is al ingeschreven. Er is niets gewijzigd.")
    invoer = Leerlinginvoer(
        leerling.roepnaam,
        leerling.voorvoegsel,
        leerling.achternaam,
        leerling.geboortedatum,
        leerling.geslacht,
        leerling.jaargroep,
        None,
        (),
    )
    again = enrol(session, school, invoer, now)
    again.eckid = leerling.eckid
    again.bsn_laatste_vier = leerling.bsn_laatste_vier
    return again


def _write(session: Session, school: ParnassysSchool, leerling: ParnassysLeerling, invoer: Leerlinginvoer) -> None:
    groepen = {groep.id: groep for groep in _groepen(session, school)}
    leerling.roepnaam = invoer.roepnaam
    leerling.voorvoegsel = invoer.voorvoegsel
    leerling.achternaam = invoer.achternaam
    leerling.voorletters = invoer.roepnaam[0] if invoer.roepnaam[0].isalpha() else None
    leerling.geboortedatum = invoer.geboortedatum
    leerling.geslacht = invoer.geslacht
    leerling.jaargroep = invoer.jaargroep
    leerling.groep = groepen.get(invoer.groep_id) if invoer.groep_id else None
    leerling.samengestelde_groepen = [
        groepen[groep_id]
        for groep_id in invoer.samengestelde_groepen
        if groep_id in groepen and groepen[groep_id].soort is Groepsoort.SAMENGESTELD
    ]
    session.flush()


def _groepen(session: Session, school: ParnassysSchool) -> Sequence[ParnassysGroep]:
    return session.scalars(select(ParnassysGroep).where(ParnassysGroep.school_id == school.id)).all()
