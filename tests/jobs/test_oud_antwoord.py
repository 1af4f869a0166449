"""A standby server of the LAS answers with what it knew last week: nothing is taken back, the next try helps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.ophalen import fetch_leerlinggegevens
from tests.las import reply, running_las
from tests.screens import JAAR, Koppelweg, make_clerk
from tests.uwlr.berichten import NOOR, SCHOOL, antwoord, leerling
from webapp.models import Audit, Daad, Groep, Koppeling, KoppelingStatus, Leerling, Mail, MailSoort
from webapp.models.fout import EigenCode, Fout, Situatie
from webapp.models.ids import SchoolId
from webapp.services import sloten
from webapp.services.clock import database_now
from webapp.services.inname import inname
from webapp.services.overzicht import open_einden, wachtrij
from webapp.services.overzicht.einde import Aan
from webapp.services.overzicht.wachtend import Wachtreden
from webapp.uwlr.codes import Owner
from webapp.woorden import wachtrij as woorden
from webapp.woorden.fouten import uitleg
from webapp.woorden.namen import namen_of

Fetch = Callable[[str, str], Koppeling]


@pytest.fixture
def fetch(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fetch]:
    """Fetch once from a LAS that answers with an aanmaakdatum and these leerlingen."""
    koppeling = Koppelweg(app, session, make_clerk(session)).running()
    school = SCHOOL.replace("99XX", "12AB").replace("2026-2027", JAAR)
    answers: list[bytes] = []
    with running_las(lambda wire, request: reply(answers[-1])(wire, request)) as las:
        settings = replace(app.extensions["settings"], parnassys_url=las.address)
        monkeypatch.setitem(app.extensions, "settings", settings)

        def once(aanmaakdatum: str, leerlingen: str = NOOR) -> Koppeling:
            moment = re.sub("(?<=<aanmaakdatum>)[^<]*", aanmaakdatum, school)
            answers.append(antwoord(leerlingen, school=moment))
            koppeling.ophalen_op = database_now(session) - timedelta(seconds=1)
            session.commit()
            fetch_leerlinggegevens(koppeling.id)
            session.expire_all()
            return koppeling

        yield once


def test_an_old_answer_is_left_and_asked_for_again(fetch: Fetch, session: Session, app: Flask) -> None:
    good = fetch("2026-11-24T02:00:00", NOOR)
    assert (good.fout, good.opgehaald_leerlingen) == (None, 1)
    two = NOOR + leerling(attributen='key="2"')
    taken, tries, fout = good.opgehaald_op, [], None
    for _ in range(2):
        koppeling = fetch("2026-11-24T00:30:00", two)
        fout = koppeling.fout
        assert koppeling.ophalen_op is not None
        tries.append(round((koppeling.ophalen_op - database_now(session)).total_seconds() / 60))
    assert tries == [1, 5]
    assert (koppeling.opgehaald_op, koppeling.opgehaald_leerlingen) == (taken, 1)
    assert fout == Fout(EigenCode.VEROUDERD, Owner.NIEMAND, {"situatie": Situatie.TWIJFEL})
    assert "oudere gegevens" in uitleg(fout, "ParnasSys").school
    assert session.scalars(select(Mail.soort).where(Mail.soort == MailSoort.OPHALEN_MISLUKT)).all() == []
    assert session.scalars(select(Audit.actie).where(Audit.actie == Daad.OPHALEN_MISLUKT)).all()
    again = fetch("2026-11-24T01:30:00", two)
    assert (again.fout, again.ophalen_twijfel, again.opgehaald_leerlingen) == (None, None, 2)


def test_after_a_night_the_supplier_must_act(fetch: Fetch, session: Session) -> None:
    fetch("2026-11-24T02:00:00", NOOR)
    koppeling = fetch("2026-11-20T02:00:00", NOOR)
    koppeling.ophalen_twijfel = database_now(session) - timedelta(days=1)
    for _ in range(2):
        koppeling = fetch("2026-11-20T02:00:00", NOOR)
        assert (koppeling.fout, koppeling.ophalen_op) == (Fout(EigenCode.VEROUDERD, Owner.LAS), None)
        worst = next(open_einden.of_row(koppeling, database_now(session)))
        assert (worst.aan, koppeling.is_gestopt) == (Aan.LAS, False)
    assert "leverancier" in uitleg(Fout(EigenCode.VEROUDERD, Owner.LAS), "ParnasSys").school
    assert len(session.scalars(select(Mail).where(Mail.soort == MailSoort.OPHALEN_MISLUKT)).all()) == 1


def test_leerlingen_of_another_location_are_a_line_for_klantenservice(
    fetch: Fetch, session: Session, app: Flask
) -> None:
    away = leerling('<roepnaam>Weg</roepnaam><vestiging key="01"/>', 'key="9"')
    koppeling = fetch("2026-11-24T02:00:00", NOOR + away)
    assert koppeling.opgehaald_leerlingen == 1
    [row] = [row for row in wachtrij.waiting(session) if row.reden is Wachtreden.ANDERE_LOCATIE]
    assert (row.koppeling, row.number) == (koppeling, 1)
    assert woorden.stand(row) == "1 leerling van een andere locatie"
    assert "locatie 00" in woorden.daarna(row, namen_of(koppeling, app.extensions["settings"]))
    fetch("2026-11-25T02:00:00", NOOR)
    assert Wachtreden.ANDERE_LOCATIE not in {row.reden for row in wachtrij.waiting(session)}


def test_what_brought_nothing_is_not_matched_again(
    fetch: Fetch, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    koppeling = session.scalars(select(Koppeling)).one()
    koppeling.status = KoppelingStatus.ACTIEF
    sloten.lock(session, koppeling.school_id or SchoolId(0))
    groep = Groep(school_id=koppeling.school_id, naam="5", jaargroep="5", schooljaar=JAAR, las_key="g5")
    session.add(groep)
    session.flush()
    noor = {"roepnaam": "Noor", "achternaam": "Wolkenveld", "geboortedatum": date(2017, 3, 4), "jaargroep": "5"}
    session.add(Leerling(school_id=koppeling.school_id, las_key="1", groep_id=groep.id, **noor))
    session.commit()
    for day in (20, 21, 22):
        fetch(f"2026-11-{day}T02:00:00", NOOR)
    match = inname.match
    monkeypatch.setattr(inname, "match", None)
    quiet = fetch("2026-11-23T02:00:00", NOOR)
    assert (quiet.fout, quiet.ophalen_op, quiet.ophalen_claim, quiet.opgehaald_leerlingen) == (None, None, None, 1)
    assert quiet.antwoord_gemaakt_op is not None
    assert quiet.antwoord_gemaakt_op.day == 23
    monkeypatch.setattr(inname, "match", match)
    fetch("2026-11-24T02:00:00", NOOR.replace("Wolkenveld", "Wolkenvelt"))
    assert session.scalars(select(Leerling.achternaam)).all() == ["Wolkenvelt"]
