"""The menu of klantenservice: one row on a screen, and Meer by keyboard, without JavaScript and on a telephone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.browser.maat import fits
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import login, make_clerk
from webapp import create_app
from webapp.config import Settings
from webapp.db import db

pytestmark = pytest.mark.browser
BEWAREN = "/klantenservice/bewaren/"


@pytest.fixture
def app(settings: Settings, fresh_database_url: str) -> Flask:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    return app


@pytest.mark.parametrize("javascript", [True, False])
def test_the_menu(app: Flask, browser: Browser, javascript: bool) -> None:
    with app.app_context():
        cookie = login(app, db.session(), make_clerk(db.session())).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(
            base_url=server.address, viewport={"width": 1280, "height": 800}, java_script_enabled=javascript
        )
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        page = context.new_page()
        page.goto(BEWAREN)
        expect(page.locator("summary:visible", has_text="Meer: Inzage en wissen")).to_be_visible()
        entries = page.get_by_role("navigation", name="Hoofdmenu").get_by_role("listitem")
        boxes = [entry.bounding_box() for entry in entries.all()]
        assert len({round(box["y"]) for box in boxes if box}) == 1, "one row"
        page.set_viewport_size({"width": 320, "height": 800})
        page.goto("/klantenservice/")
        menu, more = (page.locator(".kop-rij summary", has_text=text) for text in ("Menu", "Meer"))
        menu.press("Enter")
        more.press("Enter")
        link = page.get_by_role("link", name="Schakelaars")
        expect(link).to_be_visible()
        box = link.bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= 320, box["height"] >= 24) == (True, True, True)
        if javascript:
            fits(page)
            assert Axe().run(page).response["violations"] == []
            page.keyboard.press("Escape")
            expect(link).not_to_be_visible()
            menu.press("Enter")
            more.click()
            expect(menu).to_be_visible()
        link.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Schakelaars")
        context.close()
    with app.app_context():
        db.engine.dispose()
