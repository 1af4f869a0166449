"""The account of a board in a real browser: tied, logged out, in by it with our second step, and untied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask_security import hash_password
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from sandbox.bestuur.app import Server
from sandbox.bestuur.app import create_app as create_bestuur
from tests.browser.maat import fits
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import make_account, make_school
from webapp import create_app
from webapp.besturen import Bestuur
from webapp.config import Settings
from webapp.db import db
from webapp.models import Account, Rol

pytestmark = pytest.mark.browser
ZIN, SECRET = "een lange zin om te onthouden", "het-geheim-van-deze-klant-bij-het-bestuur"


@pytest.fixture
def app(settings: Settings, fresh_database_url: str) -> Iterator[Flask]:
    """A site and a board, each at an address of its own."""
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    server = Server("", "koppelpunt", SECRET, "")
    with running_app(app) as site, running_app(create_bestuur(server)) as board:
        server.public_url, server.redirect_uri = board.address, f"{site.address}/inloggen/bestuur/horizon/terug"
        bestuur = Bestuur(
            "horizon",
            "Stichting De Horizon",
            server.issuer,
            "koppelpunt",
            SECRET,
            ("horizon-po",),
            tweede_stap_amr=("mfa",),
        )
        app.extensions["settings"] = replace(settings, public_url=site.address, besturen=(bestuur,))
        yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def page(app: Flask, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=app.extensions["settings"].public_url)
    yield context.new_page()
    context.close()


def _code(app: Flask, email: str) -> str:
    """What the app on the telephone shows; it works again, as after half a minute."""
    with app.app_context():
        db.session.execute(update(Account).values(tf_teller=None))
        db.session.commit()
        account = db.session.query(Account).filter_by(email=email).one()
        return str(app.extensions["security"].totp_factory.generate_totp_password(account.tf_totp_secret))


def _fits(page: Page) -> None:
    """Nothing is wider than a telephone."""
    page.set_viewport_size({"width": 320, "height": 900})
    fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_tied_then_in_by_it_with_our_code_then_untied(app: Flask, page: Page) -> None:
    with app.app_context():
        session = db.session()
        anja = make_account(session, Rol.BEHEERDER, make_school(session))
        anja.password, anja.tf_primary_method = hash_password(ZIN), "authenticator"
        anja.tf_totp_secret = app.extensions["security"].totp_factory.generate_totp_secret()
        session.commit()
        email = anja.email
    page.goto("/inloggen")
    _fits(page)
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord").first.fill(ZIN)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_label("Code").fill(_code(app, email))
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_text("Anja Bakker").click()
    page.get_by_role("link", name="Account van uw bestuur").click()
    _fits(page)
    page.get_by_role("link", name="Stichting De Horizon").click()
    page.get_by_label("Marijke Visser marijke@horizon.example", exact=True).check()
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_text("U logde daar in als marijke@horizon.example")).to_be_visible()
    _fits(page)
    page.get_by_role("button", name="Ja, verbinden").click()
    expect(page.get_by_text("U logt voortaan ook in met marijke@horizon.example")).to_be_visible()
    _fits(page)
    page.get_by_text("Anja Bakker").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.get_by_role("link", name="Stichting De Horizon").click()
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_label("Code").fill(_code(app, email))
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_text("Anja Bakker")).to_be_visible()
    page.goto("/account/bestuur")
    expect(page.get_by_text("Dit kan alleen als u bent ingelogd met uw wachtwoord")).to_be_visible()
    page.get_by_role("button", name="Losmaken").click()
    expect(page.get_by_text("marijke@horizon.example is losgemaakt")).to_be_visible()
    page.get_by_text("Anja Bakker").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.get_by_role("link", name="Stichting De Horizon").click()
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_text("Met dit account van uw bestuur komt u hier niet binnen")).to_be_visible()
