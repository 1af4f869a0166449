"""A wrong answer is found, understood and taken back; an import is undone, and no night makes its links anew."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.maat import look, prints
from tests.browser.test_zoeken import Site, las_says, site  # noqa: F401  # a fixture is found where it is imported
from webapp.db import db, unit_of_work
from webapp.models import Koppeling, Leerling
from webapp.muur import alle_scholen
from webapp.services.inname import inname

pytestmark = pytest.mark.browser
TAKEN_BACK = "Teruggenomen door Marijke op"


def _night(site: Site) -> None:  # noqa: F811  # the fixture
    """The LAS says the same again."""
    with site.app.app_context(), alle_scholen(), unit_of_work() as session:
        inname.take_in(session, session.scalars(select(Koppeling)).one(), las_says("Kees"))


def _linked(site: Site) -> list[str]:  # noqa: F811  # the fixture
    with site.app.app_context(), alle_scholen():
        return [each.naam for each in db.session().scalars(select(Leerling).where(Leerling.las_key.is_not(None)))]


def test_a_wrong_answer_is_found_understood_and_taken_back(site: Site) -> None:  # noqa: F811  # the fixture
    with site.page() as page:
        page.goto("/")
        page.keyboard.press("/")
        page.keyboard.type("kees vam de ven")
        expect(page.get_by_role("option")).to_have_count(1)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Gekoppeld door Marijke op")).to_be_visible()
        look(page, "terugnemen-1-waarom")
        prints(page)
        page.get_by_role("link", name="Antwoord terugnemen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Antwoord terugnemen")
        look(page, "terugnemen-2-vooraf")
        page.get_by_role("button", name="Antwoord terugnemen").dblclick()
        expect(page.get_by_role("heading", level=1)).to_have_text("Cornelis van de Ven")
        expect(page.get_by_text(TAKEN_BACK)).to_have_count(1)
        expect(page.locator(".flitsen .melding")).to_be_focused()
        look(page, "terugnemen-3-daarna")
        assert "Kees van de Ven" not in _linked(site)
        page.get_by_role("link", name="Naar de vraag").click()
        expect(page.locator("#werk")).to_contain_text(TAKEN_BACK)
        look(page, "terugnemen-4-vraag")
        _night(site)
        page.goto(f"/school/leerling/{site.kees}/")
        expect(page.get_by_text(TAKEN_BACK)).to_have_count(1)
        look(page, "terugnemen-5-na-de-nacht")


def test_an_import_is_undone_and_three_nights_make_no_link(site: Site) -> None:  # noqa: F811  # the fixture
    where = f"/school/leerling/{site.kees}/"
    with site.page() as page:
        page.goto("/")
        look(page, "terugdraaien-1-overzicht")
        prints(page)
        page.get_by_role("link", name="terugdraaien").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Import terugdraaien")
        look(page, "terugdraaien-2-vooraf")
        prints(page)
        page.get_by_role("button", name="terugdraaien").dblclick()
        expect(page.get_by_role("heading", level=1)).to_contain_text("teruggedraaid van de import van")
        look(page, "terugdraaien-3-klaar")
        done = page.get_by_role("heading", level=1).inner_text()
        klaar = page.url
        page.goto(where)
        said = page.get_by_text(TAKEN_BACK).inner_text()
        for _ in range(3):
            _night(site)
            assert _linked(site) == []
        page.goto(klaar)
        expect(page.get_by_role("heading", level=1)).to_have_text(done)
        page.goto(where)
        expect(page.get_by_text(TAKEN_BACK)).to_have_text(said)
        expect(page.get_by_text("van Groep 5 naar een verdwenen groep")).to_be_visible()
        look(page, "terugdraaien-4-na-drie-nachten")
        prints(page)
        page.goto("/")
        look(page, "terugdraaien-5-overzicht")
        page.goto(where)
        page.get_by_role("button", name="Toch koppelen").dblclick()
        expect(page.locator("#werk")).to_be_visible()
        look(page, "terugdraaien-6-toch-koppelen")
