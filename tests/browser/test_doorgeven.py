"""Questions handed over in a real browser: to a leerkracht, whose advice is read, taken back, and to a colleague."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.browser.maat import look, without_script
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import JAAR, Koppelweg, login, make_account, make_clerk
from tests.services.conftest import aanlevering, pupil
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.links import CONTROLE_LINK
from webapp.models import Account, Importbatch, Leerling, Mail, MailSoort, Rol
from webapp.services import sloten
from webapp.services.inname import inname

pytestmark = pytest.mark.browser
PAIRS = (("Mohammed", "Mohamed", "El Idrissi"), ("Sophie", "Sofie", "Wolters"))


@dataclass
class School:
    """Two questions about groep 5, and a page for each who looks."""

    app: Flask
    batch_id: int
    marijke: Page
    anja: Page
    youssef: Page

    def link(self) -> str:
        """The address in the last mail about a question."""
        with self.app.app_context():
            query = select(Mail.id).where(Mail.soort == MailSoort.VRAAG_DOORGEGEVEN).order_by(Mail.id.desc())
            mail_id = db.session().scalars(query).first()
            assert mail_id is not None
            return f"/m/{CONTROLE_LINK.dumps(mail_id)}"


@pytest.fixture
def school(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[School]:
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    with app.app_context():
        session = db.session()
        weg = Koppelweg(app, session, make_clerk(session))
        koppeling = weg.running()
        assert koppeling.school is not None
        sloten.lock(session, koppeling.school.id)
        theirs = []
        for n, (las, ours, achternaam) in enumerate(PAIRS):
            theirs.append(pupil(f"k{n}", las, achternaam))
            born = theirs[-1].geboortedatum
            session.add(
                Leerling(school_id=koppeling.school.id, roepnaam=ours, achternaam=achternaam, geboortedatum=born)
            )
        session.flush()
        beheerder = weg.beheerder(koppeling)
        beheerder.naam = "Marijke van den Brandhof"
        anja = make_account(session, Rol.LEERKRACHT, koppeling.school, naam="Anja de Boer")
        youssef = make_account(session, Rol.BEHEERDER, koppeling.school, naam="Youssef el Amrani")
        assert inname.take_in(session, koppeling, aanlevering(*theirs, schooljaar=JAAR)) is not None
        session.commit()
        batch_id = session.scalars(select(Importbatch.id)).one()
        cookies = [_cookie(app, account) for account in (beheerder, anja, youssef)]
    with running_app(app) as server:
        contexts = [browser.new_context(base_url=server.address) for _ in cookies]
        for context, (name, value) in zip(contexts, cookies, strict=True):
            context.add_cookies([{"name": name, "value": value, "url": server.address}])
        marijke, hers, his = (context.new_page() for context in contexts)
        yield School(app, batch_id, marijke, hers, his)
        for context in contexts:
            context.close()
    with app.app_context():
        db.engine.dispose()


def _cookie(app: Flask, account: Account) -> tuple[str, str]:
    cookie = login(app, db.session(), account).get_cookie("koppelpunt")
    assert cookie is not None
    return cookie.key, cookie.value


def test_a_leerkracht_advises_it_is_taken_back_and_a_colleague_answers(school: School) -> None:
    marijke, anja, youssef = school.marijke, school.anja, school.youssef
    marijke.goto(f"/controle/{school.batch_id}/")
    marijke.get_by_role("link", name="Doorgeven aan een collega").click()
    marijke.get_by_label("Aan wie?").select_option(label="Anja de Boer (leerkracht, geeft advies)")
    marijke.get_by_label("Alle 2 open vragen over groep 5").check()
    marijke.get_by_label("Bericht erbij").fill("Weet jij wie Mohammed is?")
    marijke.get_by_role("button", name="Doorgeven").click()
    expect(marijke.get_by_text("In uw bericht staat “Mohammed”.")).to_be_visible()
    look(marijke, "doorgeven")
    marijke.get_by_label("Bericht erbij").fill("Jij hebt ze in de klas. Wil jij even kijken?")
    expect(marijke.get_by_label("Alle 2 open vragen over groep 5")).to_be_checked()
    marijke.get_by_role("button", name="Doorgeven").click()
    expect(marijke.get_by_text("Anja de Boer krijgt een mail over 2 vragen.")).to_be_visible()
    expect(marijke.get_by_text("Wacht op Anja de Boer sinds")).to_be_visible()
    look(marijke, "kaart-wacht")

    anja.goto(school.link())
    expect(anja.get_by_role("heading", name="Nog 2 vragen aan u")).to_be_visible()
    expect(anja.get_by_text("Jij hebt ze in de klas.")).to_be_visible()
    look(anja, "adviseren")
    bare = without_script(anja)
    bare.get_by_label("Opmerking voor Marijke").first.fill("Ik ken hem.")
    bare.get_by_role("button", name="Hetzelfde kind").first.click()
    expect(bare.get_by_text("Dank u, Marijke van den Brandhof ziet uw antwoord. Nog 1 vraag.")).to_be_visible()
    expect(bare.get_by_text("Uw antwoord: hetzelfde kind")).to_be_visible()
    expect(bare).to_have_url(re.compile(r"/doorgegeven/#vraag-[0-9]+$"))
    expect(bare.locator(":target")).to_have_count(1)
    expect(bare.locator(":target")).not_to_contain_text("Uw antwoord")
    bare.context.close()

    marijke.goto(f"/controle/{school.batch_id}/")
    expect(marijke.get_by_text("Anja de Boer: hetzelfde kind als Mohamed El Idrissi")).to_be_visible()
    expect(marijke.get_by_text("Ik ken hem.")).to_be_visible()
    look(marijke, "kaart-advies")
    marijke.goto(f"/controle/{school.batch_id}/?vraag={_second(school)}")
    marijke.get_by_role("button", name="Terugnemen").click()
    expect(marijke.get_by_text("Teruggenomen. Anja de Boer ziet deze vragen niet meer.")).to_be_visible()
    anja.goto(school.link())
    expect(anja.get_by_role("heading", name="Geen vragen aan u")).to_be_visible()

    marijke.goto(f"/controle/{school.batch_id}/doorgeven?regel={_second(school)}")
    marijke.get_by_label("Aan wie?").select_option(label="Youssef el Amrani (beheerder, kan zelf antwoorden)")
    marijke.get_by_role("button", name="Doorgeven").click()
    expect(marijke.get_by_text("Youssef el Amrani krijgt een mail over 1 vraag.")).to_be_visible()
    youssef.goto(school.link())
    bare = without_script(youssef)
    expect(bare.get_by_text("Wacht op Youssef el Amrani sinds")).to_be_visible()
    bare.get_by_role("button", name="Ja").first.click()
    expect(bare.get_by_text("Sophie Wolters wordt gekoppeld aan Sofie Wolters.")).to_be_visible()
    bare.context.close()


def _second(school: School) -> int:
    with school.app.app_context():
        batch = db.session().get_one(Importbatch, school.batch_id)
        return next(regel.id for regel in batch.regels if regel.roepnaam == "Sophie")
