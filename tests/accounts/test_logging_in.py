"""Logins that end when they should, passwords that are reset by mail, and a second step that opens once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from redis import Redis
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.ground.smtp import SmtpSink
from tests.screens import join
from webapp.accounts import sessions
from webapp.models import Account, School

PASSWORD = "een-goed-wachtwoord-1"


@pytest.fixture
def account(session: Session) -> Account:
    school = School(naam="De Wegwijzer", brin="12AB")
    session.add(school)
    session.flush()
    account = make(session, "anja@wegwijzer.example")
    join(session, account, school)
    session.commit()
    return account


@pytest.fixture
def clerk(app: Flask, session: Session) -> Account:
    clerk = make(session, "kim@testcentrum.example", is_klantenservice=True)
    clerk.tf_primary_method = "authenticator"
    clerk.tf_totp_secret = app.extensions["security"].totp_factory.generate_totp_secret()
    session.commit()
    return clerk


def make(session: Session, email: str, *, is_klantenservice: bool = False) -> Account:
    account = Account(
        email=email,
        naam="Anja",
        is_klantenservice=is_klantenservice,
        fs_uniquifier=uuid4().hex,
        password=hash_password(PASSWORD),
    )
    session.add(account)
    session.commit()
    return account


def send(client: FlaskClient, path: str, data: dict[str, str]) -> TestResponse:
    """Open the form and post it, as a browser does."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **data})


def log_in(client: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    return send(client, "/inloggen", {"email": email, "password": password})


def is_in(client: FlaskClient) -> bool:
    return client.get("/beheer/koppelen/").status_code == 200


def test_a_copied_cookie_is_worthless_after_logging_out(client: FlaskClient, account: Account) -> None:
    log_in(client, account.email)
    assert is_in(client)
    cookie = client.get_cookie("koppelpunt")
    assert cookie
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
    assert token
    client.post("/uitloggen", data={"csrf_token": token[1]})
    client.set_cookie("koppelpunt", cookie.value)
    assert not is_in(client)


def test_logging_out_takes_a_post_with_a_token(client: FlaskClient, account: Account) -> None:
    log_in(client, account.email)
    assert client.get("/uitloggen").status_code in {404, 405}
    assert client.post("/uitloggen").status_code == 400
    assert is_in(client)


@pytest.mark.parametrize("pause", [sessions.IDLE, sessions.ABSOLUTE])
def test_a_login_ends_by_itself(client: FlaskClient, account: Account, pause: timedelta) -> None:
    log_in(client, account.email)
    with time_machine.travel(datetime.now(UTC) + pause + timedelta(minutes=1)):
        assert not is_in(client)


def test_an_account_that_is_closed_is_out_at_once(client: FlaskClient, session: Session, account: Account) -> None:
    log_in(client, account.email)
    account.active = False
    session.commit()
    assert not is_in(client)


def test_known_and_unknown_addresses_get_the_same_answer(client: FlaskClient, account: Account) -> None:
    wrong = log_in(client, account.email, "verkeerd-wachtwoord").text
    unknown = log_in(client, "niemand@wegwijzer.example", "verkeerd-wachtwoord").text
    clean = re.compile(r'value="[^"]*"')
    assert clean.sub("", wrong) == clean.sub("", unknown)


def test_guessing_is_stopped_and_a_right_password_works_later(
    client: FlaskClient, redis: Redis, account: Account
) -> None:
    for _ in range(10):
        log_in(client, account.email, "verkeerd-wachtwoord")
    stopped = log_in(client, account.email, "verkeerd-wachtwoord")
    assert stopped.status_code == 429
    redis.flushdb()
    assert log_in(client, account.email).status_code == 302


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


def test_nobody_learns_whether_an_address_is_known(
    client: FlaskClient, account: Account, run_jobs: Callable[[], int], smtp: SmtpSink
) -> None:
    known = send(client, "/wachtwoord-vergeten", {"email": account.email})
    unknown = send(client, "/wachtwoord-vergeten", {"email": "niemand@wegwijzer.example"})
    assert known.status_code == unknown.status_code
    run_jobs()
    assert len(smtp.messages) == 1


def test_klantenservice_needs_the_second_step_and_each_code_opens_once(
    app: Flask, client: FlaskClient, clerk: Account
) -> None:
    factory = app.extensions["security"].totp_factory
    log_in(client, clerk.email)
    assert client.get("/klantenservice/").status_code == 303
    code = factory.generate_totp_password(clerk.tf_totp_secret)
    assert send(client, "/tweede-stap", {"code": code}).status_code == 302
    assert client.get("/klantenservice/").status_code == 200
    other = app.test_client()
    log_in(other, clerk.email)
    send(other, "/tweede-stap", {"code": code})
    assert other.get("/klantenservice/").status_code == 303


def test_klantenservice_without_a_second_step_must_set_it_up_first(client: FlaskClient, session: Session) -> None:
    clerk = make(session, "nieuw@testcentrum.example", is_klantenservice=True)
    assert "/tweede-stap/instellen" in log_in(client, clerk.email).headers["Location"]
    assert client.get("/klantenservice/").status_code == 303


@pytest.mark.parametrize("target", ["//kwaad.example", "https://kwaad.example", "/\\kwaad.example", "https:kwaad"])
def test_a_login_never_leads_to_another_site(client: FlaskClient, account: Account, target: str) -> None:
    answer = send(client, f"/inloggen?next={target}", {"email": account.email, "password": PASSWORD})
    assert "kwaad" not in urlsplit(answer.headers.get("Location", "")).netloc
