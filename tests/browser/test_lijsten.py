"""The nine lists and the addresses of the leerkrachten in a real browser, wide and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.browser.maat import look
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import JAAR, Koppelweg, make_clerk
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import lock_all
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Importregel, Leerling
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

pytestmark = pytest.mark.browser
TEACHERS = ("Sjoukje Dijkstra", "Joost Hendriks", "Ingrid Peters", "Carla Horst", "Peter Koster", "Marijke Boer")
ADDRESSES = "/beheer/beheerders/leerkrachten/adressen"


@dataclass
class School:
    """A school before its first import, and a page of its beheerder."""

    app: Flask
    page: Page
    lists: str
    """Address of the review, to which the filters are added."""

    def left_out(self) -> int:
        with self.app.app_context():
            return len(db.session().scalars(select(Importregel).where(Importregel.keuze == "niet")).all())


def _news() -> uwlr.Leerlinggegevens:
    groepen = tuple(uwlr.Groep(f"g{n}", f"Groep {n}", str(n)) for n in range(3, 9))
    pupils = [
        pupil(
            f"k{groep}-{n}",
            f"Zoë{chr(65 + n)}",
            "Müller" if n % 5 else "van Dijk",
            groep=f"g{groep}",
            jaargroep=str(groep),
        )
        for groep in range(3, 9)
        for n in range(26)
    ]
    leerkrachten = tuple(
        teacher(f"t{n}", roepnaam, achternaam, "m.boer@regenboog.example" if n == 5 else None, groepen=(f"g{n + 3}",))
        for n, (roepnaam, achternaam) in enumerate(naam.split() for naam in TEACHERS)
    )
    return aanlevering(
        *pupils, pupil("v1", "Noora", "Maan"), groepen=groepen, leerkrachten=leerkrachten, schooljaar=JAAR
    )


@pytest.fixture
def school(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[School]:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with app.app_context():
        session = db.session()
        weg = Koppelweg(app, session, make_clerk(session))
        koppeling = weg.running()
        lock_all(session)
        ours = Leerling(
            school_id=koppeling.school_id,
            roepnaam="Noor",
            achternaam="Maan",
            geboortedatum=date(2016, 3, 12),
            jaargroep="5",
        )
        session.add(ours)
        session.flush()
        batch = inname.take_in(session, koppeling, _news())
        session.commit()
        assert batch is not None
        cookie, lists = weg.browser(koppeling).get_cookie("koppelpunt"), f"/controle/{batch.id}/?"
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address, viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        yield School(app, context.new_page(), lists)
        context.close()
    with app.app_context():
        db.engine.dispose()


def test_addresses_are_typed_in_one_go_and_a_wrong_one_waits_in_its_field(school: School) -> None:
    page = school.page
    page.goto(ADDRESSES)
    expect(page.get_by_role("heading", level=1)).to_have_text("E-mailadressen van 5 leerkrachten")
    page.get_by_label("E-mailadres van Carla Horst").fill("m.boer@regenboog.example")
    page.keyboard.press("Enter")
    page.keyboard.type("i.peters.regenboog.example")
    page.keyboard.press("Enter")
    page.keyboard.type("j.hendriks@regenboog.example")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("1 adres bewaard.")).to_be_visible()
    expect(page.locator("#foutoverzicht")).to_be_focused()
    look(page)
    page.get_by_role("link", name="Carla Horst: Dit adres is ook van Marijke Boer.").click()
    expect(page.get_by_label("E-mailadres van Carla Horst")).to_be_focused()
    page.get_by_label("Dat klopt, het is een gedeeld adres").check()
    page.get_by_label("Ik bedoel i.peters@regenboog.example").check()
    page.get_by_role("button", name="Adressen bewaren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("E-mailadressen van 2 leerkrachten")
    look(page)


def test_a_list_is_searched_and_all_that_is_found_goes_and_comes_back_without_a_script(
    school: School, browser: Browser
) -> None:
    school.page.goto(f"{school.lists}soort=leerlingen&categorie=nieuw")
    context = browser.new_context(java_script_enabled=False, storage_state=school.page.context.storage_state())
    page = context.new_page()
    page.goto(school.page.url)
    expect(page.get_by_text("156 regels gevonden, pagina 1 van 2")).to_be_visible()
    page.get_by_role("link", name="Volgende").click()
    expect(page.get_by_text("Pagina 2 van 2", exact=True)).to_be_visible()
    page.get_by_label("Naam", exact=True).fill("muller")
    page.get_by_label("Groep", exact=True).select_option("Groep 5")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_text("20 regels gevonden")).to_be_visible()
    page.locator("summary").filter(has_text="waarom? ZoëB Müller").click()
    expect(page.get_by_text("Wij vonden geen leerling die hierop lijkt.").first).to_be_visible()
    page.get_by_role("button", name="Alle 20 gevonden op Niet importeren").click()
    expect(page.get_by_text("20 leerlingen staan nu op Niet importeren.")).to_be_visible()
    assert (school.left_out(), "q=muller" in page.url) == (20, True)
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_text("20 regels staan weer zoals eerst.")).to_be_visible()
    page.get_by_label("Kies ZoëC Müller").check()
    page.get_by_role("button", name="Aangevinkte regels op Niet importeren").click()
    expect(page.get_by_text("1 leerling staat nu op Niet importeren.")).to_be_visible()
    assert school.left_out() == 1
    searched = page.url
    context.close()
    school.page.goto(searched)
    look(school.page)
    school.page.set_viewport_size({"width": 320, "height": 900})
    rows = school.page.locator("#lijst tbody tr").all()
    assert max(row.bounding_box()["height"] for row in rows) < 125, "flat lines, and no card in a card"  # type: ignore[index]  # all are in sight


def test_a_groep_that_is_left_out_says_who_goes_along(school: School) -> None:
    page = school.page
    page.goto(f"{school.lists}soort=groepen&categorie=nieuw")
    page.get_by_role("group", name="Keuze voor Groep 4").get_by_role("button", name="Niet").click()
    page.goto(f"{school.lists}soort=groepen&categorie=niet")
    expect(page.get_by_text("26 leerlingen en Joost Hendriks gaan mee")).to_be_visible()
    look(page)
