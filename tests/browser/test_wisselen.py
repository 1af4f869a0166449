"""From one school to the other in a real browser: on a telephone, with the keyboard, without JavaScript."""

from __future__ import annotations

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.maat import fits
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import join, login, make_account, make_school
from webapp import create_app
from webapp.config import Settings
from webapp.db import db

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False])
def test_the_switch(settings: Settings, fresh_database_url: str, browser: Browser, javascript: bool) -> None:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with app.app_context():
        session = db.session()
        account = make_account(session, school=make_school(session, naam="Openbare basisschool De Wegwijzer in Oost"))
        other = make_school(session, "34CD", "Basisschool De Andere aan de Lange Laan")
        join(session, account, other)
        session.commit()
        cookie, other_id = login(app, session, account).get_cookie("koppelpunt"), other.id
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(
            base_url=server.address, viewport={"width": 320, "height": 640}, java_script_enabled=javascript
        )
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        page = context.new_page()
        page.goto("/")
        here = page.locator(".kop-school summary")
        expect(here).to_contain_text("De Wegwijzer")
        here.press("Enter")
        button = page.get_by_role("button", name="Naar Basisschool De Andere")
        expect(button).to_be_visible()
        box = button.bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= 320, box["height"] >= 24) == (True, True, True)
        if javascript:
            fits(page)
            assert Axe().run(page).response["violations"] == []
        here.press("Tab")
        page.keyboard.press("Enter")
        expect(here).to_contain_text("De Andere")
        page.goto(f"/?school={other_id}")
        expect(page.get_by_role("heading", name="Overzicht van Basisschool De Andere")).to_be_visible()
        context.close()
    with app.app_context():
        db.engine.dispose()
