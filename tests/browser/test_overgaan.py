"""August in a real browser: with and without agreements, put off and looked at beforehand, undone and begun after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.browser.maat import look
from tests.browser.test_hold import fill
from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import JAAR, Koppelweg, make_clerk
from tests.services.conftest import aanlevering, pupil
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Koppeling, Leerling, Lidmaatschap, Mail, MailSoort
from webapp.services import afspraken, medewerkers, sloten
from webapp.services.clock import database_now
from webapp.services.inname import inname, uitstel
from webapp.services.ophalen import nieuwjaar
from webapp.uwlr import values as uwlr
from webapp.woorden.mails import compose

pytestmark = pytest.mark.browser
VORIG = f"{int(JAAR[:4]) - 1}-{JAAR[:4]}"


NAMEN, ACHTERNAMEN = ("Anna", "Bram", "Cato", "Dirk", "Elin", "Foppe"), ("Els", "Berk", "Iep", "Den", "Linde")


def answer(year: int) -> uwlr.Leerlinggegevens:
    """Groep 5 to 8 with 6 in each, in their first or their second year; in the second three are new."""
    groepen = tuple(
        uwlr.Groep(f"{year}-{n}", ("Zwaan", "Mus", "Kauw", "Raaf")[n - 5 - year], str(n)) for n in range(5, 9)
    )
    pupils = [
        pupil(
            f"k{n}-{nth}", NAMEN[nth], ACHTERNAMEN[n - 4], f"20{20 - n}-0{nth + 1}-10",
            jaargroep=str(n + year), groep=f"{year}-{n + year}", eckid=f"https://ketenid.nl/{n}{nth}",
        )
        for n in range(5 - year, 9 - year) for nth in range(6 if n > 4 else 3)
    ]  # fmt: skip
    return aanlevering(*pupils, groepen=groepen, schooljaar=JAAR if year else VORIG)


@dataclass
class School:
    """A school in the year before this one, whose LAS has this one, and a page of its beheerder."""

    app: Flask
    page: Page
    koppeling_id: int

    def night(self) -> None:
        """What the job does with the new year (`jobs/ophalen.py`), which has tests of its own."""
        with self.app.app_context(), db.session() as session:
            koppeling = session.get_one(Koppeling, self.koppeling_id)
            assert koppeling.school_id is not None
            sloten.lock(session, koppeling.school_id)
            found = inname.match(session, koppeling.school_id, answer(1))
            if uitstel.waits(session, koppeling.school_id, JAAR):
                inname.look_ahead(session, koppeling, found)
            else:
                nieuwjaar.begin(session, koppeling, JAAR)
                inname.write(session, koppeling, found)
            koppeling.opgehaald_op, koppeling.ophalen_op = database_now(session), None
            session.commit()

    def agree(self, **values: Any) -> None:
        with self.app.app_context(), db.session() as session:
            koppeling = session.get_one(Koppeling, self.koppeling_id)
            assert koppeling.school_id is not None
            door = medewerkers.beheerders_of(session, koppeling.school_id)[0].id
            afspraken.change(session, koppeling.school_id, values, seen=None, door=door)
            session.commit()

    def mails(self) -> list[str]:
        """What the mails say that the school had since it was filled."""
        with self.app.app_context(), db.session() as session:
            found = session.scalars(select(Mail).where(Mail.soort.in_((MailSoort.KOPPELINGSMAIL, MailSoort.OVERGANG))))
            return [" ".join(compose(session, mail).text.split()) for mail in found]

    def stand(self) -> tuple[int, int, str]:
        """How many are here, how many have left, and in which school year."""
        with self.app.app_context(), db.session() as session:
            koppeling = session.get_one(Koppeling, self.koppeling_id)
            status = list(session.scalars(select(Leerling.status)))
            gone = sum(each is Lidmaatschap.VERTROKKEN for each in status)
            return len(status) - gone, gone, koppeling.schooljaar or ""


@pytest.fixture
def school(settings: Settings, fresh_database_url: str, browser: Browser) -> Iterator[School]:
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    with app.app_context():
        session = db.session()
        weg = Koppelweg(app, session, make_clerk(session))
        koppeling = weg.running()
        fill(session, koppeling, answer(0))
        koppeling.schooljaar = VORIG
        inname.take_in(session, koppeling, answer(0))
        session.commit()
        cookie, koppeling_id = weg.browser(koppeling).get_cookie("koppelpunt"), koppeling.id
    assert cookie is not None
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.address}])
        yield School(app, context.new_page(), koppeling_id)
        context.close()
    with app.app_context():
        db.engine.dispose()


def test_august_without_agreements_asks_who_is_new_and_three_nights_leave_its_undo_alone(school: School) -> None:
    page = school.page
    page.goto("/beheer/koppelen/overgaan")
    expect(page.locator(".zin")).to_contain_text("staat nog niet klaar in ParnasSys")
    school.night()
    assert school.stand() == (18, 6, JAAR)
    [told] = school.mails()
    assert f"schooljaar {JAAR} begonnen (6 van groep 8 vertrokken, 18 een groep hoger, 3 nieuw)" in told
    page.goto("/")
    expect(page.get_by_text("Het nieuwe schooljaar begon")).to_be_visible()
    expect(page.get_by_text("6 vertrokken en 18 naar hun nieuwe groep.")).to_be_visible()
    page.goto("/controle/")
    expect(page.get_by_text("6 van groep 8 vertrokken, 18 een groep hoger, 3 nieuw").first).to_be_visible()
    page.goto("/beheer/koppelen/overgaan")
    look(page, "overgaan-gebeurd")
    page.get_by_role("link", name="terugnemen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nieuw schooljaar terugnemen")
    look(page, "overgaan-terugnemen")
    page.get_by_role("button", name="terugnemen").click()
    for _ in range(3):
        school.night()
        assert school.stand() == (24, 0, VORIG)
    page.goto("/beheer/koppelen/overgaan")
    expect(page.get_by_text("Het begint pas weer als u dat hieronder zegt")).to_be_visible()
    expect(page.get_by_text("6 vertrekken, 18 gaan naar de nieuwe groep, 3 zijn nieuw.")).to_be_visible()
    page.get_by_role("button", name="Toch overgaan").click()
    page.wait_for_url("**/ophalen")
    school.night()
    assert school.stand() == (18, 6, JAAR)
    page.goto("/beheer/koppelen/ophalen")
    page.wait_for_url("**/controle/*/")
    expect(page.locator(".melding").filter(has_text=f"Schooljaar {JAAR} is begonnen: 6 van groep 8")).to_be_visible()
    look(page, "overgaan-met-vragen")


def test_august_with_agreements_asks_nothing_on_the_day_that_was_chosen(school: School) -> None:
    page = school.page
    school.agree(nieuwe_leerlingen=True)
    page.goto("/beheer/koppelen/overgaan")
    day = page.get_by_label("Niet eerder dan")
    day.fill(day.get_attribute("min") or "")
    page.get_by_role("button", name="Pas op deze dag overgaan").click()
    expect(page.get_by_text("Het nieuwe schooljaar begint hier niet voor")).to_be_visible()
    school.night()
    assert school.stand() == (24, 0, VORIG)
    page.goto("/beheer/koppelen/overgaan")
    page.get_by_text("Mus: 6 uit Mus").click()
    expect(page.get_by_role("link", name="Anna Iep")).to_be_visible()
    look(page, "overgaan-vooraf")
    page.get_by_role("button", name="Nu overgaan").click()
    page.wait_for_url("**/ophalen")
    school.night()
    assert school.stand() == (21, 6, JAAR)
    page.goto("/")
    expect(page.get_by_text("Het nieuwe schooljaar begon")).to_be_visible()
    look(page, "overgaan-overzicht")
