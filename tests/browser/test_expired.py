"""A login that ends while somebody types, in a real browser: it goes on after the next login, with what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from tests.accounts.forms import PASSWORD, make
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import join
from tests.wereld import make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Resultaat, Sessie
from webapp.services.clock import database_now

pytestmark = pytest.mark.browser
ANJA, BERT = "anja@wegwijzer.example", "bert@wegwijzer.example"


@dataclass
class Site:
    """A school with a test to fill in, and two colleagues who log in there."""

    app: Flask
    page: Page
    rooster: str

    def log_in(self, email: str) -> None:
        self.page.get_by_label("E-mailadres").fill(email)
        self.page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Inloggen").click()

    def go_home_for_the_night(self) -> None:
        """Nobody does anything for twenty hours."""
        with self.app.app_context():
            long_ago = database_now(db.session()).replace(year=2020)
            db.session.execute(update(Sessie).values(gezien_op=long_ago))
            db.session.commit()

    def scores(self) -> list[int]:
        with self.app.app_context():
            return list(db.session.scalars(select(Resultaat.ruwe_score)))


@pytest.fixture
def site(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[Site]:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with app.app_context():
        wereld = make_wereld(db.session(), app.extensions["keyring"])
        wereld.leerling("Sanne", achternaam="de Vries")
        for email in (ANJA, BERT):
            join(db.session(), make(db.session(), email), wereld.school)
        db.session.commit()
        toets = next(iter(wereld.toetsen.values()))
        rooster = f"/resultaten/{toets.id}/{wereld.groep.id}/"
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        yield Site(app, context.new_page(), rooster)
        context.close()
    with app.app_context():
        db.engine.dispose()


def type_a_score(site: Site) -> None:
    site.page.goto(site.rooster)
    site.log_in(ANJA)
    site.page.get_by_label("Sanne de Vries").first.fill("7")
    site.go_home_for_the_night()
    site.page.get_by_role("button", name="Opslaan").first.click()
    expect(site.page.get_by_text("U was te lang weg")).to_be_visible()
    assert site.scores() == []


def test_what_was_typed_is_saved_after_the_next_login(site: Site) -> None:
    type_a_score(site)
    site.log_in(ANJA)
    expect(site.page.get_by_role("heading", name="Verder waar u was")).to_be_visible()
    assert site.scores() == [], "not before the button"
    site.page.reload()
    site.page.get_by_role("button", name="Alsnog doen").click()
    expect(site.page.get_by_label("Sanne de Vries").first).to_have_value("7")
    assert site.scores() == [7]


def test_a_colleague_at_the_same_computer_sees_and_sends_nothing_of_it(site: Site) -> None:
    type_a_score(site)
    site.log_in(BERT)
    expect(site.page.get_by_role("heading", name="Verder waar u was")).to_have_count(0)
    site.page.goto("/verder")
    expect(site.page.get_by_role("button", name="Alsnog doen")).to_have_count(0)
    assert site.scores() == []
