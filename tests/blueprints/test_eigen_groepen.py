"""A leerkracht sees the groepen that she teaches, on every page and under every address that she may ask for."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.screens import login, make_account, post
from tests.wereld import AFNAME, Wereld, make_wereld
from webapp.models import Groep, Leerkracht, Leerling, Medewerker, Resultaat, Rol
from webapp.services import sloten

ANDER, EIGEN = "Kanarievogel", "Roodborst"


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    """Two groepen, each with a leerling who has a result; nobody teaches the second."""
    wereld = make_wereld(session, app.extensions["keyring"])
    other = Groep(school_id=wereld.school.id, naam="Groep 6", jaargroep="6", schooljaar="2026-2027")
    sloten.lock(session, wereld.school.id)
    session.add(other)
    session.flush()
    for achternaam, groep in ((EIGEN, wereld.groep), (ANDER, other)):
        wereld.resultaat(wereld.leerling("Kind", achternaam=achternaam, groep_id=groep.id), afname=AFNAME)
    wereld.normeer()
    session.commit()
    return wereld


def _ids(session: Session, achternaam: str) -> dict[str, int]:
    leerling = session.query(Leerling).filter_by(achternaam=achternaam).one()
    resultaat = session.query(Resultaat).filter_by(leerling_id=leerling.id).one()
    assert leerling.groep_id is not None
    return {
        "leerling_id": leerling.id, "groep_id": leerling.groep_id, "resultaat_id": resultaat.id,
        "toets_id": resultaat.toets_id,
    }  # fmt: skip


@pytest.fixture
def browser(app: Flask, session: Session, wereld: Wereld) -> FlaskClient:
    """Of the leerkracht of the first groep."""
    sloten.lock(session, wereld.school.id)
    loes = Leerkracht(school_id=wereld.school.id, achternaam="Hartog", las_key="t1", groepen=[wereld.groep])
    session.add(loes)
    session.flush()
    account = make_account(session, Rol.LEERKRACHT, wereld.school)
    session.get_one(Medewerker, (account.id, wereld.school.id)).leerkracht_id = loes.id
    session.commit()
    return login(app, session, account)


def _fill(rule: Rule, ids: dict[str, int]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(ids.get(found[1], 1)), rule.rule)


def test_no_page_that_she_may_open_names_a_leerling_of_another_groep(
    app: Flask, session: Session, browser: FlaskClient
) -> None:
    ids, seen = _ids(session, ANDER), 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint.startswith("security."):
            continue
        for query in ({}, {"q": ANDER}, {"stand": "klaar"}, {"datum": AFNAME.isoformat()}, {"schooljaar": "2026-2027"}):
            answer = browser.get(_fill(rule, ids), query_string=query)
            assert ANDER not in answer.text.replace(f'value="{ANDER}"', ""), rule.rule
            seen += EIGEN in answer.text
            if answer.status_code in {403, 404}:
                break  # behind a closed door no query is read
    assert seen >= 3, "her own are there"


@pytest.mark.parametrize("page", ["/school/leerling/{leerling_id}/", "/resultaten/{toets_id}/{groep_id}/"])
def test_the_address_of_another_groep_is_as_if_it_did_not_exist(
    session: Session, browser: FlaskClient, page: str
) -> None:
    assert browser.get(page.format(**_ids(session, EIGEN))).status_code == 200
    assert browser.get(page.format(**_ids(session, ANDER))).status_code == 404


def test_she_saves_and_norms_no_score_of_another_groep(session: Session, browser: FlaskClient) -> None:
    ids = _ids(session, ANDER)
    form = {"afnamedatum": AFNAME.isoformat(), f"score-{ids['leerling_id']}": "3", "actie": "normeren"}
    assert post(browser, f"/resultaten/{ids['toets_id']}/{ids['groep_id']}/", form).status_code == 404
    own = _ids(session, EIGEN)
    post(browser, f"/resultaten/{own['toets_id']}/{own['groep_id']}/", form)
    session.expire_all()
    assert session.get_one(Resultaat, ids["resultaat_id"]).ruwe_score == 25


def test_who_hangs_on_no_leerkracht_sees_no_groep_once_a_las_sent_them(
    app: Flask, session: Session, wereld: Wereld
) -> None:
    loose = login(app, session, make_account(session, Rol.LEERKRACHT, wereld.school))
    assert "Groep 5" in loose.get("/resultaten/").text, "before the first delivery the school works as it did"
    sloten.lock(session, wereld.school.id)
    session.add(Leerkracht(school_id=wereld.school.id, achternaam="Hartog", las_key="t1", groepen=[wereld.groep]))
    session.commit()
    assert "Groep 5" not in loose.get("/resultaten/").text


def test_who_is_suspended_reads_why_and_sees_nothing(session: Session, wereld: Wereld, browser: FlaskClient) -> None:
    here = session.query(Medewerker).filter_by(rol=Rol.LEERKRACHT).one()
    here.opgeschort_op = wereld.koppeling.gestart_op
    session.commit()
    assert "U hoort nu bij geen school" in browser.get("/").text
    assert browser.get("/resultaten/").status_code == 404
