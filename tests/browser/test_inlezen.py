"""What is not green at an approval, the tick that somebody knows; and the mail that is read before a pause."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.maat import look
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import Koppelweg, make_clerk
from webapp import create_app
from webapp.config import Settings
from webapp.db import db

pytestmark = pytest.mark.browser


def test_a_school_that_was_not_read_in_is_approved_with_a_tick_and_paused(
    settings: Settings, fresh_database_url: str, browser: Browser
) -> None:
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    with app.app_context():
        weg = Koppelweg(app, db.session(), make_clerk(db.session()))
        koppeling_id = weg.submitted().id
        cookie = weg.clerk().get_cookie("koppelpunt")
        db.session.remove()
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        page = context.new_page()
        page.goto(f"/klantenservice/koppeling/details/?id={koppeling_id}")
        expect(page.locator(".bewijzen")).to_contain_text("geen eigen gegevens ingelezen")
        look(page, "inlezen-1-zaak", with_axe=False)
        page.get_by_role("link", name="Bekijken").click()
        look(page, "inlezen-2-goedkeuren", with_axe=False)
        page.get_by_role("button", name="Toch goedkeuren").click()
        expect(page.locator("#foutoverzicht")).to_contain_text("Zet het vinkje")
        look(page, "inlezen-3-zonder-vinkje")
        page.get_by_label("Ik weet dit, en keur toch goed").check()
        page.get_by_role("button", name="Toch goedkeuren").click()
        expect(page.locator(".melding")).to_contain_text("is goedgekeurd")
        page.goto(f"/klantenservice/koppeling/details/?id={koppeling_id}")
        page.get_by_role("link", name="Pauzeren").click()
        look(page, "pauze-1-waarom")
        page.get_by_label("Waarom").fill("Uw school verhuist.")
        page.get_by_role("button", name="Mail bekijken").click()
        expect(page.locator("blockquote")).to_contain_text("Waarom: Uw school verhuist.")
        look(page, "pauze-2-mail")
        page.get_by_role("button", name="Pauzeren en de school mailen").click()
        expect(page.locator(".melding")).to_contain_text("staat op pauze")
        context.close()
    with app.app_context():
        db.engine.dispose()
