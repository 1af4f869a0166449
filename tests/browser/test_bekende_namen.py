"""A name that is remembered: shown on the page of a leerling, forgotten there on a telephone, and then a question."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.maat import fits
from tests.browser.test_zoeken import PHONE, Site, las_says, site  # noqa: F401  # a fixture is found where it is imported
from webapp.db import unit_of_work
from webapp.models import Importbatch, Importregel, Koppeling, Leerling
from webapp.muur import alle_scholen
from webapp.services.controle import keuzes, samenvatting, vastleggen
from webapp.services.inname import inname

pytestmark = pytest.mark.browser


def _night(site: Site, roepnaam: str, *, is_confirmed: bool = False) -> bool:  # noqa: F811  # the fixture
    """The LAS calls Kees so; return whether that is a question, which a beheerder may answer and import."""
    with site.app.app_context(), alle_scholen(), unit_of_work() as session:
        batch = inname.take_in(session, session.scalars(select(Koppeling)).one(), las_says(roepnaam))
        asked = session.scalars(select(Importregel).where(Importregel.las_key == "1204", Importregel.keuze.is_(None)))
        regel = asked.first()
        if regel is None or not is_confirmed:
            return regel is not None
        door = session.scalars(select(Importbatch.verwerkt_door).where(Importbatch.verwerkt_door.is_not(None))).first()
        assert batch is not None
        assert door is not None
        keuzes.link(session, batch.school_id, regel.id, site.kees, door=door)
        digest = samenvatting.summarise(session, batch).digest
        vastleggen.commit(session, batch.school_id, batch.id, digest=digest, door=door)
        return True


def test_a_remembered_name_is_forgotten_on_the_page_and_asked_about_again(site: Site) -> None:  # noqa: F811  # the fixture
    assert _night(site, "Cornelis", is_confirmed=True)
    assert not _night(site, "Kees"), "a name that comes back"
    with site.page(viewport=PHONE) as page:
        page.goto(f"/school/leerling/{site.kees}/")
        kept = page.get_by_role("region", name="Namen die wij onthouden")
        expect(kept.get_by_role("listitem")).to_contain_text("Cornelis van de Ven")
        fits(page)
        assert Axe().run(page).response["violations"] == []
        kept.get_by_role("button", name="Cornelis van de Ven vergeten").click()
        expect(page.get_by_text("Deze naam onthouden wij niet meer.")).to_be_visible()
        expect(kept).to_have_count(0)
    assert _night(site, "Cornelis"), "it is a question again"
    with site.app.app_context(), alle_scholen(), unit_of_work() as session:
        assert session.get_one(Leerling, site.kees).roepnaam == "Kees"
