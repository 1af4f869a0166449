"""An import is undone on a telephone, after a look at what goes back."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.test_kaart import PHONE, Site, site  # noqa: F401  # a fixture is found where it is imported
from webapp.db import db
from webapp.models import BatchStatus, Importbatch, Leerling
from webapp.muur import alle_scholen

pytestmark = pytest.mark.browser


def _is_sound(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert Axe().run(page).response["violations"] == []


def test_an_import_is_undone_after_a_look(site: Site) -> None:  # noqa: F811  # the fixture
    with site.page("Marijke", viewport=PHONE) as page:
        page.goto(site.url)
        page.get_by_role("button", name="Ja, koppel").click()
        expect(page.get_by_text("Vraag 2 van 6", exact=True)).to_be_visible()
        page.goto(f"{site.url.partition('?')[0].rstrip('/')}/samenvatting")
        expect(page.get_by_text("Terugdraaien kan tot")).to_be_visible()
        page.get_by_role("button", name="Gegevens importeren").click()
        page.get_by_role("link", name="Terugdraaien van deze import").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Import terugdraaien")
        _is_sound(page)
        button = page.get_by_role("button", name="terugdraaien")
        expect(button).to_have_text("2 gegevens terugdraaien")
        button.dblclick()
        expect(page.get_by_role("heading", level=1)).to_contain_text("2 gegevens teruggedraaid van de import van")
        _is_sound(page)
        page.get_by_role("link", name="Naar de vragen").click()
        expect(page.locator("#werk")).to_be_visible()
    with site.app.app_context(), alle_scholen():
        session = db.session()
        assert session.scalars(select(Leerling).where(Leerling.las_key.is_not(None))).all() == []
        assert (
            len(session.scalars(select(Importbatch).where(Importbatch.status == BatchStatus.TERUGGEDRAAID)).all()) == 1
        )
