"""Logins that end when they should, passwords that are reset by mail, and a second step that opens once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import _get_post_action_redirect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.accounts.forms import PASSWORD, is_in, log_in, send
from tests.ground.smtp import SmtpSink
from tests.screens import login
from webapp.models import Account, Sessie


@pytest.mark.asvs(28)
def test_a_copied_cookie_is_worthless_after_logging_out(client: FlaskClient, account: Account) -> None:
    """Nor after its account was put off: below."""
    log_in(client, account.email)
    assert is_in(client)
    cookie = client.get_cookie("koppelpunt")
    assert cookie
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
    assert token
    client.post("/uitloggen", data={"csrf_token": token[1]})
    client.set_cookie("koppelpunt", cookie.value)
    assert not is_in(client)


@pytest.mark.asvs(26)
def test_a_login_begins_a_session_that_nobody_knew_before(app: Flask, session: Session, clerk: Account) -> None:
    """Not the one that somebody else planted, and not that of the first step after the second."""
    client, code = app.test_client(), app.extensions["security"].totp_factory.generate_totp_password
    cookies = []
    for step in range(3):
        if step == 1:
            log_in(client, clerk.email)
        if step == 2:
            send(client, "/tweede-stap", {"code": str(code(clerk.tf_totp_secret))})
        client.get("/aanvraag/")
        cookie = client.get_cookie("koppelpunt")
        assert cookie
        cookies.append(cookie.value)
    assert len(set(cookies)) == 3
    assert client.get("/klantenservice/").status_code == 200
    for planted in cookies[:2]:
        other = app.test_client()
        other.set_cookie("koppelpunt", planted)
        assert other.get("/klantenservice/").status_code == 303
    assert len(set(session.scalars(select(Sessie.token_hash)))) == 1


def test_logging_out_takes_a_post_with_a_token(client: FlaskClient, account: Account) -> None:
    assert log_in(client, "", "").text.count("horen niet bij elkaar") == 1, "one error is said once"
    log_in(client, account.email)
    assert client.get("/uitloggen").status_code in {404, 405}
    assert client.post("/uitloggen").status_code == 400
    assert is_in(client)


@pytest.mark.parametrize(("pause", "stays"), [(timedelta(minutes=119), True), (timedelta(minutes=121), False)])
def test_a_login_of_a_school_ends_after_two_idle_hours(
    client: FlaskClient, account: Account, pause: timedelta, stays: bool
) -> None:
    log_in(client, account.email)
    with time_machine.travel(datetime.now(UTC) + pause):
        assert is_in(client) is stays


def test_a_page_that_looks_by_itself_keeps_no_login_alive(
    client: FlaskClient, session: Session, account: Account
) -> None:
    """A script asks every few seconds what colleagues changed; that is not somebody at the keyboard."""
    log_in(client, account.email)

    def seen_after(**headers: str) -> bool:
        before = datetime.now(UTC) - timedelta(minutes=30)
        session.execute(update(Sessie).values(gezien_op=before))
        session.commit()
        client.get("/", headers=headers)
        session.expire_all()
        return session.scalars(select(Sessie.gezien_op).order_by(Sessie.id.desc())).first() != before

    assert not seen_after(**{"Sec-Fetch-Dest": "empty"})
    assert seen_after(**{"Sec-Fetch-Dest": "document"})
    assert seen_after()


@pytest.mark.asvs(27)
@pytest.mark.parametrize(("pause", "code"), [(timedelta(minutes=29), 200), (timedelta(minutes=31), 303)])
def test_a_login_of_klantenservice_ends_after_thirty_idle_minutes(
    app: Flask, session: Session, clerk: Account, pause: timedelta, code: int
) -> None:
    """That of a school after two hours: above; every one after twelve: below."""
    browser = login(app, session, clerk)
    with time_machine.travel(datetime.now(UTC) + pause):
        assert browser.get("/klantenservice/").status_code == code


def test_a_login_that_is_used_all_day_ends_after_twelve_hours(client: FlaskClient, account: Account) -> None:
    log_in(client, account.email)
    begin = datetime.now(UTC)
    with time_machine.travel(begin) as clock:
        for hour in range(1, 12):
            clock.move_to(begin + timedelta(hours=hour))
            assert is_in(client)
        clock.move_to(begin + timedelta(hours=12, minutes=1))
        assert not is_in(client)


@pytest.mark.parametrize("comes_back_before", [True, False])
def test_an_account_that_is_put_off_is_out_at_once_and_for_good(
    client: FlaskClient, session: Session, account: Account, comes_back_before: bool
) -> None:
    log_in(client, account.email)
    account.active = False
    session.commit()
    assert not (comes_back_before and is_in(client))
    account.active = True
    session.commit()
    assert not is_in(client)


def test_nothing_remembers_a_login(client: FlaskClient, account: Account) -> None:
    answer = send(client, "/inloggen", {"email": account.email, "password": PASSWORD, "remember": "y"})
    assert answer.status_code == 302
    assert "remember_token" not in str(answer.headers)
    assert client.get_cookie("remember_token") is None


@pytest.mark.parametrize("path", ["/inloggen", "/wachtwoord-vergeten", "/tweede-stap", "/herstelcodes"])
def test_no_answer_of_the_login_is_json(client: FlaskClient, account: Account, path: str) -> None:
    for headers in ({}, {"Accept": "application/json"}):
        body = {"email": account.email, "password": PASSWORD}
        assert client.post(path, json=body, headers=headers).status_code in {400, 415}
        assert not client.get(path, headers=headers).is_json
    right = client.post("/inloggen?include_auth_token", data=body | {"csrf_token": "x"}, headers=headers)
    assert not right.is_json
    assert not is_in(client)


def test_a_token_in_a_header_opens_nothing(app: Flask, client: FlaskClient, account: Account) -> None:
    with app.test_request_context():
        token = account.get_auth_token()
    for place in ({"headers": {"Authentication-Token": token}}, {"query_string": {"auth_token": token}}):
        assert client.get("/wachtwoord-wijzigen", **place).status_code == 302


def test_known_and_unknown_addresses_get_the_same_answer(client: FlaskClient, account: Account) -> None:
    wrong = log_in(client, account.email, "verkeerd-wachtwoord").text
    unknown = log_in(client, "niemand@wegwijzer.example", "verkeerd-wachtwoord").text
    clean = re.compile(r'value="[^"]*"')
    assert clean.sub("", wrong) == clean.sub("", unknown)


def test_a_password_is_reset_by_mail_and_the_old_login_ends(
    app: Flask, client: FlaskClient, account: Account, run_jobs: Callable[[], int], smtp: SmtpSink
) -> None:
    elsewhere = app.test_client()
    log_in(elsewhere, account.email)
    send(client, "/wachtwoord-vergeten", {"email": account.email})
    run_jobs()
    [mail] = smtp.to(account.email)
    body = mail.get_body(("plain",))
    assert body
    link = re.search(r"http\S+/wachtwoord-vergeten/\S+", body.get_content())
    assert link
    path = urlsplit(link[0]).path
    answer = send(client, path, {"password": "een-nieuw-wachtwoord-2", "password_confirm": "een-nieuw-wachtwoord-2"})
    assert answer.status_code == 302
    assert not is_in(elsewhere)
    assert log_in(client, account.email).status_code == 200
    assert log_in(client, account.email, "een-nieuw-wachtwoord-2").status_code == 302
    assert client.get(path).status_code == 302


ELSEWHERE = (
    "//kwaad.example", "///kwaad.example", "////kwaad.example", "https://kwaad.example", "HTTPS://kwaad.example",
    "https:kwaad.example", "https:/kwaad.example", "https:///kwaad.example", "http:\\\\kwaad.example",
    "/\\kwaad.example", "\\\\kwaad.example", "\\/kwaad.example", "/\t/kwaad.example", "/\n/kwaad.example",
    "\t//kwaad.example",
    " //kwaad.example", "\x01//kwaad.example", "/%09/kwaad.example", "%2f%2fkwaad.example", "//kwaad.example@localhost",
    "//localhost@kwaad.example", "https://localhost.kwaad.example", "https://localhost:80@kwaad.example",
    "javascript:alert(1)//kwaad", "data:text/html,kwaad", "//kwaad%E3%80%82example", "//\u3002kwaad.example",
    "/.//kwaad.example", "/..//kwaad.example", ".kwaad.example", "ftp://kwaad.example",
    "/\r/kwaad.example", "//\u2044kwaad.example", "/\u2215/kwaad.example", "?//kwaad.example", "#//kwaad.example",
    "@kwaad.example", ":80@kwaad.example",
)  # fmt: skip


@pytest.mark.asvs(20)
def test_no_address_leads_to_another_site(client: FlaskClient, account: Account) -> None:
    """Of the login; back to a list: tests/admin/test_acts.py; back after a refusal: tests/test_errorpages.py."""
    for target in ELSEWHERE:
        with client.application.test_request_context("/inloggen", query_string={"next": target}):
            taken = _get_post_action_redirect("SECURITY_POST_LOGIN_VIEW", {"next": target})
        read = re.sub(r"[\x00-\x20]", "", taken).replace("\\", "/")  # as a browser does
        assert urlsplit(urljoin("http://localhost/inloggen", read)).netloc == "localhost", target
    answer = send(client, "/inloggen?next=//kwaad.example", {"email": account.email, "password": PASSWORD})
    assert "Location" not in answer.headers
    assert not is_in(client)
