"""The report of a night while it runs: it moves by itself, tells a new fault, and without a script has a button."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import func, update

from tests.browser.maat import look, without_script
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.nachtwereld import begin_night, point, refuse
from tests.screens import login, make_clerk
from tests.wereld import make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db, unit_of_work
from webapp.models import Koppeling, LasType, Nacht, Zekering
from webapp.services import nachten
from webapp.services.clock import database_now
from webapp.services.versturen import wachtend
from webapp.uwlr.codes import Reden

pytestmark = pytest.mark.browser


@pytest.fixture
def app(settings: Settings, fresh_database_url: str) -> Iterator[Flask]:
    app = create_app(replace(settings, database_url=fresh_database_url))  # the page asks while the test writes
    app.test_client_class = CleanClient
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_night_that_runs_moves_without_a_reload(app: Flask, browser: Browser) -> None:
    with app.app_context():
        session = db.session()
        wereld = make_wereld(session, app.extensions["keyring"])
        nacht = begin_night(wereld, database_now(session), punten=22)
        wereld.resultaat(wereld.leerling("Zonder nummer", las_key=None))
        refuse(wereld, nacht, 3)
        wereld.koppeling.ophalen_op = wereld.koppeling.zenden_op = None
        wachtend.keep(session, database_now(session))
        session.commit()
        datum = nacht.datum
        cookie = login(app, session, make_clerk(session)).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        page = context.new_page()
        page.clock.install()
        page.goto(f"/klantenservice/nacht/{datum}/")
        look(page, "nacht")
        page.emulate_media(color_scheme="dark")
        look(page, "nacht-donker")
        expect(page.get_by_text("2.732 van 6.012 scholen klaar")).to_be_visible()
        expect(page.get_by_role("link", name="Verversen")).to_have_count(0)
        expect(page.get_by_role("row", name="Leerling niet gekoppeld de school 1 1")).to_be_visible()
        page.get_by_text("Als tabel").click()
        rows = page.locator("#als-tabel tbody tr")
        expect(rows.first).to_contain_text("2.732")
        heard = page.locator("[data-zegt=nacht]")

        with app.app_context(), unit_of_work() as work:
            now = database_now(work)
            work.add(point(work.get_one(Nacht, datum), 23, now, 2_900))
            work.add(Zekering(las_type=LasType.PARNASSYS, uitkomsten=[], open_sinds=now, fout_code=Reden.STORING))
        page.clock.run_for(11_000)
        expect(page.get_by_text("2.900 van 6.012 scholen klaar")).to_be_visible()
        expect(rows.first).to_contain_text("2.900")
        expect(page.get_by_text("Als tabel")).to_be_focused()
        expect(heard).to_contain_text("antwoordt ParnasSys niet goed")
        expect(page.get_by_role("heading", name="Deze administraties antwoorden niet")).to_be_visible()
        look(page, "nacht-storing")

        bare = without_script(page)
        expect(bare.get_by_role("link", name="Verversen")).to_be_visible()
        with app.app_context(), unit_of_work() as work:
            work.add(point(work.get_one(Nacht, datum), 24, database_now(work), 3_000))
        bare.get_by_role("link", name="Verversen").click()
        expect(bare.get_by_text("3.000 van 6.012 scholen klaar")).to_be_visible()
        bare.context.close()

        with app.app_context(), unit_of_work() as work:
            done = {"ophalen_op": None, "zenden_op": None, "opgehaald_op": func.now()}
            work.execute(update(Koppeling).values(done))
            nachten.follow(work, database_now(work), app.extensions["settings"])
        page.clock.run_for(11_000)
        expect(page.get_by_role("heading", name="Per school")).to_be_visible()
        expect(page.locator("[data-ververs]")).to_have_count(0)
        expect(page.get_by_text("1 school opgehaald, 2 storingen, klaar om")).to_be_visible()
        look(page, "nacht-klaar", with_axe=False)
        page.goto("/klantenservice/schakelaars/")
        look(page, "schakelaars")
        context.close()
