"""Waar blijft mijn resultaat: by reason and groep for a beheerder, by test for a leerkracht, in every size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from tests.analyseschool import make_leerkracht
from tests.browser.maat import look, without_script
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import login
from tests.wereld import Wereld, make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Groep, Leerling, LeveringStatus, Verzending
from webapp.models.fout import Fout
from webapp.models.ids import ResultaatId
from webapp.models.levering import Uitkomst
from webapp.presentation import today
from webapp.schooljaar import schooljaar_of
from webapp.services.clock import database_clock
from webapp.uwlr.codes import FaultCode, Owner

pytestmark = pytest.mark.browser
PAGE = "/resultaten/leveringen/"


@pytest.fixture
def app(settings: Settings, fresh_database_url: str) -> Iterator[Flask]:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    yield app
    with app.app_context():
        db.engine.dispose()


def _school(app: Flask, session: Session) -> Wereld:
    """Two groepen: most is there, some goes, some was refused, one waits, and one moved to the other groep."""
    wereld = make_wereld(session, app.extensions["keyring"])
    koppeling, year = wereld.koppeling, schooljaar_of(today())
    koppeling.schooljaar, koppeling.zenden_op, koppeling.opgehaald_op = year, None, database_clock(session)
    koppeling.opgehaald_leerlingen = 14
    zes = Groep(school_id=wereld.school.id, naam="Groep 6", jaargroep="6", schooljaar=year)
    session.add(zes)
    session.flush()
    namen = ("Adam van den Berg", "Arjun Willems", "Bente Ramdin", "Daan Öztürk", "Fenna Smit", "Lotte de Wit",
             "Milan Visser", "Youssra Amari", "Noor Kaya", "Oleh Kovalenko", "Pim Mulder", "Roos Bakker")  # fmt: skip
    ids = []
    for naam in namen:
        roepnaam, achternaam = naam.split(" ", 1)
        ids.append(_taken(wereld, wereld.leerling(roepnaam, achternaam=achternaam), wereld.groep, "VB-RW-5"))
    _taken(wereld, wereld.leerling("Zonder", achternaam="Nummer", las_key=None), wereld.groep, "VB-RW-5")
    wereld.leerling("Sanne", achternaam="Kuipers")
    bo = wereld.leerling("Bo", achternaam="Berk")
    ids.append(_taken(wereld, bo, zes, "VB-RW-5"))
    wereld.normeer(now=database_clock(session))
    bo.groep_id = zes.id
    for id_ in ids[4:]:
        levering = wereld.breng(id_, LeveringStatus.BEVESTIGD)
        levering.bevestigd, levering.bevestigd_op = levering.versie, database_clock(session)
    for id_ in ids[:3]:
        wereld.breng(id_, LeveringStatus.GEWEIGERD).fout = Fout(FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL)
    wereld.breng(ids[3], LeveringStatus.GEWEIGERD).fout = Fout(FaultCode.VOCABULAIRETERM_ONGELDIG, Owner.KLANTENSERVICE)
    older = wereld.breng(ids[4], LeveringStatus.KLAAR)
    older.score_in_las, older.bevestigd = 24, 0
    older.resultaat.leerling.groep_id = zes.id
    session.add(
        Verzending(
            school_id=wereld.school.id, koppeling_id=koppeling.id, claim="00000000-0000-0000-0000-000000000001",
            aantal=9, aanmaakdatum=database_clock(session), uitkomst=Uitkomst.BEVESTIGD,
        )
    )  # fmt: skip
    session.commit()
    return wereld


def _taken(wereld: Wereld, leerling: Leerling, groep: Groep, toets: str) -> ResultaatId:
    resultaat = wereld.resultaat(leerling, score=26, toets=toets, afname=today() - timedelta(days=3))
    resultaat.groep_id = groep.id
    wereld.session.flush()
    return resultaat.id


def test_where_results_are_is_read_in_one_look_and_sent_again_in_one_press(app: Flask, browser: Browser) -> None:
    with app.app_context():
        wereld = _school(app, db.session())
        cookie = login(app, db.session(), wereld.beheerder).get_cookie("koppelpunt")
        own = login(app, db.session(), make_leerkracht(db.session(), wereld, wereld.groep.id)).get_cookie("koppelpunt")
    assert cookie is not None
    assert own is not None
    with running_app(app) as server:

        def opened(value: str) -> Page:
            context = browser.new_context(base_url=server.address)
            context.add_cookies([{"name": "koppelpunt", "value": value, "url": server.address}])
            page = context.new_page()
            page.goto(PAGE)
            return page

        page = opened(cookie.value)
        look(page, "waar-beheerder")
        expect(page.get_by_text("8 van 14 staan in ParnasSys, 1 gaat komende nacht.")).to_be_visible()
        expect(page.get_by_role("link", name="Vraagt aandacht 5")).to_have_attribute("aria-current", "page")
        teacher = opened(own.value)
        look(teacher, "waar-leerkracht")
        expect(teacher.get_by_text("Nieuwe score 26. ParnasSys heeft nog 24.")).to_be_visible()
        expect(teacher.get_by_text("nu in groep 6")).to_be_visible()
        expect(teacher.get_by_role("link", name="1 score invoeren")).to_be_visible()
        expect(teacher.get_by_text("Koppelen met LAS")).to_have_count(0)
        teacher.get_by_role("link", name="Alle resultaten van deze groep, bij naam").click()
        look(teacher, "waar-leerkracht-alles")
        bare = without_script(page)
        bare.get_by_role("button", name="Nummers ophalen en 3 opnieuw sturen").click()
        expect(bare.get_by_text("3 resultaten staan weer klaar")).to_be_visible()
        expect(bare.get_by_role("link", name="Komende nacht 4")).to_be_visible()
        bare.get_by_role("link", name="Groep 5").click()
        expect(bare.get_by_role("heading", name="nog niet in ParnasSys")).to_be_visible()
        bare.context.close()
        look(page, "")
