"""An aanvraag in a real browser: by the form and by mail, beside a squatter, to the desk of klantenservice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from jobs import aanvraag as aanvraagpost
from tests.browser.maat import look
from tests.ground.app import CleanClient
from tests.ground.imapserver import Mailbox, running_imap
from tests.jobs.test_aanvraagmail import PASSWORD, US, brief
from tests.las import running_app
from tests.screens import Koppelweg, make_clerk
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Mail, MailSoort
from webapp.woorden.mails import compose

pytestmark = pytest.mark.browser


@dataclass
class Site:
    """A Koppelpunt with a mailbox of klantenservice; every person has a browser of their own."""

    app: Flask
    browser: Browser
    address: str
    clerk_cookie: str
    mailbox: Mailbox

    def person(self, *, is_clerk: bool = False) -> Page:
        context: BrowserContext = self.browser.new_context(base_url=self.address, locale="nl-NL")
        if is_clerk:
            context.add_cookies([{"name": "koppelpunt", "value": self.clerk_cookie, "url": self.address}])
        return context.new_page()

    def first_mail(self, to: str) -> str:
        """The address in the newest first mail."""
        with self.app.app_context():
            query = select(Mail).where(Mail.soort == MailSoort.AANVRAAG_BEVESTIGEN, Mail.ontvanger == to)
            mail = db.session().scalars(query.order_by(Mail.id.desc())).first()
            assert mail is not None
            found = re.search(r"http://localhost(/m/\S+)", compose(db.session(), mail).text)
            assert found
            return found[1]

    def read_mailbox(self) -> None:
        with self.app.app_context():
            aanvraagpost.read_mail(0)


@pytest.fixture
def site(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[Site]:
    with running_imap(PASSWORD) as box:
        url = f"imap://hulp:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{box.port}/INBOX"
        own = {"database_url": fresh_database_url, "aanvraag_imap_url": url, "mail_authserv_id": US}
        app = create_app(replace(settings, **own))  # type: ignore[arg-type]  # three texts
        app.test_client_class = CleanClient
        with app.app_context():
            weg = Koppelweg(app, db.session(), make_clerk(db.session()))
            cookie = weg.clerk().get_cookie("koppelpunt")
            db.session.remove()
        assert cookie is not None
        with running_app(app) as server:
            yield Site(app, browser, server.address, cookie.value, box)
        for context in browser.contexts:
            context.close()
        with app.app_context():
            db.engine.dispose()


def ask(page: Page, naam: str, email: str) -> None:
    page.goto("/aanvraag/")
    page.get_by_label("Naam van de school").fill(naam)
    page.get_by_label("BRIN").fill("12AB")
    page.get_by_label("Uw naam").fill("Anja Bakker")
    page.get_by_label("E-mailadres").fill(email)
    look(page, "formulier", with_axe=False)
    page.get_by_role("button", name="Koppeling aanvragen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bevestig uw aanvraag")
    expect(page.get_by_text(f"Kijk in de mailbox van {email}.")).to_be_visible()
    look(page, "ontvangen", with_axe=False)


def confirm(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_text("Wegwijzer")).to_have_count(0)
    page.get_by_label("BRIN").fill("99ZZ")
    page.get_by_role("button", name="Aanvraag bevestigen").click()
    expect(page.get_by_text("geen aanvraag gedaan").first).to_be_visible()
    look(page, "bevestigen", with_axe=False)
    page.get_by_label("BRIN").fill("12ab")
    page.get_by_role("button", name="Aanvraag bevestigen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw aanvraag is binnen")
    look(page, "bevestigd", with_axe=False)


def test_a_squatter_stands_beside_the_school_and_keeps_nobody_out(site: Site) -> None:
    squatter, anja, clerk = site.person(), site.person(), site.person(is_clerk=True)
    ask(squatter, "Bel 0900-1234", "squat@elders.example")
    ask(anja, "De Wegwijzer", "anja@wegwijzer.example")
    clerk.goto("/klantenservice/")
    expect(clerk.get_by_text("Niets wacht op ons")).to_be_visible()
    confirm(squatter, site.first_mail("squat@elders.example"))
    confirm(anja, site.first_mail("anja@wegwijzer.example"))
    clerk.goto("/klantenservice/")
    expect(clerk.get_by_role("heading", name="1 zaak wacht op ons")).to_be_visible()
    look(clerk, "wachtrij", with_axe=False)
    clerk.get_by_role("link", name="Bekijken").click()
    look(clerk, "zaak", with_axe=False)
    card = clerk.locator("section.kaart").filter(has_text="squat@elders.example")
    card.get_by_role("link", name="Afwijzen").click()
    clerk.get_by_label("Niet namens de school").check()
    look(clerk, "afwijzen", with_axe=False)
    clerk.get_by_role("button", name="Mail bekijken").click()
    expect(clerk.get_by_text("Wij hebben de school gebeld")).to_be_visible()
    look(clerk, "afwijzen-mail", with_axe=False)
    clerk.get_by_role("button", name="Afwijzen en de school mailen").click()
    expect(clerk.get_by_text("is afgewezen")).to_be_visible()
    clerk.get_by_role("link", name="Opengezet").click()
    look(clerk, "openzetten", with_axe=False)
    clerk.get_by_role("button", name=re.compile("opengezet", re.I)).click()
    expect(clerk.get_by_text("De school krijgt de volgende stappen")).to_be_visible()
    clerk.goto("/klantenservice/koppeling/")
    clerk.get_by_role("link", name="De Wegwijzer").first.click()
    look(clerk, "koppeling", with_axe=False)
    clerk.get_by_role("link", name="Verbeteren").click()
    look(clerk, "verbeteren", with_axe=False)
    clerk.get_by_label("BRIN", exact=True).fill("34CD")
    clerk.get_by_role("button", name="Aanvraag opslaan").click()
    expect(clerk.get_by_text("De aanvraag is verbeterd.")).to_be_visible()
    clerk.goto("/klantenservice/")
    expect(clerk.get_by_role("row").filter(has_text="34CD").get_by_role("link", name="Opengezet")).to_be_visible()


def test_the_mail_of_the_manual_leads_to_the_same_confirmation(site: Site) -> None:
    site.mailbox.messages += [brief(), brief("Mag ik de koppeling?", Message_ID="<2@wegwijzer.example>")]
    site.read_mailbox()
    assert site.mailbox.seen == {1, 2}
    clerk, anja = site.person(is_clerk=True), site.person()
    clerk.goto("/klantenservice/")
    row = clerk.get_by_role("row").filter(has_text="anja@wegwijzer.example")
    expect(row).to_contain_text("De twee regels met naam en BRIN staan er niet in.")
    look(clerk, "wachtrij-mail", with_axe=False)
    row.get_by_role("link", name="anja@wegwijzer.example").first.click()
    look(clerk, "zaak-mail", with_axe=False)
    clerk.get_by_role("link", name="Aanvragen per mail").last.click()
    look(clerk, "aanvragen-per-mail", with_axe=False)
    clerk.goto("/klantenservice/")
    row.get_by_role("button", name="Afgehandeld").click()
    expect(clerk.get_by_text("Genoteerd: de mail van anja@wegwijzer.example is afgehandeld.")).to_be_visible()
    confirm(anja, site.first_mail("anja@wegwijzer.example"))
    clerk.goto("/klantenservice/")
    expect(clerk.get_by_role("row").filter(has_text="De Wegwijzer")).to_contain_text("12AB")
