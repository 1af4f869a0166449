"""Waar blijft mijn resultaat: who sees what, one act for a reason, and one number everywhere."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.analyseschool import make_leerkracht
from tests.screens import login, post
from tests.voorpagina import fill_results
from tests.wereld import Wereld, lock_all, make_wereld
from webapp.filters import tijdstip
from webapp.models import Audit, Daad, Groep, LeveringStatus
from webapp.models.fout import Fout, Situatie
from webapp.models.ids import ResultaatId
from webapp.services import sloten
from webapp.services.clock import database_clock
from webapp.uwlr.codes import FaultCode, Owner

PAGE = "/resultaten/leveringen/"
AGAIN = f"{PAGE}opnieuw"


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.koppeling.opgehaald_leerlingen = 20
    wereld.koppeling.zenden_op = None
    session.commit()
    return wereld


@pytest.fixture
def beheerder(app: Flask, wereld: Wereld) -> FlaskClient:
    return login(app, wereld.session, wereld.beheerder)


def refuse(wereld: Wereld, *ids: ResultaatId, code: FaultCode, owner: Owner) -> None:
    for id_ in ids:
        wereld.breng(id_, LeveringStatus.GEWEIGERD).fout = Fout(code, owner, {"situatie": Situatie.ALLEEN})
    wereld.session.commit()


def numbers(page: str) -> dict[str, int]:
    """The filters with their numbers."""
    return {name: int(number) for name, number in re.findall(r"waar=([a-z-]+)[^>]*>[^<]+<b>(\d+)</b></a>", page)}


def test_the_page_the_overview_and_the_file_have_the_same_numbers(beheerder: FlaskClient, wereld: Wereld) -> None:
    fill_results(wereld)
    page, front = beheerder.get(PAGE).text, beheerder.get("/").text
    assert numbers(page) == {"aandacht": 2, "gaat": 1, "in-las": 16, "alle": 19}
    for words, number in (("In ParnasSys", 16), ("Komende nacht", 1), ("Geweigerd", 1), ("Wacht", 1)):
        assert re.search(rf">{words}</a><b>{number}</b>", front), words
    file = beheerder.get(f"{PAGE}leveringen.csv?waar=alle").text.splitlines()
    assert len(file) == 20
    assert sum('"In ParnasSys"' in line or ";In ParnasSys;" in line for line in file) == 16
    koppeling = wereld.koppeling
    koppeling.zenden_op = koppeling.niet_voor = until = database_clock(wereld.session) + timedelta(minutes=15)
    wereld.session.commit()
    file = beheerder.get(f"{PAGE}leveringen.csv?waar=alle").text.splitlines()
    assert [line.split(";")[7] for line in file if line.endswith(f";{tijdstip(until)}")] == ["Klaar om te gaan"]


def test_all_of_one_reason_are_sent_again_in_one_press(beheerder: FlaskClient, wereld: Wereld) -> None:
    ids = wereld.genormeerd(6)
    refuse(wereld, *ids[:3], code=FaultCode.LEERLING_ONGELDIG, owner=Owner.SCHOOL)
    refuse(wereld, *ids[3:5], code=FaultCode.VOCABULAIRETERM_ONGELDIG, owner=Owner.KLANTENSERVICE)
    page = beheerder.get(PAGE).text
    assert page.count('action="/resultaten/leveringen/opnieuw"') == 1, "what Boom solves has no button"
    assert "Nummers ophalen en 3 opnieuw sturen" in page
    assert page.count("Geweigerd vandaag ") == 2, "on each card of a refusal"
    asked = {"code": "Client.LeerlingOngeldig", "schooljaar": "2026-2027"}
    answer = post(beheerder, AGAIN, asked)
    page = beheerder.get(answer.headers["Location"]).text
    assert "Wij halen nu de nieuwste nummers op uit ParnasSys. 3 resultaten staan weer klaar" in page
    assert wereld.statussen() == ["klaar"] * 3 + ["geweigerd"] * 2 + ["klaar"]
    act = wereld.session.scalars(select(Audit).where(Audit.actie == Daad.OPNIEUW_VERSTUREN)).one()
    assert act.tellingen == {"resultaten": 3, "code": "Client.LeerlingOngeldig"}
    wereld.session.refresh(wereld.koppeling)
    assert wereld.koppeling.ophalen_op is not None
    answer = post(beheerder, AGAIN, asked)
    assert "Er stond niets meer om opnieuw te sturen" in beheerder.get(answer.headers["Location"]).text
    post(beheerder, AGAIN, asked | {"code": "Client.VocabulaireTermOngeldig"})
    post(beheerder, AGAIN, {"code": "x" * 500, "schooljaar": "nooit"})
    assert wereld.statussen().count("geweigerd") == 2, "nor by a press that was not offered"


def test_a_press_reaches_no_other_school_and_no_other_year(app: Flask, beheerder: FlaskClient, wereld: Wereld) -> None:
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="12AB")
    refuse(other, *other.genormeerd(1), code=FaultCode.LEERLING_ONGELDIG, owner=Owner.SCHOOL)
    old = wereld.resultaat(afname=date(2026, 6, 1))
    wereld.normeer()
    refuse(wereld, old.id, code=FaultCode.LEERLING_ONGELDIG, owner=Owner.SCHOOL)
    post(beheerder, AGAIN, {"code": "Client.LeerlingOngeldig", "schooljaar": "2026-2027"})
    assert other.statussen() == wereld.statussen() == ["geweigerd"]
    assert "Ook in 2025-2026" in (page := beheerder.get(PAGE).text)
    assert numbers(beheerder.get(re.findall(r'href="([^"]*schooljaar=2025-2026[^"]*waar=aandacht)', page)[0]
                                 .replace("&amp;", "&")).text)["aandacht"] == 1  # fmt: skip


def test_four_hundred_of_one_reason_are_counted_and_twenty_named(beheerder: FlaskClient, wereld: Wereld) -> None:
    ids = wereld.genormeerd(30)
    refuse(wereld, *ids, code=FaultCode.LEERLING_ONGELDIG, owner=Owner.SCHOOL)
    page = beheerder.get(PAGE).text
    assert "30 opnieuw sturen" in page
    assert len(re.findall(r'<a href="/school/leerling/\d+/">', page)) == 20
    [link] = re.findall(r'href="([^"]+)">Alle 30 tonen', page)
    assert len(re.findall(r'<a href="/school/leerling/\d+/">', beheerder.get(link.replace("&amp;", "&")).text)) == 30


def test_with_a_dead_key_there_is_no_list_of_reasons(beheerder: FlaskClient, wereld: Wereld) -> None:
    ids = wereld.genormeerd(3)
    refuse(wereld, ids[0], code=FaultCode.LEERLING_ONGELDIG, owner=Owner.SCHOOL)
    sloten.koppeling(wereld.session, wereld.koppeling.id)
    wereld.koppeling.zend_fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    wereld.session.commit()
    page = beheerder.get(PAGE).text
    assert page.count("Nieuwe sleutel invullen") == 1
    assert "2 resultaten wachten. Er wordt nu niets verstuurd; er is niets kwijt." in page
    assert "opnieuw sturen" not in page
    assert "komende nacht" not in page


def test_a_leerkracht_sees_what_was_taken_in_the_own_groepen(app: Flask, wereld: Wereld) -> None:
    session = wereld.session
    lock_all(session)
    zes = Groep(school_id=wereld.school.id, naam="Groep 6", jaargroep="6", schooljaar="2026-2027")
    session.add(zes)
    session.flush()
    moved, other = wereld.resultaat(wereld.leerling("Fenna")), wereld.resultaat(wereld.leerling("Vreemd"))
    moved.groep_id, other.groep_id = wereld.groep.id, zes.id
    wereld.leerling("Sanne")
    wereld.normeer()
    for resultaat in (moved, other):
        resultaat.leerling.groep_id = zes.id
    here = wereld.resultaat(wereld.leerling("Adam"))
    here.groep_id = wereld.groep.id
    session.commit()
    browser = login(app, session, make_leerkracht(session, wereld, wereld.groep.id))
    for address in (PAGE, f"{PAGE}?groep={zes.id}", f"{PAGE}?waar=alle&groep={zes.id}", f"{PAGE}?groep=99999"):
        page = browser.get(address).text
        assert "Groep 5, 2 leerlingen." in page
        assert "Vreemd" not in page
        assert "nu in groep 6" in page
        assert f'href="/school/leerling/{moved.leerling_id}/"' not in page, "that page is not theirs any more"
        assert "/beheer/" not in page
    page = browser.get(PAGE).text
    assert "0 van 3 resultaten staan in ParnasSys" in page, "with the score of Sanne, which is still to come"
    assert "1 score invoeren" in page
    assert "Vreemd" not in browser.get(f"{PAGE}leveringen.csv").text
    assert "Vreemd" not in browser.get(f"{PAGE}leveringen.csv?groep={zes.id}").text
    assert "Fenna" in browser.get(f"{PAGE}leveringen.csv").text
    assert post(browser, AGAIN, {"code": "Client.LeerlingOngeldig"}).status_code == 403


def test_when_everything_arrived_nothing_is_listed(app: Flask, beheerder: FlaskClient, wereld: Wereld) -> None:
    for id_ in wereld.genormeerd(2):
        levering = wereld.breng(id_, LeveringStatus.BEVESTIGD)
        levering.bevestigd, levering.bevestigd_op = levering.versie, database_clock(wereld.session)
        levering.resultaat.groep_id = wereld.groep.id
    wereld.session.commit()
    assert "Alle 2 staan in ParnasSys." in beheerder.get(PAGE).text
    browser = login(app, wereld.session, make_leerkracht(wereld.session, wereld, wereld.groep.id))
    page = browser.get(PAGE).text
    assert "Alle 2 staan in ParnasSys." in page
    assert "nog niet in ParnasSys" not in page
