"""Practising: nothing of it is seen, due or sent anywhere else, and who practises meets nobody real."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from jobs import mails, oefenen, ophalen, sweep, versturen
from sandbox.proef.toetsen import ensure_invented
from tests.buttons import Buttons, fill
from tests.ground.crawl import arguments, path_of, rules, undone
from tests.screens import login, make_account, make_clerk, make_school, post
from webapp.accounts.oefenend import _CLOSED, _OPEN
from webapp.accounts.setup import limiter
from webapp.config import Settings
from webapp.db import in_transaction
from webapp.models import (
    Account,
    Audit,
    Base,
    BatchStatus,
    Bewaard,
    Handeling,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Levering,
    LeveringStatus,
    Mail,
    Medewerker,
    Resultaat,
    Rol,
    School,
    Sessie,
)
from webapp.muur import OEFENAAR, OEFENSCHOOL, of_school
from webapp.queue import Job
from webapp.services import audit
from webapp.services.bewaring import accounts
from webapp.services.clock import database_now
from webapp.services.oefenen import oefenschool
from webapp.services.oefenen.verzonnen import ADRES

BAND = "Oefenschool: niets hiervan is echt."


@pytest.fixture
def oefening(app: Flask, session: Session) -> Iterator[Session]:
    """The session of the oefenschool, filled."""
    ensure_invented(session)
    with of_school(OEFENSCHOOL):
        in_transaction(oefenschool.ensure)
        yield session


def _practising(app: Flask, session: Session, account: Account) -> FlaskClient:
    browser = login(app, session, account)
    session.execute(update(Sessie).where(Sessie.account_id == account.id).values(oefent=True))
    session.commit()
    return browser


def _count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_first_import_waits_there_with_doubts_of_each_kind(oefening: Session) -> None:
    batch = oefening.scalars(select(Importbatch)).one()
    assert batch.status is BatchStatus.WACHT_OP_CONTROLE
    asked = {(regel.soort, regel.weergavenaam) for regel in batch.regels if regel.is_vraag}
    assert {name for _, name in asked} >= {"Sanna Willems", "Lot Terpstra", "Max Vermaat", "Sam Vermaat", "Emre Yilmaz"}
    assert len({soort for soort, _ in asked}) == 2, "a leerkracht too"
    assert "Noor Zijlstra" in {regel.weergavenaam for regel in batch.regels if regel.keuze is Keuze.NIEUW}
    assert _count(oefening, Resultaat) > 100
    assert _count(oefening, Levering) > 50


def test_a_reset_that_breaks_leaves_what_stood(oefening: Session) -> None:
    before = [(model, oefening.scalars(select(model.id).order_by(model.id)).all()) for model in (Leerling, Audit)]
    for broken in ("las.answer", "normering.normeer_alles", "_clear"):
        at = f"webapp.services.oefenen.oefenschool.{broken}"
        with patch(at, side_effect=KeyError), pytest.raises(KeyError):
            in_transaction(oefenschool.begin_anew, door=None)
        assert before == [(m, oefening.scalars(select(m.id).order_by(m.id)).all()) for m, _ in before]
    in_transaction(oefenschool.begin_anew, door=None)
    assert _count(oefening, Leerling) == len(before[0][1])
    assert not set(oefening.scalars(select(Leerling.id))) & set(before[0][1])


def test_the_night_begins_it_anew_once_and_only_where_somebody_practised(app: Flask, session: Session) -> None:
    with of_school(OEFENSCHOOL):
        assert oefenschool.due(session, database_now(session)) == []
        in_transaction(oefenschool.ensure)
        now = database_now(session)
        assert oefenschool.due(session, now) == []
        assert oefenschool.due(session, now + timedelta(days=1)) == [OEFENSCHOOL]
        first = session.scalars(select(Leerling.id)).first()
        oefenen.begin_anew(OEFENSCHOOL)
        assert session.scalars(select(Leerling.id)).first() == first, "it is of today"
        yesterday = audit.begun(session, OEFENSCHOOL) or now
        with patch.object(audit, "begun", return_value=yesterday - timedelta(days=1)):
            oefenen.begin_anew(OEFENSCHOOL)
        assert session.scalars(select(Leerling.id)).first() != first


def test_no_job_comes_for_it_not_even_when_somebody_rings(oefening: Session, settings: Settings) -> None:
    koppeling = oefening.scalars(select(Koppeling)).one()
    mail_id = oefening.scalars(select(Mail.id)).first()
    koppeling.ophalen_op = koppeling.zenden_op = koppeling.gestart_op
    oefening.commit()
    id_ = koppeling.id
    assert mail_id is not None
    with patch("jobs.las.client_for", side_effect=AssertionError):
        due = sweep.sweep()
        ophalen.fetch_leerlinggegevens(id_)
        versturen.push_resultaten(id_)
        mails.send_mail(mail_id)
    assert {job: number for job, number in due.items() if number} == {}
    accounts.empty(oefening, database_now(oefening) + timedelta(days=400), settings)
    assert oefening.get_one(Account, OEFENAAR).zonder_school_op is None, "of no school that the night sees"
    with of_school(OEFENSCHOOL):
        assert oefening.scalars(select(Mail.pogingen)).all() == [0]
        assert oefening.scalars(select(Koppeling.ophalen_claim)).all() == [None]


def test_a_beheerder_and_a_clerk_go_in_and_out_and_a_leerkracht_does_not(app: Flask, session: Session) -> None:
    school = make_school(session)
    for account, place in (
        (make_account(session, school=school), "De Wegwijzer"),
        (make_clerk(session), "Wacht op ons"),
    ):
        browser, naam = login(app, session, account), account.naam
        post(browser, "/oefenen/")
        page = browser.get("/", follow_redirects=True).text
        assert BAND in page
        assert "De Oefenschool" in page
        assert not any(real in page for real in (naam, place, account.email))
        old = post(browser, "/beheer/koppelen/pauzeren")
        assert old.status_code in {302, 303, 400}, "a form that was open is about another school"
        with of_school(OEFENSCHOOL):
            assert session.scalars(select(Koppeling.status)).one() is KoppelingStatus.GOEDGEKEURD
        _stop(browser)
        page = browser.get("/", follow_redirects=True).text
        assert BAND not in page
        assert place in page
    teacher = login(app, session, make_account(session, Rol.LEERKRACHT, school))
    assert post(teacher, "/oefenen/").status_code == 403
    assert teacher.get("/oefenen/").status_code == 403


def _stop(browser: FlaskClient) -> None:
    token = browser.get("/oefenen/").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = browser.post("/oefenen/stoppen", data={"csrf_token": token}, headers={"Referer": "http://localhost/"})
    assert answer.status_code == 303


def test_a_login_that_ended_while_practising_keeps_no_form_for_a_real_school(app: Flask, session: Session) -> None:
    account = make_account(session, school=make_school(session))
    with of_school(OEFENSCHOOL):
        in_transaction(oefenschool.ensure)
    browser = _practising(app, session, account)
    long_ago = func.now() - timedelta(days=2)
    session.execute(update(Sessie).values(gezien_op=long_ago))
    session.commit()
    answer = browser.post("/beheer/koppelen/pauzeren", data={"csrf_token": "x"})
    assert answer.status_code in {303, 400}
    assert _count(session, Bewaard) == 0
    answer = browser.get("/controle/1/")
    assert answer.location == "/inloggen", "a page of the oefenschool is not there after the login"
    assert "U oefent niet meer" in browser.get("/inloggen").text


def test_a_page_of_before_the_reset_says_that_the_oefenschool_began_anew(app: Flask, session: Session) -> None:
    with of_school(OEFENSCHOOL):
        in_transaction(oefenschool.ensure)
    browser = _practising(app, session, make_clerk(session))
    page = browser.get("/controle/999999/")
    assert page.status_code == 404
    assert "de oefenschool opnieuw begonnen" in page.text
    assert "U bent ingelogd als" not in page.text
    _stop(browser)
    assert "oefenschool" not in browser.get("/controle/999999/").text


def test_who_practises_at_a_school_that_is_gone_can_stop_and_begin_again(app: Flask, session: Session) -> None:
    """A backup has nothing of the oefenschool, but it has who was practising."""
    account = make_account(session, school=make_school(session))
    with of_school(OEFENSCHOOL):
        in_transaction(oefenschool.ensure)
        session.execute(delete(Medewerker).where(Medewerker.school_id == OEFENSCHOOL))
        session.commit()
    browser = _practising(app, session, account)
    assert BAND in browser.get("/oefenen/").text
    post(browser, "/oefenen/opnieuw")
    assert "De Oefenschool" in browser.get("/", follow_redirects=True).text
    with of_school(OEFENSCHOOL):
        session.execute(delete(Medewerker).where(Medewerker.school_id == OEFENSCHOOL))
        session.commit()
    _stop(browser)
    assert BAND not in browser.get("/", follow_redirects=True).text


@pytest.fixture
def site(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> tuple[Buttons, FlaskClient]:
    """Two schools with something of everything, and a clerk who practises beside them, over ids of the oefenschool."""
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    found = fill(app)
    with of_school(OEFENSCHOOL):
        in_transaction(oefenschool.ensure)
        found.ids |= _ids(session)
    return found, _practising(app, session, session.merge(found.people["clerk"]))


def _ids(session: Session) -> dict[str, Any]:
    batch = session.scalars(select(Importbatch)).one()
    regel = next(regel for regel in batch.regels if regel.is_vraag)
    doel = session.scalars(select(Leerling).where(Leerling.las_key.is_not(None))).first()
    result = session.scalars(select(Levering)).first()
    assert doel is not None
    assert result is not None
    return {
        "batch_id": batch.id, "regel_id": regel.id, "doel_id": doel.id, "groep_id": doel.groep_id, "soort": "leerling",
        "resultaat_id": result.resultaat_id, "handeling_id": session.scalars(select(Handeling.id)).first(),
        "mail_id": session.scalars(select(Mail.id)).first(),
        "koppeling_id": session.scalars(select(Koppeling.id)).one(),
        "school_id": OEFENSCHOOL,
    }  # fmt: skip


def _without_wall(session: Session) -> dict[str, str]:
    """What stands in every table that has no wall."""
    walled = set(session.scalars(text("SELECT tablename FROM pg_policies")))
    rows = "count(*) || ' ' || coalesce(sum(hashtext((to_jsonb(t) - 'gezien_op')::text)), 0)"
    parts = " UNION ALL ".join(
        f"SELECT '{name}', {rows} FROM {name} t" for name in Base.metadata.tables if name not in walled
    )
    return {str(name): str(mark) for name, mark in session.execute(text(parts))}


def _closed_that_are_shown(app: Flask, page: str) -> set[str]:
    """Where the links and buttons of a page lead that are closed to who practises."""
    led, map_ = set[str](), app.url_map.bind("localhost")
    for attribute, path in re.findall(r'(href|action)="(/[^"#?]*)', page):
        with suppress(HTTPException):  # a page of the sandbox, a redirect of the map
            led.add(map_.match(path, method="GET" if attribute == "href" else "POST")[0])
    return {each for each in led if each in _CLOSED or each.partition(".")[0] not in {*_OPEN, "security"}}


def test_every_page_and_button_changes_nothing_real_and_names_nobody_real(
    app: Flask, session: Session, site: tuple[Buttons, FlaskClient]
) -> None:
    """The wall keeps rows of schools as they are; what stands outside it stays as it was too, whatever is pressed."""
    found, browser = site
    real = {each for row in session.execute(select(Account.naam, Account.email)) for each in row if len(each) > 3}
    real |= set(session.scalars(select(School.naam))) | {"Maan", "Vermaas", "Hartog"}
    real -= {"Oefenaar", "oefenaar", app.extensions["settings"].klantenservice_mail}
    forms = {press.endpoint: press.form for press in found.presses}
    before, good, closed = _without_wall(session), set[str](), set[tuple[str, str]]()
    for rule, method in rules(app):
        if rule.endpoint.partition(".")[0] not in _OPEN:
            continue
        path = path_of(rule, [str(found.ids.get(name, "x")) for name in arguments(rule)])
        with undone():
            answer = browser.open(path, method=method, data=forms.get(rule.endpoint) if method == "POST" else None)
            after = _without_wall(session) if method == "POST" and answer.status_code < 400 else before
        assert (answer.status_code == 403) is (rule.endpoint in _CLOSED), rule.endpoint
        assert not {each for each in real if each in answer.text}, rule.endpoint
        changed = {name for name in after if after[name] != before[name]}
        assert changed <= ({"sessie"} if rule.endpoint == "oefenen.stop" else set()), (rule.endpoint, changed)
        if answer.status_code < 400:
            good.add(rule.endpoint)
            assert BAND in answer.text or "</html>" not in answer.text, rule.endpoint
            closed |= {(rule.endpoint, led) for led in _closed_that_are_shown(app, answer.text)}
    assert len(good) > 60
    assert not closed, "a link or a button that only says that it is not practised"
    for path in (
        "/klantenservice/school/",
        "/wachtwoord-wijzigen",
        "/account/adres",
        "/beheer/beheerders/",
        "/aanvraag/",
    ):
        assert browser.get(path).status_code == 403


def test_a_real_address_is_not_taken(app: Flask, site: tuple[Buttons, FlaskClient], session: Session) -> None:
    _, browser = site
    with of_school(OEFENSCHOOL):
        line = next(each.id for each in session.scalars(select(Importregel)) if each.achternaam == "Diepen")
    page = "/beheer/beheerders/leerkrachten/adressen"
    assert ADRES in browser.get(page).text, "it says which one to type"
    for adres, code in (("kees@echte-school.nl", 422), (ADRES, 303)):
        assert browser.post(page, data={f"adres-r{line}": adres, f"was-r{line}": ""}).status_code == code
    with of_school(OEFENSCHOOL):
        assert session.scalars(select(Importregel.email_ingevuld).where(Importregel.id == line)).one() == ADRES


def test_what_is_asked_of_the_las_is_answered_in_the_request(
    app: Flask, site: tuple[Buttons, FlaskClient], session: Session
) -> None:
    _, browser = site
    browser.post("/resultaten/leveringen/nu-versturen")
    with of_school(OEFENSCHOOL):
        assert set(session.scalars(select(Levering.status))) == {LeveringStatus.BEVESTIGD}
        session.execute(update(Koppeling).values(status=KoppelingStatus.ACTIEF))
        session.commit()
    browser.post("/beheer/koppelen/ophalen")
    with of_school(OEFENSCHOOL):
        asked = {regel.weergavenaam for regel in session.scalars(select(Importregel)) if regel.is_vraag}
        assert len(asked) > 5
        assert session.scalars(select(Koppeling.ophalen_op)).one() is None
    assert Job.BEGIN_OEFENSCHOOL in sweep.sweep()
