"""Every page of klantenservice, and its help, in a browser: all of it fits, and axe objects to nothing."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.browser.maat import tidy
from tests.buttons import Buttons, fill
from tests.ground.app import CleanClient
from tests.ground.crawl import arguments, of_row, path_of, rules
from tests.las import running_app
from tests.wereld import NOW
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Koppeling, Nacht

pytestmark = pytest.mark.browser
HIGHEST_HEADER = 64
"""On a telephone, in pixels: one row."""
_WIDE = """async (width) => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return document.documentElement.scrollWidth > width ? [`wider than ${width}`] : [];
}"""
_AXE = """async (options) =>
  (await axe.run({resultTypes: ["violations"], ...options})).violations.map((each) => each.id)"""
_CONTRAST = {"runOnly": ["color-contrast"]}
_ALL_BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
"""Half of the time goes to contrast, and the colours of a wide screen are those of a narrow one."""


def _pages(app: Flask, site: Buttons) -> dict[str, str]:
    """The address of each page that is there for a clerk, so a new one is looked at too.

    Of a koppeling it is of the first whose state has that page.
    """
    clerk, found = site.browser("clerk"), dict[str, str]()
    koppelingen = db.session().scalars(select(Koppeling.id).order_by(Koppeling.id)).all()
    for rule, method in rules(app):
        if method != "GET" or not rule.endpoint.startswith(("admin.", "ks_", "hulp.")):
            continue
        for koppeling_id in koppelingen if "koppeling_id" in rule.rule else koppelingen[:1]:
            ids = {**site.ids, "koppeling_id": koppeling_id, "datum": NOW.date().isoformat()}
            path = path_of(rule, [str(ids.get(name, "x")) for name in arguments(rule)]) + of_row(site, rule.endpoint)
            answer = clerk.get(path)
            if (answer.status_code, answer.mimetype) == (200, "text/html"):
                found.setdefault(rule.endpoint, path)
                break
    return found


def _objections(page: Page, name: str) -> list[str]:
    """What is wider than the window, what axe objects to at both widths, and to the contrast on a dark screen."""
    page.evaluate(AXE_SCRIPT)
    found = list[str]()
    for width, options in ((1280, _ALL_BUT_CONTRAST), (320, {})):
        page.set_viewport_size({"width": width, "height": 900})
        found += page.evaluate(_WIDE, width) + page.evaluate(_AXE, options)
        if folder := os.environ.get("BEELDEN"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    header = page.locator(".kop").bounding_box()
    if header is None or header["height"] > HIGHEST_HEADER:
        found.append("a header of more than one row")
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(_AXE, _CONTRAST)
    page.emulate_media(color_scheme="light")
    return found


def test_every_page_fits_and_axe_objects_to_nothing(
    settings: Settings, fresh_database_url: str, browser: Browser
) -> None:
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    with app.app_context():
        site = fill(app)
        db.session.add(Nacht(datum=NOW.date(), begonnen_op=NOW, klaar_op=NOW))
        db.session.commit()
        pages = _pages(app, site)
        cookie = site.browser("clerk").get_cookie("koppelpunt")
    assert cookie is not None
    assert len(pages) > 38, sorted(pages)
    found = dict[str, list[str]]()
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        page = context.new_page()
        for name, path in pages.items():
            page.goto(path)
            tidy(page)
            found[name] = _objections(page, name)
        context.close()
    assert {name: each for name, each in found.items() if each} == {}
    with app.app_context():
        db.engine.dispose()
