"""ParnasSys misbehaves as it is told, for one school, and only as long as it is told."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.parnassys.app import create_app, prepare
from sandbox.parnassys.data import Bericht as LogRow
from sandbox.parnassys.data import OntvangenResultaat
from sandbox.parnassys.db import db, unit_of_work
from sandbox.parnassys.rules import koppelingen
from sandbox.parnassys.rules.storingen import current, switch
from sandbox.parnassys.settings import Settings
from sandbox.parnassys.soap import storing as misbehaviour
from sandbox.parnassys.soap.faults import STANDARD_FAULTS
from sandbox.parnassys.storing import Gekozen, Storing, parse_storing
from tests.las import running_app
from tests.sandbox.parnassys.conftest import NOW, school_of
from tests.sandbox.parnassys.soap import Afname, Bericht, Caller
from webapp.uwlr.client import UwlrClient
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrNotUnderstood, UwlrUnavailable
from webapp.uwlr.profiles.parnassys import PROFILE as PARNASSYS
from webapp.uwlr.values import Autorisatie, Leerlinggegevens, Leerlinggegevensverzoek

HOME = "/sandbox/parnassys"
ONE = Bericht((Afname("204310560"),))


def _switch(session: Session, gekozen: Gekozen | Storing | None, *, once: bool = False, brin: str = "99XX") -> None:
    switch(school_of(session, brin), Gekozen(gekozen) if isinstance(gekozen, Storing) else gekozen, once=once)
    session.commit()


def _results(session: Session) -> int:
    session.expire_all()
    return len(session.scalars(select(OntvangenResultaat)).all())


@pytest.mark.parametrize("gekozen", [*map(Gekozen, list(Storing)[:-1]), Gekozen(Storing.FAULT, FaultCode.INTERNE_FOUT)])
def test_what_is_switched_on_survives_being_written_down(gekozen: Gekozen) -> None:
    assert parse_storing(gekozen.code) == gekozen


@pytest.mark.parametrize("code", ["", "fault", "fault:", "fault:Client.Anders", "html:Client.LeerlingOngeldig", "x"])
def test_nonsense_is_no_storing(code: str) -> None:
    assert parse_storing(code) is None


@pytest.mark.parametrize("code", STANDARD_FAULTS)
def test_each_fault_can_be_had_and_nothing_is_processed(las: Caller, parnassys: Session, code: FaultCode) -> None:
    _switch(parnassys, Gekozen(Storing.FAULT, code))
    for answer in (las.haal(), las.breng(ONE)):
        assert (answer.http.status_code, answer.fault) == (500, f"soap:{code}")
    assert _results(parnassys) == 0


def test_once_is_once(las: Caller, parnassys: Session) -> None:
    _switch(parnassys, Storing.WEG, once=True)
    assert las.haal().http.status_code == 503
    assert las.haal().fault is None
    assert current(school_of(parnassys, "99XX")) is None


def test_until_switched_off_is_every_time_and_another_school_notices_nothing(las: Caller, parnassys: Session) -> None:
    _switch(parnassys, Storing.WEG, brin="99YY")
    assert las.haal().fault is None
    _switch(parnassys, Storing.WEG)
    assert [las.haal().http.status_code for _ in range(3)] == [503] * 3
    _switch(parnassys, None)
    assert las.haal().fault is None


def test_html_with_200_is_no_confirmation(las: Caller, parnassys: Session) -> None:
    _switch(parnassys, Storing.HTML)
    answer = las.breng(ONE).http
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert _results(parnassys) == 0
    assert [row.uitkomst for row in parnassys.scalars(select(LogRow))] == ["storing"]


def test_a_cut_off_answer_is_half_and_the_message_was_processed(las: Caller, parnassys: Session) -> None:
    _switch(parnassys, Storing.AFGEKAPT)
    answer = las.breng(ONE).http
    assert answer.content_length == len(answer.data)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.data)
    assert _results(parnassys) == 1


def test_when_the_answer_is_lost_the_result_is_there(las: Caller, parnassys: Session) -> None:
    _switch(parnassys, Storing.ANTWOORD_KWIJT)
    assert las.breng(ONE).http.status_code == 504
    assert _results(parnassys) == 1
    assert [row.melding for row in parnassys.scalars(select(LogRow))] == ["storing: Antwoord kwijt"]


def test_another_school_another_year_and_half_of_the_pupils(las: Caller, parnassys: Session) -> None:
    _switch(parnassys, Storing.ANDERE_SCHOOL)
    assert [each.text for each in las.haal().all(".//lg:brincode")] == ["99VV"]
    _switch(parnassys, Storing.ANDER_SCHOOLJAAR)
    assert [each.text for each in las.haal().all(".//lg:schooljaar")] == ["2025-2026"]
    _switch(parnassys, Storing.HALVE_SCHOOL)
    assert len(las.haal().all(".//lg:leerling")) == 100
    assert las.breng(ONE).fault is None


def test_slow_and_dripping_take_their_time(las: Caller, parnassys: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    _switch(parnassys, Storing.TRAAG)
    assert las.haal().fault is None
    assert waits == [misbehaviour.SLOW_SECONDS]
    waits.clear()
    _switch(parnassys, Storing.DRUPPELT)
    answer = las.haal()
    assert answer.fault is None
    assert sum(waits) == pytest.approx(misbehaviour.DRIP_SECONDS)
    assert answer.http.content_length == len(answer.http.data)


def test_it_is_switched_on_and_off_from_the_screen(log_in: Callable[[str], FlaskClient], parnassys: Session) -> None:
    client = log_in("regenboog")
    assert "Client.LeerlingOngeldig" in client.get(f"{HOME}/storingen").text
    client.post(f"{HOME}/storingen", data={"storing": "fault:Client.LeerlingOngeldig", "duur": "eenmalig"})
    assert "Storing aan: Fault Client.LeerlingOngeldig" in client.get(f"{HOME}/leerlingen").text
    assert school_of(parnassys, "99XX").storing_eenmalig
    client.post(f"{HOME}/storingen", data={"storing": "onzin"})
    assert current(school_of(parnassys, "99XX")) == Gekozen(Storing.FAULT, FaultCode.LEERLING_ONGELDIG)
    client.post(f"{HOME}/storingen")
    assert current(school_of(parnassys, "99XX")) is None


def test_over_a_real_connection_our_own_client_meets_what_was_meant(owner_url: str, settings: Settings) -> None:
    app = create_app(dataclasses.replace(settings, database_url=owner_url))
    prepare(app)
    with app.app_context(), unit_of_work() as session:
        school = school_of(session, "99XX")
        koppelingen.take(school, NOW)
        sleutel, schooljaar = koppelingen.new_sleutel(school, NOW), school.schooljaar
    verzoek = Leerlinggegevensverzoek(schooljaar, "99XX")
    autorisatie = Autorisatie(sleutel, settings.klantcode, settings.klantnaam)

    def meet(client: UwlrClient, storing: Storing) -> object:
        with app.app_context(), unit_of_work() as session:
            switch(school_of(session, "99XX"), Gekozen(storing))
        try:
            return client.fetch_leerlinggegevens(verzoek, autorisatie)
        except (UwlrUnavailable, UwlrNotUnderstood) as error:
            return error.reason

    with running_app(app) as server:
        client = UwlrClient(PARNASSYS, f"{server.address}{HOME}/uwlr/v2", timedelta(seconds=20))
        half = meet(client, Storing.HALVE_SCHOOL)
        assert isinstance(half, Leerlinggegevens)
        assert len(half.leerlingen) == 100
        assert meet(client, Storing.ANDERE_SCHOOL) is Reden.ANDERE_SCHOOL
        assert meet(client, Storing.ANDER_SCHOOLJAAR) is Reden.ANDER_SCHOOLJAAR
        assert meet(client, Storing.AFGEKAPT) is Reden.AFGEKAPT
        assert meet(client, Storing.ANTWOORD_KWIJT) is Reden.VERBINDING_VERBROKEN
    with app.app_context():
        db.engine.dispose()
