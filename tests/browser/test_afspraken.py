"""The vaste afspraken in a real browser: asked once and changed; then a newcomer added by itself, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.maat import look, without_script
from tests.browser.test_hold import ALL, answer, fill
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import Koppelweg, make_clerk
from tests.services.conftest import pupil
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Koppeling, KoppelingStatus
from webapp.services.inname import inname

pytestmark = pytest.mark.browser
Night = Callable[[str], None]


@pytest.fixture
def school(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[tuple[Page, Night]]:
    """A page of a beheerder whose school was just imported, and a night in which Fien comes, called like this."""
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with app.app_context():
        weg = Koppelweg(app, db.session(), make_clerk(db.session()))
        koppeling = weg.running()
        fill(db.session(), koppeling, answer(ALL))
        cookie, koppeling_id = weg.browser(koppeling).get_cookie("koppelpunt"), koppeling.id
    assert cookie is not None

    def night(roepnaam: str) -> None:
        gegevens, fien = answer(ALL), pupil("n1", roepnaam, "Bloem", "2018-07-07", groep="g5")
        with app.app_context():
            session = db.session()
            koppeling = session.get_one(Koppeling, koppeling_id)
            assert koppeling.status is KoppelingStatus.ACTIEF
            inname.take_in(session, koppeling, replace(gegevens, leerlingen=(*gegevens.leerlingen, fien)))
            session.commit()

    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        yield context.new_page(), night
        context.close()
    with app.app_context():
        db.engine.dispose()


def test_asked_once_and_changed_and_three_nights_after_the_undo_of_an_addition(
    school: tuple[Page, Night], browser: Browser
) -> None:
    page, night = school
    page.goto("/")
    page.get_by_role("link", name="Vaste afspraken maken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vaste afspraken")
    look(page, "afspraken-eerst")
    page.get_by_role("group", name="Mogen wij nieuwe leerlingen").get_by_label("Ja, voeg ze toe").check()
    page.keyboard.press("Tab")  # each question is one stop
    expect(page.get_by_label("Alle groepen doen mee")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.get_by_label("groep 1", exact=True).check()
    page.get_by_label("Alle groepen doen mee").check()
    expect(page.get_by_label("groep 1", exact=True)).not_to_be_checked()  # ticks go with their answer
    page.get_by_label("groep 1", exact=True).check()
    page.get_by_label("Dag van de mail").select_option("woensdag")
    expect(page.get_by_label("Eén keer per week")).to_be_checked()
    page.get_by_role("button", name="Afspraken bewaren").click()
    expect(page.locator(".melding").filter(has_text="Uw afspraken zijn bewaard")).to_be_focused()
    expect(
        page.get_by_text("nieuwe leerlingen vanzelf toevoegen, groep 1 niet en één mail per week, op woensdag")
    ).to_be_visible()
    page.get_by_role("button", name="Terugdraaien").click()
    expect(page.get_by_label("Nee, vraag het elke keer")).to_be_checked()
    bare = without_script(page)  # and what a script does, goes without
    bare.get_by_role("group", name="Mogen wij nieuwe leerlingen").get_by_label("Ja, voeg ze toe").check()
    bare.get_by_role("button", name="Afspraken bewaren").click()
    expect(bare.get_by_text("Uw afspraken zijn bewaard.")).to_be_visible()
    bare.context.close()
    page.goto("/beheer/koppelen/afspraken")
    page.emulate_media(color_scheme="dark")
    look(page, "afspraken")
    page.emulate_media(color_scheme="light")

    night("Fien")
    page.goto("/")
    expect(page.get_by_text("Wat mag voortaan vanzelf?")).to_have_count(0)
    expect(page.get_by_role("link", name="Fien Bloem")).to_be_visible()
    look(page, "afspraken-overzicht", with_axe=False)
    page.get_by_role("link", name="Bekijken", exact=True).first.click()
    expect(page.get_by_text("Toegevoegd volgens uw vaste afspraken").first).to_be_visible()
    look(page, "afspraken-overgenomen")
    page.get_by_role("link", name="Fien Bloem").click()
    expect(page.get_by_text("dat ging vanzelf, volgens uw vaste afspraken.")).to_be_visible()
    page.goto("/controle/")
    expect(page.get_by_text("Toegevoegd volgens uw vaste afspraken")).to_have_count(1)
    page.goto("/")
    page.get_by_role("link", name="terugnemen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Toevoegen terugnemen")
    expect(page.get_by_text("Leerlingen die vanzelf zijn toegevoegd: verdwijnen")).to_be_visible()
    look(page, "afspraken-terugnemen")
    page.get_by_role("button", name="1 gegeven terugnemen").click()
    for called in ("Fien", "Fientje", "Fien"):
        night(called)
        page.goto("/zoeken?q=fien")
        expect(page.get_by_role("main")).not_to_contain_text("Bloem")

    page.goto("/beheer/koppelen/afspraken")
    page.get_by_text("Alles zoals in de handleiding", exact=True).click()
    page.get_by_role("button", name="Alle afspraken uitzetten").click()
    expect(page.get_by_label("Nee, vraag het elke keer")).to_be_checked()
