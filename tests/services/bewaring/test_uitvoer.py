"""All of a school in one file: whole, of that school only, without secrets, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.wereld import SLEUTEL, Wereld, make_wereld
from webapp.models import Audit, Daad
from webapp.services.bewaring import uitvoer


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def _export(wereld: Wereld) -> dict[str, list[dict[str, str]]]:
    file = io.BytesIO()
    uitvoer.write(wereld.session, wereld.school.id, file, door=wereld.beheerder.id)
    with ZipFile(file) as archive:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in archive.namelist()
        }


def test_everything_of_a_school_is_in_it_and_nothing_of_another(wereld: Wereld, app: Flask) -> None:
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="98ZZ")
    other.resultaat(other.leerling("Vreemdeling"))
    wereld.resultaat(wereld.leerling("Kaatje"))
    wereld.normeer()
    found = _export(wereld)
    assert [row["roepnaam"] for row in found["leerling"]] == ["Kaatje"]
    assert [row["bekende_namen"] for row in found["leerling"]] == ["[]"]
    assert [row["ruwe_score"] for row in found["resultaat"]] == ["25"]
    assert [row["status"] for row in found["levering"]] == ["klaar"]
    assert [row["email"] for row in found["account"]] == [wereld.beheerder.email]
    assert "Vreemdeling" not in str(found)
    assert "98ZZ" not in str(found)
    trail = wereld.session.scalars(select(Audit).where(Audit.actie == Daad.UITVOER)).one()
    assert trail.tellingen["rijen"] == sum(map(len, found.values()))


def test_no_secret_is_in_it(wereld: Wereld) -> None:
    wereld.beheerder.password, wereld.beheerder.tf_totp_secret = "hash-van-het-wachtwoord", "geheim"
    wereld.session.flush()
    found = str(_export(wereld))
    assert not [word for word in (SLEUTEL, "hash-van", "geheim", wereld.beheerder.fs_uniquifier) if word in found]
    assert wereld.koppeling.sleutel is not None
    assert "sleutel" not in _export(wereld)["koppeling"][0]


_FORMULAS = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", '=HYPERLINK("https://kwaad.example")', "=cmd|' /C calc'!A0"]


@pytest.mark.asvs(3)
@pytest.mark.parametrize("naam", _FORMULAS)
def test_a_cell_is_never_a_formula(wereld: Wereld, naam: str) -> None:
    wereld.leerling(naam)
    assert [row["roepnaam"] for row in _export(wereld)["leerling"]] == [f"'{naam}"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("\0x", "'\0x"),
        (None, ""),
        (-5, "-5"),
        ("Noor", "Noor"),
        (True, "True"),
        (["=1"], '["=1"]'),
        ("'t Hart", "'t Hart"),
    ],
)
def test_what_is_no_formula_stays_as_it_is(value: Any, cell: str) -> None:
    assert uitvoer.safe(value) == cell
