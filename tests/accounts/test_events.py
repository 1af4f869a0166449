"""Every login, failure and change of a password is a line of the trail, without a password and without an address."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.forms import PASSWORD, log_in, send
from tests.accounts.test_passwords import reset_path
from tests.accounts.test_second_step import code_of, confirm, enter, new_codes
from webapp.models import Account, Audit, Daad

WRONG, STRANGER, NEW = "verkeerd-geraden-9", "vreemd@elders.example", "nog-nooit-bedacht"


def lines(session: Session) -> list[tuple[Daad, str, int | None, str]]:
    """What the trail says, oldest first."""
    rows = session.scalars(select(Audit).order_by(Audit.id))
    return [
        (row.actie, row.object, row.account_id, row.tellingen.get("met", row.tellingen.get("bij", ""))) for row in rows
    ]


def test_a_day_of_a_school(client: FlaskClient, session: Session, account: Account) -> None:
    me, who = account.id, f"account {account.id}"
    log_in(client, account.email, WRONG)
    log_in(client, account.email)
    send(client, "/wachtwoord-wijzigen", {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW})
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
    assert token
    client.post("/uitloggen", data={"csrf_token": token[1]})
    send(client, "/wachtwoord-vergeten", {"email": account.email})
    session.refresh(account)
    send(client, reset_path(client, account), {"password": f"{NEW}-2", "password_confirm": f"{NEW}-2"})
    assert lines(session) == [
        (Daad.INLOGGEN_MISLUKT, who, None, "inloggen"),
        (Daad.INGELOGD, who, me, "wachtwoord"),
        (Daad.INGELOGD, who, me, "nieuw wachtwoord"),
        (Daad.WACHTWOORD_GEWIJZIGD, who, me, ""),
        (Daad.UITGELOGD, who, me, ""),
        (Daad.WACHTWOORD_GEVRAAGD, who, None, ""),
        (Daad.WACHTWOORD_HERSTELD, who, me, ""),
    ]


def test_a_day_of_klantenservice(app: Flask, session: Session, clerk: Account) -> None:
    me, who = clerk.id, f"account {clerk.id}"
    browser = app.test_client()
    log_in(browser, clerk.email)
    send(browser, "/tweede-stap", {"code": "000000"})
    send(browser, "/tweede-stap", {"code": code_of(app, clerk)})
    confirm(browser)
    code = new_codes(browser)[0]
    other = app.test_client()
    log_in(other, clerk.email)
    send(other, "/herstelcode", {"code": code})
    assert lines(session) == [
        (Daad.TWEEDE_STAP_MISLUKT, who, None, "code"),
        (Daad.INGELOGD, who, me, "code"),
        (Daad.HERSTELCODES_GEMAAKT, who, me, ""),
        (Daad.INGELOGD, who, me, "herstelcode"),
    ]


def test_a_slowdown_is_a_line_of_its_own_once(app: Flask, session: Session, account: Account) -> None:
    for _ in range(8):
        log_in(app.test_client(), account.email, WRONG)
    acts = [line[0] for line in lines(session)]
    assert acts == [Daad.INLOGGEN_MISLUKT] * 5 + [Daad.INLOGGEN_VERTRAAGD]


def test_the_trail_holds_no_password_no_code_and_no_address_of_a_stranger(
    app: Flask, client: FlaskClient, session: Session, account: Account, run_jobs: Callable[[], int]
) -> None:
    log_in(client, STRANGER, WRONG)
    log_in(client, account.email, WRONG)
    send(client, "/wachtwoord-vergeten", {"email": STRANGER})
    rows = session.scalars(select(Audit).order_by(Audit.id)).all()
    kept = " ".join(f"{row.object} {row.tellingen}" for row in rows)
    assert len(rows) == 3
    for secret in (WRONG, STRANGER, account.email, "vreemd", "elders"):
        assert secret not in kept
    assert re.fullmatch(r"adres [0-9a-f]{32}", rows[0].object)
    assert rows[0].object == rows[2].object, "the same stranger is seen to be the same"


def test_coming_in_with_a_code_is_no_new_second_step(app: Flask, session: Session, clerk: Account) -> None:
    enter(app, clerk)
    assert Daad.TWEEDE_STAP_INGESTELD not in [line[0] for line in lines(session)]


def test_the_first_second_step_is_a_line(app: Flask, client: FlaskClient, session: Session, clerk: Account) -> None:
    clerk.tf_primary_method = clerk.tf_totp_secret = None
    session.commit()
    log_in(client, clerk.email)
    page = send(client, "/tweede-stap/instellen", {"setup": "authenticator"}).text
    key = re.search(r'<figcaption class="vast">([^<]+)<', page)
    assert key
    fresh = app.extensions["security"].totp_factory._totp(key=key[1].replace("-", "").replace(" ", ""), format="base32")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    client.post("/tweede-stap", data={"csrf_token": token[1], "code": str(fresh.generate().token)})
    assert client.get("/klantenservice/").status_code == 200
    assert [line[0] for line in lines(session)] == [Daad.TWEEDE_STAP_INGESTELD, Daad.INGELOGD]
