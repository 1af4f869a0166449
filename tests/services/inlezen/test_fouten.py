"""Everything that is wrong is said with its file and line, and then nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.ground.crawl import fingerprints
from tests.services.inlezen.conftest import Run, put
from webapp.models import (
    Toets,
)


def test_a_bsn_is_refused_before_anything_else(run: Run, folder: Path) -> None:
    put(folder, "leerlingen", "extern_nummer", "BSN-nummer")
    before = fingerprints()
    said = run(code=1).stderr
    assert "leerlingen.csv regel 1: kolom 11: een BSN mag hier niet in staan" in said
    assert fingerprints() == before


def test_numbers_that_look_like_a_bsn_are_refused(run: Run, folder: Path) -> None:
    bsns = ("111222333", "123456782", "100000009", "010464554", "123443210")
    rows = [f"99ZZ;{nummer};Naam{n}" for n, nummer in enumerate(bsns)]
    (folder / "leerlingen.csv").write_text("\n".join(("brin;eigen_nummer;achternaam", *rows)))
    (folder / "resultaten.csv").unlink()
    assert "kunnen een BSN zijn" in run(code=1).stderr


def test_no_cell_is_said(run: Run, folder: Path) -> None:
    """Without a first line of names, with columns that slid by, and with a BSN for a number."""
    cells = ("anna", "jansen", "2015-03-04", "123456782")
    head = "brin;vestiging;eigen_nummer;achternaam;extern_nummer;groep"
    files = {
        "leerlingen": ["99ZZ;00;" + ";".join(cells)],
        "groepen": ["brin;eigen_nummer;naam", "99ZZ;G-1;a", "anna;G-2;b", "99ZZ;G-3;c"],
        "leerkrachten": ["brin;eigen_nummer;achternaam;groepen;bsn jansen", "99ZZ;123456782;x;anna;y"],
    }
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines))
    done = run(code=1)
    assert "leerlingen.csv regel 1: kolom 3: deze kolom kennen wij niet" in done.stderr
    assert "leerkrachten.csv regel 1: kolom 5: een BSN" in done.stderr
    assert not [cell for cell in cells if cell in done.output.lower()]
    (folder / "leerkrachten.csv").unlink()
    (folder / "groepen.csv").unlink()
    twice = "99ZZ;00;123456782;jansen;123456782;jansen"
    (folder / "leerlingen.csv").write_text("\n".join((head, twice, twice)))
    done = run(code=1)
    assert "leerlingen.csv regel 3: eigen_nummer: dit staat er twee keer" in done.stderr
    assert "leerlingen.csv regel 2: groep: dit nummer staat in geen bestand" in done.stderr
    assert not [cell for cell in cells if cell in done.output.lower()]


WRONG = {
    "een rij te kort": (
        "groepen",
        "99ZZ;00;G-6;Groep 6;6;2025-2026;",
        "99ZZ;00;G-6",
        "groepen.csv regel 3: deze regel",
    ),
    "een datum": ("leerlingen", "2016-03-12", "2016-02-30", "leerlingen.csv regel 2: geboortedatum: dit is geen datum"),
    "de toekomst": (
        "resultaten",
        "2026-01-20",
        "2036-01-20",
        "resultaten.csv regel 2: afnamedatum: deze datum kan",
    ),
    "een adres": (
        "accounts",
        "anja@voorbeeldschool.example",
        "anja@",
        "accounts.csv regel 3: email: dit is geen e-mail",
    ),
    "een groep": (
        "leerlingen",
        "6;G-6",
        "6;G-7",
        "leerlingen.csv regel 4: groep: dit nummer staat in geen bestand",
    ),
    "een leerling": ("resultaten", "L-1003", "L-9", "resultaten.csv regel 4: leerling: dit nummer staat in geen"),
    "een toets": (
        "resultaten",
        "R-3;L-1003;VOORBEELD-5",
        "R-3;L-1003;X",
        "resultaten.csv regel 4: toets: dit nummer",
    ),
    "een score": ("resultaten", "09:30;3", "09:30;5", "resultaten.csv regel 2: ruwe_score: de score is"),
    "een dubbel nummer": (
        "leerlingen",
        "L-1003",
        "L-1001",
        "leerlingen.csv regel 4: eigen_nummer: dit staat er",
    ),
    "een dubbel resultaat": (
        "resultaten",
        "R-3",
        "R-1",
        "resultaten.csv regel 4: eigen_nummer: dit staat er twee",
    ),
    "een halve norm": ("resultaten", "4;100;I;95", "4;100;I;", "resultaten.csv regel 4: vul vaardigheidsscore"),
    "een BRIN": ("groepen", "99ZZ;00;G-6", "9ZZZ;00;G-6", "groepen.csv regel 3: brin: een BRIN is twee cijfers"),
    "een school": (
        "groepen",
        "99ZZ;00;G-6",
        "99ZQ;00;G-6",
        "groepen.csv regel 3: brin: deze school is hier niet bekend",
    ),
    "een naam": ("toetsen", "Voorbeeldtoets", "Voorbeeldtœts", "toetsen.csv regel 2: naam: deze tekst bevat tekens"),
    "scores": ("toetsen", "84,5 100", "84,5", "toetsen.csv regel 2: vaardigheidsscores: er moet een"),
    "een norm": ("normen", "VOORBEELD-5;0", "ANDERS;0", "normen.csv regel 2: toets: dit nummer staat in geen"),
    "een kolom": ("groepen", "schooljaar", "jaar", "groepen.csv regel 1: kolom 6: deze kolom kennen wij niet"),
    "een aanhalingsteken": ("groepen", "Groep 5a", '"Groep 5a', "groepen.csv regel 2: vanaf hier is het geen CSV"),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_fault_and_nothing_is_written(run: Run, folder: Path, name: str) -> None:
    bestand, old, new, said = WRONG[name]
    put(folder, bestand, old, new)
    before = fingerprints()
    done = run(code=1)
    assert said in done.stderr
    assert "Er is niets geschreven" in done.stderr
    assert not done.stdout
    assert fingerprints() == before


def test_rows_of_a_school_stand_together(run: Run, folder: Path) -> None:
    (folder / "scholen.csv").write_text("brin;naam\n99ZZ;Een\n99ZY;Twee\n")
    (folder / "groepen.csv").write_text("brin;eigen_nummer;naam\n99ZZ;G-5A;a\n99ZY;G-1;b\n99ZZ;G-6;c\n")
    assert "groepen.csv regel 4: brin: de regels van deze school staan niet bij elkaar" in run(code=1).stderr


def test_a_line_that_is_no_utf8_and_a_file_of_nobody_are_refused(run: Run, folder: Path) -> None:
    path = folder / "groepen.csv"
    path.write_bytes(path.read_bytes().replace(b"Groep 6", b"Groep \xe9"))
    (folder / "leerling.csv").write_text("x")
    said = run(code=1).stderr
    assert "groepen.csv regel 3: deze regel is geen UTF-8" in said
    assert "leerling.csv: dit bestand kennen wij niet" in said


def test_a_test_is_the_same_for_ever(run: Run, folder: Path, session: Session) -> None:
    run()
    put(
        folder,
        "toetsen",
        "Wiskunde;5;4;40 55,5 70 84,5 100".replace("Wiskunde", "wiskunde"),
        "wiskunde;6;4;40 55,5 70 84,5 100",
    )
    assert "toetsen.csv regel 2: code: deze code is hier een toets" in run(code=1).stderr
    assert session.scalars(select(Toets.leerjaar).where(Toets.code == "VOORBEELD-5")).one() == "5"
