"""Secrets are replaced while people are logged in: a new key behind the old, and later the old one out."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import recoverable
from sqlalchemy import select, text

from tests.accounts.forms import PASSWORD, log_in, make, send
from tests.ground.app import CleanClient
from tests.screens import join
from tests.wereld import SLEUTEL, make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.links import CONTROLE_LINK
from webapp.models import Account, Koppeling
from webapp.services import hersleutelen
from webapp.services.koppeling import sleutel

OLD, NEW = "oude-sleutel-die-alleen-nog-herkent", "nieuwe-sleutel-die-ook-ondertekent"
ONE, TWO = (f"{n}:{base64.b64encode(bytes([n]) * 32).decode()}" for n in (1, 2))


@contextmanager
def processes(settings: Settings, database_url: str, **keys: tuple[str, ...]) -> Iterator[Flask]:
    """All processes after a restart with these keys."""
    app = create_app(replace(settings, database_url=database_url, **keys))  # type: ignore[arg-type]  # of its fields
    app.test_client_class = CleanClient
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def moved(browser: FlaskClient, app: Flask) -> FlaskClient:
    """The same browser, at the restarted site."""
    there = app.test_client()
    for name in ("koppelpunt", "toestel"):
        cookie = browser.get_cookie(name)
        assert cookie is not None
        there.set_cookie(name, cookie.value)
    return there


def test_a_new_secret_key_logs_nobody_out(settings: Settings, fresh_database_url: str) -> None:
    with processes(settings, fresh_database_url, secret_keys=(OLD,)) as app:
        with app.app_context():
            account = make(db.session(), "anja@wegwijzer.example")
            wereld = make_wereld(db.session(), app.extensions["keyring"])
            join(db.session(), account, wereld.school)
            db.session.commit()
            link, email = CONTROLE_LINK.dumps(7), account.email
            reset = recoverable.generate_reset_password_token(account)  # type: ignore[no-untyped-call]  # Flask-Security
        browser = app.test_client()
        log_in(browser, email)
        form = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/wachtwoord-wijzigen").text)
        assert form

    with processes(settings, fresh_database_url, secret_keys=(OLD, NEW)) as app:
        browser = moved(browser, app)
        assert browser.get("/resultaten/").status_code == 200
        fields = dict.fromkeys(("password", "new_password", "new_password_confirm"), "nog-nooit-bedacht")
        answer = browser.post("/wachtwoord-wijzigen", data={"csrf_token": form[1], **fields})
        assert "Dit wachtwoord klopt niet" in answer.text, "a form that was open is still taken"
        with app.app_context():
            assert CONTROLE_LINK.loads(link) == 7
            fresh = db.session.scalars(select(Account).where(Account.email == email)).one()
            newer = recoverable.generate_reset_password_token(fresh)  # type: ignore[no-untyped-call]  # Flask-Security
        assert app.test_client().get(f"/wachtwoord-vergeten/{reset}").status_code == 200
        for _ in range(6):
            log_in(app.test_client(), email, "verkeerd-geraden-9")
        there = moved(browser, app)
        there.delete_cookie("koppelpunt")
        assert log_in(there, email).status_code == 302, "the device is still known"

    with processes(settings, fresh_database_url, secret_keys=(NEW,)) as app:
        there = moved(there, app)
        assert there.get("/resultaten/").status_code == 200, "what was signed with the new key outlives the old"
        assert app.test_client().get(f"/wachtwoord-vergeten/{newer}").status_code == 200
        assert app.test_client().get(f"/wachtwoord-vergeten/{reset}").status_code == 302


def said(app: Flask) -> str:
    done = app.test_cli_runner().invoke(args=["hersleutelen"])
    assert done.exit_code == 0, done.output
    return done.output


def test_what_lies_under_an_old_key_is_encrypted_anew_and_may_be_stopped_halfway(
    settings: Settings, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hersleutelen, "BATCH", 2)
    with processes(settings, fresh_database_url, encryption_keys=(ONE,)) as app, app.app_context():
        for number in range(5):
            make_wereld(db.session(), app.extensions["keyring"], brin=f"1{number}AA")
        clerk = make(db.session(), "kim@testcentrum.example", is_klantenservice=True)
        factory = app.extensions["security"].totp_factory
        clerk.tf_primary_method, clerk.tf_totp_secret = "authenticator", factory.generate_totp_secret()
        db.session.commit()
        assert said(app).endswith("Sleutel 1: versleutelt.\n")

    with processes(settings, fresh_database_url, encryption_keys=(ONE, TWO)) as app, app.app_context():
        keyring = app.extensions["keyring"]
        with monkeypatch.context() as killed:
            encrypt, left = keyring.encrypt, iter((True, True, True, False))

            def dies(*args: str) -> bytes:
                if not next(left):
                    raise KeyboardInterrupt
                return bytes(encrypt(*args))

            killed.setattr(keyring, "encrypt", dies)
            app.test_cli_runner().invoke(args=["hersleutelen"])
        db.session.remove()
        assert hersleutelen.in_use(db.session()) == {"1": 4, "2": 2}, "one batch of two was kept, and whole"
        db.session.remove()
        assert said(app) == (
            "3 autorisatiesleutels en 1 tweede stappen opnieuw versleuteld.\n"
            "Sleutel 1: mag weg.\nSleutel 2: versleutelt.\n"
        )
        assert said(app).startswith("0 autorisatiesleutels en 0 tweede stappen")

    with processes(settings, fresh_database_url, encryption_keys=(TWO,)) as app:
        with app.app_context():
            rows = db.session.scalars(select(Koppeling)).all()
            assert {sleutel.opened(row, app.extensions["keyring"]) for row in rows} == {SLEUTEL}
            clerk = db.session.scalars(select(Account).where(Account.is_klantenservice)).one()
            code = app.extensions["security"].totp_factory.generate_totp_password(clerk.tf_totp_secret)
        browser = app.test_client()
        log_in(browser, "kim@testcentrum.example", PASSWORD)
        assert send(browser, "/tweede-stap", {"code": code}).status_code == 302
        assert browser.get("/klantenservice/").status_code == 200


def test_what_no_key_opens_is_told_and_left_as_it_is(settings: Settings, fresh_database_url: str) -> None:
    with processes(settings, fresh_database_url, encryption_keys=(ONE,)) as app, app.app_context():
        make_wereld(db.session(), app.extensions["keyring"])
        db.session.commit()
        before = db.session.scalar(text("SELECT sleutel FROM koppeling"))
    with processes(settings, fresh_database_url, encryption_keys=(TWO,)) as app, app.app_context():
        assert "1 waarden opent geen enkele sleutel: zet de oude terug" in said(app)
        assert db.session.scalar(text("SELECT sleutel FROM koppeling")) == before
