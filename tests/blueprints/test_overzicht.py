"""The first page of a visitor, a beheerder, a leerkracht and klantenservice."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.screens import Koppelweg, login, make_account, make_school
from webapp.models import Rol


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
