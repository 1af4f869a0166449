"""Whose a record is: what a file changes, what the LAS and the school decided, and who stays out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.screens import make_clerk
from tests.services.inlezen.conftest import Run, couple, named, put, the_school
from webapp.models import (
    Koppeling,
    Leerling,
    Levering,
    Resultaat,
    School,
)
from webapp.services import sloten
from webapp.services.bewaring import wissen
from webapp.services.clock import database_now


def test_what_the_las_owns_is_left_and_counted_and_results_come_in(run: Run, folder: Path, session: Session) -> None:
    run()
    school = the_school(session)
    couple(session, school)
    sloten.lock(session, school.id)
    sanne = named(session, "L-1001")
    sanne.las_key, sanne.roepnaam = "k1", "Sanne-Marie"
    session.commit()
    put(folder, "leerlingen", "Sanne;de;Vries", "Sannetje;de;Vries")
    put(folder, "resultaten", "99ZZ;00;R-3", "99ZZ;00;R-0;L-1001;VOORBEELD-5;2025-05-20;;2;;;\n99ZZ;00;R-3")
    said = run().stdout
    assert "leerlingen: 2 ongewijzigd, 1 gelaten zoals het LAS of de school het heeft" in said
    assert "resultaten: 1 nieuw" in said
    assert named(session, "L-1001").roepnaam == "Sanne-Marie"
    assert session.scalar(select(func.count()).select_from(Levering)) == 0


def test_only_what_was_made_after_the_approval_is_sent(run: Run, folder: Path, session: Session) -> None:
    run()
    school = the_school(session)
    couple(session, school)
    sloten.lock(session, school.id)
    named(session, "L-1001").las_key = "k1"
    session.execute(update(Koppeling).values(gestart_op=func.make_timestamptz(2026, 1, 1, 0, 0, 0)))
    session.commit()
    today = database_now(session).date().isoformat()
    put(folder, "resultaten", "99ZZ;00;R-3", f"99ZZ;00;R-0;L-1001;VOORBEELD-5;{today};;2;;;\n99ZZ;00;R-3")
    run()
    query = select(Resultaat.eigen_nummer).join(Levering, Levering.resultaat_id == Resultaat.id)
    assert set(session.scalars(query)) == {"R-0", "R-1"}


def test_a_file_makes_no_link_once_the_koppeling_was_handed_in(run: Run, folder: Path, session: Session) -> None:
    put(folder, "leerlingen", "G-5A;;\n99ZZ;00;L-1002", "G-5A;k1;\n99ZZ;00;L-1002")
    run()
    assert named(session, "L-1001").las_key == "k1"
    school = the_school(session)
    couple(session, school)
    sloten.lock(session, school.id)
    named(session, "L-1001").las_key = None
    session.commit()
    put(folder, "leerlingen", "L-1003;Noor;;Maan;2015-11-02;2;6;G-6;;", "L-1003;Noor;;Maan;2015-11-02;2;6;G-6;k3;")
    with (folder / "leerlingen.csv").open("a") as file:
        file.write("99ZZ;00;L-1004;Bo;;Berk;2016-05-05;1;5;G-5A;k4;\n")
    run()
    assert [named(session, nummer).las_key for nummer in ("L-1001", "L-1003", "L-1004")] == [None, None, None]


def test_a_number_of_the_las_that_contradicts_is_refused(run: Run, folder: Path, session: Session) -> None:
    run()
    school = the_school(session)
    sloten.lock(session, school.id)
    named(session, "L-1001").las_key = "k1"
    session.commit()
    put(folder, "leerlingen", "G-5A;;\n99ZZ;00;L-1002", "G-5A;k9;\n99ZZ;00;L-1002")
    put(folder, "leerlingen", "L-1003;Noor;;Maan;2015-11-02;2;6;G-6;;", "L-1003;Noor;;Maan;2015-11-02;2;6;G-6;k1;")
    said = run(code=1).stderr
    assert "leerlingen.csv regel 2: extern_nummer: hier staat een ander nummer van het LAS" in said
    assert "leerlingen.csv regel 4: extern_nummer: dit nummer van het LAS heeft hier al iemand anders" in said


def test_who_was_erased_stays_erased_with_their_results(run: Run, session: Session) -> None:
    run()
    school = the_school(session)
    door = make_clerk(session).id
    wissen.erase(session, school.id, named(session, "L-1001").id, door=door)
    session.commit()
    said = run().stdout
    assert "leerlingen: 2 ongewijzigd, 1 blijft gewist" in said
    assert "resultaten: 2 ongewijzigd, 1 blijft gewist" in said


def test_who_was_erased_stays_out_under_another_name(run: Run, folder: Path, session: Session) -> None:
    run()
    school = the_school(session)
    wissen.erase(session, school.id, named(session, "L-1001").id, door=make_clerk(session).id)
    session.commit()
    put(folder, "leerlingen", "Sanne;de;Vries;2016-03-12", "Sanne;de;Vriess;2016-12-03")
    assert "1 blijft gewist" in run().stdout


def test_results_of_one_who_was_merged_go_to_the_record_that_stayed(run: Run, folder: Path, session: Session) -> None:
    run()
    school = the_school(session)
    sloten.lock(session, school.id)
    named(session, "L-1001").samengevoegd_met_id = named(session, "L-1002").id
    session.commit()
    put(folder, "resultaten", "99ZZ;00;R-3", "99ZZ;00;R-0;L-1001;VOORBEELD-5;2025-05-20;;2;;;\n99ZZ;00;R-3")
    run()
    new = session.scalars(select(Resultaat).where(Resultaat.eigen_nummer == "R-0")).one()
    assert new.leerling_id == named(session, "L-1002").id


def test_a_school_whose_leerlingen_came_from_the_las_first_gets_no_doubles(
    run: Run, session: Session, folder: Path
) -> None:
    school = School(naam="De Voorbeeldschool", brin="99ZZ")
    session.add(school)
    session.flush()
    couple(session, school)
    sloten.lock(session, school.id)
    session.add_all([
        Leerling(school_id=school.id, roepnaam="Sanne", voorvoegsel="de", achternaam="Vries", las_key="k1",
                 geboortedatum=date(2016, 3, 12)),
        Leerling(school_id=school.id, roepnaam="Noor", achternaam="Maan", las_key="k3",
                 geboortedatum=date(2015, 2, 11)),
    ])  # fmt: skip
    session.commit()
    assert "leerlingen: 2 nieuw, 1 gewijzigd" in run().stdout
    assert named(session, "L-1001").las_key == "k1"
    assert named(session, "L-1003").las_key is None
    assert "leerlingen: 2 ongewijzigd, 1 gelaten" in run().stdout
