"""Klantenservice looks what would go once more after an incident, lets the first step go, and stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.maat import look
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import login, make_clerk
from tests.wereld import make_wereld
from webapp import create_app
from webapp.config import AMSTERDAM, Settings
from webapp.db import db
from webapp.models import LeveringStatus
from webapp.models.fout import Fout
from webapp.uwlr.codes import FaultCode, Owner

pytestmark = pytest.mark.browser


def test_a_step_is_let_go_and_stopped(settings: Settings, fresh_database_url: str, browser: Browser) -> None:
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    with app.app_context():
        session = db.session()
        for nth in range(3):
            wereld = make_wereld(session, app.extensions["keyring"], brin=f"{90 + nth}XX")
            for id_ in wereld.genormeerd(nth + 1):
                wereld.breng(id_, LeveringStatus.GEWEIGERD).fout = Fout(FaultCode.SCORE_ONGELDIG, Owner.KLANTENSERVICE)
        session.commit()
        cookie = login(app, session, make_clerk(session)).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        page, now = context.new_page(), datetime.now(UTC).astimezone(AMSTERDAM)
        page.goto("/klantenservice/opnieuw-versturen/")
        look(page, "herzend-1-leeg")
        page.get_by_label("Vanaf").fill(f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}")
        page.get_by_label("Tot").fill(f"{now + timedelta(minutes=2):%Y-%m-%dT%H:%M}")
        page.get_by_role("button", name="Tellen").click()
        expect(page.get_by_role("row", name="Geweigerd: Client.ScoreOngeldig")).to_contain_text("6")
        look(page, "herzend-2-geteld")
        page.get_by_role("button", name="Klaarzetten in stappen").dblclick()
        page.get_by_role("button", name="Stap 1: 1 school laten gaan").first.click()
        expect(page.get_by_text("1 school gaat nu")).to_be_visible()
        look(page, "herzend-3-stap")
        page.get_by_role("button", name="Stoppen").first.click()
        expect(page.get_by_text("Gestopt: 6 resultaten zijn weer zoals daarvoor")).to_be_visible()
        look(page, "herzend-4-gestopt")
        context.close()
    with app.app_context():
        db.engine.dispose()
