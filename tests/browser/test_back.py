"""The Back button of a real browser, after a form that could not be taken: it shows the form with what was typed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, expect

from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import Koppelweg, make_clerk
from webapp import create_app
from webapp.config import Settings
from webapp.db import db

pytestmark = pytest.mark.browser


def test_back_to_a_form_that_was_refused(app: Flask, browser: Browser) -> None:
    with running_app(app) as server:
        page = browser.new_page(base_url=server.address)
        page.goto("/aanvraag/")
        page.get_by_label("Naam van de school").fill("De Regenboog")
        page.get_by_label("BRIN", exact=True).fill("fout")
        page.get_by_role("button", name="Aanvra").or_(page.get_by_role("button", name="Versturen")).first.click()
        expect(page.get_by_text("Een BRIN is twee cijfers en twee letters").first).to_be_visible()
        page.get_by_role("link", name="Koppelpunt").first.click()
        expect(page.get_by_label("BRIN", exact=True)).to_have_count(0)
        page.context.add_cookies([{"name": "iets", "value": "anders", "url": server.address}])  # as a message does
        page.go_back()
        expect(page.get_by_text("Een BRIN is twee cijfers en twee letters").first).to_be_visible()
        expect(page.get_by_label("Naam van de school")).to_have_value("De Regenboog")
        page.close()


def test_no_way_back_after_logging_out(settings: Settings, fresh_database_url: str, browser: Browser) -> None:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with app.app_context():
        weg = Koppelweg(app, db.session(), make_clerk(db.session()))
        cookie = weg.browser(weg.running()).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        page = context.new_page()
        page.goto("/beheer/koppelen/sleutel")
        page.get_by_label("Autorisatiesleutel").fill("te kort")
        page.get_by_label("Autorisatiesleutel").press("Enter")
        expect(page.get_by_text("Er is niets opgeslagen.").first).to_be_visible()
        page.locator("details.menu summary").click()
        page.get_by_role("button", name="Uitloggen").click()
        expect(page.get_by_label("Wachtwoord").first).to_be_visible()
        with suppress(Error):
            page.go_back()
        expect(page.get_by_text("Er is niets opgeslagen.")).to_have_count(0)
        context.close()
    with app.app_context():
        db.engine.dispose()
