"""The analysis of a groep as a leerkracht meets it: on a telephone, in the dark, and on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.analyseschool import make_leerkracht, make_school
from tests.browser.maat import fits
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import login
from webapp import create_app
from webapp.config import Settings
from webapp.db import db

pytestmark = pytest.mark.browser


def _is_sound(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    fits(page, width)
    assert Axe().run(page).response["violations"] == []


def test_a_leerkracht_looks_at_her_groep_and_prints_it(
    settings: Settings, fresh_database_url: str, browser: Browser
) -> None:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with app.app_context():
        session = db.session()
        wereld = make_school(app, session, 3, 12)
        cookie = login(app, session, make_leerkracht(session, wereld, wereld.groep.id)).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address, viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        page = context.new_page()
        page.goto("/resultaten/")
        page.get_by_role("link", name="Analyse", exact=True).click()
        expect(page.get_by_role("img", name="Spreiding van 11 leerlingen")).to_be_visible()
        expect(page.get_by_text("Groep 52")).to_have_count(0)
        _is_sound(page, 320)
        page.get_by_role("link", name="Groep 5 : Rekenen-wiskunde groep 5").click()
        expect(page.get_by_role("img", name="Spreiding van 11 leerlingen: niveau I ")).to_be_visible()
        expect(page.get_by_role("heading", name="1 leerling is niet getest in deze afname")).to_be_visible()
        _is_sound(page, 320)
        _is_on_paper(page)
        page.emulate_media(media="screen", color_scheme="dark")
        _is_sound(page, 1280)
        page.get_by_role("link", name="Kind3 Jansen0").click()
        expect(page.get_by_role("img", name="Vaardigheidsscore Rekenen en wiskunde: ")).to_be_visible()
        _is_sound(page, 320)
        context.close()
    with app.app_context():
        db.engine.dispose()


def _is_on_paper(page: Page) -> None:
    """Black on white where it was white on blue; no menu, a table that is one, and all of it within the paper."""
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 within its margins
    fits(page, 680)
    sign = page.locator(".merk")
    assert sign.evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
    assert page.locator(".kop").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_be_hidden()
    expect(page.get_by_role("link", name="Scores", exact=True)).to_be_hidden()
    row = page.get_by_role("row", name="Kind3 Jansen0")
    assert row.evaluate("one => getComputedStyle(one).display") == "table-row"
    assert Axe().run(page).response["violations"] == []
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
