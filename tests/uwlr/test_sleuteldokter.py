"""The key doctor: one sentence that says what is the matter and who acts, within its deadline."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.las import Behaviour, reply, running_las, silent
from tests.uwlr.berichten import AUTORISATIE, NOOR, SCHOOL, VERZOEK, antwoord, fault, leerling, niets
from webapp.uwlr.codes import Owner
from webapp.uwlr.diagnose import Diagnose
from webapp.uwlr.profiles.esis import PROFILE as ESIS
from webapp.uwlr.profiles.parnassys import PROFILE as PARNASSYS
from webapp.uwlr.sleuteldokter import check_form, examine
from webapp.woorden.sleutel import bevinding


def ask(behave: Behaviour, sleutel: str = "GEHEIME-SLEUTEL", deadline: float = 10) -> Diagnose:
    with running_las(behave) as las:
        header = replace(AUTORISATIE, autorisatiesleutel=sleutel)
        return examine(PARNASSYS, las.address, VERZOEK, header, "De Regenboog", timedelta(seconds=deadline))


def say(diagnose: Diagnose) -> str:
    return bevinding(diagnose.code, diagnose.gegevens, PARNASSYS.naam)


def test_a_good_key_shows_what_it_opens() -> None:
    diagnose = ask(reply(antwoord(NOOR + leerling(attributen='key="2"'))))
    assert diagnose.is_goed
    assert say(diagnose) == "De Regenboog, 1 groep, 2 leerlingen, schooljaar 2026-2027"
    assert (diagnose.owner, diagnose.code) == (Owner.NIEMAND, "gegevens")


def test_spaces_and_line_ends_are_no_reason_to_refuse() -> None:
    assert ask(reply(antwoord()), " GEHEIME-\r\nSLEUTEL\u200b ").is_goed


def test_a_refused_key_names_key_and_brin() -> None:
    diagnose = ask(reply(fault("soap:Client.AutorisatieOngeldig"), 500))
    assert say(diagnose) == (
        "De sleutel past niet bij BRIN 99XX, of het BRIN klopt niet: ParnasSys maakt daar geen verschil tussen. "
        "Controleer beide en plak de sleutel opnieuw. Er is niets opgeslagen."
    )
    assert (diagnose.is_goed, diagnose.owner, diagnose.code) == (False, Owner.SCHOOL, "Client.AutorisatieOngeldig")


@pytest.mark.parametrize(
    ("behave", "owner", "code"),
    [
        (
            reply(fault("soap:Client.OngeldigeKlantIdentificatie"), 500),
            Owner.KLANTENSERVICE,
            "Client.OngeldigeKlantIdentificatie",
        ),
        (reply(niets("geengegevens")), Owner.SCHOOL, "geengegevens"),
        (
            reply(antwoord(school=SCHOOL.replace("2026", "2025", 1).replace("-2027", "-2026"))),
            Owner.SCHOOL,
            "ander_schooljaar",
        ),
        (reply(antwoord(school=SCHOOL.replace("99XX", "99VV"))), Owner.KLANTENSERVICE, "andere_school"),
        (reply(b"<html>", content_type="text/html"), Owner.NIEMAND, "geen_xml"),
        (reply(b"", 503), Owner.NIEMAND, "storing"),
        (reply(b"", 404), Owner.KLANTENSERVICE, "adres_onjuist"),
    ],
)
def test_everything_else_says_who_acts(behave: Behaviour, owner: Owner, code: str) -> None:
    diagnose = ask(behave)
    assert (diagnose.is_goed, diagnose.owner, diagnose.code) == (False, owner, code)
    assert "GEHEIME-SLEUTEL" not in repr(diagnose)


def test_a_key_without_changes_is_a_good_key() -> None:
    assert ask(reply(niets("geenwijzigingen"))).is_goed


def test_the_doctor_answers_in_time() -> None:
    started = time.monotonic()
    assert ask(silent, deadline=0.5).code == "tijd_verstreken"
    assert time.monotonic() - started < 2.5


def test_a_key_of_the_wrong_form_is_not_even_sent() -> None:
    with running_las(reply(antwoord())) as las:
        diagnose = examine(PARNASSYS, las.address, VERZOEK, replace(AUTORISATIE, autorisatiesleutel="99XX"), "x")
    assert (diagnose.is_goed, diagnose.owner, diagnose.code) == (False, Owner.SCHOOL, "brin")
    assert las.requests == []


def test_the_form_can_be_judged_without_asking_anyone() -> None:
    assert check_form(ESIS, " 99XX00 abcdefghijklmnop\n", "99XX") == ("99XX00abcdefghijklmnop", None)
    sleutel, diagnose = check_form(ESIS, "99YY00abcdefghijklmnop", "99XX")
    assert diagnose is not None
    assert sleutel not in say(diagnose)
    assert "99XX00" in say(diagnose)
