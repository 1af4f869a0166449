"""Twins whom the LAS exchanged, and a record that is taken over, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.proef.toetsen import ensure_invented
from tests.browser.maat import look, without_script
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import JAAR, Koppelweg, make_clerk
from tests.services.conftest import aanlevering, pupil
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Groep, Importregel, Keuze, Koppeling, KoppelingStatus, Leerling, Resultaat, Soort
from webapp.services import nachtrust, sloten
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

pytestmark = pytest.mark.browser
BORN = "2019-01-30"
GROEP = uwlr.Groep("g4", "Groep 4", "4")
OTHERS = tuple((f"9{n}", f"Kind{chr(65 + n)}", "Anders", f"2018-{n + 1:02d}-03") for n in range(12))
"""So many that two other numbers are no reason to take nothing in."""
CAME = (
    *(pupil(*each, groep="g4", jaargroep="4") for each in OTHERS),
    pupil("1187", "Jop", "Wolters", BORN, groep="g4", jaargroep="4"),
    pupil("1188", "Jip", "Wolters", BORN, groep="g4", jaargroep="4"),
    pupil("1190", "Anna", "Maas", "2018-05-06", groep="g4", jaargroep="4"),
    pupil("1191", "Sam", "Smit", "2018-07-08", groep="g4", jaargroep="4"),
)


@dataclass
class School:
    """A school with one question, and a page of its beheerder."""

    app: Flask
    page: Page
    batch_id: int

    def answers(self) -> dict[str | None, object]:
        with self.app.app_context():
            query = select(Importregel.roepnaam, Importregel.keuze).where(Importregel.soort == Soort.LEERLING)
            return dict(db.session().execute(query).all())

    def keys(self) -> dict[str | None, str | None]:
        with self.app.app_context():
            query = select(Leerling.las_key, Leerling.roepnaam)
            return dict(db.session().execute(query).all())


def _fill(session: Session, koppeling: Koppeling) -> int:
    assert koppeling.school_id is not None
    sloten.lock(session, koppeling.school_id)
    koppeling.status = KoppelingStatus.ACTIEF
    here = {"school_id": koppeling.school_id}
    groep = Groep(**here, naam="Groep 4", jaargroep="4", las_key="g4", schooljaar=JAAR)
    session.add(groep)
    session.flush()
    toets = ensure_invented(session)[0]
    for key, naam, achternaam, geboren, results in (
        ("1187", "Jip", "Wolters", BORN, 6),
        ("1188", "Jop", "Wolters", BORN, 9),
        (None, "Anna", "Maas", "2018-05-06", 2),
        *((*each, 0) for each in OTHERS),
    ):
        leerling = Leerling(
            **here, roepnaam=naam, achternaam=achternaam, geboortedatum=date.fromisoformat(geboren), las_key=key,
            jaargroep="4", groep_id=groep.id,
        )  # fmt: skip
        session.add(leerling)
        session.flush()
        session.add_all(
            Resultaat(
                **here,
                leerling_id=leerling.id,
                toets_id=toets.id,
                ruwe_score=3,
                afnamedatum=date(2026, 9, day + 1),
            )
            for day in range(results)
        )
    session.flush()
    batch = inname.take_in(session, koppeling, aanlevering(*CAME, groepen=(GROEP,), schooljaar=JAAR))
    assert batch is not None
    session.commit()
    return batch.id


@pytest.fixture
def school(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[School]:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with app.app_context():
        weg = Koppelweg(app, db.session(), make_clerk(db.session()))
        koppeling = weg.running()
        batch_id = _fill(db.session(), koppeling)
        cookie = weg.browser(koppeling).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        yield School(app, context.new_page(), batch_id)
        context.close()
    with app.app_context():
        db.engine.dispose()


def test_twins_who_were_exchanged_are_one_question_with_three_equal_answers(school: School) -> None:
    page = school.page
    page.goto(f"/controle/{school.batch_id}/")
    heading = page.get_by_role("heading", name="Zijn Jip en Jop Wolters verwisseld in ParnasSys?")
    expect(heading).to_be_visible()
    look(page, "ruil")
    answers = page.locator(".ruil-antwoorden button")
    expect(answers).to_have_count(3)
    assert {button.get_attribute("class") for button in answers.all()} == {"knop"}
    page.locator("#vraag").focus()
    for key in ("k", "n", "o", "l", "Enter"):
        page.keyboard.press(key)
    expect(heading).to_be_visible()
    assert school.answers()["Jip"] is None
    bare = without_script(page)
    bare.get_by_role("button", name="Ik weet het niet").click()
    expect(bare.get_by_text("De vraag over Jip en Jop Wolters is opzijgezet.")).to_be_visible()
    bare.context.close()
    assert (school.answers()["Jip"], school.answers()["Jop"]) == (None, None)
    with school.app.app_context():
        first = db.session().scalars(select(Importregel.id).where(Importregel.las_key == "1187")).one()
    page.goto(f"/controle/{school.batch_id}/?vraag={first}")
    page.get_by_role("button", name="De namen zijn in ParnasSys verbeterd: laat het nummer leidend").click()
    expect(page.get_by_text("Jip en Jop Wolters: het nummer blijft leidend.").first).to_be_visible()
    assert None not in school.answers().values()
    page.get_by_role("button", name="Ongedaan maken").first.click()
    page.get_by_role("button", name="De nummers zijn verwisseld: draai om").click()
    expect(page.get_by_text("Jip en Jop Wolters: nummers omgedraaid.").first).to_be_visible()
    page.goto(f"/controle/{school.batch_id}/samenvatting")
    look(page, "samenvatting")
    page.get_by_role("button", name="Gegevens importeren").click()
    expect(page.get_by_role("button", name="Gegevens importeren")).to_have_count(0)
    assert {key: school.keys()[key] for key in ("1187", "1188")} == {"1187": "Jop", "1188": "Jip"}
    assert len(school.keys()) == len(CAME)


def test_a_record_is_taken_over_and_who_had_it_is_asked_about(school: School) -> None:
    page = school.page
    with school.app.app_context():
        sam = db.session().scalars(select(Importregel.id).where(Importregel.las_key == "1191")).one()
    page.goto(f"/controle/{school.batch_id}/regel/{sam}/zoeken?q=mass+ana&alles=1")
    expect(
        page.get_by_text("Nu van Anna Maas, automatisch gekoppeld. Koppelt u, dan wordt Anna Maas een vraag.")
    ).to_be_visible()
    look(page, "zoeken")
    page.get_by_role("button", name="Koppel met Anna Maas").click()
    expect(page.get_by_text("Sam Smit wordt gekoppeld aan Anna Maas. Anna Maas is daardoor een vraag.")).to_be_visible()
    assert school.answers()["Anna"] is None
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 vraag over uw leerlingen")
    assert (school.answers()["Anna"], school.answers()["Sam"]) == (Keuze.KOPPEL, Keuze.NIEUW)
    page.goto(f"/controle/{school.batch_id}/regel/{sam}/zoeken?q=mass+ana&alles=1")
    page.get_by_role("button", name="Koppel met Anna Maas").click()
    with school.app.app_context():
        anna = db.session().scalars(select(Importregel.id).where(Importregel.las_key == "1190")).one()
    page.goto(f"/controle/{school.batch_id}/regel/{anna}/zoeken?alles=1&q=maas")
    expect(page.get_by_text("koppelde dit aan Sam Smit. Open eerst dat antwoord.").first).to_be_visible()
    page.get_by_role("button", name="Antwoord openen over Anna Maas").first.click()
    assert school.answers()["Sam"] is None
    page.goto(f"/controle/{school.batch_id}/regel/{sam}/zoeken?q=mass+ana&alles=1")
    page.get_by_role("button", name="Koppel met Anna Maas").click()
    page.goto(f"/controle/{school.batch_id}/?vraag={anna}")
    expect(page.get_by_text("Anna Maas is al gekoppeld aan Sam Smit in ParnasSys.")).to_be_visible()
    page.get_by_role("button", name="Nee, een ander kind").click()
    expect(page.get_by_text("Anna Maas wordt nieuw toegevoegd.")).to_be_visible()
    page.goto(f"/controle/{school.batch_id}/samenvatting")
    expect(page.get_by_role("heading", name="Overgenomen")).to_be_visible()
    expect(page.get_by_text("De resultaten gaan op zijn vroegst komende nacht naar ParnasSys.")).to_be_visible()
    expect(page.get_by_text("Deze koppeling wordt overgenomen van Anna Maas.")).to_be_visible()
    expect(page.get_by_text("Sam Smit krijgt 2 resultaten van Anna Maas.")).to_be_visible()
    expect(page.get_by_text("Anna Maas wordt toegevoegd, zonder resultaten: die gaan naar Sam Smit.")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Gegevens importeren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Klaar: 2 leerlingen overgenomen")
    assert (school.keys()["1191"], school.keys()["1190"]) == ("Sam", "Anna")
    with school.app.app_context():
        rests = select(Leerling.las_key).where(nachtrust.rests())
        assert db.session().scalars(rests).all() == ["1191"]
