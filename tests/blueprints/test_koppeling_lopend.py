"""A koppeling that runs: fetching now, another key, another school year, what was left out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from redis import Redis
from sqlalchemy import select

from tests.screens import JAAR, SLEUTEL, Koppelweg, login, make_account, make_school, messages, post
from tests.wereld import lock_all
from webapp.models import (
    Audit,
    BatchStatus,
    Importbatch,
    Koppeling,
    KoppelingStatus,
    Overgang,
    Rol,
    Soort,
    Uitzondering,
)
from webapp.models.fout import Fout
from webapp.schooljaar import next_schooljaar
from webapp.services import afspraken
from webapp.services.inname import uitstel
from webapp.services.koppeling import stilstand
from webapp.services.koppeling.sleutel import opened
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde
from webapp.services.overzicht.feiten import Feiten
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.woorden.namen import namen_of
from webapp.woorden.overzicht import pauzeregel, statusregel

NIEUW = "EEN-NIEUWE-SLEUTEL-0815"


def _batch(weg: Koppelweg, koppeling: Koppeling, status: BatchStatus) -> Importbatch:
    assert koppeling.school_id
    assert koppeling.opgehaald_op
    batch = Importbatch(
        school_id=koppeling.school_id,
        koppeling_id=koppeling.id,
        status=status,
        schooljaar=JAAR,
        vingerafdruk="x",
        opgehaald_op=koppeling.opgehaald_op,
    )
    lock_all(weg.session)
    weg.session.add(batch)
    weg.session.commit()
    return batch


def _left_out(weg: Koppelweg, koppeling: Koppeling, naam: str) -> Uitzondering:
    row = Uitzondering(school_id=koppeling.school_id, soort=Soort.LEERLING, las_key=naam, omschrijving=naam)
    lock_all(weg.session)
    weg.session.add(row)
    weg.session.commit()
    return row


def test_the_page_shows_the_facts_and_never_the_key(weg: Koppelweg) -> None:
    koppeling = weg.running()
    page = weg.browser(koppeling).get("/beheer/koppelen/").text
    for expected in ("Gegevens importeren", "486", JAAR, "12AB", "vannacht na ", "in orde"):
        assert expected in page
    assert SLEUTEL not in page


def test_gegevens_importeren_rings_once_and_shows_progress(weg: Koppelweg, redis: Redis) -> None:
    koppeling = weg.running()
    redis.flushdb()
    browser = weg.browser(koppeling)
    for _ in range(2):
        assert post(browser, "/beheer/koppelen/ophalen").headers["Location"] == "/beheer/koppelen/ophalen"
    page = browser.get("/beheer/koppelen/ophalen").text
    assert f"Wij halen de gegevens van schooljaar {JAAR} op" in page
    assert 'data-ververs="2"' in page
    assert 'http-equiv="refresh"' in page
    assert redis.llen("rq:queue:nu") == 1
    assert len(weg.session.scalars(select(Audit).where(Audit.actie == "ophalen gevraagd")).all()) == 1


def test_a_slow_fetch_says_so(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.ophalen_op = datetime.now(UTC) - timedelta(minutes=5)
    weg.session.commit()
    page = weg.browser(koppeling).get("/beheer/koppelen/ophalen").text
    assert "Dit duurt langer dan anders" in page


def test_nothing_new_says_so(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    page = browser.get("/beheer/koppelen/ophalen").text
    assert "Niets nieuws." in page
    assert "486 leerlingen" in page
    assert "data-ververs" not in page
    assert koppeling.school_id is not None
    koppeling.schooljaar = "2025-2026"
    afspraken.put_off(weg.session, koppeling.school_id, date(2100, 10, 12))
    weg.session.commit()
    page = browser.get("/beheer/koppelen/ophalen").text
    assert "Er is niets veranderd: nieuw schooljaar uitgesteld tot 12 oktober 2100." in page
    assert "Niets nieuws." not in page


def test_questions_lead_to_the_review(weg: Koppelweg) -> None:
    koppeling = weg.running()
    batch = _batch(weg, koppeling, BatchStatus.WACHT_OP_CONTROLE)
    browser = weg.browser(koppeling)
    assert browser.get("/beheer/koppelen/ophalen").headers["Location"] == f"/controle/{batch.id}/"
    assert f"/controle/{batch.id}/" in browser.get("/beheer/koppelen/").text


def test_what_was_taken_over_by_itself_is_said(weg: Koppelweg) -> None:
    koppeling = weg.running()
    _batch(weg, koppeling, BatchStatus.AUTOMATISCH_VERWERKT)
    assert "automatisch overgenomen" in weg.browser(koppeling).get("/beheer/koppelen/ophalen").text


def test_a_las_that_is_away_is_explained_with_the_next_try(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.fout = Fout(Reden.TIJD_VERSTREKEN, Owner.NIEMAND)
    koppeling.ophalen_op = datetime.now(UTC) + timedelta(minutes=5)
    weg.session.commit()
    page = weg.browser(koppeling).get("/beheer/koppelen/ophalen").text
    assert "ParnasSys gaf niet op tijd antwoord. We proberen het vanzelf opnieuw." in page
    assert "De volgende poging:" in page
    assert "tijd_verstreken" in page, "the code stands small below it for the helpdesk"


def test_a_refused_key_asks_for_another_and_tries_it_at_once(weg: Koppelweg, redis: Redis) -> None:
    koppeling = weg.running()
    koppeling.fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    weg.session.commit()
    redis.flushdb()
    browser = weg.browser(koppeling)
    assert "ParnasSys weigert de autorisatiesleutel, die eerder wel werkte." in browser.get("/beheer/koppelen/").text
    answer = post(browser, "/beheer/koppelen/sleutel", {"sleutel": f" {NIEUW} "})
    assert answer.headers["Location"] == "/beheer/koppelen/ophalen"
    weg.session.expire_all()
    assert opened(koppeling, weg.app.extensions["keyring"]) == NIEUW
    assert koppeling.fout is None
    assert redis.llen("rq:queue:nu") == 2, "fetching and sending"


@pytest.mark.parametrize("sleutel", ["", "kort", "12AB"])
def test_a_key_that_cannot_be_one_leaves_the_old_one(weg: Koppelweg, sleutel: str) -> None:
    koppeling = weg.running()
    answer = post(weg.browser(koppeling), "/beheer/koppelen/sleutel", {"sleutel": sleutel})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    weg.session.expire_all()
    assert opened(koppeling, weg.app.extensions["keyring"]) == SLEUTEL


def test_the_next_school_year_is_fetched_at_once_and_back_is_possible(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser, volgend = weg.browser(koppeling), next_schooljaar(JAAR)
    assert f"Overgaan naar {volgend}" in browser.get("/beheer/koppelen/").text
    for wanted in (volgend, JAAR):
        answer = post(browser, "/beheer/koppelen/schooljaar", {"schooljaar": wanted})
        assert answer.headers["Location"] == "/beheer/koppelen/ophalen"
        weg.session.expire_all()
        assert koppeling.schooljaar == wanted
        assert koppeling.ophalen_op is not None


def test_there_is_no_turn_before_there_is_a_school_year(weg: Koppelweg) -> None:
    assert weg.browser(weg.opened()).get("/beheer/koppelen/overgaan").status_code == 404


def test_an_old_page_does_not_undo_what_a_colleague_chose_about_the_turn(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser, url = weg.browser(koppeling), "/beheer/koppelen/overgaan"
    [eerste] = re.findall(r'min="([^"]+)"', browser.get(url).text)
    assert koppeling.school_id is not None
    school_id = koppeling.school_id

    def stand() -> tuple[str, bool]:
        weg.session.expire_all()
        row = uitstel.of_school(weg.session, school_id)
        return uitstel.chosen(weg.session, school_id), row is not None and row.teruggedraaid_op is not None

    for _ in range(2):  # twice is no other choice
        post(browser, f"{url}/vanaf", {"vanaf": eerste, "gezien": ""})
        assert stand() == (eerste, False)
    assert f'name="gezien" value="{eerste}"' in browser.get(url).text
    post(browser, f"{url}/vanaf", {"vanaf": ""})
    assert "Een collega koos intussen iets anders" in messages(browser)
    assert stand() == (eerste, False)
    lock_all(weg.session)
    undone = {"teruggedraaid_op": datetime(2027, 8, 20, tzinfo=UTC), "teruggedraaid_door": weg.beheerder(koppeling).id}
    weg.session.add(Overgang(school_id=koppeling.school_id, schooljaar="2030-2031", vooruitblik={}, **undone))
    weg.session.commit()
    for path, fields in (("nu", {}), ("vanaf", {"vanaf": ""}), ("vanaf", {"vanaf": eerste})):
        post(browser, f"{url}/{path}", fields | {"gezien": eerste} if path == "nu" else fields)
        assert stand()[1], "it was taken back, and waits for somebody who knows that"
    post(browser, f"{url}/nu", {"gezien": stand()[0]})
    assert stand() == ("", False)


@pytest.mark.parametrize("wanted", ["", "2019-2020", "2026", "2050-2051", "x' OR 1=1"])
def test_no_other_school_year_can_be_chosen(weg: Koppelweg, wanted: str) -> None:
    koppeling = weg.running()
    assert post(weg.browser(koppeling), "/beheer/koppelen/schooljaar", {"schooljaar": wanted}).status_code == 400
    weg.session.expire_all()
    assert (koppeling.schooljaar, koppeling.ophalen_op) == (JAAR, None)


def test_the_same_school_year_twice_changes_nothing(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    post(browser, "/beheer/koppelen/schooljaar", {"schooljaar": JAAR}, come_from="/beheer/koppelen/")
    assert f"de koppeling staat al op {JAAR}" in messages(browser)


def test_a_school_year_that_has_passed_is_everywhere_in_sight(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.schooljaar = "2019-2020"
    weg.session.commit()
    browser = weg.browser(koppeling)
    for path in ("/", "/beheer/koppelen/"):
        page = browser.get(path).text
        assert f"Het schooljaar {JAAR} is hier nog niet begonnen." in page
        assert "gaan wij verder met 2019-2020." in page
    assert f"Overgaan naar {JAAR}" in page


def test_what_was_left_out_can_be_imported_after_all(weg: Koppelweg) -> None:
    koppeling = weg.running()
    first, second = _left_out(weg, koppeling, "Test Leerling"), _left_out(weg, koppeling, "Proef Leerling")
    browser = weg.browser(koppeling)
    page = browser.get("/beheer/koppelen/").text
    assert "Test Leerling" in page
    assert "Proef Leerling" in page
    answer = post(browser, "/beheer/koppelen/toch-importeren", {"id": [first.id]})
    assert answer.headers["Location"] == "/beheer/koppelen/ophalen"
    weg.session.expire_all()
    assert [row.id for row in weg.session.scalars(select(Uitzondering))] == [second.id]
    assert koppeling.ophalen_op is not None


def test_nothing_chosen_or_chosen_twice_is_said(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    for chosen in ({}, {"id": ["0"]}, {"id": ["x"]}):
        post(browser, "/beheer/koppelen/toch-importeren", chosen, come_from="/beheer/koppelen/")
        assert "Kies ten minste één regel" in messages(browser)
    weg.session.expire_all()
    assert koppeling.ophalen_op is None


def test_another_school_reaches_none_of_it(weg: Koppelweg) -> None:
    koppeling = weg.running()
    row = _left_out(weg, koppeling, "Test Leerling")
    other = Koppelweg(weg.app, weg.session, weg.klantenservice, brin="34CD")
    browser = other.browser(other.running("De Andere", "andere@school.example"))
    assert "Test Leerling" not in browser.get("/beheer/koppelen/").text
    post(browser, "/beheer/koppelen/toch-importeren", {"id": [row.id]}, come_from="/beheer/koppelen/")
    assert "Kies ten minste één regel" in messages(browser)
    weg.session.expire_all()
    assert weg.session.get(Uitzondering, row.id) is not None
    assert koppeling.ophalen_op is None


def test_a_pause_is_shown_and_nothing_can_be_asked(weg: Koppelweg) -> None:
    koppeling = weg.running()
    stilstand.pause(weg.session, koppeling.id, reden="Het LAS verhuist.", door=weg.klantenservice.id)
    weg.session.commit()
    browser = weg.browser(koppeling)
    for path in ("/", "/zoeken", "/beheer/koppelen/", "/beheer/koppelen/afspraken", "/hulp/"):
        page = browser.get(path).text
        assert page.count("Door de klantenservice, sinds") == 1, path
        assert ("Reden: Het LAS verhuist." in page, "Kim de Wit" in page) == (True, False), path
    page = browser.get("/beheer/koppelen/").text
    assert "De koppeling staat op pauze." in page
    assert "Gegevens importeren" not in page
    post(browser, "/beheer/koppelen/ophalen", come_from="/beheer/koppelen/")
    assert "al gepauzeerd" in messages(browser)
    for path in ("sleutel", "schooljaar"):
        assert post(browser, f"/beheer/koppelen/{path}", {"sleutel": NIEUW, "schooljaar": JAAR}).status_code == 404
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.GEPAUZEERD


def test_a_colleague_who_paused_is_named_also_where_something_worse_is_open(weg: Koppelweg) -> None:
    koppeling = weg.running()
    stilstand.pause(weg.session, koppeling.id, is_school=True, door=weg.beheerder(koppeling).id)
    weg.session.commit()
    browser = weg.browser(koppeling)
    assert f"Door {weg.beheerder(koppeling).naam}, sinds" in browser.get("/zoeken").text
    worse = OpenEinde(Einde.ELDERS_AFGELEVERD, Aan.U), OpenEinde(Einde.GEPAUZEERD, Aan.PAUZE, door="Bo Vos")
    found = Feiten(koppeling, worse)
    with weg.app.test_request_context():
        shown = statusregel(found, namen_of(koppeling, weg.app.extensions["settings"]))
        said = pauzeregel(found, shown)
    assert said is not None
    assert said.daarna.startswith("Door Bo Vos, sinds")


@pytest.mark.parametrize("path", ["", "externe-nummers", "ophalen", "sleutel", "schooljaar", "toch-importeren"])
def test_every_act_needs_its_token_and_a_beheerder(weg: Koppelweg, path: str) -> None:
    koppeling = weg.running()
    assert weg.browser(koppeling).post(f"/beheer/koppelen/{path}").status_code == 400
    leerkracht = login(weg.app, weg.session, make_account(weg.session, Rol.LEERKRACHT, koppeling.school))
    assert post(leerkracht, f"/beheer/koppelen/{path}").status_code == 403
    assert post(weg.clerk(), f"/beheer/koppelen/{path}").status_code == 404
    other = make_account(weg.session, Rol.BEHEERDER, make_school(weg.session, "56EF", "Zonder koppeling"))
    stranger = login(weg.app, weg.session, other)
    assert post(stranger, f"/beheer/koppelen/{path}").status_code in {303, 400, 404}
    visitor = weg.app.test_client()
    assert post(visitor, f"/beheer/koppelen/{path}").headers["Location"].startswith("/inloggen")
    weg.session.expire_all()
    assert (koppeling.schooljaar, koppeling.ophalen_op) == (JAAR, None)
