"""Klantenservice reads a school as a story, with the keyboard and on a telephone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.maat import look, without_script
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import login, make_account, make_clerk
from tests.wereld import make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Daad, LeveringStatus, MailSoort, Rol
from webapp.models.fout import Fout
from webapp.services import audit, mails
from webapp.uwlr.codes import FaultCode, Owner

pytestmark = pytest.mark.browser


def test_a_school_is_read_as_a_story(settings: Settings, fresh_database_url: str, browser: Browser) -> None:
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    with app.app_context():
        session = db.session()
        wereld = make_wereld(session, app.extensions["keyring"])
        for naam in ("Marijke van den Brandhof", "Youssef el Amrani"):
            login(app, session, make_account(session, Rol.BEHEERDER, wereld.school, naam=naam))
        for id_ in wereld.genormeerd(4)[:3]:
            wereld.breng(id_, LeveringStatus.GEWEIGERD).fout = Fout(FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL)
        wereld.resultaat()
        school_id = wereld.school.id
        mails.add_for_beheerders(session, MailSoort.OVERGANG, school_id, koppeling_id=wereld.koppeling.id)
        for _ in range(60):
            audit.about(session, Daad.OPHALEN_GEVRAAGD, wereld.koppeling, door=None)
        session.commit()
        cookie = login(app, session, make_clerk(session)).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        page = context.new_page()
        page.goto(f"/klantenservice/school/details/?id={school_id}")
        expect(page.get_by_role("heading", name="Volgende stap: de school lost dit op")).to_be_visible()
        expect(page.get_by_text("School leest").first).to_be_visible()
        look(page, "verhaal")
        page.keyboard.press("b")
        page.keyboard.press("r")
        expect(page.get_by_text("Genoteerd: gebeld over “resultaten niet in het LAS”.")).to_be_visible()
        page.locator("nav summary:visible", has_text="Meer").click()
        page.get_by_role("link", name="Waarom scholen bellen").click()
        expect(page.get_by_text("1 gesprek in")).to_be_visible()
        look(page, "gesprekken")
        page.go_back()
        page.get_by_role("link", name="Volgende").click()
        expect(page.get_by_text("Pagina 2 van 2")).to_be_visible()
        bare = without_script(page)
        bare.get_by_text("De school belde over").click()
        bare.get_by_role("button", name="Storing").click()
        expect(bare.get_by_text("Gebeld: storing")).to_be_visible()
        bare.get_by_role("link", name="alles tonen").click()
        expect(bare.get_by_text("zonder gewone nachten")).to_be_visible()
        bare.context.close()
        context.close()
    with app.app_context():
        db.engine.dispose()
