"""A beheerder has results of last school year sent: chooses, sees exactly what goes, agrees, and may stop."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import login, make_account, post
from tests.wereld import Wereld, make_wereld
from webapp.models import KoppelingStatus, Leerling, Lidmaatschap, Nacht, Nazending, Nazendregel, Rol
from webapp.services import sloten
from webapp.services.clock import database_clock
from webapp.uwlr.profiles import PROFILES

PAGE = "/resultaten/vorig-schooljaar/"
MEI = date(2026, 5, 20)


@pytest.fixture
def vorig(app: Flask, session: Session) -> Wereld:
    """Three results of last year; one leerling has left."""
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.koppeling.gestart_op = datetime(2026, 11, 24, tzinfo=UTC)
    for naam in ("Noor", "Bo", "Gijs"):
        wereld.resultaat(wereld.leerling(naam), afname=MEI)
    wereld.normeer()
    gijs = session.scalars(select(Leerling).where(Leerling.roepnaam == "Gijs")).one()
    gijs.status = Lidmaatschap.VERTROKKEN
    session.add(Nacht(datum=MEI, begonnen_op=database_clock(session), tellingen={}))
    session.commit()
    return wereld


def chosen(wereld: Wereld) -> str:
    return f"toets={wereld.toetsen['VB-RW-5'].id}&groep={wereld.groep.id}"


def form_of(wereld: Wereld, browser: FlaskClient) -> dict[str, str]:
    page = browser.get(f"{PAGE}controleren?{chosen(wereld)}").text
    found = re.search(r'name="afdruk" value="([0-9a-f]{64})"', page)
    assert found is not None
    return {
        "toets": str(wereld.toetsen["VB-RW-5"].id), "groep": str(wereld.groep.id), "afdruk": found[1], "akkoord": "ja",
    }  # fmt: skip


def lines(session: Session) -> int:
    return len(session.scalars(select(Nazendregel)).all())


def test_choosing_looking_agreeing_and_stopping(app: Flask, session: Session, vorig: Wereld) -> None:
    browser = login(app, session, vorig.beheerder)
    page = browser.get(PAGE).text
    assert "Resultaten van 2025-2026 alsnog versturen" in page
    assert re.search(r"Kan mee.*?>2<", page, re.DOTALL)
    assert re.search(r"Leerling niet in ParnasSys.*?>1<", page, re.DOTALL)
    assert "Gijs de Vries" in page, "who is left out is named"
    assert "niet met de hand ingevoerd" in page
    assert "Nog geen school heeft dit met ParnasSys beproefd" in page
    look = browser.get(f"{PAGE}controleren?{chosen(vorig)}").text
    assert "2 resultaten van 2025-2026 alsnog versturen?" in look
    assert lines(session) == 0, "looking plans nothing"
    form = form_of(vorig, browser)
    post(browser, PAGE, form)
    page = browser.get(PAGE).text
    assert "2 resultaten gaan komende nacht na " in page
    assert f"Akkoord van {vorig.beheerder.naam}" in page
    assert "2 gaan de komende nacht" in page
    id_ = session.scalars(select(Nazending.id)).one()
    post(browser, f"{PAGE}{id_}/stoppen")
    assert "Gestopt: 2 resultaten blijven hier" in browser.get(PAGE).text
    post(browser, f"{PAGE}{id_}/stoppen")
    assert "er is niets teruggehaald" in browser.get(PAGE).text


def test_without_agreeing_or_choosing_nothing_is_planned(app: Flask, session: Session, vorig: Wereld) -> None:
    browser = login(app, session, vorig.beheerder)
    form = form_of(vorig, browser) | {"akkoord": ""}
    answer = post(browser, PAGE, form)
    assert (answer.status_code, "Zet het vinkje om akkoord te geven" in answer.text) == (422, True)
    assert "Vink ten minste één toets en één groep aan" in browser.get(f"{PAGE}controleren?toets=x&groep=-1").text
    answer = post(browser, PAGE, {"akkoord": "ja"})
    assert answer.status_code == 422
    assert lines(session) == 0


def test_what_changed_since_the_page_was_opened_is_shown_anew(app: Flask, session: Session, vorig: Wereld) -> None:
    browser = login(app, session, vorig.beheerder)
    form = form_of(vorig, browser)
    sloten.lock(session, vorig.school.id)
    session.scalars(select(Leerling).where(Leerling.roepnaam == "Bo")).one().las_key = "een-ander"
    session.commit()
    answer = post(browser, PAGE, form)
    assert (answer.status_code, "Er is intussen iets veranderd" in answer.text) == (422, True)
    assert lines(session) == 0


def test_where_it_is_not_offered_the_page_says_why(
    app: Flask, session: Session, vorig: Wereld, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = login(app, session, vorig.beheerder)
    form = form_of(vorig, browser)
    monkeypatch.setitem(PROFILES, "parnassys", replace(PROFILES["parnassys"], neemt_ander_schooljaar=False))
    page = browser.get(PAGE).text
    assert "ParnasSys neemt geen resultaten van een ander schooljaar aan" in page
    assert "Verder: bekijken" not in page
    post(browser, PAGE, form)
    monkeypatch.undo()
    vorig.koppeling.status = KoppelingStatus.GEPAUZEERD
    session.commit()
    assert "De koppeling werkt nu niet" in browser.get(PAGE).text
    post(browser, PAGE, form)
    assert lines(session) == 0


def test_only_a_beheerder_of_this_school_comes_in(app: Flask, session: Session, vorig: Wereld) -> None:
    other = make_wereld(session, app.extensions["keyring"], brin="98XX")
    session.commit()
    browser = login(app, session, vorig.beheerder)
    post(browser, PAGE, form_of(vorig, browser))
    id_ = session.scalars(select(Nazending.id)).one()
    stranger = login(app, session, other.beheerder)
    assert post(stranger, f"{PAGE}{id_}/stoppen").status_code == 404
    assert "Niets van 2025-2026" in stranger.get(PAGE).text
    leerkracht = login(app, session, make_account(session, Rol.LEERKRACHT, vorig.school))
    assert leerkracht.get(PAGE).status_code in {403, 404}
    assert session.scalars(select(Nazending.gestopt_op)).one() is None
