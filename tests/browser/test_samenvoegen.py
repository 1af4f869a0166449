"""A child that stands here twice is found by the search, merged on a telephone after a look, and made two again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.maat import look, prints
from tests.browser.test_zoeken import PHONE, Site, site  # noqa: F401  # a fixture is found where it is imported
from tests.wereld import AFNAME, lock_all
from webapp.db import db
from webapp.models import Leerling, Resultaat
from webapp.muur import alle_scholen

pytestmark = pytest.mark.browser


def _twice(site: Site) -> int:  # noqa: F811  # not the fixture
    """Kees stands here once more, with a double of his last result and one of his own; return as whom."""
    with site.app.app_context(), alle_scholen():
        session = db.session()
        lock_all(session)
        kees = session.get_one(Leerling, site.kees)
        said = ("school_id", "roepnaam", "voorvoegsel", "achternaam", "geboortedatum", "groep_id", "jaargroep")
        other = Leerling(**{name: getattr(kees, name) for name in said})
        session.add(other)
        session.flush()
        made = session.scalars(select(Resultaat).where(Resultaat.afnamedatum == AFNAME).limit(1)).one()
        for day in (AFNAME, AFNAME.replace(day=2)):
            session.add(Resultaat(
                school_id=kees.school_id, leerling_id=other.id, toets_id=made.toets_id, afnamedatum=day, ruwe_score=9
            ))  # fmt: skip
        session.commit()
        return other.id


def _count(site: Site, leerling_id: int) -> int:  # noqa: F811  # not the fixture
    with site.app.app_context(), alle_scholen():
        return len(db.session().scalars(select(Resultaat.id).where(Resultaat.leerling_id == leerling_id)).all())


def test_a_child_that_stands_here_twice_is_merged_and_made_two_again(site: Site) -> None:  # noqa: F811  # the fixture
    other = _twice(site)
    had = _count(site, site.kees)
    with site.page(viewport=PHONE) as page:
        page.goto("/zoeken?q=kees van de ven")
        expect(page.get_by_text("staat misschien twee keer bij ons")).to_be_visible()
        look(page, "samenvoegen-zoeken")
        page.get_by_role("link", name="Samenvoegen bekijken").click()
        expect(page.get_by_text("9 goed wordt bewaard, en gaat niet mee")).to_be_visible()
        look(page, "samenvoegen-vooraf")
        prints(page)
        page.get_by_role("button", name="2 leerlingen samenvoegen").click()
        expect(page.get_by_text("staat nu één keer bij ons")).to_be_visible()
        expect(page.get_by_role("heading", name="Samengevoegd")).to_be_visible()
        look(page, "samenvoegen-daarna")
        assert (_count(site, site.kees), _count(site, other)) == (had + 1, 1)
        page.goto("/zoeken?q=kees van de ven")
        expect(page.get_by_role("heading", level=2)).to_have_text(["1 leerling"])
        page.goto(f"/school/leerling/{other}/")
        page.get_by_role("link", name="Samenvoegen terugdraaien").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Samenvoegen terugdraaien")
        look(page, "samenvoegen-terug")
        page.get_by_role("button", name="Samenvoegen terugdraaien").click()
        expect(page.get_by_text("staan weer apart")).to_be_visible()
        assert (_count(site, site.kees), _count(site, other)) == (had, 2)
        page.get_by_role("link", name="Samenvoegen", exact=True).click()
        expect(page.get_by_role("searchbox", name="Naam van de andere leerling")).to_be_visible()
        look(page, "samenvoegen-ander")
