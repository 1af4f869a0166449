"""Beheer > Logboek: what a beheerder reads of a day, and the file that proves it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import login, make_account, post
from tests.wereld import Wereld, make_wereld
from webapp import wortel
from webapp.config import AMSTERDAM
from webapp.models import Audit, Daad, Mail, MailSoort, Rol, Spoordag
from webapp.presentation import today
from webapp.services import audit, spoor
from webapp.services.toegang import beheerders, toetreden
from webapp.woorden.mails import compose


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    """Something happened at two schools the day before yesterday, which was sealed."""
    wereld, other = (make_wereld(session, app.extensions["keyring"], brin=brin) for brin in ("99XX", "98XX"))
    moment = datetime.now(AMSTERDAM) - timedelta(days=2)
    for number, school in ((3, wereld.school), (7, other.school)):
        line = Audit(op=moment, actie=Daad.GEIMPORTEERD, object="importbatch 1", school_id=school.id)
        line.tellingen = {"leerling nieuw": number}
        session.add(line)
    session.flush()
    spoor.tend(session, moment.date().toordinal())
    session.commit()
    return wereld


@pytest.fixture
def browser(app: Flask, session: Session, wereld: Wereld) -> FlaskClient:
    return login(app, session, wereld.beheerder)


def test_a_day_is_told_in_words_with_its_root(session: Session, wereld: Wereld, browser: FlaskClient) -> None:
    day = today() - timedelta(days=2)
    page = browser.get(f"/beheer/logboek/?dag={day}").text
    assert "Gegevens geïmporteerd" in page
    assert "3 leerlingen toegevoegd" in page
    assert "7 leerlingen" not in page
    assert str(audit.root_of(session, day)) in page
    assert str(audit.root_of(session, day)) in browser.get("/").text
    quiet = browser.get(f"/beheer/logboek/?dag={day - timedelta(days=1)}").text
    assert "deed niemand iets" in quiet
    assert "nog geen controlegetal" in quiet


@pytest.mark.parametrize("day", ["", "x", "0001-01-01", "9999-12-31", "2019-12-31", "2026-02-30", "2026-11-23\0"])
def test_nonsense_shows_today_and_gives_no_file(browser: FlaskClient, day: str) -> None:
    assert browser.get("/beheer/logboek/", query_string={"dag": day}).status_code == 200
    assert post(browser, "/beheer/logboek/bewijs", {"dag": day}).status_code == 400


def test_the_file_proves_the_acts_of_this_school(session: Session, wereld: Wereld, browser: FlaskClient) -> None:
    day = today() - timedelta(days=2)
    answer = post(browser, "/beheer/logboek/bewijs", {"dag": day.isoformat()})
    assert answer.headers["Content-Disposition"] == f"attachment; filename=logboek-99XX-{day:%Y-%m}.json"
    found = json.loads(answer.text)
    (dag,) = found["dagen"]
    assert (len(dag["feiten"]), dag["aantal"]) == (1, 2)
    assert wortel.klopt(dag)
    assert dag["wortel"] == session.get_one(Spoordag, day).wortel
    assert "spoor-controleren" in found["uitleg"]
    assert "98XX" not in answer.text
    assert "Logboek met bewijs opgehaald" in browser.get("/beheer/logboek/").text


@pytest.mark.parametrize("soort", ["ingediend", "goedgekeurd", "beeindigd", "beheerders_gewijzigd"])
def test_what_a_school_keeps_of_an_act_has_the_newest_root(session: Session, wereld: Wereld, soort: str) -> None:
    """The receipt of an import too: tests/blueprints/controle/test_afgerond.py."""
    told = {"wie": "Bas", "adres": "bas@school.example", "wat": "weg"} if soort == "beheerders_gewijzigd" else {}
    mail = Mail(
        soort=MailSoort(soort), ontvanger="a@school.example", school_id=wereld.school.id,
        koppeling_id=wereld.koppeling.id, gegevens=told,
    )  # fmt: skip
    root = session.scalars(select(Spoordag.wortel)).one()
    message = compose(session, mail)
    assert root in message.text
    assert root in message.html


def test_it_says_who_was_invited_and_removed_and_as_what(
    session: Session, wereld: Wereld, browser: FlaskClient
) -> None:
    bas = make_account(session, Rol.BEHEERDER, wereld.school, naam="Bas Bakker")
    toetreden.invite(session, wereld.school.id, email="nina@x.example", rol=Rol.LEERKRACHT, door=wereld.beheerder.id)
    beheerders.remove(session, wereld.school.id, bas.id, door=wereld.beheerder.id)
    session.commit()
    page = browser.get("/beheer/logboek/").text
    assert "Nina@x.example, rol leerkracht" in page
    assert "Bas Bakker, rol beheerder" in page
    leerkracht = login(browser.application, session, make_account(session, Rol.LEERKRACHT, wereld.school))
    assert "ina@x.example" not in leerkracht.get("/").text
