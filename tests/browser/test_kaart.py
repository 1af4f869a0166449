"""The review in a real browser: five questions by keyboard only, two people, a telephone, and no JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.ground.app import CleanClient
from tests.las import running_app
from tests.screens import JAAR, Koppelweg, login, make_account, make_clerk
from tests.services.conftest import aanlevering, pupil
from tests.wereld import lock_all
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.models import Account, Importregel, Keuze, Koppeling, Leerling, Resultaat, Rol, Soort, Toets
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

pytestmark = pytest.mark.browser
BORN = date(2016, 3, 12)
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
