"""A clerk with the queue: walked by keyboard, twelve approved in one act, and a school found by half its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.maat import look, without_script
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import Koppelweg, login, make_clerk
from webapp import create_app
from webapp.config import Settings
from webapp.db import db

pytestmark = pytest.mark.browser
MOST_HIGH = 53
"""A row of the queue on a desk, in pixels."""


def _fill(app: Flask) -> str:
    """Twelve schools that are all green, one that is not, and a running one; return the cookie of a clerk."""
    session = db.session()
    clerk = make_clerk(session)
    for n in range(12):
        weg = Koppelweg(app, session, clerk, brin=f"{10 + n}AB")
        weg.green(weg.submitted(f"Kbs De Lange Naam Van School {n}", f"s{n}@school.example"))
    Koppelweg(app, session, clerk, brin="30AB").submitted("De Rank", "rank@school.example")
    Koppelweg(app, session, clerk, brin="31AB").requested("De Vuurvogel", "vogel@school.example")
    Koppelweg(app, session, clerk, brin="32AB").running("Kbs Het Mozaïek", "moos@school.example")
    cookie = login(app, session, clerk).get_cookie("koppelpunt")
    assert cookie is not None
    return cookie.value


@pytest.fixture
def page(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[Page]:
    """The browser of a clerk."""
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    with app.app_context():
        cookie = _fill(app)
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address, viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "koppelpunt", "value": cookie, "url": server.address}])
        yield context.new_page()
        context.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_clerk_works_the_queue(page: Page) -> None:
    page.goto("/klantenservice/")
    expect(page.get_by_role("heading", level=1)).to_have_text("14 zaken wachten op ons")
    high = [row.bounding_box() for row in page.locator("tbody tr").all()]
    assert max(box["height"] for box in high if box is not None) <= MOST_HIGH
    bar = page.locator("[data-gekozen]")
    expect(bar).to_be_hidden()

    # J, K and X: walk and choose; with a mixed choice only what all can
    for key in ("j", "j", "k", "x"):
        page.keyboard.press(key)
    expect(page.locator("[name=zaak]").first).to_be_checked()
    expect(bar.get_by_role("button", name="1 koppeling goedkeuren")).to_be_visible()
    page.get_by_role("checkbox", name="Kies De Rank").check()
    expect(bar.get_by_role("button", name="goedkeuren")).to_have_count(0)
    expect(bar.get_by_role("button", name="Op mijn naam")).to_be_visible()
    look(page, "wachtrij-gekozen")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("checkbox", name="Kies De Rank").uncheck()

    # twelve green ones in one act: the filter, all, approve
    page.get_by_role("link", name="Goedkeuren 13").click()
    expect(page.get_by_role("row").filter(has_text="De Rank").get_by_role("link", name="Bekijken")).to_be_visible()
    page.get_by_label("Kies alle zaken van deze bladzijde").check()
    page.get_by_role("checkbox", name="Kies De Rank").uncheck()
    page.get_by_role("button", name="12 koppelingen goedkeuren").click()
    expect(page.get_by_text("12 koppelingen goedgekeurd.")).to_be_visible()
    assert page.url.endswith("/klantenservice/?soort=goedkeuren#zaak-1"), "the filter is kept"
    expect(page.locator("#zaak-1")).to_be_focused()

    # Enter opens the case
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("De Rank")
    look(page, "zaak")
    page.set_viewport_size({"width": 1280, "height": 900})

    # a school by half of its name: "/" and three letters, and one click
    page.keyboard.press("/")
    page.keyboard.type("moz")
    page.get_by_role("option", name="Kbs Het Mozaïek").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kbs Het Mozaïek")
    page.goto("/klantenservice/zoeken/?q=de")
    assert Axe().run(page).response["violations"] == []

    # all of it without a script
    page.goto("/klantenservice/?soort=aanvraag")
    bare = without_script(page)
    bare.get_by_role("checkbox", name="Kies De Vuurvogel").check()
    bare.get_by_role("button", name="Op mijn naam").click()
    expect(bare.get_by_text("De zaak staat op uw naam.")).to_be_visible()
    bare.context.close()
