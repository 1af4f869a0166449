"""The API for suppliers: who comes in, what is taken in once, and what nobody learns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.ground.app import CleanClient
from tests.wereld import Wereld, lock_all, make_wereld
from webapp import create_app
from webapp import db as webapp_db
from webapp.accounts.setup import limiter
from webapp.blueprints.api import openapi
from webapp.blueprints.api.toegang import MAX_BYTES, PER_MINUTE
from webapp.blueprints.api.vorm import MOST, Afname, Antwoord, Fout, Verzoek
from webapp.config import AMSTERDAM
from webapp.db import db
from webapp.models import Afnamesleutel, Afnameverzoek, Leverancier, LeveringStatus, Resultaat
from webapp.models.ids import LeverancierId
from webapp.services.toetsen import aanleveren, leveranciers
from webapp.woorden.aanleveren import CODES

VANDAAG = datetime.now(AMSTERDAM).date()
Record = dict[str, Any]


@pytest.fixture
def hier(app: Flask, session: Session) -> Wereld:
    wereld = make_wereld(session, app.extensions["keyring"])
    session.commit()
    return wereld


class Supplier:
    """Calls with the token of a supplier for one school."""

    def __init__(self, app: Flask, hier: Wereld) -> None:
        self.hier, self.client, self.number = hier, app.test_client(), 0
        self.row, self.token = leveranciers.make(hier.session, "Toetsmaker", [("99XX", "00")], door=hier.beheerder.id)
        hier.session.commit()

    def send(self, *records: Any, key: str = "", token: str = "", **values: Any) -> TestResponse:
        self.number += 1
        headers = {"Authorization": f"Bearer {token or self.token}", "Idempotency-Key": key or f"v-{self.number}"}
        body = {"brin": "99XX", "afnames": list(records)} | values
        return self.client.post("/api/v1/afnames", json=body, headers=headers)

    def outcomes(self, *records: Any, **values: Any) -> list[Record]:
        answer = self.send(*records, **values)
        assert answer.status_code == 200, answer.text
        assert Antwoord.model_validate_json(answer.data)
        found: list[Record] = answer.get_json()["uitkomsten"]
        return found

    def codes(self, *records: Record, **values: Any) -> list[str]:
        return [each["fout"] or each["gevolg"] for each in self.outcomes(*records, **values)]


@pytest.fixture
def supplier(app: Flask, hier: Wereld) -> Supplier:
    return Supplier(app, hier)


@pytest.fixture
def anna(hier: Wereld) -> int:
    lock_all(hier.session)
    leerling = hier.leerling("Anna").id
    hier.session.commit()
    return leerling


def record(leerling: int, nummer: str = "a-1", **values: Any) -> Record:
    usual = {"eigen_nummer": nummer, "leerling": leerling, "toets": "VB-RW-5", "ruwe_score": 25}
    return usual | {"afnamedatum": VANDAAG.isoformat()} | values


def normed(leerling: int, **values: Any) -> Record:
    op = (datetime.now(AMSTERDAM) - timedelta(seconds=5)).isoformat()
    norm: Record = {
        "vaardigheidsscore": 81.2,
        "niveau": "II",
        "percentiel": 66,
        "genormeerd_op": op,
        "normversie": "2026-1",
    }
    return record(leerling, **(norm | values))


def results(hier: Wereld) -> list[Resultaat]:
    hier.session.expire_all()
    return list(hier.session.scalars(select(Resultaat).order_by(Resultaat.id)))


def test_a_raw_score_is_kept_and_normed_when_that_is_asked(hier: Wereld, supplier: Supplier, anna: int) -> None:
    [done] = supplier.outcomes(record(anna, afgenomen_om="09:15"))
    assert done == {"eigen_nummer": "a-1", "gevolg": "nieuw", "genormeerd": False, "fout": None, "velden": []}
    [resultaat] = results(hier)
    assert (resultaat.ruwe_score, str(resultaat.afgenomen_om), resultaat.versie) == (25, "09:15:00", 0)
    [done] = supplier.outcomes(record(anna, "a-2", toets="VB-BL-5"), normeren=True)
    assert done["genormeerd"] is True
    assert results(hier)[1].versie == 1


def test_a_result_that_was_normed_elsewhere_is_taken_as_it_is(hier: Wereld, supplier: Supplier, anna: int) -> None:
    assert supplier.codes(normed(anna)) == ["nieuw"]
    [resultaat] = results(hier)
    assert (resultaat.percentiel, resultaat.niveau, resultaat.normversie, resultaat.versie) == (66, "II", "2026-1", 1)
    levering = hier.levering(resultaat.id)
    assert (levering.versie, levering.bevestigd, levering.status) == (1, 0, LeveringStatus.KLAAR)
    hier.breng(resultaat.id, LeveringStatus.BEVESTIGD)
    hier.session.commit()
    assert supplier.codes(normed(anna, versie=2, percentiel=70)) == ["gewijzigd"]
    assert (hier.levering(resultaat.id).versie, hier.levering(resultaat.id).status) == (2, LeveringStatus.KLAAR)


def test_the_same_once_more_does_nothing_and_answers_the_same(hier: Wereld, supplier: Supplier, anna: int) -> None:
    first = supplier.send(record(anna), key="zelfde")
    assert supplier.send(record(anna), key="zelfde").data == first.data
    assert supplier.send(record(anna), key="anders").data == first.data, "the key of the record is enough"
    assert supplier.send(record(anna, ruwe_score=26), key="zelfde").status_code == 409
    assert supplier.codes(record(anna, ruwe_score=26)) == ["nummer_gebruikt"]
    assert [each.ruwe_score for each in results(hier)] == [25]


def test_a_higher_version_corrects_and_a_lower_one_comes_too_late(hier: Wereld, supplier: Supplier, anna: int) -> None:
    assert supplier.codes(record(anna)) == ["nieuw"]
    assert supplier.codes(record(anna, versie=3, ruwe_score=26)) == ["gewijzigd"]
    assert supplier.codes(record(anna, versie=2, ruwe_score=27)) == ["versie_te_laag"]
    assert supplier.codes(record(anna, versie=4, toets="VB-BL-5")) == ["nummer_gebruikt"]
    assert [each.ruwe_score for each in results(hier)] == [26]


def test_what_a_person_did_is_never_overwritten(hier: Wereld, supplier: Supplier, anna: int) -> None:
    supplier.codes(record(anna))
    lock_all(hier.session)
    results(hier)[0].ruwe_score = 30
    hier.session.commit()
    assert supplier.codes(record(anna, versie=2, ruwe_score=26)) == ["andere_score"]
    assert supplier.codes(record(anna, "b-1", ruwe_score=27)) == ["andere_score"]
    assert supplier.codes(record(anna, "b-2", ruwe_score=30)) == ["ongewijzigd"]
    lock_all(hier.session)
    hier.session.execute(delete(Resultaat))
    hier.session.commit()
    assert supplier.codes(record(anna), record(anna, "b-2", ruwe_score=30)) == ["nieuw", "ongewijzigd"], "as before"
    assert supplier.codes(record(anna, versie=5)) == ["andere_score"]
    assert results(hier) == []


def test_one_wrong_record_holds_up_no_other(hier: Wereld, supplier: Supplier, anna: int) -> None:
    morgen = (VANDAAG + timedelta(days=1)).isoformat()
    found = supplier.outcomes(
        record(anna),
        record(anna, "a-2", toets="VB-XX"),
        record(anna, "a-3", toets="VB-BL-5", ruwe_score=99),
        record(anna, "a-4", afnamedatum=morgen),
        record(anna, "a-5", afnamedatum="2001-01-01"),
        normed(anna, eigen_nummer="a-6", toets="VB-SP-4", niveau="V"),
        {"eigen_nummer": "a-7", "naam": "Anna"},
        "geen record",
        record(0, "a-8"),
        normed(anna, eigen_nummer="a-9", percentiel=None),
    )
    assert [each["fout"] for each in found] == [
        None, "toets_onbekend", "score_te_hoog", "datum_in_toekomst", "datum_te_oud", "norm_onmogelijk",
        "ongeldig", "ongeldig", "ongeldig", "ongeldig",
    ]  # fmt: skip
    assert "naam: extra_forbidden" in found[6]["velden"]
    assert "Anna" not in json.dumps(found), "no value comes back"
    assert len(results(hier)) == 1
    assert supplier.codes(record(anna, "c"), record(anna, "c", toets="VB-BL-5")) == ["dubbel", "dubbel"]


def test_unknown_leerling_other_school_and_unknown_school_answer_alike(
    app: Flask, hier: Wereld, supplier: Supplier, anna: int
) -> None:
    other = make_wereld(hier.session, app.extensions["keyring"], brin="98XX")
    bo = other.leerling("Bo").id
    hier.session.commit()
    asked: list[tuple[int, Record]] = [
        (999_999, {}), (bo, {}), (bo, {"brin": "98XX"}), (anna, {"brin": "98XX"}), (anna, {"brin": "97XX"}),
        (anna, {"vestiging": "01"}),
    ]  # fmt: skip
    answers = [supplier.send(record(leerling), **values) for leerling, values in asked]
    assert {(each.status_code, each.text) for each in answers} == {(200, answers[0].text)}
    assert "leerling_onbekend" in answers[0].text
    wrong = [supplier.send(record(anna, toets="VB-XX"), **values).text for _, values in asked]
    assert len(set(wrong)) == 1
    assert results(hier) == []
    assert hier.session.scalars(select(Afnamesleutel)).all() == []


def test_without_a_token_that_works_nothing_is_answered(hier: Wereld, supplier: Supplier, anna: int) -> None:
    client, refused = supplier.client, []
    for headers in ({}, {"Authorization": "Basic x"}, {"Authorization": "Bearer kp_x"}, {"Authorization": "Bearer  "}):
        refused.append(client.post("/api/v1/afnames", json={}, headers=headers | {"Idempotency-Key": "k"}))
    leveranciers.revoke(hier.session, supplier.row.id, door=hier.beheerder.id)
    hier.session.commit()
    refused.append(supplier.send(record(anna)))
    assert {each.status_code for each in refused} == {401}
    assert len({each.text for each in refused}) == 1
    assert refused[0].headers["WWW-Authenticate"] == "Bearer"
    assert Fout.model_validate_json(refused[0].data).fout == "niet_herkend"
    assert "Set-Cookie" not in refused[0].headers
    assert results(hier) == []


def test_a_token_is_kept_as_a_hash_and_its_use_is_seen(hier: Wereld, supplier: Supplier, anna: int) -> None:
    supplier.send(record(anna))
    hier.session.expire_all()
    row = hier.session.get_one(Leverancier, supplier.row.id)
    assert supplier.token not in {str(value) for value in vars(row).values()}
    assert row.gebruikt_op is not None
    assert leveranciers.who(hier.session, supplier.token) == LeverancierId(row.id)


@pytest.mark.parametrize(
    ("code", "data", "headers"),
    [
        (400, "{}", {"Idempotency-Key": ""}),
        (400, "{}", {"Idempotency-Key": "met spatie"}),
        (415, "{}", {"Content-Type": "text/plain"}),
        (413, " " * (MAX_BYTES + 1), {}),
        (422, "{", {}),
        (422, "[]", {}),
        (422, '{"brin": "99XX", "afnames": []}', {}),
        (422, json.dumps({"brin": "99XX", "afnames": [1] * (MOST + 1)}), {}),
        (422, '{"brin": "99xx", "afnames": [1]}', {}),
        (422, '{"brin": "99XX", "afnames": [1], "extra": 1}', {}),
        (422, '{"a":' * 100_000, {}),
    ],
)
def test_a_request_that_is_none_is_refused_as_json(
    supplier: Supplier, code: int, data: str, headers: dict[str, str]
) -> None:
    usual = {"Authorization": f"Bearer {supplier.token}", "Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = supplier.client.post("/api/v1/afnames", data=data, headers=usual | headers)
    assert answer.status_code == code
    assert Fout.model_validate_json(answer.data).uitleg
    assert answer.mimetype == "application/json"


@pytest.mark.parametrize(
    ("path", "code"),
    [("/api/v1/afnames", 405), ("/api/v1/afname", 404), ("/api/v1/", 404), ("/api/v1", 404)],
)
def test_another_address_or_method_is_json_too(app: Flask, path: str, code: int) -> None:
    browser = app.test_client()
    for answer in (browser.get(path), browser.put(path, json={}), browser.delete(path)):
        assert (answer.status_code, answer.mimetype) == (code, "application/json")
        assert Fout.model_validate_json(answer.data).uitleg
    assert app.test_client().get("/api/v12").mimetype == "text/html", "that is none of ours"


def test_what_the_database_cannot_hold_is_never_for_later(
    supplier: Supplier, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aanleveren, "take_in", lambda session, *_, **__: session.scalar(text("SELECT 1/0")))
    assert supplier.send(record(anna)).status_code == 400


def test_bugs_of_ours_are_json_without_a_trace(
    app: Flask, supplier: Supplier, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.services.toetsen.aanleveren.take_in", lambda *_, **__: 1 / 0)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = supplier.send(record(anna))
    assert (answer.status_code, Fout.model_validate_json(answer.data).fout) == (500, "fout_bij_ons")
    assert "ZeroDivision" not in answer.text


@pytest.fixture
def unlimited() -> Iterator[None]:
    limiter.enabled = False
    yield
    limiter.enabled = True


def test_too_many_requests_say_how_long_to_wait(supplier: Supplier) -> None:
    headers = {"Authorization": f"Bearer {supplier.token}"}
    codes = {supplier.client.post("/api/v1/afnames", headers=headers).status_code for _ in range(PER_MINUTE)}
    assert codes == {400}
    answer = supplier.client.post("/api/v1/afnames", headers=headers)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 61  # whole seconds, upwards
    assert Fout.model_validate_json(answer.data).fout == "te_vaak"


def test_the_document_names_each_route_each_field_and_each_answer(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    assert document == json.loads(json.dumps(openapi.describe()))
    routes = {
        (rule.rule, method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint != "api.document"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, methods in document["paths"].items() for method in methods}
    schemas = document["components"]["schemas"]
    assert set(schemas["Afname"]["properties"]) == set(Afname.model_fields)
    assert set(schemas["Afname"]["required"]) == {
        name for name, field in Afname.model_fields.items() if field.is_required()
    }
    assert schemas["Afname"]["additionalProperties"] is schemas["Verzoek"]["additionalProperties"] is False
    operation = document["paths"]["/api/v1/afnames"]["post"]
    assert all(f"`{code}`" in operation["description"] for code, _ in CODES.values())
    assert {"200", "400", "401", "409", "413", "415", "422", "429", "503"} <= set(operation["responses"])
    assert "#/$defs" not in json.dumps(document)


def test_what_the_document_leaves_out_is_refused_and_what_it_asks_must_be_there() -> None:
    whole = record(1)
    assert Verzoek.model_validate_json(json.dumps({"brin": "99XX", "afnames": [whole]}))
    for field in openapi.describe()["components"]["schemas"]["Afname"]["required"]:
        with pytest.raises(ValidationError):
            Afname.model_validate_json(json.dumps({name: value for name, value in whole.items() if name != field}))
    for field, value in (("ruwe_score", "25"), ("leerling", 1.5), ("afnamedatum", "27-11-2026"), ("versie", True)):
        with pytest.raises(ValidationError):
            Afname.model_validate_json(json.dumps(whole | {field: value}))


@pytest.mark.usefixtures("unlimited")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        [*Afname.model_fields, "brin", "afnames", "x"]), inner, max_size=8),
))  # fmt: skip
def test_nothing_that_is_sent_breaks_it(supplier: Supplier, body: Any) -> None:
    records = [body, record(1) | body] if isinstance(body, dict) else [body]
    usual = {"Authorization": f"Bearer {supplier.token}", "Content-Type": "application/json"}
    for sent in (body, {"brin": "99XX", "afnames": records}):
        headers = usual | {"Idempotency-Key": uuid4().hex}
        answer = supplier.client.post("/api/v1/afnames", data=json.dumps(sent), headers=headers)
        assert answer.status_code in {200, 422}


STRANGE = st.text(max_size=70) | st.sampled_from(
    ["A\0B", "\u2028", "\u202e", "A\n", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01", "NaN",
     "99999999999999999999", "1e-9999", "24:00:00", "23:59:59.999999", "VB-RW-5", "2026"]
)  # fmt: skip


@pytest.mark.usefixtures("unlimited")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(changes={"toets": "A\0B"}, names=[])
@example(changes={"normversie": "A\0B"}, names=[])
@example(changes={"genormeerd_op": "0001-01-01T00:00:00+14:00"}, names=[])
@example(changes={}, names=["A\0B"])
@given(changes=st.dictionaries(st.sampled_from(sorted(Afname.model_fields)), STRANGE, max_size=2),
       names=st.lists(STRANGE, max_size=1))  # fmt: skip
def test_a_record_with_a_strange_text_breaks_nothing_and_holds_up_no_other(
    supplier: Supplier, anna: int, changes: Record, names: list[str]
) -> None:
    strange = normed(anna, eigen_nummer=uuid4().hex, toets="VB-BL-5") | changes | dict.fromkeys(names, "x")
    good = record(anna, uuid4().hex)
    answer = supplier.send(strange, good, key=uuid4().hex)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["uitkomsten"][1]["fout"] in {None, "dubbel"}


def test_a_bug_at_the_end_leaves_no_half(
    hier: Wereld, supplier: Supplier, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("webapp.services.toetsen.aanleveren.remember_answer", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            supplier.send(record(anna), key="half")
    assert results(hier) == []
    assert supplier.codes(record(anna), key="half") == ["nieuw"]


def test_the_same_request_twice_at_once_is_taken_in_once_and_answered_alike(
    request: pytest.FixtureRequest, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On real connections: the second waits for the school, and then finds what was answered to the first."""
    monkeypatch.setattr(webapp_db, "LOCK_WAIT", timedelta(seconds=60))
    app = create_app(replace(request.getfixturevalue("settings"), database_url=fresh_database_url))
    app.test_client_class = CleanClient
    looked = Barrier(2)
    with app.app_context():
        wereld = make_wereld(db.session(), app.extensions["keyring"])
        supplier, anna = Supplier(app, wereld), wereld.leerling("Anna").id
        db.session.commit()
        db.session.remove()

        def send(_: int) -> TestResponse:
            headers = {"Authorization": f"Bearer {supplier.token}", "Idempotency-Key": "samen"}
            looked.wait(timeout=30)
            body = {"brin": "99XX", "afnames": [record(anna)]}
            return app.test_client().post("/api/v1/afnames", json=body, headers=headers)

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(send, range(2))
        assert (first.status_code, first.data) == (second.status_code, second.data)
        assert first.get_json()["uitkomsten"][0]["gevolg"] == "nieuw"
        kept = [db.session().scalar(select(func.count()).select_from(each)) for each in (Resultaat, Afnameverzoek)]
        assert kept == [1, 1]
        db.session.remove()
        db.engine.dispose()
