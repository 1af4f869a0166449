"""The review in a real browser: five questions by keyboard only, two people, a telephone, and no JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.maat import fits, look
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import JAAR, Koppelweg, login, make_account, make_clerk
from tests.services.conftest import aanlevering, pupil
from tests.wereld import lock_all
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Account, Importregel, Keuze, Koppeling, Leerling, Mail, Resultaat, Rol, Soort, Toets
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

pytestmark = pytest.mark.browser
BORN = date(2016, 3, 12)
PHONE = {"width": 320, "height": 640}
NAMES = [("Mohamed", "Mohammed", "el Idrissi"), ("Noor", "Noora", "Maan"), ("Jonas", "Jona", "Visser")]
NAMES += [("Sanna", "Sanne", "Linde"), ("Elin", "Elien", "Kuiper")]


@dataclass
class Site:
    """Five questions in which all points one way, and one with an ECK iD and a sex that speak against it."""

    app: Flask
    address: str
    browser: Browser
    school_id: int
    batch_id: int

    @contextmanager
    def page(self, naam: str, **options: object) -> Iterator[Page]:
        """A page of a beheerder with this name."""
        with self.app.app_context():
            session = db.session()
            account = session.scalars(select(Account).where(Account.naam == naam)).one()
            cookie = login(self.app, session, account).get_cookie("koppelpunt")
        assert cookie is not None
        context: BrowserContext = self.browser.new_context(base_url=self.address, **options)  # type: ignore[arg-type]  # whatever a test asks for
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])
        yield context.new_page()
        context.close()

    @property
    def url(self) -> str:
        return f"/controle/{self.batch_id}/"

    def answers(self) -> list[Keuze | None]:
        with self.app.app_context():
            query = select(Importregel.keuze).where(Importregel.soort == Soort.LEERLING).order_by(Importregel.id)
            return list(db.session().scalars(query))


def _fill(session: Session, koppeling: Koppeling) -> int:
    assert koppeling.school_id is not None
    lock_all(session)
    first = {"school_id": koppeling.school_id, "geboortedatum": BORN, "jaargroep": "4"}
    session.add_all(Leerling(**first, roepnaam=ours, achternaam=name) for ours, _, name in NAMES)
    anna = Leerling(**first, roepnaam="Anna", achternaam="Maas", eckid="https://ketenid.nl/pilot/c81e", geslacht="2")
    toets = Toets(code="T", naam="T", vakgebied="Rekenen", leerjaar="5", aantal_opgaven=1, vaardigheidsscores=[1, 2])
    session.add_all([anna, toets])
    session.flush()
    for leerling in session.scalars(select(Leerling)):
        for day in (1, 2, 3):
            session.add(
                Resultaat(
                    school_id=koppeling.school_id,
                    leerling_id=leerling.id,
                    toets_id=toets.id,
                    afnamedatum=date(2026, 1, day),
                    ruwe_score=1,
                )
            )
    session.commit()
    groepen = (uwlr.Groep("g5", "Groep 5", "5"),)
    incoming = [pupil(f"k{n}", theirs, name) for n, (_, theirs, name) in enumerate(NAMES)]
    ana = pupil("k9", "Ana", "Maas", eckid="https://ketenid.nl/pilot/7f3a", geslacht="1")
    batch = inname.take_in(session, koppeling, aanlevering(*incoming, ana, groepen=groepen, schooljaar=JAAR))
    assert batch is not None
    session.commit()
    return batch.id


@pytest.fixture
def site(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[Site]:
    app = create_app(replace(settings, database_url=fresh_database_url))  # a browser asks several things at once
    app.test_client_class = CleanClient
    with app.app_context():
        session = db.session()
        koppeling = Koppelweg(app, session, make_clerk(session)).running()
        batch_id = _fill(session, koppeling)
        for naam in ("Marijke", "Youssef"):
            make_account(session, Rol.BEHEERDER, koppeling.school, naam=naam)
        school_id = koppeling.school_id
    assert school_id is not None
    with running_app(app) as server:
        yield Site(app, server.address, browser, school_id, batch_id)
    with app.app_context():
        db.engine.dispose()


def _press(page: Page, key: str) -> None:
    """Press a letter once the card listens: a new one ignores keys for half a second."""
    expect(page.locator("[data-toetsen=aan]")).to_be_visible()
    page.keyboard.press(key)


def test_five_questions_and_the_import_by_keyboard_only(site: Site) -> None:
    """Nine strokes: six answers, and Enter on the one next button of each page after them."""
    with site.page("Marijke") as page:
        page.goto(site.url)
        expect(page.get_by_text("Vraag 1 van 6", exact=True)).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Vraag 1 van 6", exact=True)).to_be_visible()
        expect(page.locator(".knop-primair")).to_have_text("KJa, koppel")
        expect(page.get_by_role("button", name="Niet importeren", exact=True)).to_have_accessible_description(
            "Niet importeren: Mohammed wordt niet geïmporteerd. "
            "3 resultaten blijven bewaard bij Mohamed en gaan niet mee."
        )
        assert Axe().run(page).response["violations"] == []
        for number in range(2, 7):
            _press(page, "k")
            expect(page.get_by_text(f"Vraag {number} van 6", exact=True)).to_be_visible()
            assert site.answers().count(Keuze.KOPPEL) == number - 1
        expect(page.locator(".knop-primair")).to_have_count(0)
        expect(page.get_by_role("row", name="ECK iD landelijk nummer eindigt op 7f3a eindigt op c81e")).to_contain_text(
            "spreekt tegen"
        )
        expect(page.get_by_text("Daarom doen wij geen voorstel.")).to_be_visible()
        assert Axe().run(page).response["violations"] == []
        page.emulate_media(color_scheme="dark")
        assert Axe().run(page).response["violations"] == []
        _press(page, "n")
        expect(page.locator("a[data-focus]")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Gegevens importeren")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site.address}{site.url}klaar")
    assert site.answers() == [Keuze.KOPPEL] * 5 + [Keuze.NIEUW]


def test_two_people_on_one_card(site: Site) -> None:
    """Who has the page open sees within seconds what a colleague did; the second answer is refused by name."""
    with site.page("Marijke") as hers, site.page("Youssef") as his:
        hers.goto(site.url)
        his.goto(site.url)
        _press(hers, "o")
        expect(hers.get_by_text("Vraag 2 van 6", exact=True)).to_be_visible()
        expect(his.get_by_text("Intussen gewijzigd. Marijke")).to_be_visible(timeout=15_000)
        expect(his.locator("#vraag")).to_be_focused()
        _press(his, "k")
        expect(his.get_by_text("Marijke was u voor bij Mohammed el Idrissi")).to_be_visible()
        expect(his.locator(".gegeven")).to_contain_text("Niet importeren, door Marijke")
        assert site.answers()[0] is Keuze.NIET
        _press(his, "k")
        expect(his.get_by_text("Vraag 2 van 6", exact=True)).to_be_visible()
    assert site.answers()[0] is Keuze.KOPPEL


def test_two_people_on_one_list(site: Site) -> None:
    """The same in a list, where each row has its choices."""
    linked = f"{site.url}?soort=leerlingen&categorie=bestaand"
    with site.page("Marijke") as hers, site.page("Youssef") as his:
        rows = [page.get_by_role("group", name="Keuze voor Mohammed el Idrissi") for page in (hers, his)]
        hers.goto(linked)
        his.goto(linked)
        rows[0].get_by_role("button", name="Niet").click()
        expect(hers.get_by_text("Mohammed el Idrissi wordt niet geïmporteerd.")).to_be_visible()
        expect(his.get_by_text("Intussen gewijzigd. Marijke")).to_be_visible(timeout=15_000)
        rows[1].get_by_role("button", name="Nieuw").click()
        expect(his.get_by_text("Marijke was u voor bij Mohammed el Idrissi")).to_be_visible()
    assert site.answers()[0] is Keuze.NIET


def test_a_new_card_hears_no_letter_for_half_a_second(site: Site) -> None:
    with site.page("Marijke") as page:
        page.clock.install(time=0)
        page.clock.pause_at(1000)
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        page.goto(site.url)
        expect(page.locator("#vraag")).to_be_focused()
        page.keyboard.press("n")
        page.clock.run_for(499)
        page.keyboard.press("n")
        page.clock.run_for(1)
        assert sent == []
        page.keyboard.press("n")
        expect(page.get_by_text("Vraag 2 van 6", exact=True)).to_be_visible()
    assert site.answers()[:2] == [Keuze.NIEUW, None]


def test_what_cannot_be_saved_stays_on_the_card(site: Site) -> None:
    with site.page("Marijke") as page:
        page.goto(site.url)
        page.route("**/kies", lambda route: route.abort())
        page.get_by_role("button", name="Nee, nieuw").click()
        expect(page.get_by_role("alert")).to_contain_text("Uw antwoord is niet bewaard.")
        expect(page.get_by_role("button", name="Nee, nieuw")).to_have_attribute("aria-pressed", "true")
        page.unroute("**/kies")
        page.get_by_role("button", name="Nee, nieuw").click()
        expect(page.get_by_text("Vraag 2 van 6", exact=True)).to_be_visible()
        page.context.clear_cookies()
        page.get_by_role("button", name="Nee, nieuw").click()
        expect(page.get_by_text("Uw antwoord is niet bewaard: antwoord opnieuw.")).to_be_visible()
        assert parse_qs(urlsplit(page.url).query)["next"][0].startswith(site.url), "after the login, back to the card"
    assert site.answers()[0] is Keuze.NIEUW


def test_on_a_telephone_the_answers_stay_in_view(site: Site) -> None:
    with site.page("Marijke", viewport=PHONE, has_touch=True, is_mobile=True) as page:
        page.goto(site.url)
        for number in range(2, 7):
            answer = page.get_by_role("button", name="Ja, koppel")
            expect(answer).to_be_in_viewport(ratio=1)
            expect(page.locator("#vraag-titel")).to_be_in_viewport(ratio=1)
            expect(page.locator(".vraag kbd").first).to_be_hidden()
            answer.tap()
            expect(page.get_by_text(f"Vraag {number} van 6", exact=True)).to_be_visible()
        fits(page)
        assert page.locator("header.kop").evaluate("kop => kop.offsetHeight") <= 64
        page.locator("summary", has_text="Menu").tap()
        here = page.get_by_role("navigation", name="Hoofdmenu").locator("[aria-current]")
        expect(here).to_have_text("Beheer ›Koppelen met LAS")
        assert Axe().run(page).response["violations"] == []


def _change(page: Page, name: str, place: str) -> None:
    """Press "wijzigen" beside an answer that is read back, see that answer, give it again: back at the end."""
    page.locator(".teruglezen li", has_text=name).get_by_role("link", name="wijzigen").click()
    expect(page.get_by_text(place, exact=True)).to_be_visible()
    expect(page.locator("#vraag")).to_contain_text(name)
    expect(page.locator(".gegeven")).to_contain_text("door Marijke")
    page.locator(".vraag button[aria-pressed=true]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("U bent klaar met de vragen")


def test_without_javascript(site: Site) -> None:
    with site.page("Marijke", java_script_enabled=False) as page:
        page.goto(site.url)
        expect(page.locator(".vraag kbd").first).to_be_hidden()
        for number in range(2, 7):
            page.get_by_role("button", name="Ja, koppel").click()
            expect(page.get_by_text(f"Vraag {number} van 6", exact=True)).to_be_visible()
        page.get_by_role("button", name="Nee, een ander kind").click()
        _change(page, "Noora Maan", "Vraag 2 van 6")
        page.locator("a[data-focus]").click()
        _change(page, "Ana Maas", "Vraag 6 van 6")
        page.locator("a[data-focus]").click()
        page.get_by_role("button", name="Gegevens importeren").click()
        expect(page).to_have_url(f"{site.address}{site.url}klaar")


def test_the_pages_that_a_mail_may_lead_to(site: Site) -> None:
    """A link that works no more, a new mail asked for, and the link of a colleague."""
    with site.app.app_context():
        mail_id = db.session().scalars(select(Mail.id).where(Mail.batch_id == site.batch_id)).first()
    with site.page("Marijke") as page:
        page.goto("/m/oud")
        expect(page.get_by_role("heading", name="Deze link werkt niet meer")).to_be_visible()
        look(page, "link-werkt-niet")
        page.get_by_role("link", name="Nieuwe mail vragen").click()
        expect(page.get_by_role("button", name="Mail mij een nieuwe link")).to_be_visible()
        look(page, "nieuwe-mail")
        page.goto(f"/controle/mail/{mail_id}")
        expect(page.get_by_role("heading", name="Deze link is aan")).to_be_visible()
        look(page, "link-van-collega")
