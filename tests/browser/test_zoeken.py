"""A child found by a name with a slip in it, by keyboard only on a telephone, and the page about it read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.browser.maat import fits
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import login
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import AFNAME, make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Account, Importregel
from webapp.services.controle import keuzes, samenvatting, vastleggen
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

pytestmark = pytest.mark.browser
PHONE = {"width": 320, "height": 640}
ANDEREN = [
    f"{begin}{end}" for begin in ("An", "Bo", "Ca", "Da", "El") for end in ("na", "ris", "lle", "mi", "der", "to", "vi")
][:34]
TOETSEN = ("VB-RW-5", "VB-BL-5", "VB-SP-4", "VB-RW-4")


@dataclass
class Site:
    """A school in which Kees was linked by a person against a slip in his name, and has 14 results."""

    app: Flask
    address: str
    browser: Browser
    kees: int

    @contextmanager
    def page(self, **options: object) -> Iterator[Page]:
        """A page of the beheerder."""
        with self.app.app_context():
            session = db.session()
            account = session.scalars(select(Account).where(Account.naam == "Marijke")).one()
            cookie = login(self.app, session, account).get_cookie("koppelpunt")
        assert cookie is not None
        context = self.browser.new_context(base_url=self.address, **options)  # type: ignore[arg-type]  # whatever a test asks for
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])
        yield context.new_page()
        context.close()


def las_says(roepnaam: str) -> uwlr.Leerlinggegevens:
    """All of the school, with Kees by this name."""
    others = [pupil(f"k{n}", naam, "Jansen", groep="g8", jaargroep="8") for n, naam in enumerate(ANDEREN)]
    return aanlevering(
        pupil("1204", roepnaam, "van de Ven", "2015-04-04", jaargroep="8", groep="g8"),
        *others,
        groepen=(uwlr.Groep("g8", "8a", "8"), uwlr.Groep("g7", "7", "7"), uwlr.Groep("g6", "6", "6")),
        leerkrachten=(teacher("t1", "Carla", "ter Horst", groepen=("g8", "g7", "g6")),),
    )


def fill(app: Flask) -> int:
    """Make the school; return who Kees is."""
    session = db.session()
    wereld = make_wereld(session, app.extensions["keyring"])
    born = date(2015, 4, 4)
    kees = wereld.leerling("Cornelis", achternaam="van de Ven", las_key=None, geboortedatum=born, jaargroep="7")
    for number in range(14):
        toets, day = TOETSEN[number % 4], AFNAME - timedelta(days=40 * number)
        wereld.resultaat(kees, score=20, toets=toets, afname=day)
    for toets in TOETSEN:
        wereld.normeer(toets)
    batch = inname.take_in(session, wereld.koppeling, las_says("Kees"))
    assert batch is not None
    regel = session.scalars(select(Importregel).where(Importregel.las_key == "1204")).one()
    keuzes.link(session, wereld.school.id, regel.id, kees.id, door=wereld.beheerder.id)
    digest = samenvatting.summarise(session, batch).digest
    vastleggen.commit(session, wereld.school.id, batch.id, digest=digest, door=wereld.beheerder.id)
    gone = wereld.leerling("Floris", achternaam="Smit", groep_id=None)
    wereld.resultaat(gone, score=3)
    gone.status = "vertrokken"  # type: ignore[assignment]  # the value of its column
    session.commit()
    return kees.id


@pytest.fixture
def site(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[Site]:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with app.app_context():
        kees = fill(app)
    with running_app(app) as server:
        yield Site(app, server.address, browser, kees)
    with app.app_context():
        db.engine.dispose()


def test_a_child_is_found_with_a_slip_in_the_name_by_keyboard_only(site: Site) -> None:
    with site.page(viewport=PHONE) as page:
        page.goto("/")
        header = page.locator(".kop").bounding_box()
        assert header is not None
        assert header["height"] <= 60, "one row"
        page.keyboard.press("/")
        field = page.get_by_role("combobox", name="Naam van een leerling, leerkracht of groep")
        expect(field).to_be_focused()
        page.keyboard.type("kees vam de ven")
        expect(page.get_by_role("option")).to_have_text(["Kees van de VenGroep 8a, geboren 04-04-2015"])
        page.keyboard.press("ArrowDown")
        assert Axe().run(page).response["violations"] == []
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Kees van de Ven")
        expect(page.get_by_text("Gekoppeld door Marijke op")).to_be_visible()
        expect(page.get_by_role("link", name="Carla ter Horst")).to_be_visible()
        fits(page)
        assert Axe().run(page).response["violations"] == []
