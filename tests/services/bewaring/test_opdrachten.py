"""The commands of klantenservice: who may, what they print, and that a mistake changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.screens import make_clerk
from tests.wereld import Wereld, make_wereld
from webapp.bewaring import COMMANDS
from webapp.models import Audit, Daad, Leerling, Wissing

KIM = "kim@testcentrum.example"


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    clerk = make_clerk(session)
    clerk.email = KIM
    found = make_wereld(session, app.extensions["keyring"])
    found.leerling("Kaatje", achternaam="Kanariegeel")
    session.commit()
    return found


def _run(app: Flask, name: str, *args: object, door: str = KIM) -> Result:
    command = next(each for each in COMMANDS if each.name == name)
    return app.test_cli_runner().invoke(command, ["--school", "99xx", "--door", door, *map(str, args)])


def _id(wereld: Wereld) -> int:
    return wereld.session.scalars(select(Leerling.id).where(Leerling.roepnaam == "Kaatje")).one()


def test_inzage_finds_a_leerling_by_name_and_writes_one_file_for_its_owner(
    wereld: Wereld, app: Flask, tmp_path: Path
) -> None:
    id_, file = _id(wereld), tmp_path / "kaatje.json"
    assert f"{id_}: Kaatje Kanariegeel" in _run(app, "inzage", "--naam", "kanarie").output
    answer = _run(app, "inzage", "--leerling", id_, "--naar", file)
    assert answer.exit_code == 0, answer.output
    assert json.loads(file.read_text())["leerling"]["achternaam"] == "Kanariegeel"
    assert file.stat().st_mode & 0o777 == 0o600
    again = _run(app, "inzage", "--leerling", id_, "--naar", file)
    assert (again.exit_code, "kan niet geschreven worden" in again.output) == (1, True)
    looked = select(func.count()).select_from(Audit).where(Audit.actie == Daad.LEERLING_INGEZIEN)
    assert wereld.session.scalar(looked) == 1, "who got nothing did not look"


def test_wis_says_first_what_would_go_and_prints_a_proof_without_a_name(wereld: Wereld, app: Flask) -> None:
    id_ = _id(wereld)
    first = _run(app, "wis", "--leerling", id_)
    assert first.output.startswith("Er is nog niets gewist.")
    assert wereld.session.scalar(select(func.count()).select_from(Wissing)) == 0
    assert _id(wereld) == id_
    answer = _run(app, "wis", "--leerling", id_, "--zeker")
    assert answer.exit_code == 0, answer.output
    assert f"leerling {id_} is gewist op" in answer.output
    assert "Kaatje" not in answer.output
    wissing = wereld.session.scalars(select(Wissing)).one()
    assert len(wissing.afdrukken) == 1
    assert _run(app, "wis-opheffen", "--bewijs", wissing.id).exit_code == 0
    wereld.session.expire_all()
    assert wissing.afdrukken == []
    assert _run(app, "wis", "--leerling", id_, "--zeker").output.startswith("Error: Dit is er niet")


def test_uitvoer_writes_a_zip(wereld: Wereld, app: Flask, tmp_path: Path) -> None:
    answer = _run(app, "uitvoer", "--naar", tmp_path / "school.zip")
    assert answer.exit_code == 0, answer.output
    assert "leerling.csv" in ZipFile(tmp_path / "school.zip").namelist()


@pytest.mark.parametrize("door", ["niemand@x.example", "marijke@99xx.example"])
def test_only_klantenservice_does_it(wereld: Wereld, app: Flask, door: str) -> None:
    answer = _run(app, "wis", "--leerling", _id(wereld), "--zeker", door=door)
    assert (answer.exit_code, "geen account van klantenservice" in answer.output) == (1, True)
    assert _id(wereld)


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_who_does_not_lead_exports_and_erases_nothing(wereld: Wereld, app: Flask, tmp_path: Path, name: str) -> None:
    make_clerk(wereld.session, is_leiding=False).email = "bo@testcentrum.example"
    wereld.session.commit()
    file, id_ = tmp_path / "alles", _id(wereld)
    wants = {
        "inzage": ("--leerling", id_, "--naar", file),
        "wis": ("--leerling", id_, "--zeker"),
        "wis-opheffen": ("--bewijs", 1),
        "uitvoer": ("--naar", file),
    }
    refused = _run(app, name, *wants[name], door="bo@testcentrum.example")
    assert (refused.exit_code, "leiding" in refused.output) == (1, True), refused.output
    assert not file.exists()
    assert _id(wereld) == id_


def test_a_search_by_name_is_written_down_once(wereld: Wereld, app: Flask) -> None:
    for _ in range(2):
        _run(app, "inzage", "--naam", "kanarie")
    (line,) = wereld.session.scalars(select(Audit).where(Audit.actie == Daad.NAMEN_GEZIEN))
    assert (line.object, line.school_id, line.tellingen) == ("pagina inzage", wereld.school.id, {"leerlingen": 1})
