"""Something changes between the check and the writing: that school is left, and the others are written."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.inlezen.conftest import put
from webapp.db import db
from webapp.inlezen import Inlezing
from webapp.models import Leerling, School
from webapp.services import sloten
from webapp.services.inlezen.fouten import Mis
from webapp.services.inlezen.map import open_map


def two_schools(folder: Path) -> Inlezing:
    """The example with a school behind it."""
    with (folder / "scholen.csv").open("a") as file:
        file.write("99ZY;00;De Tweede\n")
    werk = Inlezing(open_map(folder), is_mailed=False)
    werk.check()
    assert werk.fouten == []
    return werk


def test_a_number_that_somebody_got_meanwhile_keeps_one_school_out(app: Flask, session: Session, folder: Path) -> None:
    put(folder, "leerlingen", "L-1003;Noor;;Maan;2015-11-02;2;6;G-6;;", "L-1003;Noor;;Maan;2015-11-02;2;6;G-6;k3;")
    werk = two_schools(folder)
    school = School(naam="De Voorbeeldschool", brin="99ZZ")
    session.add(school)
    session.flush()
    sloten.lock(session, school.id)
    session.add(Leerling(school_id=school.id, roepnaam="Bo", achternaam="Berk", las_key="k3"))
    session.commit()
    werk.write()
    assert (werk.over, [fout.mis for fout in werk.fouten]) == (1, [Mis.BEZET])
    assert db.session.scalars(select(School.naam).order_by(School.naam)).all() == ["De Tweede", "De Voorbeeldschool"]
    assert db.session.scalars(select(Leerling.roepnaam)).all() == ["Bo"]


def test_a_file_that_changed_meanwhile_is_read_again(app: Flask, session: Session, folder: Path) -> None:
    werk = two_schools(folder)
    put(folder, "leerlingen", "2016-03-12", "2016-13-12")
    werk.write()
    assert (werk.over, [fout.mis for fout in werk.fouten]) == (1, [Mis.DATUM])
    assert db.session.scalars(select(School.naam)).all() == ["De Tweede"]


def test_a_test_that_changed_meanwhile_keeps_all_out(app: Flask, session: Session, folder: Path) -> None:
    werk = two_schools(folder)
    put(folder, "toetsen", "wiskunde;5;4", "wiskunde;5;9")
    werk.write()
    assert (werk.over, [fout.mis for fout in werk.fouten]) == (2, [Mis.SCORES_AANTAL])
    assert db.session.scalars(select(School.naam)).all() == []
