"""Every way in which a request can fail gets a page that says what happened and whether anything changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.test import TestResponse

from tests.screens import Koppelweg, login, make_account, make_clerk, make_school, messages, post
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import CROSSING, Base, Rol
from webapp.uwlr.certificates import ClientCertificaat


@pytest.fixture
def weg(app: Flask, session) -> Koppelweg:  # type: ignore[no-untyped-def]  # a session of the tests
    return Koppelweg(app, session, make_clerk(session))


def test_an_unknown_page_is_a_page(client: FlaskClient) -> None:
    answer = client.get("/bestaat-niet")
    assert answer.status_code == 404
    assert "Deze pagina is er niet" in answer.text


def test_klantenservice_keeps_its_whole_menu_on_a_page_that_is_not_there(weg: Koppelweg) -> None:
    def menu(page: str) -> list[str]:
        return re.findall(r'<li><a href="(/klantenservice/[^"]*)"', page)

    clerk = weg.clerk()
    there = menu(clerk.get("/klantenservice/").text)
    assert there
    assert menu(clerk.get("/klantenservice/bestaat-niet/").text) == there


@pytest.mark.parametrize("batch_id", ["99999999", "99999999999999999999", "-1", "x"])
def test_an_id_that_cannot_exist_is_a_page_that_does_not(weg: Koppelweg, batch_id: str) -> None:
    school = make_school(weg.session)
    browser = login(weg.app, weg.session, make_account(weg.session, Rol.BEHEERDER, school))
    assert browser.get(f"/controle/{batch_id}/").status_code == 404


def test_a_database_that_is_away_is_said_to_whoever_is_logged_in(settings: Settings) -> None:
    away = create_app(replace(settings, database_url="postgresql+psycopg://u:geheim@127.0.0.1:1/x"))
    browser = away.test_client()
    with browser.session_transaction() as cookie:
        cookie.update({"_user_id": "iemand", "_fresh": True})
    for path in ("/", "/beheer/koppelen/", "/klantenservice/"):
        answer = browser.get(path)
        assert answer.status_code == 503
        assert "Onze database antwoordt niet" in answer.text
        assert "klantenservice@testcentrum.example" in answer.text
        assert "geheim" not in answer.text
    with away.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://localhost/beheer/koppelen/?a=1", "/beheer/koppelen/?a=1"),
        ("http://localhost//elders.example/", "/elders.example/"),
        ("http://elders.example/beheer/koppelen/", "/"),
        ("http://localhost.elders.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_rule_that_says_no_leads_back_to_our_own_page(weg: Koppelweg, referrer: str, back: str) -> None:
    browser = weg.browser(weg.running())
    token = browser.get("/aanvraag/").text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    answer = browser.post("/beheer/koppelen/toch-importeren", data={"csrf_token": token}, headers={"Referer": referrer})
    assert (answer.status_code, answer.headers["Location"]) == (303, back)
    assert "Kies ten minste één regel" in messages(browser)


def test_a_stale_form_says_that_nothing_changed(weg: Koppelweg) -> None:
    answer = weg.browser(weg.running()).post("/beheer/koppelen/ophalen")
    assert answer.status_code == 400
    assert "Het formulier was verlopen" in answer.text
    assert "Er is niets gewijzigd." in answer.text


def test_the_wrong_method_is_explained(client: FlaskClient) -> None:
    answer = post(client, "/status/leeft")
    assert answer.status_code == 405
    assert "Dit kan zo niet" in answer.text


HOSTS = [
    "elders.example",
    "localhost.elders.example",
    "LOCALHOST.EVIL",
    "10.0.0.1",
    "",
    "\u00e9",
    "[::1",
    "a b",
    "localhost:99999999",
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", "/bestaat-niet", "/static/koppelpunt.css", "/klantenservice/"])
def test_another_host_is_told_so_without_an_address_of_ours(client: FlaskClient, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "Dit verzoek klopt niet" in answer.text
    assert host not in answer.text or not host


@pytest.mark.parametrize("host", ["LOCALHOST", "LocalHost:80", "localhost"])
def test_our_own_host_in_capitals_is_our_own(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("body", ["[" * 100_000, "{}", "[1, 2]", '{"email": 5}', '"\\ud800"', "nope"])
@pytest.mark.parametrize("path", ["/inloggen", "/aanvraag/", "/wachtwoord-vergeten"])
def test_json_is_no_form(client: FlaskClient, path: str, body: str) -> None:
    answer = client.post(path, data=body, content_type="application/json")
    assert answer.status_code == 415
    assert "alleen formulieren" in answer.text


def test_an_unreadable_certificate_is_a_line_of_the_queue(
    weg: Koppelweg, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "c.pem").write_text("geen certificaat")
    for name in ("c.pem", "is er niet.pem"):
        certificaat = ClientCertificaat(tmp_path / name, tmp_path / "k.pem")
        settings = replace(app.extensions["settings"], clientcertificaat=certificaat)
        monkeypatch.setitem(app.extensions, "settings", settings)
        answer = weg.clerk().get("/klantenservice/")
        assert answer.status_code == 200
        assert "Het bestand is weg of beschadigd, dus de uitwisseling stopt." in answer.text


@pytest.fixture
def broken(app: Flask, weg: Koppelweg, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], TestResponse]:
    """Open the overview of a beheerder while its view raises this."""
    browser = weg.browser(weg.running())
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def ask(error: Exception) -> TestResponse:
        def view() -> None:
            raise error

        monkeypatch.setitem(app.view_functions, "overzicht.index", view)
        return browser.get("/")

    return ask


class _Broken(psycopg.errors.UniqueViolation):
    """As PostgreSQL tells of it, with a name in its text."""

    diag = SimpleNamespace(constraint_name="uq_school_brin")  # type: ignore[assignment]  # as much of it as is read


class _Bug(_Broken):
    diag = SimpleNamespace(constraint_name="uq_toets_code")


@pytest.mark.parametrize(
    ("error", "code", "wait", "sentence"),
    [
        (OperationalError("", {}, psycopg.errors.LockNotAvailable()), 503, "30", "Een collega of de nacht is hier net"),
        (OperationalError("", {}, psycopg.errors.DeadlockDetected()), 503, "30", "Een collega of de nacht is hier net"),
        (OperationalError("", {}, psycopg.errors.QueryCanceled()), 503, "60", "Dit duurde te lang."),
        (PoolTimeout(), 503, "60", "Dit duurde te lang."),
        (OperationalError("", {}, psycopg.OperationalError()), 503, "120", "Onze database antwoordt niet."),
        (DataError("", {}, psycopg.errors.NumericValueOutOfRange()), 400, None, "Dit verzoek klopt niet"),
        (IntegrityError("", {}, _Broken()), 409, None, "Tegelijk met u veranderde iemand hetzelfde."),
        (IntegrityError("", {}, _Bug()), 500, None, "Er ging iets mis bij ons"),
        (KeyError("Sanne de Vries"), 500, None, "Er ging iets mis bij ons"),
    ],
)
def test_every_error_of_the_database_has_its_page(
    broken: Callable[[Exception], TestResponse], error: Exception, code: int, wait: str | None, sentence: str
) -> None:
    answer = broken(error)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (code, wait)
    assert sentence in answer.text
    assert "Sanne" not in answer.text


def test_a_page_that_cannot_be_made_becomes_a_plain_one(weg: Koppelweg, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = weg.browser(weg.running())

    def no_status(*_: object) -> None:
        raise KeyError("Sanne de Vries")

    monkeypatch.setattr("webapp.presentation.feiten.of_school", no_status)
    answer = browser.get("/bestaat-niet")
    assert answer.status_code == 404
    assert "Deze pagina is er niet" in answer.text


def test_every_constraint_that_people_run_into_exists() -> None:
    tables = Base.metadata.sorted_tables
    known = {one.name for table in tables for one in (*table.constraints, *table.indexes)}  # type: ignore[attr-defined]
    assert set(CROSSING) <= known
