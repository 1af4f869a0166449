"""The key doctor on the page: a pasted sleutel is tried in the LAS, over real SOAP, before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.las import Behaviour, Las, reply, running_las
from tests.screens import JAAR, SLEUTEL, Koppelweg, messages, post
from tests.uwlr.berichten import NOOR, SCHOOL, antwoord, fault, niets
from webapp.models import Audit, KoppelingStatus
from webapp.models.fout import Fout
from webapp.services.koppeling.sleutel import opened
from webapp.services.overzicht import wachtrij
from webapp.uwlr.codes import FaultCode, Owner
from webapp.woorden.namen import namen_of
from webapp.woorden.wachtrij import daarna

VAN_ONS = SCHOOL.replace("99XX", "12AB").replace("2026-2027", JAAR)
WERKT = reply(antwoord(NOOR, school=VAN_ONS))
GEWEIGERD = reply(fault("soap:Client.AutorisatieOngeldig"), 500)
GOED = {"las_type": "parnassys", "schooljaar": JAAR, "sleutel": SLEUTEL}
NIEUW = "EEN-NIEUWE-SLEUTEL-0815"
Answering = Callable[[Behaviour], AbstractContextManager[Las]]


@pytest.fixture
def las(weg: Koppelweg, monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Let ParnasSys answer in this way for as long as the block lasts."""

    @contextmanager
    def answering(behave: Behaviour) -> Iterator[Las]:
        extensions = weg.app.extensions
        with running_las(behave) as server, monkeypatch.context() as patch:
            patch.setitem(extensions, "settings", replace(extensions["settings"], parnassys_url=server.address))
            yield server

    return answering


def test_a_key_that_works_shows_what_it_opened(weg: Koppelweg, las: Answering) -> None:
    koppeling = weg.opened()
    browser = weg.browser(koppeling)
    with las(WERKT) as server:
        answer = post(browser, "/beheer/koppelen/", GOED | {"sleutel": f" {SLEUTEL}\n"})
    assert answer.headers["Location"] == "/beheer/koppelen/ingediend"
    assert f"<autorisatiesleutel>{SLEUTEL}</" in server.requests[0].decode().replace("ns0:", "").replace("aut:", "")
    found = f"De Wegwijzer, 1 groep, 1 leerling, schooljaar {JAAR}"
    assert f"De sleutel werkt. Gevonden in ParnasSys: {found}." in browser.get("/beheer/koppelen/ingediend").text
    story = weg.clerk().get("/klantenservice/koppeling/details/", query_string={"id": koppeling.id}).text
    assert "De sleutel werkt" in story
    assert found in story
    assert weg.session.scalars(select(Audit).where(Audit.actie == "ingediend")).one().tellingen == {"proef": "geslaagd"}


@pytest.mark.parametrize(
    ("behave", "sentence", "code"),
    [
        (GEWEIGERD, "De sleutel past niet bij BRIN 12AB, of het BRIN klopt niet", "Client.AutorisatieOngeldig"),
        (reply(niets("geengegevens")), "heeft voor", "geengegevens"),
        (reply(antwoord(NOOR, school=VAN_ONS.replace("12AB", "99VV"))), "ook de sleutel niet", "andere_school"),
        (
            reply(antwoord(NOOR, school=VAN_ONS.replace(JAAR, "2019-2020"))),
            "stuurt nog niet schooljaar",
            "ander_schooljaar",
        ),
    ],
)
def test_what_the_school_can_mend_is_said_and_nothing_is_stored(
    weg: Koppelweg, las: Answering, behave: Behaviour, sentence: str, code: str
) -> None:
    koppeling = weg.opened()
    with las(behave):
        answer = post(weg.browser(koppeling), "/beheer/koppelen/", GOED)
    assert answer.status_code == 422
    for expected in (sentence, f'href="/hulp/code/{code}"'):
        assert expected in answer.text
    assert SLEUTEL not in answer.text
    weg.session.expire_all()
    assert (koppeling.status, koppeling.sleutel, koppeling.proef_op) == (KoppelingStatus.OPENGEZET, None, None)


