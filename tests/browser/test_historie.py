"""Since when is a child in this groep? The history answers by name, over a new school year, with all results."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.maat import look, prints
from tests.browser.test_zoeken import ANDEREN, Site, site  # noqa: F401  # a fixture is found where it is imported
from tests.services.conftest import SCHOOLJAAR, aanlevering, pupil, teacher
from webapp.db import unit_of_work
from webapp.models import Koppeling
from webapp.muur import alle_scholen
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

pytestmark = pytest.mark.browser


def _night(site: Site, year: str, schooljaar: str, jaargroep: str) -> None:  # noqa: F811  # the fixture
    """Everybody is in this jaargroep; the LAS gives its groepen other keys each year. Nothing is asked."""
    groepen = tuple(
        uwlr.Groep(f"{year}{number}", naam, number) for number, naam in (("8", "8a"), ("7", "7"), ("6", "6"))
    )
    groep, staff = f"{year}{jaargroep}", tuple(each.key for each in groepen)
    news = aanlevering(
        pupil("1204", "Kees", "van de Ven", "2015-04-04", jaargroep=jaargroep, groep=groep),
        *(pupil(f"k{n}", naam, "Jansen", jaargroep=jaargroep, groep=groep) for n, naam in enumerate(ANDEREN)),
        groepen=groepen,
        leerkrachten=(teacher("t1", "Carla", "ter Horst", groepen=staff),),
        schooljaar=schooljaar,
    )
    with site.app.app_context(), alle_scholen(), unit_of_work() as session:
        batch = inname.take_in(session, session.scalars(select(Koppeling)).one(), news)
        assert batch is not None
        assert not batch.is_open


def test_since_when_a_child_is_in_this_groep_over_a_new_year(site: Site) -> None:  # noqa: F811  # the fixture
    _night(site, "g", SCHOOLJAAR, "7")
    _night(site, "h", "2027-2028", "8")
    with site.page() as page:
        page.goto("/controle/")
        look(page, "historie")
        prints(page)
        page.get_by_label("Sinds wanneer? Zoek op naam").fill("kees van de veen")
        page.get_by_role("button", name="Zoeken").click()
        expect(page.get_by_text("In Groep 8a sinds")).to_be_visible()
        look(page, "historie-sinds")
        page.goto(f"/school/leerling/{site.kees}/")
        happened = page.get_by_role("region", name="Wat er gebeurde")
        told = ("Van Groep 7 naar Groep 8a", "Van Groep 8a naar Groep 7", "heette Cornelis van de Ven, door Marijke")
        expect(happened).to_contain_text(re.compile(".*".join(told), re.DOTALL))
        expect(page.get_by_role("heading", name="Resultaten")).to_contain_text("14 toetsen")
