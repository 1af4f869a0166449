"""The overview of a school with nights, changes and results: looked at on a telephone, on a desk and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.browser.maat import look
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import login
from tests.voorpagina import fill_changes, fill_nights, fill_results
from tests.wereld import make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.presentation import today

pytestmark = pytest.mark.browser


@pytest.fixture
def app(settings: Settings, fresh_database_url: str) -> Iterator[Flask]:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    yield app
    with app.app_context():
        db.engine.dispose()


def test_the_overview_answers_in_one_look(app: Flask, browser: Browser) -> None:
    with app.app_context():
        session = db.session()
        wereld = make_wereld(session, app.extensions["keyring"])
        wereld.koppeling.opgehaald_leerlingen = 201
        fill_nights(wereld, today=today())
        fill_changes(wereld)
        fill_results(wereld)
        cookie = login(app, session, wereld.beheerder).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        page = context.new_page()
        page.goto("/")
        look(page, "overzicht")
        page.emulate_media(color_scheme="dark")
        look(page, "overzicht-donker")
        expect(page.get_by_text("27 nachten goed, 2 met vragen, 1 niet gelukt.")).to_be_visible()
        expect(page.locator(".knop-primair")).to_have_count(1)
        nights = page.locator(".nachten li")
        expect(nights).to_have_count(30)
        links = nights.locator("a")
        links.last.focus()
        page.keyboard.press("ArrowLeft")
        expect(links.nth(-2)).to_be_focused()
        page.keyboard.press("Home")
        expect(links.first).to_be_focused()
        assert nights.locator("a[tabindex='0']").count() == 1, "one stop of Tab"
        page.set_viewport_size({"width": 320, "height": 640})
        first, end_of_row, next_row = (nights.nth(n).evaluate("it => it.offsetTop") for n in (0, 14, 15))
        assert first == end_of_row < next_row, "two rows of fifteen"
        page.get_by_role("link", name="Oleh Kovalenko").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Oleh Kovalenko")
        context.close()