@pytest.mark.parametrize(
    ("behave", "clerk"),
    [
        (reply(b"", 503), "ParnasSys heeft een storing."),
        (reply(fault("soap:Client.OngeldigeKlantIdentificatie"), 500), "ParnasSys herkent ons testcentrum niet."),
        (reply(fault("soap:Client.LeerlingOngeldig"), 500), "ParnasSys gaf een antwoord dat hier niet past."),
    ],
)
def test_what_the_school_cannot_mend_does_not_stop_it(
    weg: Koppelweg, las: Answering, behave: Behaviour, clerk: str
) -> None:
    koppeling = weg.opened()
    browser = weg.browser(koppeling)
    with las(behave):
        assert post(browser, "/beheer/koppelen/", GOED).status_code == 303
    page = browser.get("/beheer/koppelen/ingediend").text
    assert f"Uw sleutel is versleuteld bewaard.</strong> {clerk} Of de sleutel werkt, weten wij dus nog niet." in page
    story = weg.clerk().get("/klantenservice/koppeling/details/", query_string={"id": koppeling.id}).text
    assert f"{clerk} Of de sleutel werkt, weten wij dus nog niet" in story
    weg.session.expire_all()
    assert (koppeling.status, koppeling.proef_gelukt) == (KoppelingStatus.INGEDIEND, False)


def test_a_new_key_that_works_is_taken_and_says_what_it_opened(weg: Koppelweg, las: Answering) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    with las(WERKT):
        assert post(browser, "/beheer/koppelen/sleutel", {"sleutel": NIEUW}).status_code == 303
    assert "De sleutel werkt. Gevonden in ParnasSys: De Wegwijzer" in messages(browser)


def test_beside_a_refused_key_any_new_one_is_an_improvement(weg: Koppelweg, las: Answering) -> None:
    koppeling = weg.running()
    koppeling.fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    weg.session.commit()
    with las(reply(b"", 503)):
        assert post(weg.browser(koppeling), "/beheer/koppelen/sleutel", {"sleutel": NIEUW}).status_code == 303
    weg.session.expire_all()
    assert opened(koppeling, weg.app.extensions["keyring"]) == NIEUW


def test_a_new_key_that_is_refused_leaves_the_old_one(weg: Koppelweg, las: Answering) -> None:
    koppeling = weg.running()
    for behave, sentence in ((GEWEIGERD, "De sleutel past niet bij BRIN 12AB"), (reply(b"", 503), "storing")):
        with las(behave):
            answer = post(weg.browser(koppeling), "/beheer/koppelen/sleutel", {"sleutel": NIEUW})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "De oude sleutel blijft hier staan." in answer.text
    weg.session.expire_all()
    assert opened(koppeling, weg.app.extensions["keyring"]) == SLEUTEL


def test_a_new_key_that_opens_a_year_that_is_not_there_yet_is_taken(weg: Koppelweg, las: Answering) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    with las(reply(niets("geengegevens"))):
        assert post(browser, "/beheer/koppelen/sleutel", {"sleutel": NIEUW}).status_code == 303
    assert "De nieuwe sleutel is bewaard." in messages(browser)
    weg.session.expire_all()
    assert opened(koppeling, weg.app.extensions["keyring"]) == NIEUW


def test_a_key_of_the_wrong_form_is_not_sent(weg: Koppelweg, las: Answering) -> None:
    with las(WERKT) as server:
        assert post(weg.browser(weg.opened()), "/beheer/koppelen/", GOED | {"sleutel": "12AB"}).status_code == 422
    assert server.requests == []


def test_a_fault_that_is_ours_is_told_to_klantenservice_in_words(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.fout = Fout(FaultCode.XSDVERSIE_ONGELDIG, Owner.KLANTENSERVICE)
    weg.session.commit()
    row = wachtrij.waiting(weg.session)[0]
    said = daarna(row, namen_of(koppeling, weg.app.extensions["settings"]))
    assert said.startswith("ParnasSys ondersteunt deze UWLR-versie niet.")
    assert said.endswith("(code Client.XsdVersieOngeldig)")
