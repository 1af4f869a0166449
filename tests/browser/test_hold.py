"""A held aanlevering in a real browser, both ways: it was wrong and is fetched again, or it was right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.maat import fits, look, prints
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import JAAR, Koppelweg, make_account, make_clerk
from tests.services.conftest import aanlevering, pupil
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Groep, Koppeling, KoppelingStatus, Leerling, Lidmaatschap, Rol
from webapp.services import sloten
from webapp.services.clock import database_now
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

pytestmark = pytest.mark.browser
Change = Callable[[uwlr.Leerling], uwlr.Leerling]
ALL = {5: 24, 6: 25, 7: 26, 8: 126}
LEFT = {5: 0, 6: 0, 7: 14, 8: 126}
TITLE = "Even wachten: 61 leerlingen verdwenen uit ParnasSys"


def answer(per_groep: dict[int, int]) -> uwlr.Leerlinggegevens:
    """What the LAS says when so many stand in each groep."""
    pupils = [
        pupil(f"k{groep}-{n}", f"Kind{groep}{chr(65 + n // 26)}{chr(65 + n % 26)}", "Berk", groep=f"g{groep}")
        for groep, number in per_groep.items()
        for n in range(number)
    ]
    groepen = tuple(uwlr.Groep(f"g{n}", f"Groep {n}", str(n)) for n, number in per_groep.items() if number)
    return aanlevering(*pupils, groepen=groepen, schooljaar=JAAR)


@dataclass
class School:
    """A school whose LAS just left out two groepen, and a page of its beheerder."""

    app: Flask
    page: Page
    koppeling_id: int

    def fetch(self, per_groep: dict[int, int], change: Change = lambda each: each) -> None:
        """The LAS answers; the fetch itself has tests of its own."""
        gegevens = answer(per_groep)
        gegevens = replace(gegevens, leerlingen=tuple(map(change, gegevens.leerlingen)))
        with self.app.app_context():
            session = db.session()
            koppeling = session.get_one(Koppeling, self.koppeling_id)
            inname.take_in(session, koppeling, gegevens)
            koppeling.opgehaald_op, koppeling.ophalen_op = database_now(session), None
            session.commit()

    def parked(self) -> int:
        with self.app.app_context():
            query = select(Leerling).where(Leerling.status == Lidmaatschap.VERTROKKEN)
            return len(db.session().scalars(query).all())


def fill(session: Session, koppeling: Koppeling, gegevens: uwlr.Leerlinggegevens) -> None:
    """Have all that the LAS has, linked, in a koppeling that runs."""
    assert koppeling.school_id is not None
    sloten.lock(session, koppeling.school_id)
    koppeling.status = KoppelingStatus.ACTIEF
    ours = {}
    for groep in gegevens.groepen:
        ours[groep.key] = Groep(
            school_id=koppeling.school_id,
            naam=groep.naam,
            jaargroep=groep.jaargroep,
            las_key=groep.key,
            schooljaar=gegevens.school.schooljaar,
        )
    session.add_all(ours.values())
    session.flush()
    for each in gegevens.leerlingen:
        session.add(
            Leerling(
                school_id=koppeling.school_id,
                roepnaam=each.roepnaam,
                achternaam=each.achternaam,
                geboortedatum=each.geboortedatum,
                las_key=each.key,
                eckid=each.eckid,
                jaargroep=each.jaargroep,
                groep_id=ours[each.groep].id if each.groep else None,
            )
        )
    session.commit()


@pytest.fixture
def school(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[School]:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with app.app_context():
        weg = Koppelweg(app, db.session(), make_clerk(db.session()))
        koppeling = weg.running()
        fill(db.session(), koppeling, answer(ALL))
        cookie, koppeling_id = weg.browser(koppeling).get_cookie("koppelpunt"), koppeling.id
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        found = School(app, context.new_page(), koppeling_id)
        found.fetch(LEFT)
        yield found
        context.close()
    with app.app_context():
        db.engine.dispose()


def _open(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_text("61 leerlingen verdwenen uit ParnasSys: klopt dat?").first).to_be_visible()
    page.get_by_role("link", name="Bekijken").first.click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def test_it_is_wrong_and_fetched_again(school: School) -> None:
    page = school.page
    _open(page)
    page.get_by_role("button", name="Klopt niet, nu opnieuw ophalen").click()
    expect(page.get_by_role("heading", name=TITLE)).to_have_count(0)
    school.fetch(LEFT)
    page.goto("/controle/")
    page.get_by_role("link", name="Bekijken aanlevering").first.click()
    expect(page.get_by_text("nog steeds 61 leerlingen")).to_be_visible()
    held = page.url
    school.fetch(ALL)
    page.goto(held)
    expect(page.get_by_text("Er wordt niets meer vastgehouden")).to_be_visible()
    assert school.parked() == 0


def test_a_colleague_is_asked_and_the_page_helps_looking(school: School) -> None:
    with school.app.app_context():
        session = db.session()
        make_account(
            session, Rol.BEHEERDER, session.get_one(Koppeling, school.koppeling_id).school, naam="Anja de Boer"
        )
        session.commit()
    page = school.page
    _open(page)
    page.get_by_text("Alle namen 61").click()
    expect(page.get_by_role("row", name="Kind7AO Berk Groep 7 0")).to_be_visible()
    page.get_by_text("Waar kijk ik in ParnasSys?").click()
    expect(page.get_by_text("Staat er een uitschrijfdatum die klopt")).to_be_visible()
    page.get_by_text("Doorgeven aan een collega").click()
    page.get_by_label("Beheerder").select_option("Anja de Boer")
    page.get_by_role("button", name="Vraag doorgeven").click()
    expect(page.get_by_text("Anja de Boer krijgt een mail met deze vraag.")).to_be_visible()
    expect(page.get_by_text("gevraagd, mail wacht op verzending")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 900})
    fits(page)


def test_it_is_right_and_they_are_parked_and_back(school: School) -> None:
    page = school.page
    _open(page)
    page.get_by_text("namen", exact=True).first.click()
    expect(page.get_by_text("Kind5AA Berk").first).to_be_visible()
    assert page.get_by_role("button", name="Gegevens importeren").count() == 0
    page.get_by_role("button", name="Klopt, 61 leerlingen parkeren").click()
    expect(page.get_by_text("61 leerlingen geparkeerd. De resultaten blijven bewaard.")).to_be_visible()
    assert school.parked() == 61
    expect(page.get_by_role("heading", name="Klaar: uw antwoord is verwerkt")).to_be_visible()
    page.get_by_role("link", name="Aanleveringen").click()
    expect(page.get_by_role("row", name="beantwoord")).to_be_visible()
    page.get_by_role("button", name="Terugdraaien").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    assert school.parked() == 0


def _without_groep(each: uwlr.Leerling) -> uwlr.Leerling:
    return each._replace(groep=None) if each.groep in ("g5", "g6", "g7") else each


def _without_birth_date(each: uwlr.Leerling) -> uwlr.Leerling:
    return each._replace(geboortedatum=None) if each.groep == "g8" else each


def _with_other_key(each: uwlr.Leerling) -> uwlr.Leerling:
    return each._replace(key=f"nieuw-{each.key}") if each.groep in ("g5", "g6") else each


def _with_other_name(each: uwlr.Leerling) -> uwlr.Leerling:
    return each._replace(achternaam="Wilg")


@pytest.mark.parametrize(
    ("per_groep", "change", "what", "button", "said"),
    [
        pytest.param(
            {**ALL, 9: 61},
            lambda each: each,
            "61 leerlingen meer dan gisteren",
            "Klopt, 61 leerlingen ophalen",
            "Wij halen de gegevens nu opnieuw op.",
            id="nieuw",
        ),
        pytest.param(
            ALL,
            _without_groep,
            "75 leerlingen zonder groep",
            "Klopt, 75 leerlingen uit de groep halen",
            "De groepen van 75 leerlingen zijn aangepast.",
            id="groepen",
        ),
        pytest.param(
            ALL,
            _without_birth_date,
            "126 leerlingen zonder geboortedatum",
            "Klopt, bij 126 leerlingen leeg in ParnasSys",
            "de geboortedatum van 126 leerlingen blijft bij ons staan",
            id="veld",
        ),
        pytest.param(
            ALL,
            _with_other_key,
            "49 leerlingen met een ander nummer",
            "Klopt, 49 nieuwe nummers overnemen",
            "Wij halen de gegevens nu opnieuw op.",
            id="sleutels",
        ),
        pytest.param(
            ALL,
            _with_other_name,
            "201 leerlingen met een andere naam",
            "Klopt, 201 nieuwe namen overnemen",
            "Wij halen de gegevens nu opnieuw op.",
            id="namen",
        ),
    ],
)
def test_something_unusual_is_wrong_and_then_right(
    school: School, per_groep: dict[int, int], change: Change, what: str, button: str, said: str
) -> None:
    """It is fetched again and heals by itself; the next time it is right, and what was written is taken back."""
    page, title = school.page, f"Even wachten: {what} in ParnasSys"
    school.fetch(ALL)
    school.fetch(per_groep, change)
    page.goto("/")
    expect(page.get_by_text(f"{what} in ParnasSys: klopt dat?").first).to_be_visible()
    page.get_by_role("link", name="Bekijken").first.click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    held = page.url
    page.get_by_role("button", name="Klopt niet, nu opnieuw ophalen").click()
    school.fetch(ALL)
    page.goto(held)
    expect(page.get_by_text("Er wordt niets meer vastgehouden")).to_be_visible()
    school.fetch(per_groep, change)
    page.goto(held)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(said)).to_be_visible()
    if said.startswith("Wij halen"):
        expect(page.get_by_role("heading", level=1)).to_have_text("Gegevens ophalen uit ParnasSys")
    if page.get_by_role("button", name="Terugdraaien").count():
        page.get_by_role("button", name="Terugdraaien").click()
        expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_the_opruimlijst_mended_at_the_source(school: School) -> None:
    """Nobody here answers: the LAS is put right, fetched again, and the question is gone."""
    born, page = date(2015, 5, 6), school.page
    with school.app.app_context():
        session = db.session()
        school_id = session.get_one(Koppeling, school.koppeling_id).school_id
        assert school_id is not None
        sloten.lock(session, school_id)
        session.add(Leerling(school_id=school_id, roepnaam="Zoë", achternaam="Alleen", geboortedatum=born))
        session.commit()

    def sends(born: date | None) -> Change:
        zoe: dict[str, Any] = {"key": "x1", "roepnaam": "Zoë", "achternaam": "Alleen", "geboortedatum": born}
        return lambda each: each._replace(**zoe) if each.key == "k8-125" else each

    school.fetch(ALL, sends(None))
    page.goto("/beheer/koppelen/")
    page.get_by_role("link", name="Opruimlijst").click()
    expect(page.get_by_role("heading", name="1 leerling zonder geboortedatum")).to_be_visible()
    expect(page.get_by_role("heading", name="Groep 8")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Zoë Alleen")).to_be_visible()
    expect(page.get_by_text("Neemt 1 vraag weg.")).to_be_visible()
    look(page, "opruimlijst")
    prints(page)
    page.get_by_role("link", name="Controleren").first.click()
    expect(page.get_by_text("Dit is ook in ParnasSys te verbeteren.")).to_be_visible()
    page.get_by_role("link", name="Naar de opruimlijst").click()
    page.get_by_role("button", name="Nu opnieuw ophalen").click()
    expect(page.get_by_text("Wij halen de gegevens")).to_be_visible()
    school.fetch(ALL, sends(born))
    expect(page.get_by_text("Klaar: alles wat nieuw was, is automatisch overgenomen.")).to_be_visible()
    page.goto("/beheer/koppelen/opruimlijst")
    expect(page.get_by_role("heading", name="Niets op te ruimen")).to_be_visible()
    look(page, "opruimlijst-leeg")
