"""What is read in: as a whole, once, and only counted when that is asked."""

from __future__ import annotations

import errno
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.ground.crawl import fingerprints
from tests.services.inlezen.conftest import Run, named, put, the_school
from webapp.models import (
    Audit,
    Daad,
    Leerkracht,
    Lidmaatschap,
    Mail,
    Medewerker,
    Registerschool,
    Resultaat,
    Toetreding,
)
from webapp.services.inlezen.velden import KOLOMMEN, Bestand


def test_the_example_that_the_command_writes_has_every_column_and_is_read_in(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    there = tmp_path / "voorbeeld"
    assert "staat in" in app.test_cli_runner().invoke(args=["inlezen", "--voorbeeld", str(there)]).output
    again = app.test_cli_runner().invoke(args=["inlezen", "--voorbeeld", str(there)])
    assert again.exit_code == 1
    assert "is er al" in again.output
    for bestand in Bestand:
        head = (there / f"{bestand}.csv").read_text().splitlines()[0]
        assert head.split(";") == list(KOLOMMEN[bestand])
    done = app.test_cli_runner().invoke(args=["inlezen", str(there)])
    assert done.exit_code == 0, done.output
    sanne = named(session, "L-1001")
    assert (sanne.naam, sanne.geboortedatum, sanne.las_key) == ("Sanne de Vries", date(2016, 3, 12), None)
    assert sanne.groep is not None
    assert sanne.groep.naam == "Groep 5a"
    anja = session.scalars(select(Leerkracht).where(Leerkracht.eigen_nummer == "K-1")).one()
    assert [groep.naam for groep in anja.groepen] == ["Groep 5a", "Groep 6"]
    found = session.scalars(select(Resultaat).order_by(Resultaat.eigen_nummer)).all()
    assert [(r.eigen_nummer, r.niveau, r.versie) for r in found] == [
        ("R-1", "I", 1),
        ("R-2", "III", 1),
        ("R-3", "I", 1),
    ]
    assert found[2].vaardigheidsscore == Decimal("100.0")
    assert found[0].genormeerd_op is not None
    assert found[0].genormeerd_op.date() <= found[0].afnamedatum
    closed = session.get_one(Registerschool, ("99ZY", "00"))
    assert closed.gesloten_op == date(2024, 8, 1)
    school = the_school(session)
    assert school.ingelezen == {"groepen": 2, "leerkrachten": 2, "leerlingen": 3, "accounts": 2, "resultaten": 3}
    assert school.ingelezen_op is not None
    assert session.scalar(select(func.count()).where(Audit.actie == Daad.INGELEZEN)) == 2


def test_the_last_line_is_the_summary_and_progress_goes_elsewhere(run: Run) -> None:
    done = run()
    assert done.stdout.splitlines()[-1].startswith("Ingelezen. register: 2 nieuw; toetsen: 1 nieuw; normen: 2 nieuw;")
    assert len(done.stdout.splitlines()) == 1
    assert "ingelezen: school 1 van 1, 3 leerlingen" in done.stderr


def test_the_same_folder_once_more_changes_nothing(run: Run) -> None:
    run()
    before = fingerprints()
    assert "nieuw" not in run().stdout
    assert fingerprints() == before


def test_a_trial_counts_and_writes_nothing(run: Run) -> None:
    before = fingerprints()
    done = run("--proef")
    assert "Proef, er is niets geschreven" in done.stdout
    assert "leerlingen: 3 nieuw" in done.stdout
    assert fingerprints() == before


def test_a_row_that_changed_changes_and_one_that_is_gone_does_nothing(run: Run, folder: Path, session: Session) -> None:
    run()
    put(folder, "leerlingen", "Sanne;de;Vries;2016-03-12;2;5;G-5A", "Sanne;van;Vliet;2016-03-12;2;6;G-6")
    put(folder, "leerlingen", "99ZZ;00;L-1003;Noor;;Maan;2015-11-02;2;6;G-6;;\n", "")
    put(folder, "resultaten", "2026-01-20;09:30;3", "2026-01-20;09:30;1")
    assert "leerlingen: 1 gewijzigd, 1 ongewijzigd" in run().stdout
    sanne = named(session, "L-1001")
    assert (sanne.naam, sanne.jaargroep) == ("Sanne van Vliet", "6")
    assert sanne.groep is not None
    assert sanne.groep.naam == "Groep 6"
    assert named(session, "L-1003").status is Lidmaatschap.ACTIEF
    changed = session.scalars(select(Resultaat).where(Resultaat.eigen_nummer == "R-1")).one()
    assert (changed.ruwe_score, changed.versie, changed.niveau) == (1, 2, "IV")


def test_a_column_that_a_file_does_not_have_stays_as_it_is(run: Run, folder: Path, session: Session) -> None:
    run()
    (folder / "leerlingen.csv").write_text("brin,eigen_nummer,achternaam\n99zz,L-1001,Vries\n")
    assert "leerlingen: 1 ongewijzigd" in run().stdout
    assert named(session, "L-1001").roepnaam == "Sanne"


def test_accounts_are_invited_and_mailed_only_when_asked_and_once(run: Run, session: Session) -> None:
    run()
    invited = session.scalars(select(Toetreding).order_by(Toetreding.id)).all()
    assert [(row.email, row.rol, row.is_verzoek, row.leerkracht_id is not None) for row in invited] == [
        ("directie@voorbeeldschool.example", "beheerder", False, False),
        ("anja@voorbeeldschool.example", "leerkracht", False, True),
    ]
    assert session.scalar(select(func.count()).select_from(Medewerker)) == 0
    for options, mails in (((), 0), (("--uitnodigen",), 2), (("--uitnodigen",), 2), ((), 2)):
        run(*options)
        assert session.scalar(select(func.count()).select_from(Mail)) == mails


def test_files_of_another_user_are_named_and_nothing_is_written(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests may run as root, whom no file refuses: so the system says it here."""

    def refused(folder: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(folder / "scholen.csv"))

    monkeypatch.setattr("webapp.inlezen.open_map", refused)
    said = app.test_cli_runner().invoke(args=["inlezen", str(tmp_path)])
    assert said.exit_code == 1
    assert f"{tmp_path}/scholen.csv mag deze gebruiker niet lezen of maken. Er is niets geschreven." in said.output
