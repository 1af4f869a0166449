"""A first import at the oefenschool, from the page before the own first import until stopping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.proef.toetsen import ensure_invented
from tests.browser.maat import look
from tests.las import running_app
from tests.screens import Koppelweg, make_clerk
from webapp import create_app
from webapp.config import Settings
from webapp.db import db

pytestmark = pytest.mark.browser


@pytest.fixture
def page(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[Page]:
    """A page of a beheerder whose koppeling was opened up."""
    app = create_app(replace(settings, database_url=fresh_database_url))
    with app.app_context():
        ensure_invented(db.session())
        weg = Koppelweg(app, db.session(), make_clerk(db.session()))
        cookie = weg.browser(weg.opened()).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        yield context.new_page()
        context.close()
    with app.app_context():
        db.engine.dispose()


def _let_another_begin_anew(page: Page) -> None:
    """Who then answers is told so, and led to the school as it is now."""
    other = page.context.new_page()
    other.goto("/oefenen/")
    other.get_by_role("button", name="Opnieuw beginnen").click()
    expect(other.get_by_text("De oefenschool begint opnieuw.")).to_be_visible()
    other.close()
    page.get_by_role("button", name="Ja, ").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deze pagina is er niet meer")
    page.get_by_role("link", name="Naar het overzicht").click()
    page.get_by_role("main").get_by_role("link", name="Controleren").click()


def test_a_whole_first_import_is_practised_and_the_own_school_is_as_it_was(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Oefen op een verzonnen school").click()
    look(page, "oefenen")
    page.get_by_role("button", name="Beginnen met oefenen").click()
    band = page.get_by_role("complementary", name="U oefent")
    expect(band).to_contain_text("niets hiervan is echt")
    page.get_by_role("main").get_by_role("link", name="Controleren").click()
    _let_another_begin_anew(page)
    for number in range(1, 7):
        expect(page.get_by_text(f"Vraag {number} van 6")).to_be_visible()
        expect(band).to_be_visible()
        page.get_by_role("button", name="Ja, ").first.click()
    page.get_by_role("link", name="Gegevens importeren", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Op uw eigen school krijgen alle beheerders een ontvangstmail")
    look(page, "oefenen-samenvatting", with_axe=False)
    page.get_by_role("button", name="importeren").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Klaar")
    expect(page.get_by_role("main")).to_contain_text("Op uw eigen school krijgen alle beheerders dit ook als mail")
    expect(band).to_be_visible()
    page.goto("/resultaten/leveringen/")
    page.get_by_role("button", name="Nu versturen").click()
    expect(page.get_by_role("main")).not_to_contain_text("ging iets mis")
    look(page, "oefenen-resultaten", with_axe=False)
    page.goto("/beheer/koppelen/")
    page.get_by_role("button", name="nu ophalen").click()
    expect(page.get_by_text("Vraag 1 van")).to_be_visible()
    band.get_by_role("button", name="Stoppen").click()
    expect(band).to_have_count(0)
    expect(page.get_by_role("banner")).to_contain_text("De Wegwijzer")
