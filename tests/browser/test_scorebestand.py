"""Scores from a file in a real browser: the template, a slip that is named, what it will do, saved, and all normed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.maat import look, without_script
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import login
from tests.wereld import lock_all, make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db

pytestmark = pytest.mark.browser


@pytest.fixture
def page(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[Page]:
    """A page of a beheerder whose groep has three leerlingen and no score."""
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    with app.app_context():
        wereld = make_wereld(db.session(), app.extensions["keyring"])
        lock_all(db.session())
        for roepnaam in ("Anna", "Bram", "Cato"):
            wereld.leerling(roepnaam)
        db.session.commit()
        cookie = login(app, db.session(), wereld.beheerder).get_cookie("koppelpunt")
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        yield context.new_page()
        context.close()
    with app.app_context():
        db.engine.dispose()


def choose(page: Page, lines: list[str]) -> None:
    file = FilePayload(name="scores.csv", mimeType="text/csv", buffer="\r\n".join(lines).encode())
    page.get_by_label("Bestand", exact=True).set_input_files(file)
    page.get_by_role("button", name="Bestand nakijken").click()


def test_from_a_template_to_scores_that_are_normed(page: Page) -> None:
    page.goto("/resultaten/")
    page.get_by_role("link", name="Scores uit een bestand").click()
    look(page, "scorebestand")
    with page.expect_download() as download:
        page.get_by_role("link", name="Sjabloon downloaden").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    filled = [lines[0], *(line + score for line, score in zip(lines[1:], ("20", "0", ""), strict=False))]
    choose(page, [filled[0], filled[1].replace("Anna", "Bram"), *filled[2:]])
    expect(page.get_by_role("alert")).to_contain_text("Regel 2, Bram de Vries: code en naam horen niet bij elkaar.")
    expect(page.get_by_role("button", name="opslaan")).to_have_count(0)
    look(page, "scorebestand-fout")
    page.get_by_role("link", name="Ander bestand kiezen").click()
    bare = without_script(page)
    choose(bare, filled)
    expect(bare.get_by_role("button", name="2 scores opslaan")).to_be_visible()
    choose(page, filled)
    look(page, "scorebestand-nagekeken")
    page.get_by_role("button", name="2 scores opslaan").click()
    expect(page.get_by_text("2 scores opgeslagen uit het bestand: 2 nieuw.")).to_be_visible()
    look(page, "toetsen-te-normeren")
    page.get_by_role("button", name="Alles normeren (2)", exact=True).click()
    expect(page.get_by_text("2 scores genormeerd.")).to_be_visible()
    expect(page.get_by_role("button", name="Alles normeren")).to_have_count(0)
