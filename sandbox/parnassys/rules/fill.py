"""Make the sandbox's tables and fill them with the invented schools."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.orm import Session

from sandbox.parnassys.data import (
    SCHEMA,
    Aanbiederkoppeling,
    GevangenMail,
    Groepsoort,
    ParnassysGroep,
    ParnassysLeerkracht,
    ParnassysLeerling,
    ParnassysSchool,
    SandboxBase,
    ToetsDefinitie,
)
from sandbox.parnassys.schools import BRINCODES, InventedSchool, invented_school

_LOGINS = {"99XX": ("regenboog", "regenboog-proef"), "99YY": ("kompas", "kompas-proef")}
_TABLE_LOCK = 0x6B6F7070
"""The mail catcher takes the same lock when it makes its table."""
_ROOM_FOR_NEW_KEYS = 100_000


def create_tables(connection: Connection) -> None:
    """Make what is missing. Tables of another version of the sandbox are made anew: nothing in them is real.

    Mails are left alone: the mail catcher may be writing them already.
    """
    connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _TABLE_LOCK})
    connection.execute(text(f"create schema if not exists {SCHEMA}"))
    version = _version()
    known = connection.scalar(
        text("select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = :name"), {"name": SCHEMA}
    )
    if known != version:
        mail = GevangenMail.__table__
        ours = [table for table in SandboxBase.metadata.sorted_tables if table is not mail]
        SandboxBase.metadata.drop_all(connection, tables=ours)
        connection.execute(text(f"comment on schema {SCHEMA} is '{version}'"))
    SandboxBase.metadata.create_all(connection)


def _version() -> str:
    """A fingerprint of the tables as the code has them."""
    columns = [
        f"{table.name}.{column.name} {column.type!r} {column.nullable}"
        for table in SandboxBase.metadata.sorted_tables
        for column in table.columns
    ]
    return sha256("\n".join(columns).encode()).hexdigest()[:16]


def fill(session: Session, schooljaar: str, now: datetime) -> list[ParnassysSchool]:
    """Add the invented schools that are not there yet; return the ones that were added."""
    known = set(session.scalars(select(ParnassysSchool.brin)))
    return [add_school(session, invented_school(brin, schooljaar), now) for brin in BRINCODES if brin not in known]


def refill(session: Session, school: ParnassysSchool, schooljaar: str, now: datetime) -> None:
    """Bring the pupils, groups and teachers of a school back to the start; the koppeling and its key stay.

    What had arrived goes too, since results hang on pupils. Keys that were given out are not given out again.
    """
    for table in (ToetsDefinitie, ParnassysLeerling, ParnassysLeerkracht, ParnassysGroep):
        session.execute(delete(table).where(table.school_id == school.id))
    school.schooljaar = schooljaar
    school.gewijzigd_op = now
    _add_contents(session, school, invented_school(school.brin, schooljaar))


def add_school(session: Session, invented: InventedSchool, now: datetime) -> ParnassysSchool:
    """Add one invented school with everything in it; the koppeling is open already."""
    gebruikersnaam, wachtwoord = _LOGINS[invented.brin]
    school = ParnassysSchool(
        naam=invented.naam,
        brin=invented.brin,
        vestiging=invented.vestiging,
        schooljaar=invented.schooljaar,
        gebruikersnaam=gebruikersnaam,
        wachtwoord=wachtwoord,
        volgende_key=max(int(leerling.key) for leerling in invented.leerlingen) + _ROOM_FOR_NEW_KEYS,
        gewijzigd_op=now,
        koppeling=Aanbiederkoppeling(opengezet_op=now),
    )
    session.add(school)
    session.flush()
    _add_contents(session, school, invented)
    return school


def _add_contents(session: Session, school: ParnassysSchool, invented: InventedSchool) -> None:
    groepen = {
        groep.key: ParnassysGroep(
            school_id=school.id,
            soort=Groepsoort.STAMGROEP,
            key=groep.key,
            naam=groep.naam,
            jaargroep=groep.jaargroep,
            omschrijving=None,
        )
        for groep in invented.groepen
    } | {
        groep.key: ParnassysGroep(
            school_id=school.id,
            soort=Groepsoort.SAMENGESTELD,
            key=groep.key,
            naam=groep.naam,
            jaargroep=None,
            omschrijving=groep.omschrijving,
        )
        for groep in invented.samengestelde_groepen
    }
    session.add_all(groepen.values())
    session.add_all(
        ParnassysLeerling(
            school_id=school.id,
            key=wie.key,
            eckid=wie.eckid,
            achternaam=wie.achternaam,
            voorvoegsel=wie.voorvoegsel,
            voorletters=wie.voorletters or None,
            roepnaam=wie.roepnaam,
            geboortedatum=wie.geboortedatum,
            geslacht=wie.geslacht,
            jaargroep=wie.jaargroep,
            groep=groepen[wie.groep] if wie.groep else None,
            bsn_laatste_vier=wie.bsn_laatste_vier,
            samengestelde_groepen=[groepen[key] for key in wie.samengestelde_groepen],
        )
        for wie in invented.leerlingen
    )
    session.add_all(
        ParnassysLeerkracht(
            school_id=school.id,
            key=wie.key,
            eckid=wie.eckid,
            achternaam=wie.achternaam,
            voorvoegsel=wie.voorvoegsel,
            roepnaam=wie.roepnaam,
            emailadres=wie.emailadres,
            groepen=[groepen[key] for key in (*wie.groepen, *wie.samengestelde_groepen)],
        )
        for wie in invented.leerkrachten
    )
    session.flush()
