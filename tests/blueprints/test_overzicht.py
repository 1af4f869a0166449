"""The first page of a visitor, a beheerder, a leerkracht and klantenservice."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, login, make_account, make_school
from tests.voorpagina import fill_changes, fill_results
from tests.wereld import AFNAME, Wereld, make_wereld
from webapp.models import Audit, Daad, Importbatch, Rol
from webapp.schooljaar import schooljaar_of
from webapp.services.clock import database_now
from webapp.services.versturen import waar


def test_a_visitor_reads_what_the_koppeling_is(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert 'href="/aanvraag/"' in page.text
    assert 'href="/inloggen"' in page.text


def test_a_beheerder_sees_the_state_the_next_step_and_what_happened(weg: Koppelweg) -> None:
    page = weg.browser(weg.opened()).get("/").text
    assert "De koppeling staat open in ParnasSys, sinds vandaag" in page
    assert "wacht op u" in page
    assert "Sleutel invullen" in page
    assert "Opengezet in ParnasSys" in page
    assert "Boom testcentrum" in page
    assert "Kim de Wit" not in page, "a school reads the house, not the clerk"


def test_a_leerkracht_reads_that_a_beheerder_acts(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    browser = login(weg.app, weg.session, make_account(weg.session, Rol.LEERKRACHT, koppeling.school))
    page = browser.get("/").text
    assert "wacht op beheerder" in page
    assert "Een beheerder van uw school is aan zet." in page
    assert "Sleutel invullen" not in page
    assert "/beheer/" not in page


def test_a_school_sees_only_its_own_events(weg: Koppelweg) -> None:
    weg.opened()
    other = make_school(weg.session, "34CD", "De Andere")
    page = login(weg.app, weg.session, make_account(weg.session, Rol.BEHEERDER, other)).get("/").text
    assert "Wegwijzer" not in page
    assert "Opengezet in ParnasSys" not in page
    assert "Er is nog geen koppeling aangevraagd." in page


def test_an_aanvraag_by_brin_is_shown_to_the_school_before_it_is_recognised(weg: Koppelweg) -> None:
    school = make_school(weg.session)
    colleague = make_account(weg.session, Rol.BEHEERDER, school)
    browser = login(weg.app, weg.session, make_account(weg.session, Rol.BEHEERDER, school))
    weg.requested("Iets anders", "vreemd@elders.example")
    assert "Er is nog geen koppeling aangevraagd." in browser.get("/").text, "a stranger asked for the same BRIN"
    weg.requested(email=colleague.email)
    assert "Uw aanvraag is binnen." in browser.get("/").text
    assert "Uw aanvraag" in browser.get("/beheer/koppelen/").text


def test_klantenservice_begins_at_the_queue(weg: Koppelweg) -> None:
    assert weg.clerk().get("/").headers["Location"] == "/klantenservice/"


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    """A school whose first import is done."""
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.koppeling.opgehaald_leerlingen = 201
    wereld.koppeling.opgehaald_op = database_now(session)
    session.commit()
    return wereld


def test_nothing_to_do_is_one_line_and_only_when_every_open_end_is_zero(app: Flask, wereld: Wereld) -> None:
    browser = login(app, wereld.session, wereld.beheerder)
    page = browser.get("/").text
    assert "Niets te doen. Laatste controle" in page
    assert "201 leerlingen, geen wijzigingen." in page
    assert "knop-primair" not in page
    wereld.resultaat(wereld.leerling("Zonder", las_key=None), score=20)
    wereld.normeer()
    wereld.session.commit()
    page = browser.get("/").text
    assert "Niets te doen" not in page
    assert "2 dingen wachten op u" in page, "the result, and the leerling who is not in the LAS"
    assert page.count("knop-primair") == 1


def test_results_add_up_to_the_page_of_leveringen(wereld: Wereld) -> None:
    fill_results(wereld)
    year = schooljaar_of(AFNAME)
    tellingen = waar.tel(wereld.session, waar.Vraag(wereld.school.id, wereld.koppeling, year, year))
    months = waar.per_maand(tellingen)
    assert sum(months.values(), Counter()) == waar.per_bak(tellingen)
    assert sorted(months) == [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]


def test_last_changes_lead_to_who_it_is_and_to_taking_it_back(app: Flask, wereld: Wereld) -> None:
    fill_changes(wereld)
    browser = login(app, wereld.session, wereld.beheerder)
    page = browser.get("/").text
    assert re.search(r'<a href="/school/leerling/\d+/">Oleh Kovalenko</a> is nieuw in groep 5', page)
    assert "36 leerlingen gingen van groep 8 naar 8a en 8b" in page
    assert "Marijke importeerde 5 leerlingen" in page
    batch_id = wereld.session.scalars(select(Importbatch.id).order_by(Importbatch.id.desc())).first()
    assert f'href="/controle/{batch_id}/overgenomen">Bekijken</a>' in page
    assert f'href="/controle/{batch_id}/terugdraaien">terugdraaien</a>' in page
    seen = wereld.session.scalars(select(Audit).where(Audit.actie == Daad.NAMEN_GEZIEN)).one()
    assert seen.tellingen == {"pagina": "overzicht", "leerlingen": 3}


def test_a_leerkracht_sees_the_own_groepen_and_nothing_of_beheer(app: Flask, wereld: Wereld) -> None:
    fill_changes(wereld)
    fill_results(wereld)
    account = make_account(wereld.session, Rol.LEERKRACHT, wereld.school)
    page = login(app, wereld.session, account).get("/").text
    assert "Nog te scoren" in page
    assert "16 aangekomen, 1 klaar om te gaan, 1 geweigerd, 1 nog niet" in page
    assert "Kovalenko" not in page
    assert "/beheer/" not in page
