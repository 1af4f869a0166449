"""A school chooses what goes, and that it goes within a minute; what it norms arrives, and an unsure answer is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from jobs import minuut as bel
from tests.browser.maat import look
from tests.jobs.opstelling import Opstelling, set_up
from tests.las import Status, running_app
from tests.screens import login
from tests.wereld import make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Account, LasType
from webapp.services.versturen import minuut

pytestmark = pytest.mark.browser
SETTINGS = "/beheer/koppelen/verzenden"
RESULTS = "/resultaten/leveringen/"


@pytest.fixture
def stage(settings: Settings, fresh_database_url: str) -> Iterator[Opstelling]:
    """A school with three leerlingen, at a LAS that may be asked so, and real workers."""
    with set_up(replace(settings, database_url=fresh_database_url)) as found, found.rq_worker():
        session = db.session()
        wereld = make_wereld(session, found.app.extensions["keyring"])
        for name in ("Noor", "Bo", "Sam"):
            wereld.leerling(name)
        wereld.koppeling.zenden_op = None
        minuut.allow(session, LasType.PARNASSYS, on=True, door=wereld.beheerder.id)
        found.groep_id, found.toets_id = wereld.groep.id, wereld.toetsen["VB-RW-5"].id
        session.commit()
        with _ringing(found):
            yield found


@contextmanager
def _ringing(stage: Opstelling) -> Iterator[None]:
    """The thread of the sweep that rings."""
    stop = Event()
    thread = Thread(target=bel.run, args=(stage.app, stop))
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def page(stage: Opstelling, browser: Browser) -> Iterator[Page]:
    """A page of the beheerder."""
    app = create_app(stage.settings)
    with app.app_context():
        session = db.session()
        account = session.scalars(select(Account).where(Account.naam == "Marijke")).one()
        cookie = login(app, session, account).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        yield context.new_page()
        context.close()
    with app.app_context():
        db.engine.dispose()


def _norm(page: Page, stage: Opstelling, score: int) -> None:
    page.goto(f"/resultaten/{stage.toets_id}/{stage.groep_id}/")
    for each in page.locator('input[name^="score-"]').all():
        each.fill(str(score))
    page.get_by_role("button", name="Opslaan en normeren").click()


def _until(page: Page, text: str) -> None:
    """Look again until the page says this."""
    for _ in range(20):
        page.goto(RESULTS)
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(500)
    expect(page.get_by_text(text).first).to_be_visible()


@pytest.mark.early
def test_what_is_chosen_and_normed_arrives_within_a_minute(
    page: Page, stage: Opstelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minuut, "WACHT", timedelta(seconds=2))
    page.goto(SETTINGS)
    expect(page.get_by_label("In de nacht")).to_be_checked()
    page.get_by_label("Binnen een minuut na het normeren").check()
    page.get_by_label("Begrijpend lezen groep 5").first.uncheck()
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_text("Wat meegaat, gaat binnen een minuut na het normeren.")).to_be_visible()
    expect(page.get_by_text("Deze toets gaat niet mee: zo ingesteld door Marijke")).to_be_visible()
    look(page, "minuut-1-instellen")

    _norm(page, stage, 21)
    expect(page.get_by_text("3 scores genormeerd. Ze gaan binnen een minuut naar ParnasSys.")).to_be_visible()
    page.goto(RESULTS)
    look(page, "minuut-2-gepland", with_axe=False)
    _until(page, "Alle 3 staan in ParnasSys.")
    assert sorted(stage.las.boek.values()) == [21, 21, 21]

    stage.las.answer = lambda _bericht: Status(202, (), "")
    _norm(page, stage, 22)
    _until(page, "nog niet bevestigd")
    expect(page.get_by_text("nog een keer. Dubbel aankomen kan niet.").first).to_be_visible()
    look(page, "minuut-3-onzeker", with_axe=False)
