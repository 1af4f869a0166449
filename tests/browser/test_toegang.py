"""Who is of a school, in a real browser: asked, invited, accepted, removed; a leerkracht invited and let in again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.browser.maat import fits
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import Koppelweg, login, make_account, make_clerk, make_school
from tests.wereld import lock_all
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.links import UITNODIGING_LINK
from webapp.models import Account, Groep, Leerkracht, Medewerker, Rol, Toetreding
from webapp.services.clock import database_now

pytestmark = pytest.mark.browser
ZIN = "een lange zin om te onthouden"


@dataclass
class Kantoor:
    """A site with a school, and a browser for everybody who needs one."""

    app: Flask
    browser: Browser
    address: str
    pages: list[Page] = field(default_factory=list)

    def page_of(self, email: str | None) -> Page:
        """A page of whoever has this address; of a visitor, without one."""
        context = self.browser.new_context(base_url=self.address)
        if email is not None:
            with self.app.app_context():
                account = db.session().scalars(select(Account).where(Account.email == email)).one()
                cookie = login(self.app, db.session(), account).get_cookie("koppelpunt")
            assert cookie is not None
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])
        self.pages.append(context.new_page())
        return self.pages[-1]

    def invitation(self) -> str:
        """The link in the last invitation."""
        with self.app.app_context():
            row = db.session().scalars(select(Toetreding).order_by(Toetreding.id.desc())).first()
            assert row is not None
            return f"/m/uitnodiging/{UITNODIGING_LINK.dumps(row.id)}"


@pytest.fixture
def kantoor(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[Kantoor]:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with running_app(app) as server:
        found = Kantoor(app, browser, server.address)
        yield found
        for page in found.pages:
            page.context.close()
    with app.app_context():
        db.engine.dispose()


def _fits(page: Page) -> None:
    """Nothing is wider than a telephone."""
    page.set_viewport_size({"width": 320, "height": 900})
    fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_stranger_is_asked_about_invited_accepts_and_is_removed(kantoor: Kantoor) -> None:
    with kantoor.app.app_context():
        session = db.session()
        clerk = make_clerk(session)
        school = make_school(session)
        anja, clerk_email = make_account(session, Rol.BEHEERDER, school, naam="Anja Bakker").email, clerk.email
        koppeling_id = Koppelweg(kantoor.app, session, clerk).requested("De Wegwijzer", "nina@elders.example").id
    ks = kantoor.page_of(clerk_email)
    ks.goto(f"/klantenservice/koppeling/{koppeling_id}/openzetten/")
    expect(ks.get_by_text("1 beheerder krijgt de vraag of")).to_be_visible()
    _fits(ks)
    ks.get_by_role("button", name="Ja, opengezet: mail de school").click()
    mine = kantoor.page_of(anja)
    mine.goto("/")
    expect(mine.get_by_text("1 persoon vraagt beheerder te worden").first).to_be_visible()
    mine.goto("/beheer/beheerders/")
    _fits(mine)
    mine.get_by_role("button", name="Ja, nodig").click()
    expect(mine.get_by_text("krijgt een uitnodiging")).to_be_visible()
    nina = kantoor.page_of(None)
    nina.goto(kantoor.invitation())
    _fits(nina)
    nina.get_by_label("Uw naam").fill("Nina Berg")
    nina.get_by_label("Kies een wachtwoord").fill(ZIN)
    nina.get_by_label("Nog een keer").fill(ZIN)
    nina.get_by_role("button", name="Account maken").click()
    nina.get_by_label("E-mailadres").fill("nina@elders.example")
    nina.get_by_label("Wachtwoord").first.fill(ZIN)
    nina.get_by_role("button", name="Inloggen").click()
    nina.goto("/beheer/beheerders/")
    expect(nina.get_by_role("heading", name="Beheerders van De Wegwijzer")).to_be_visible()
    mine.goto("/beheer/beheerders/")
    mine.get_by_role("row", name="Nina Berg").get_by_role("link", name="Verwijderen").click()
    _fits(mine)
    mine.get_by_role("button", name="Nina Berg verwijderen").click()
    expect(mine.get_by_text("Nina Berg hoort niet meer bij uw school")).to_be_visible()
    nina.goto("/")
    expect(nina.get_by_text("U hoort nu bij geen school")).to_be_visible()
    mine.get_by_role("link", name="Stoppen").click()
    mine.get_by_role("button", name="Stoppen als beheerder").click()
    expect(mine.get_by_text("De laatste beheerder kan niet weg")).to_be_visible()


def test_a_leerkracht_is_invited_sees_her_own_groep_and_is_let_in_again(kantoor: Kantoor) -> None:
    with kantoor.app.app_context():
        session = db.session()
        koppeling = Koppelweg(kantoor.app, session, make_clerk(session)).running()
        assert koppeling.school
        anja = make_account(session, Rol.BEHEERDER, koppeling.school).email
        lock_all(session)
        groepen = [Groep(school_id=koppeling.school_id, naam=f"Groep {n}", jaargroep=str(n)) for n in (5, 6)]
        session.add_all(groepen)
        session.add(
            Leerkracht(
                school_id=koppeling.school_id, las_key="t1", roepnaam="Loes", achternaam="Hartog",
                email="loes@wegwijzer.example", groepen=groepen[:1],
            )
        )  # fmt: skip
        session.commit()
    mine = kantoor.page_of(anja)
    mine.goto("/beheer/beheerders/leerkrachten/")
    _fits(mine)
    mine.get_by_role("button", name="Gekozen leerkrachten uitnodigen").click()
    expect(mine.get_by_text("1 leerkracht krijgt een mail met een link.")).to_be_visible()
    loes = kantoor.page_of(None)
    loes.goto(kantoor.invitation())
    loes.get_by_label("Kies een wachtwoord").fill(ZIN)
    loes.get_by_label("Nog een keer").fill(ZIN)
    loes.get_by_role("button", name="Account maken").click()
    expect(loes.get_by_text("Uw account is gemaakt")).to_be_visible()
    loes = kantoor.page_of("loes@wegwijzer.example")
    loes.goto("/resultaten/")
    expect(loes.get_by_role("link", name="Beheerders")).to_have_count(0)
    with kantoor.app.app_context():
        here = db.session().scalars(select(Medewerker).where(Medewerker.rol == Rol.LEERKRACHT)).one()
        here.opgeschort_op = database_now(db.session())
        db.session().commit()
    loes.goto("/")
    expect(loes.get_by_text("U hoort nu bij geen school")).to_be_visible()
    mine.goto("/beheer/beheerders/leerkrachten/")
    expect(mine.get_by_text("De toegang van Loes Hartog is opgeschort.")).to_be_visible()
    _fits(mine)
    mine.get_by_role("button", name="Toegang teruggeven").click()
    expect(mine.get_by_text("Loes Hartog kan weer inloggen")).to_be_visible()
    loes.goto("/resultaten/")
    expect(loes.get_by_role("heading", name="Toetsen en resultaten")).to_be_visible()
