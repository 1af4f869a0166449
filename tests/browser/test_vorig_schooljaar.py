"""A beheerder has results of last school year sent, sees in the morning that they arrived, and stops the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from jobs.versturen import push_resultaten
from tests.browser.maat import look
from tests.ground.app import CleanClient
from tests.las import Administratie, running_app, running_las
from tests.screens import login
from tests.wereld import AFNAME, START, lock_all, make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Groep, Koppeling, Leerling, Lidmaatschap, Nacht
from webapp.muur import alle_scholen
from webapp.services.clock import database_clock

pytestmark = pytest.mark.browser
MEI = date(2026, 5, 20)


@dataclass
class Site:
    app: Flask
    las: Administratie
    address: str
    cookie: dict[str, str]

    def night(self) -> None:
        """A night begins and a worker sends for the school."""
        with self.app.app_context(), alle_scholen():
            session = db.session()
            koppeling = session.scalars(select(Koppeling)).one()
            koppeling.zenden_op = START
            session.add(Nacht(datum=AFNAME, begonnen_op=database_clock(session), tellingen={}))
            session.commit()
            push_resultaten(koppeling.id)


@pytest.fixture
def site(settings: Settings, fresh_database_url: str) -> Iterator[Site]:
    las = Administratie()
    with running_las(las) as lasserver:
        app = create_app(replace(settings, database_url=fresh_database_url, parnassys_url=lasserver.address))
        app.test_client_class = CleanClient
        with app.app_context():
            session = db.session()
            wereld = make_wereld(session, app.extensions["keyring"])
            wereld.koppeling.gestart_op = datetime(2026, 11, 24, tzinfo=UTC)
            zes = Groep(school_id=wereld.school.id, naam="Groep 6", jaargroep="6", schooljaar="2026-2027")
            session.add(zes)
            session.flush()
            for number in range(12):
                leerling = wereld.leerling(f"Kind {number}", groep_id=zes.id if number % 3 else wereld.groep.id)
                for toets in ("VB-RW-5", "VB-BL-5"):
                    wereld.resultaat(leerling, score=20 + number % 5, toets=toets, afname=MEI)
            for groep in (wereld.groep, zes):
                wereld.groep = groep
                for toets in ("VB-RW-5", "VB-BL-5"):
                    wereld.normeer(toets)
            lock_all(session)
            left = session.scalars(select(Leerling).where(Leerling.roepnaam == "Kind 11")).one()
            left.status, left.groep_id = Lidmaatschap.VERTROKKEN, None
            beheerder = wereld.beheerder
            began = database_clock(session)  # a night since the links were made
            session.add(Nacht(datum=AFNAME - timedelta(days=1), begonnen_op=began, klaar_op=began, tellingen={}))
            session.commit()
            cookie = login(app, session, beheerder).get_cookie("koppelpunt")
        assert cookie is not None
        with running_app(app) as server:
            yield Site(app, las, server.address, {"name": cookie.key, "value": cookie.value, "url": server.address})
        with app.app_context():
            db.engine.dispose()


def test_last_year_is_chosen_looked_at_agreed_and_sent_in_the_night(site: Site, browser: Browser) -> None:
    context = browser.new_context(base_url=site.address)
    context.add_cookies([site.cookie])  # type: ignore[list-item]  # a cookie is a mapping
    page = context.new_page()
    page.goto("/resultaten/leveringen/")
    page.get_by_role("link", name="Resultaten van vorig schooljaar alsnog versturen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Resultaten van 2025-2026 alsnog versturen")
    expect(page.get_by_role("row", name="Kan mee")).to_contain_text("22")
    expect(page.get_by_role("row", name="Leerling niet in ParnasSys")).to_contain_text("2")
    look(page, "vorig-1-kiezen")
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_text("Vink ten minste één toets")).to_be_visible()
    look(page, "vorig-2-niets")
    page.get_by_label("Rekenen").first.check()
    page.get_by_label("Groep 6").uncheck()
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("4 resultaten van 2025-2026 alsnog versturen?")
    look(page, "vorig-3-bekijken")
    page.get_by_label("Akkoord").check()
    page.get_by_role("button", name="4 resultaten alsnog versturen").dblclick()
    expect(page.get_by_text("4 gaan de komende nacht")).to_be_visible()
    look(page, "vorig-4-gepland")
    site.night()
    assert [(bericht.schooljaar, len(bericht.resultaten)) for bericht in site.las.berichten] == [("2025-2026", 4)]
    page.reload()
    expect(page.get_by_text("4 in ParnasSys", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Stoppen")).to_have_count(0)
    look(page, "vorig-5-klaar")
    context.close()
