"""Reading in over the API: the same as the command does, for a token of the test centre itself and for no other."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.ground.crawl import fingerprints
from tests.screens import make_clerk, make_school
from tests.services.inlezen.conftest import couple, named, the_school
from tests.wereld import lock_all
from webapp.blueprints.api.gegevens import Geweigerd, Ingelezen, Schoolgegevens
from webapp.blueprints.api.inlezen import KINDS
from webapp.blueprints.api.toegang import MAX_BYTES
from webapp.inlezen import VOORBEELD
from webapp.models import Audit, Daad, Resultaat
from webapp.services.inlezen.velden import KOLOMMEN, Bestand
from webapp.services.toetsen import leveranciers

URL = "/api/v1/inlezen"
Body = dict[str, Any]


class Centre:
    """Calls with a token that may read in."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.client, lead = app.test_client(), make_clerk(session).id
        make_school(session, "12AB", "De Ark")
        self.row, self.token = leveranciers.make(session, "Testcentrum", [], door=lead, mag_inlezen=True)
        _, self.other = leveranciers.make(session, "Toetsmaker", [("12AB", "00")], door=lead)
        session.commit()

    def send(self, body: Any, *, token: str = "", **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return self.client.post(URL, headers=headers, **({"json": body} | options))

    def counts(self, body: Body) -> dict[str, dict[str, int]]:
        answer = self.send(body)
        assert answer.status_code == 200, answer.text
        said = Ingelezen.model_validate_json(answer.data)
        assert said.proef is body.get("proef", False)
        return {
            kind: {name: number for name, number in telling.model_dump().items() if number}
            for kind, telling in said.tellingen.items()
        }

    def faults(self, body: Body) -> list[tuple[str, int | None, str, str]]:
        answer = self.send(body)
        assert answer.status_code == 422, answer.text
        return [
            (each.soort, each.nummer, each.veld, each.fout)
            for each in Geweigerd.model_validate_json(answer.data).records
        ]


@pytest.fixture
def centre(app: Flask, session: Session, tmp_path: Path) -> Centre:
    """The tests of the example are here, and nothing else of it."""
    for name in ("toetsen", "normen"):
        shutil.copy(VOORBEELD / f"{name}.csv", tmp_path)
    done = app.test_cli_runner().invoke(args=["inlezen", str(tmp_path)])
    assert done.exit_code == 0, done.output
    return Centre(app, session)


def example() -> Body:
    """The example folder, as it goes over the API."""
    body: Body = {"brin": "99ZZ", "vestiging": "00"}
    for kind in (Bestand.SCHOLEN, *KINDS):
        with (VOORBEELD / f"{kind}.csv").open() as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        assert {(row.pop("brin"), row.pop("vestiging") or "00") for row in rows} == {("99ZZ", "00")}
        body[kind] = [{name: _json(name, cell) for name, cell in row.items()} for row in rows]
    return body | {"naam": body.pop("scholen")[0]["naam"]}


def _json(name: str, cell: str) -> Any:
    if name in ("geboortedatum", "afnamedatum") and cell[2:3] == "-":
        cell = "-".join(reversed(cell.split("-")))
    if not cell:
        return None
    if name == "groepen":
        return cell.split()
    if name in ("ruwe_score", "percentiel"):
        return int(cell)
    return float(cell.replace(",", ".")) if name == "vaardigheidsscore" else cell


def test_the_example_goes_in_as_by_the_command_and_a_trial_says_so_before(session: Session, centre: Centre) -> None:
    body, before = example(), fingerprints()
    said = centre.counts(body | {"proef": True})
    assert fingerprints().keys() == before.keys()
    assert [name for name, now in fingerprints().items() if now != before[name]] in ([], ["leverancier"])
    assert said == centre.counts(body)
    assert said["leerlingen"] == {"nieuw": 3}
    assert said["resultaten"] == {"nieuw": 3}
    session.expire_all()
    sanne, school = named(session, "L-1001"), the_school(session)
    assert sanne.groep is not None
    assert (sanne.naam, sanne.groep.naam) == ("Sanne de Vries", "Groep 5a")
    assert school.ingelezen == {"groepen": 2, "leerkrachten": 2, "leerlingen": 3, "accounts": 2, "resultaten": 3}
    found = session.scalars(select(Resultaat).order_by(Resultaat.eigen_nummer)).all()
    assert [(each.eigen_nummer, each.niveau) for each in found] == [("R-1", "I"), ("R-2", "III"), ("R-3", "I")]
    line = session.scalars(select(Audit).where(Audit.actie == Daad.INGELEZEN, Audit.school_id == school.id)).one()
    assert line.object == f"leverancier {centre.row.id}"
    again = centre.counts(body)
    assert {name for telling in again.values() for name in telling} == {"ongewijzigd"}


def test_a_part_is_enough_what_is_left_out_stays_and_null_empties(session: Session, centre: Centre) -> None:
    centre.counts(example())
    sanne = {"eigen_nummer": "L-1001", "achternaam": "de Vries-Jansen", "geboortedatum": None}
    assert centre.counts({"brin": "99ZZ", "leerlingen": [sanne]})["leerlingen"] == {"gewijzigd": 1}
    session.expire_all()
    found = named(session, "L-1001")
    assert (found.roepnaam, found.achternaam, found.geboortedatum) == ("Sanne", "de Vries-Jansen", None)
    assert found.groep_id is not None
    lock_all(session)
    couple(session, the_school(session))
    found.las_key = "las-1"
    session.commit()
    assert centre.counts({"brin": "99ZZ", "leerlingen": [sanne | {"achternaam": "X"}]})["leerlingen"] == {"gelaten": 1}


def test_one_thing_wrong_and_nothing_is_written_and_each_record_is_named(centre: Centre) -> None:
    body, before = example(), fingerprints()
    body["leerlingen"][1] |= {"groep": "G-404", "jaargroep": "99"}
    assert centre.faults(body) == centre.faults(body | {"proef": True}) == [("leerlingen", 1, "jaargroep", "jaargroep")]
    body["leerlingen"][1]["jaargroep"] = "5"
    body["resultaten"][0]["ruwe_score"] = 999
    body["resultaten"][2]["leerling"] = "L-404"
    wrong = [
        ("leerlingen", 1, "groep", "verwijst_nergens"),
        ("resultaten", 0, "ruwe_score", "score_te_hoog"),
        ("resultaten", 2, "leerling", "verwijst_nergens"),
    ]
    assert centre.faults(body) == centre.faults(body | {"proef": True}) == wrong
    assert "404" not in centre.send(body).text, "no value comes back"
    assert centre.faults({"brin": "98ZZ", "groepen": [{"eigen_nummer": "G-1", "naam": "5"}]}) == [
        ("groepen", 0, "brin", "school_onbekend")
    ]
    shape = centre.send({"brin": "99ZZ", "leerlingen": [{"eigen_nummer": "L-1", "achternaam": "Bos", "bsn": "1"}]})
    assert (shape.status_code, shape.get_json()["velden"]) == (422, ["leerlingen.0.bsn: extra_forbidden"])
    assert [name for name, now in fingerprints().items() if now != before[name]] in ([], ["leverancier"])


def test_numbers_that_may_be_bsns_are_refused_also_when_they_come_one_by_one(centre: Centre) -> None:
    *first, last = (
        {"brin": "12AB", "leerlingen": [{"eigen_nummer": number, "achternaam": "Bos"}]}
        for number in ("100000009", "100000022", "100000034", "100000046", "100000058")
    )
    for body in first:
        assert centre.counts(body)["leerlingen"] == {"nieuw": 1}
    assert centre.faults(last) == [("leerlingen", 0, "eigen_nummer", "lijkt_bsn")]


def test_only_a_token_with_the_right_comes_in(app: Flask, session: Session, centre: Centre) -> None:
    before = fingerprints()
    refused = centre.send(example(), token=centre.other)
    unknown = centre.client.post("/api/v1/bestaat-niet", json={}, headers={"Authorization": f"Bearer {centre.other}"})
    assert (refused.status_code, refused.text) == (unknown.status_code, unknown.text) == (404, refused.text)
    assert centre.send(example(), token="kp_x").status_code == 401
    assert centre.send(None, data="{}", json=None, content_type="text/plain").status_code == 415
    assert centre.send(None, data=" " * (MAX_BYTES + 1), json=None, content_type="application/json").status_code == 413
    assert [name for name, now in fingerprints().items() if now != before[name]] in ([], ["leverancier"])
    leveranciers.revoke(session, centre.row.id, door=make_clerk(session).id)
    session.commit()
    assert centre.send(example()).status_code == 401
    told = session.scalars(select(Audit.actie).where(Audit.object == f"leverancier {centre.row.id}").order_by(Audit.id))
    assert told.all() == [Daad.INLEZEN_TOEGESTAAN, Daad.INLEZEN_GESTOPT]


def test_the_names_are_those_of_the_columns() -> None:
    of_school = {"brin", "vestiging"}
    for kind in KINDS:
        [record] = Schoolgegevens.model_fields[kind].annotation.__args__  # type: ignore[union-attr]  # a list of one kind
        columns = {name: kolom.moet for name, kolom in KOLOMMEN[kind].items() if name not in of_school}
        assert {name: field.is_required() for name, field in record.model_fields.items()} == columns
    assert {*KOLOMMEN[Bestand.SCHOLEN]} == of_school | {"naam"}
