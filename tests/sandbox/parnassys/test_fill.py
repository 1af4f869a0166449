"""Filling ParnasSys: quickly, and a second time without harm."""

from __future__ import annotations

import dataclasses
import time

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from sandbox.parnassys.app import create_app, prepare
from sandbox.parnassys.data import Koppelingstap, ParnassysLeerling, ParnassysSchool
from sandbox.parnassys.rules import koppelingen
from sandbox.parnassys.rules.fill import create_tables, fill, refill
from sandbox.parnassys.settings import Settings
from tests.sandbox.parnassys.conftest import NOW, SCHOOLJAAR, school_of


def test_a_start_fills_what_is_missing_and_leaves_what_is_there(owner_url: str, settings: Settings) -> None:
    app = create_app(dataclasses.replace(settings, database_url=owner_url))
    begin = time.process_time()
    prepare(app)
    assert time.process_time() - begin < 5
    engine = create_engine(owner_url)
    with Session(engine) as session, session.begin():
        assert session.scalar(select(func.count()).select_from(ParnassysLeerling)) == 245
        school_of(session, "99XX").naam = "Onze school"
    prepare(app)
    with Session(engine) as session:
        assert school_of(session, "99XX").naam == "Onze school"
        assert session.scalar(select(func.count()).select_from(ParnassysLeerling)) == 245
    engine.dispose()


def test_the_koppeling_is_open_from_the_start_and_has_no_key(regenboog: ParnassysSchool) -> None:
    assert regenboog.koppeling.stap is Koppelingstap.OPENGEZET
    assert not regenboog.koppeling.accepts("")


def test_tables_with_other_columns_are_made_anew(parnassys: Session) -> None:
    parnassys.execute(text("alter table parnassys.school rename naam to name"))
    create_tables(parnassys.connection())
    assert [school.naam for school in fill(parnassys, SCHOOLJAAR, NOW)] == ["De Regenboog", "'t Kompas"]


def test_what_was_practised_in_the_schema_of_the_mailbox_moves_along(
    parnassys: Session, regenboog: ParnassysSchool
) -> None:
    regenboog.naam = "Onze school"
    parnassys.flush()
    parnassys.execute(text("insert into sandbox.mail (envelope_from, envelope_to, raw) values ('a@b', '{c@d}', '')"))
    parnassys.execute(text("alter table sandbox.mail set schema parnassys"))
    parnassys.execute(text("drop schema sandbox"))
    parnassys.execute(text("alter schema parnassys rename to sandbox"))
    create_tables(parnassys.connection())
    assert school_of(parnassys, "99XX").naam == "Onze school"
    assert parnassys.scalar(text("select envelope_from from sandbox.mail")) == "a@b"


def test_a_school_can_be_brought_back_to_the_start_with_its_key(parnassys: Session, regenboog: ParnassysSchool) -> None:
    koppelingen.take(regenboog, NOW)
    sleutel = koppelingen.new_sleutel(regenboog, NOW)
    leerling = parnassys.scalars(select(ParnassysLeerling).where(ParnassysLeerling.school_id == regenboog.id)).first()
    assert leerling is not None
    leerling.roepnaam = "Veranderd"
    parnassys.flush()
    refill(parnassys, regenboog, SCHOOLJAAR, NOW)
    again = school_of(parnassys, "99XX")
    assert again.koppeling.accepts(sleutel)
    namen = parnassys.scalars(select(ParnassysLeerling.roepnaam).where(ParnassysLeerling.school_id == again.id)).all()
    assert len(namen) == 200
    assert "Veranderd" not in namen
