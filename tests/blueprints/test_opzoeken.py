"""One search for everybody and everything of a school, and the page of a leerling, a leerkracht or a groep."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import login, make_account, make_clerk
from tests.wereld import Wereld, make_wereld
from webapp.models import Groep, Leerkracht, Lidmaatschap, Medewerker, Rol, School
from webapp.services import sloten


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    """Kees and Carla in groep 5, Floris who left, and Anna in a groep of which Carla teaches nothing."""
    wereld = make_wereld(session, app.extensions["keyring"])
    sloten.lock(session, wereld.school.id)
    other = Groep(school_id=wereld.school.id, naam="8a", jaargroep="8", schooljaar="2026-2027")
    session.add(other)
    session.flush()
    wereld.leerling("Kees", achternaam="van de Ven")
    wereld.leerling("Anna", achternaam="Grootenboer", groep_id=other.id)
    wereld.leerling("Floris", achternaam="Grootenboer", groep_id=None, status=Lidmaatschap.VERTROKKEN)
    carla = Leerkracht(
        school_id=wereld.school.id, roepnaam="Carla", achternaam="ter Horst", las_key="t1", groepen=[wereld.groep]
    )
    session.add(carla)
    session.commit()
    return wereld


@pytest.fixture
def browser(app: Flask, session: Session, wereld: Wereld) -> FlaskClient:
    return login(app, session, wereld.beheerder)


@pytest.fixture
def leerkracht(app: Flask, session: Session, wereld: Wereld) -> FlaskClient:
    """The browser of Carla."""
    account = make_account(session, Rol.LEERKRACHT, wereld.school)
    here = session.get_one(Medewerker, (account.id, wereld.school.id))
    here.leerkracht_id = session.scalars(select(Leerkracht.id)).one()
    session.commit()
    return login(app, session, account)


def _found(browser: FlaskClient, text: str) -> list[str]:
    page = browser.get("/zoeken", query_string={"q": text}).text
    return re.findall(r'<li><a href="/school/\w+/\d+/">([^<]+)</a>', page)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("kees", ["Kees van de Ven"]),
        ("ven kees", ["Kees van de Ven"]),
        ("Keez", ["Kees van de Ven"]),
        ("grootenbor", ["Anna Grootenboer", "Floris Grootenboer"]),
        ("hortst", ["Carla ter Horst"]),
        ("groep 8", ["Groep 8a"]),
        ("8A", ["Groep 8a"]),
        ("zzz", []),
        ("...", []),
        ("", []),
    ],
)
def test_whoever_is_meant_is_found_leavers_last(browser: FlaskClient, typed: str, found: list[str]) -> None:
    assert _found(browser, typed) == found


def test_a_leerkracht_finds_what_she_may_see(leerkracht: FlaskClient) -> None:
    assert _found(leerkracht, "ven") == ["Kees van de Ven"]
    assert _found(leerkracht, "grootenbor") == []
    assert _found(leerkracht, "groep") == ["Groep 5"]
    assert _found(leerkracht, "carla") == ["Carla ter Horst"]


def test_nobody_of_another_school_is_found(app: Flask, session: Session, browser: FlaskClient) -> None:
    theirs = make_wereld(session, app.extensions["keyring"], brin="98XX").leerling("Zoef", achternaam="Elders")
    session.commit()
    assert _found(browser, "elders") == []
    assert browser.get(f"/school/leerling/{theirs.id}/").status_code == 404
    assert browser.get(f"/school/ezel/{theirs.id}/").status_code == 404


def test_of_many_the_first_fifty_are_shown_and_while_typing_a_few(wereld: Wereld, browser: FlaskClient) -> None:
    for number in range(60):
        wereld.leerling(f"Bo{number:02}", achternaam="Veel")
    wereld.session.commit()
    page = browser.get("/zoeken?q=veel").text
    assert len(_found(browser, "veel")) == 50
    assert "60 leerlingen" in page
    assert "Dit zijn de eerste 50. Typ meer van de naam." in page
    found = browser.get("/zoeken?q=bo07", headers={"Accept": "application/json"}).json
    assert found is not None
    assert (found[0]["naam"], found[0]["onder"]) == ("Bo07 Veel", "Groep 5")
    assert len(found) <= 4
    assert browser.get(found[0]["url"]).status_code == 200


def test_klantenservice_finds_a_school_without_its_accents_and_by_all_of_its_brin(app: Flask, session: Session) -> None:
    session.add(School(naam="De Zoëven", brin="88AB", vestiging="02"))
    session.commit()
    clerk = login(app, session, make_clerk(session))
    for typed in ("zoeven", "Zoëven", "88ab", "88AB02"):
        page = clerk.get("/klantenservice/school/", query_string={"search": typed}).text
        assert "De Zoëven" in page, typed
    assert "De Zoëven" not in clerk.get("/klantenservice/school/?search=88AB03").text
    assert 'action="/klantenservice/school/"' in clerk.get("/klantenservice/").text
