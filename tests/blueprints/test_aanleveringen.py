"""The history on its pages, and every list as a file in which nothing is a formula."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.analyseschool import make_leerkracht
from tests.bezorgschool import School
from tests.screens import login
from tests.services.conftest import pupil
from tests.voorpagina import fill_changes
from tests.wereld import START, Wereld, lock_all, make_wereld
from webapp.models import BatchStatus, Groep, Handeling, Importbatch, Leerkracht, Soort, Uitzondering, Wat
from webapp.models.vastgehouden import Vastgehouden


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_the_history_leads_to_everybody_by_name(app: Flask, wereld: Wereld) -> None:
    fill_changes(wereld)
    browser = login(app, wereld.session, wereld.beheerder)
    page = browser.get("/controle/").text
    assert "Marijke importeerde" in page
    batch_id = wereld.session.scalars(select(Importbatch.id)).one()
    shown = browser.get(f"/controle/{batch_id}/overgenomen").text
    assert re.search(r'<a href="/school/leerling/\d+/">Nieuw 0 Jansen</a>', shown)
    moved = wereld.session.scalars(select(Handeling.id).where(Handeling.wat == Wat.AANLEVERING)).all()[2]
    answer = browser.get(f"/controle/handeling/{moved}").text
    assert (answer.count("Groep 8 <span"), answer.count("<b>8a</b>")) == (36, 18)
    assert answer.count('scope="row"') == 37, "everybody is one row, beside the act"
    assert "Hier staat niemand." in browser.get(f"/controle/handeling/{moved}?wat=vertrokken").text
    assert len(_rows(browser.get(f"/controle/handeling/{moved}.csv").text)) == 37
    told = _rows(browser.get("/controle/geschiedenis.csv").text)
    assert len(told) > 5
    assert not [row[0] for row in told if "vandaag" in row[0] or "gisteren" in row[0]], "a file says the same tomorrow"


def test_since_when_is_answered_by_name_with_a_slip_of_the_finger(app: Flask, wereld: Wereld) -> None:
    fill_changes(wereld)
    browser = login(app, wereld.session, wereld.beheerder)
    page = browser.get("/controle/?q=kovalenco").text
    assert "Oleh Kovalenko" in page
    assert "Niemand bij uw school heet zo." in browser.get("/controle/?q=xyzzy").text
    assert "Vertrokken sinds" in browser.get("/controle/?q=floris+smit").text


def test_an_empty_history_says_what_comes(app: Flask, wereld: Wereld) -> None:
    wereld.session.execute(delete(Handeling))  # the groep of the school itself
    wereld.session.commit()
    assert "Nog geen aanleveringen" in login(app, wereld.session, wereld.beheerder).get("/controle/").text


def test_no_cell_of_any_list_is_a_formula(app: Flask, wereld: Wereld) -> None:
    session = wereld.session
    planted = wereld.leerling("=HYPERLINK(1)", achternaam="+31", geparkeerd_op=START)
    wereld.resultaat(planted, score=20)
    wereld.normeer()
    door, wereld.beheerder.naam = wereld.beheerder, "@som"
    lock_all(session)
    of_school = {"school_id": wereld.school.id}
    session.add_all([
        Groep(**of_school, naam="-1+1", jaargroep="5", schooljaar="2026-2027"),
        Leerkracht(**of_school, roepnaam="+49", achternaam="-", email="@x"),
        Uitzondering(**of_school, soort=Soort.LEERLING, las_key="=k0", omschrijving="=weg", besloten_door=door.id),
    ])  # fmt: skip
    session.flush()
    act = session.scalars(select(Handeling.id).order_by(Handeling.id.desc())).first()
    batch = School(wereld, app).take_in(pupil("=k1", "=A1", "@B", "2016-03-12")) or pytest.fail("no question")
    batch.status, batch.vastgehouden_op = BatchStatus.VASTGEHOUDEN, START
    batch.vastgehouden = {Soort.LEERLING: Vastgehouden(ids=[planted.id], redenen=[])}
    session.commit()
    browser = login(app, session, wereld.beheerder)
    files = [
        "/school/leerling.csv", "/school/leerkracht.csv", "/school/groep.csv",
        "/beheer/beheerders/beheerders.csv", "/beheer/logboek/dag.csv", "/controle/geschiedenis.csv",
        f"/controle/handeling/{act}.csv",
        "/resultaten/leveringen/leveringen.csv", "/resultaten/leveringen/te-verwijderen.csv",
        "/beheer/beheerders/leerkrachten/leerkrachten.csv", "/beheer/koppelen/niet-in-las.csv",
        "/beheer/koppelen/niet-geimporteerd.csv",
        f"/school/leerling/{planted.id}/gebeurd.csv", f"/controle/{batch.id}/vastgehouden.csv",
        f"/controle/{batch.id}/lijst.csv?soort=leerlingen&categorie=nieuw&q=A1",
    ]  # fmt: skip
    found = ""
    for address in files:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Content-Disposition"].startswith("attachment"), address
        cells = [cell for row in _rows(answer.text) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == [], address
        found += answer.text
    for cell in ("'=HYPERLINK(1) +31", "'@som", "'-1+1", "'+49 -", "'@x", "'=weg", "'=A1 @B"):
        assert cell in found
    assert "geparkeerd op" in found


def test_a_leerkracht_gets_the_own_groepen_in_a_file(app: Flask, wereld: Wereld) -> None:
    session = wereld.session
    lock_all(session)
    other = Groep(school_id=wereld.school.id, naam="Groep 8", jaargroep="8", schooljaar="2026-2027")
    session.add(other)
    session.flush()
    wereld.leerling("Vreemd", groep_id=other.id)
    wereld.leerling("Eigen")
    account = make_leerkracht(session, wereld, wereld.groep.id)
    session.commit()
    text = login(app, session, account).get("/school/leerling.csv").text
    assert ("Eigen" in text, "Vreemd" in text) == (True, False)
