"""Schools in every state, people who log in, and forms that are posted as a browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from webapp.accounts.sessions import _COOKIE_KEY, _hash
from webapp.config import AMSTERDAM
from webapp.models import Account, Koppeling, Leerling, Mail, Medewerker, Rol, School, Sessie
from webapp.schooljaar import schooljaar_of
from webapp.services import medewerkers, sloten
from webapp.services.koppeling import aanvraag, goedkeuring, levensloop, overeenkomst
from webapp.services.koppeling.aanvraag import Aanvraag
from webapp.services.koppeling.bewijzen import Bewijs
from webapp.uwlr.codes import Owner
from webapp.uwlr.diagnose import Bevinding, Diagnose

SLEUTEL = "GEHEIME-SLEUTEL-VAN-DE-SCHOOL-4711"
KLANTENSERVICE = "klantenservice@testcentrum.example"
JAAR = schooljaar_of(datetime.now(AMSTERDAM).date())
GEVONDEN = {"schoolnaam": "De Wegwijzer", "groepen": 8, "leerlingen": 203, "schooljaar": JAAR}
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_tokens: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()
_number = count(1)


def make_school(session: Session, brin: str = "12AB", naam: str = "De Wegwijzer") -> School:
    """A school that the test centre knows."""
    school = School(naam=naam, brin=brin)
    session.add(school)
    session.commit()
    return school


def make_account(
    session: Session, rol: Rol = Rol.BEHEERDER, school: School | None = None, naam: str = "Anja Bakker"
) -> Account:
    """Somebody who may log in."""
    account = Account(email=f"persoon{next(_number)}@school.example", naam=naam, fs_uniquifier=uuid4().hex)
    session.add(account)
    session.flush()
    if school is not None:
        join(session, account, school, rol)
    session.commit()
    return account


def make_clerk(session: Session, naam: str = "Kim de Wit", *, is_leiding: bool = True) -> Account:
    """Somebody of klantenservice."""
    account = make_account(session, naam=naam)
    account.is_klantenservice, account.is_leiding = True, is_leiding
    session.commit()
    return account


def join(session: Session, account: Account, school: School, rol: Rol = Rol.BEHEERDER) -> None:
    """Make somebody a medewerker of this school, maybe beside others."""
    session.add(Medewerker(account_id=account.id, school_id=school.id, rol=rol, sinds=func.clock_timestamp()))
    session.flush()


def login(app: Flask, session: Session, account: Account) -> FlaskClient:
    """A browser in which this person has logged in."""
    browser, token, now = app.test_client(), token_urlsafe(16), datetime.now(UTC)
    session.add(Sessie(account_id=account.id, token_hash=_hash(token), begonnen_op=now, gezien_op=now))
    session.commit()
    with browser.session_transaction() as cookie:
        cookie.update({"_user_id": account.fs_uniquifier, "_fresh": True, _COOKIE_KEY: token})
    return browser


def post(
    browser: FlaskClient,
    path: str,
    data: dict[str, Any] | None = None,
    come_from: str = "/",
    sender: str = "127.0.0.1",
) -> TestResponse:
    """Post a form with its token, as the page `come_from` does."""
    form = {"csrf_token": _token(browser), **(data or {})}
    headers = {"Referer": f"http://localhost{come_from}"}
    return browser.post(path, data=form, headers=headers, environ_overrides={"REMOTE_ADDR": sender})


def _token(browser: FlaskClient) -> str:
    """The token of this browser; read once, it holds as long as the login."""
    if browser not in _tokens:
        match = _TOKEN.search(browser.get("/aanvraag/").text)
        assert match, "the form has no token"
        _tokens[browser] = match[1]
    return _tokens[browser]


def messages(browser: FlaskClient) -> str:
    """What the next page says on top."""
    page = browser.get("/aanvraag/").text
    return " ".join(re.findall(r'<div class="melding.*?</div>\s*</div>', page, re.DOTALL))


def read_then_do(clerk: FlaskClient, koppeling: Koppeling, page: str, data: dict[str, str] | None = None) -> str:
    """Read the mail that an act of klantenservice sends, then do it; return what was read."""
    address = f"/klantenservice/koppeling/{koppeling.id}/{page}/"
    shown = post(clerk, address, data or {}).text
    post(clerk, address, {**(data or {}), "gezien": shown.partition('name="gezien" value="')[2].partition('"')[0]})
    return shown


@dataclass
class Koppelweg:
    """One school on its way through the manual; every step is taken by the services, as in life."""

    app: Flask
    session: Session
    klantenservice: Account
    brin: str = "12AB"

    def requested(self, naam: str = "De Wegwijzer", email: str = "anja@wegwijzer.example") -> Koppeling:
        koppeling = self.unconfirmed(naam, email)
        mail = self.session.scalars(select(Mail.id).where(Mail.koppeling_id == koppeling.id)).one()
        aanvraag.confirm(self.session, mail, self.brin, klantenservice_mail=KLANTENSERVICE)
        self.session.commit()
        return koppeling

    def unconfirmed(self, naam: str = "De Wegwijzer", email: str = "anja@wegwijzer.example") -> Koppeling:
        asked = Aanvraag(naam, self.brin, "00", "Anja Bakker", email)
        koppeling = aanvraag.request(self.session, asked, afzender=uuid4().hex)
        self.session.commit()
        return koppeling

    def opened(self, *who: str) -> Koppeling:
        koppeling = levensloop.open_up(self.session, self.requested(*who).id, door=self.klantenservice.id)
        self.session.commit()
        return koppeling

    def submitted(self, *who: str) -> Koppeling:
        koppeling = self.opened(*who)
        levensloop.submit(
            self.session,
            koppeling.id,
            schooljaar=JAAR,
            sleutel=SLEUTEL,
            proef=Diagnose(True, Owner.NIEMAND, Bevinding.GEGEVENS, GEVONDEN),
            keyring=self.app.extensions["keyring"],
            door=self.beheerder(koppeling).id,
        )
        self.session.commit()
        return koppeling

    def read_in(self, koppeling: Koppeling) -> Koppeling:
        """The test centre has a leerling of this school of its own."""
        assert koppeling.school_id is not None
        sloten.lock(self.session, koppeling.school_id)
        self.session.add(Leerling(school_id=koppeling.school_id, roepnaam="Noor", achternaam="Maan"))
        self.session.commit()
        return koppeling

    def green(self, koppeling: Koppeling) -> Koppeling:
        """Nothing speaks against approving it."""
        assert koppeling.school_id is not None
        assert koppeling.sleutel_merk is not None
        overeenkomst.note(self.session, koppeling.school_id, date(2026, 8, 28), door=self.klantenservice.id)
        koppeling.sleutel_merk = f"{koppeling.sleutel_merk[:20]}{koppeling.id}"  # each school has a key of its own
        self.session.commit()
        return self.read_in(koppeling)

    def approved(self, *who: str) -> Koppeling:
        koppeling = goedkeuring.approve(
            self.session, self.submitted(*who).id, door=self.klantenservice.id, weet=list(Bewijs)
        )
        self.session.commit()
        return koppeling

    def running(self, *who: str) -> Koppeling:
        """A koppeling that fetched last night and has nothing to do."""
        koppeling = self.approved(*who)
        koppeling.opgehaald_op, koppeling.opgehaald_leerlingen = datetime.now(UTC), 486
        koppeling.ophalen_op = None
        self.session.commit()
        return koppeling

    def beheerder(self, koppeling: Koppeling) -> Account:
        """The first beheerder of the school."""
        assert koppeling.school_id is not None
        found = medewerkers.beheerders_of(self.session, koppeling.school_id)
        return found[0] if found else make_account(self.session, Rol.BEHEERDER, koppeling.school)

    def browser(self, koppeling: Koppeling) -> FlaskClient:
        """The browser of that beheerder."""
        return login(self.app, self.session, self.beheerder(koppeling))

    def clerk(self) -> FlaskClient:
        """The browser of klantenservice."""
        return login(self.app, self.session, self.klantenservice)
