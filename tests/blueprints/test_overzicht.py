"""The first page of a visitor, a beheerder, a leerkracht and klantenservice."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.screens import Wereld, login, make_account, make_school
from webapp.models import Rol


def test_a_visitor_reads_what_the_koppeling_is(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert 'href="/aanvraag/"' in page.text
    assert 'href="/inloggen"' in page.text


def test_a_beheerder_sees_the_state_the_next_step_and_what_happened(wereld: Wereld) -> None:
    page = wereld.browser(wereld.opened()).get("/").text
    assert "De koppeling staat open in ParnasSys." in page
    assert "wacht op u" in page
    assert "Sleutel invullen" in page
    assert "Opengezet in ParnasSys" in page
    assert "Boom testcentrum" in page
    assert "Kim de Wit" not in page, "a school reads the house, not the clerk"


def test_a_leerkracht_reads_that_a_beheerder_acts(wereld: Wereld) -> None:
    koppeling = wereld.opened()
    browser = login(wereld.app, wereld.session, make_account(wereld.session, Rol.LEERKRACHT, koppeling.school))
    page = browser.get("/").text
    assert "wacht op beheerder" in page
    assert "Een beheerder van uw school is aan zet." in page
    assert "Sleutel invullen" not in page
    assert "/beheer/" not in page


def test_a_school_sees_only_its_own_events(wereld: Wereld) -> None:
    wereld.opened()
    other = make_school(wereld.session, "34CD", "De Andere")
    page = login(wereld.app, wereld.session, make_account(wereld.session, Rol.BEHEERDER, other)).get("/").text
    assert "Wegwijzer" not in page
    assert "Opengezet in ParnasSys" not in page
    assert "Er is nog geen koppeling aangevraagd." in page


def test_an_aanvraag_by_brin_is_shown_to_the_school_before_it_is_recognised(wereld: Wereld) -> None:
    school = make_school(wereld.session)
    wereld.requested()
    browser = login(wereld.app, wereld.session, make_account(wereld.session, Rol.BEHEERDER, school))
    assert "Uw aanvraag is binnen." in browser.get("/").text
    assert "Uw aanvraag" in browser.get("/beheer/koppelen/").text


def test_klantenservice_begins_at_the_queue(wereld: Wereld) -> None:
    assert wereld.clerk().get("/").headers["Location"] == "/klantenservice/"
