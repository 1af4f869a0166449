"""Every way in which a request can fail gets a page that says what happened and whether anything changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.screens import Koppelweg, login, make_account, make_school, messages, post
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Rol


@pytest.fixture
def weg(app: Flask, session) -> Koppelweg:  # type: ignore[no-untyped-def]  # a session of the tests
    return Koppelweg(app, session, make_account(session, Rol.KLANTENSERVICE))


def test_an_unknown_page_is_a_page(client: FlaskClient) -> None:
    answer = client.get("/bestaat-niet")
    assert answer.status_code == 404
    assert "Deze pagina is er niet" in answer.text


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
