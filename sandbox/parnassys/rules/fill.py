"""Make the tables of ParnasSys and fill them with the invented schools."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.orm import Session

from sandbox.parnassys.data import (
    SCHEMA,
    Aanbiederkoppeling,
    Groepsoort,
    ParnassysBase,
    ParnassysGroep,
    ParnassysLeerkracht,
    ParnassysLeerling,
    ParnassysSchool,
    ToetsDefinitie,
)
from sandbox.parnassys.schools import BRINCODES, InventedSchool, invented_school

_LOGINS = {"99XX": ("regenboog", "regenboog-proef"), "99YY": ("kompas", "kompas-proef")}
_TABLE_LOCK = 0x6B6F7070
"""Whoever makes the table of the mailbox takes the same lock: see the former schema below."""
_ROOM_FOR_NEW_KEYS = 100_000
_FORMER_SCHEMA = """
do $$ begin
    if to_regclass('sandbox.school') is not null and to_regclass('parnassys.school') is null then
        alter schema sandbox rename to parnassys;
        create schema sandbox;
        alter table if exists parnassys.mail set schema sandbox;
    end if;
end $$
"""
"""ParnasSys once shared a schema with the mailbox: what was practised in it then, moves along."""


def create_tables(connection: Connection) -> None:
    """Make what is missing. Tables with other columns than the code has are made anew: nothing in them is real."""
    connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _TABLE_LOCK})
    connection.execute(text(_FORMER_SCHEMA))
    connection.execute(text(f"create schema if not exists {SCHEMA}"))
    found = connection.execute(
        text("select table_name, column_name from information_schema.columns where table_schema = :schema"),
        {"schema": SCHEMA},
    )
    tables = ParnassysBase.metadata.sorted_tables
    if {tuple(row) for row in found} != {(table.name, column.name) for table in tables for column in table.columns}:
        connection.execute(text(f"drop schema {SCHEMA} cascade"))
        connection.execute(text(f"create schema {SCHEMA}"))
        ParnassysBase.metadata.create_all(connection)


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
