"""The second step: each code opens once, and new ones are made by who knows the password."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.accounts.forms import PASSWORD, log_in, make, send
from tests.ground.app import CleanClient
from tests.ground.crawl import arguments, path_of, rules
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Account, Audit, Daad

_PARALLEL = 8


def code_of(app: Flask, clerk: Account) -> str:
    """What the app on the telephone of this clerk shows now."""
    return str(app.extensions["security"].totp_factory.generate_totp_password(clerk.tf_totp_secret))


def enter(app: Flask, clerk: Account) -> FlaskClient:
    """A browser in which this clerk logged in, with a code."""
    browser = app.test_client()
    log_in(browser, clerk.email)
    assert send(browser, "/tweede-stap", {"code": code_of(app, clerk)}).status_code == 302
    return browser


def confirm(browser: FlaskClient) -> None:
    send(browser, "/wachtwoord-bevestigen", {"password": PASSWORD})


def new_codes(browser: FlaskClient) -> list[str]:
    page = send(browser, "/herstelcodes", {"generate_new_codes": "1"}).text
    return re.findall(r"<li>([a-z0-9-]{19})</li>", page)


def test_klantenservice_needs_the_second_step_and_each_code_opens_once(
    app: Flask, client: FlaskClient, clerk: Account
) -> None:
    log_in(client, clerk.email)
    assert client.get("/klantenservice/").status_code == 303
    code = code_of(app, clerk)
    assert send(client, "/tweede-stap", {"code": code}).status_code == 302
    assert client.get("/klantenservice/").status_code == 200
    other = app.test_client()
    log_in(other, clerk.email)
    send(other, "/tweede-stap", {"code": code})
    assert other.get("/klantenservice/").status_code == 303


@pytest.mark.asvs(25)
@pytest.mark.parametrize("step", ["code", "herstelcode"])
def test_eight_tries_at_the_same_moment_give_one_login(settings: Settings, fresh_database_url: str, step: str) -> None:
    app = create_app(replace(settings, database_url=fresh_database_url))  # connections of their own, that commit
    app.test_client_class = CleanClient
    with app.app_context():
        clerk = make(db.session(), "kim@testcentrum.example", is_klantenservice=True)
        security = app.extensions["security"]
        clerk.tf_primary_method = "authenticator"
        clerk.tf_totp_secret = security.totp_factory.generate_totp_secret()
        recovery = security.mf_recovery_codes_util.create_recovery_codes(clerk)[3]
        db.session.commit()
        code = code_of(app, clerk) if step == "code" else recovery
        email = clerk.email
    browsers = [app.test_client() for _ in range(_PARALLEL)]
    for browser in browsers:
        log_in(browser, email)
    path = "/tweede-stap" if step == "code" else "/herstelcode"
    forms = [re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text) for browser in browsers]
    together = Barrier(_PARALLEL)

    def press(number: int) -> int:
        token = forms[number]
        assert token
        together.wait()
        return browsers[number].post(path, data={"csrf_token": token[1], "code": code}).status_code

    with ThreadPoolExecutor(_PARALLEL) as threads:
        answers = list(threads.map(press, range(_PARALLEL)))
    with app.app_context():
        db.session.remove()
        logins = db.session.scalars(select(Audit.actie).where(Audit.actie == Daad.INGELOGD)).all()
        db.engine.dispose()
    assert answers.count(302) == len(logins) == 1, answers
    assert [browser.get("/klantenservice/").status_code for browser in browsers].count(200) == 1


def test_an_older_code_does_not_open_after_a_newer_one(app: Flask, session: Session, clerk: Account) -> None:
    factory, code = app.extensions["security"].totp_factory, code_of(app, clerk)
    assert factory.verify_totp(code, clerk.tf_totp_secret, clerk, window=30)
    session.refresh(clerk)
    assert clerk.tf_teller is not None
    clerk.tf_teller += 2
    session.commit()
    assert not factory.verify_totp(code, clerk.tf_totp_secret, clerk, window=30)


@pytest.mark.asvs(23)
def test_klantenservice_without_a_second_step_must_set_it_up_first(client: FlaskClient, session: Session) -> None:
    """Nor does the password alone open a page of it, where the second step was set up."""
    clerk = make(session, "nieuw@testcentrum.example", is_klantenservice=True)
    ours = [pair for pair in rules(client.application) if pair[0].rule.startswith("/klantenservice/")]
    for is_set_up in (False, True):
        if is_set_up:
            security = client.application.extensions["security"]
            clerk.tf_primary_method, clerk.tf_totp_secret = (
                "authenticator",
                security.totp_factory.generate_totp_secret(),
            )
            session.commit()
            client = client.application.test_client()
        to = log_in(client, clerk.email).headers["Location"]
        assert to.startswith("/tweede-stap" if is_set_up else "/tweede-stap/instellen")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/aanvraag/").text)
        assert token
        for rule, method in ours:
            path = path_of(rule, ["1"] * len(arguments(rule)))
            answer = client.open(path, method=method, data={"csrf_token": token[1]} if method == "POST" else None)
            assert answer.headers.get("Location", "").startswith("/inloggen"), path
    assert len(ours) > 35


def test_who_has_no_telephone_is_led_to_a_recovery_code(app: Flask, clerk: Account) -> None:
    browser = app.test_client()
    log_in(browser, clerk.email)
    assert 'href="/herstelcode' in browser.get("/tweede-stap").text


def test_the_page_of_the_code_logs_nobody_out(app: Flask, clerk: Account) -> None:
    browser = enter(app, clerk)
    answer = browser.get("/tweede-stap")  # as the Back button does after a login
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert send_bare(browser, "/tweede-stap").status_code == 303
    assert browser.get("/klantenservice/").status_code == 200


def send_bare(browser: FlaskClient, path: str, **form: str) -> TestResponse:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/klantenservice/").text)
    assert token
    return browser.post(path, data={"csrf_token": token[1], **form})


@pytest.mark.parametrize(
    ("path", "form"),
    [("/herstelcodes", {"generate_new_codes": "1"}), ("/tweede-stap/instellen", {"setup": "authenticator"})],
)
def test_a_new_way_in_is_made_by_who_gives_the_password_again(
    app: Flask, session: Session, clerk: Account, path: str, form: dict[str, str]
) -> None:
    browser, before = enter(app, clerk), clerk.tf_totp_secret
    for answer in (browser.get(path), send_bare(browser, path, **form)):
        assert answer.headers["Location"].startswith("/wachtwoord-bevestigen"), "right after a login too"
    session.refresh(clerk)
    assert (clerk.mf_recovery_codes, clerk.tf_totp_secret) == (None, before)
    confirm(browser)
    assert send(browser, path, form).status_code == 200


def test_recovery_codes_are_shown_once_and_kept_as_hashes(app: Flask, session: Session, clerk: Account) -> None:
    browser = enter(app, clerk)
    confirm(browser)
    codes = new_codes(browser)
    assert len(set(codes)) == 10
    session.refresh(clerk)
    kept = str(clerk.mf_recovery_codes)
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    again = browser.get("/herstelcodes?show_codes=1").text
    assert not any(code in again for code in codes)
    assert "U heeft nog 10 codes over." in again


def test_a_recovery_code_opens_once_however_it_is_typed(app: Flask, session: Session, clerk: Account) -> None:
    browser = enter(app, clerk)
    confirm(browser)
    code = new_codes(browser)[0]
    answers = []
    for typed in (code.upper().replace("-", " "), code):
        other = app.test_client()
        log_in(other, clerk.email)
        send(other, "/herstelcode", {"code": typed})
        answers.append(other.get("/klantenservice/").status_code)
    assert answers == [200, 303]
    session.refresh(clerk)
    assert len(clerk.mf_recovery_codes or []) == 9


def test_a_second_step_that_is_set_up_anew_works_and_the_old_one_does_not(
    app: Flask, session: Session, clerk: Account
) -> None:
    browser, old = enter(app, clerk), clerk.tf_totp_secret
    confirm(browser)
    page = send(browser, "/tweede-stap/instellen", {"setup": "authenticator"}).text
    action = re.search(r'action="(/tweede-stap/instellen/[^"]+)"', page)
    key = re.search(r'<figcaption class="vast">([^<]+)<', page)
    assert action
    assert key
    factory = app.extensions["security"].totp_factory
    fresh = factory._totp(key=key[1].replace(" ", "").replace("-", ""), format="base32")
    session.refresh(clerk)
    clerk.tf_teller = None  # the code of this half minute was used to come in
    session.commit()
    send_bare(browser, action[1], code=str(fresh.generate().token))
    session.refresh(clerk)
    assert clerk.tf_totp_secret != old
    [line] = session.scalars(select(Audit).where(Audit.actie == Daad.TWEEDE_STAP_INGESTELD)).all()
    assert (line.object, line.account_id) == (f"account {clerk.id}", clerk.id)
