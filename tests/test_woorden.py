"""What people read: a title for everything that can happen, and in the name of the own LAS and test centre."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from pkgutil import walk_packages

import pytest
from flask import Flask

import webapp
from webapp.config import PROJECT
from webapp.errors import DomainError
from webapp.models import (
    Aanleiding,
    BatchStatus,
    Daad,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Levering,
    LeveringStatus,
    MailSoort,
    MailStatus,
    Resultaat,
    Schakelaar,
    Soort,
    Uitkomst,
    Werk,
)
from webapp.models.fout import EigenCode, Fout, Foutcode, Situatie
from webapp.models.ids import BatchId
from webapp.models.mail import Mailprobleem
from webapp.services.inname.soorten.velden import Veld
from webapp.services.overzicht.feiten import Feiten, Toestand
from webapp.services.overzicht.tijdlijn import Post, Verrichting
from webapp.services.versturen.stand import Blijft, Verzendstand, Zending
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.woorden import controle, mails, versturen, zeg
from webapp.woorden.fouten import uitleg
from webapp.woorden.namen import Namen
from webapp.woorden.overzicht import statusregel
from webapp.woorden.tijdlijn import timeline

NAMEN = Namen(las="Gradebook", testcentrum="Toetshuis Noord", testcentrum_kort="Noord")
NU = datetime(2026, 11, 20, 9, tzinfo=UTC)
RUNNING: dict[str, object] = {"status": KoppelingStatus.ACTIEF, "opgehaald_op": NU, "schooljaar": "2025-2026"}


_MAY_NAME_THEM = ("webapp/config.py", "webapp/uwlr/profiles/", "webapp/migrations/")


def test_only_settings_and_profiles_name_a_las_or_a_test_centre() -> None:
    found = [
        path
        for room in ("webapp", "jobs", "mail_templates")
        for path in (PROJECT / room).rglob("*")
        if path.suffix in {".py", ".html", ".txt", ".js", ".css"}
        and not path.relative_to(PROJECT).as_posix().startswith(_MAY_NAME_THEM)
        and any(naam in path.read_text() for naam in ("ParnasSys", "Boom"))
    ]
    assert found == []


def refusals(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every error of the product that can be raised: those that others are kinds of only group them."""
    for child in kind.__subclasses__():
        yield from refusals(child)
    if not kind.__subclasses__() and kind.__module__.startswith("webapp."):
        yield kind


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    for module in walk_packages(webapp.__path__, "webapp."):
        if not module.name.startswith("webapp.migrations"):
            import_module(module.name)
    assert {kind for kind in refusals() if kind not in zeg.registry} == set()


def test_a_refusal_without_a_sentence_is_a_bug() -> None:
    with pytest.raises(NotImplementedError, match="DomainError"):
        zeg(DomainError(), NAMEN)


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (LeveringStatus, versturen.LABELS),
        (LeveringStatus, versturen.COUNTED),
        (Uitkomst, versturen.LAATSTE),
        (Owner, versturen.AAN_ZET),
        (Blijft, versturen.BLIJFT),
        (MailSoort, mails.TITELS),
        (Soort, controle.SOORTEN),
        (Veld, controle.VELDEN),
        (Keuze, controle.KEUZES),
        (BatchStatus, controle.AFLOOP),
    ],
)
def test_everything_that_is_shown_has_words(kinds: type[StrEnum], words: Collection[StrEnum]) -> None:
    assert set(words) == set(kinds)


@pytest.mark.parametrize("daad", Daad)
def test_every_act_has_a_title(daad: Daad) -> None:
    (regel,) = timeline([Verrichting(NU, daad, {}, None)], NAMEN, huis="ons")
    assert regel.titel
    assert "{" not in regel.titel
    assert regel.wie == "automatisch"


@pytest.mark.parametrize("soort", MailSoort)
@pytest.mark.parametrize("status", MailStatus)
def test_every_mail_has_a_title(soort: MailSoort, status: MailStatus) -> None:
    (regel,) = timeline([Post(NU, soort, status, "iemand@school.example", None, None)], NAMEN, huis="ons")
    assert regel.titel.startswith("Mail: ")
    assert "iemand@school.example" in regel.tekst


@pytest.mark.parametrize("code", [*FaultCode, *EigenCode, *Reden])
@pytest.mark.parametrize("situatie", [None, *Situatie])
def test_every_fault_has_words_and_keeps_its_owner(code: Foutcode, situatie: Situatie | None) -> None:
    said = uitleg(Fout(code, Owner.LAS, {"situatie": situatie} if situatie else {}), "ParnasSys")
    assert said.owner is Owner.LAS
    for sentence in (said.school, said.klantenservice):
        assert sentence.endswith((".", "?"))
        assert "{" not in sentence


@pytest.mark.parametrize("probleem", Mailprobleem)
def test_every_problem_with_a_mail_has_words(probleem: Mailprobleem) -> None:
    assert mails.probleem(probleem, None)


def test_counts_are_read_as_a_person_says_them() -> None:
    tellingen = {"leerling koppel": 1204, "groep nieuw": 1, "leerkracht niet": 0, "proef": "geslaagd"}
    (regel,) = timeline([Verrichting(NU, Daad.GEIMPORTEERD, tellingen, "Kim")], NAMEN, huis="ons")
    assert regel.tekst == "1.204 leerlingen gekoppeld, 1 groep toegevoegd, proef geslaagd"


STIL = Schakelaar(werk=Werk.VERSTUREN, reden="onderhoud", aanleiding=Aanleiding.KLANTENSERVICE)
FEITEN = [
    Feiten(None),
    *(Feiten(Koppeling(status=status)) for status in KoppelingStatus),
    Feiten(Koppeling(**RUNNING, fout=Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL))),
    Feiten(Koppeling(**RUNNING), open_batch_id=BatchId(3), open_vragen=1),
    Feiten(Koppeling(**RUNNING, fout=Fout(Reden.STORING, Owner.NIEMAND))),
    Feiten(Koppeling(**RUNNING, zend_fout=Fout(FaultCode.SCORE_ONGELDIG, Owner.KLANTENSERVICE))),
    Feiten(Koppeling(**RUNNING), te_verwijderen=2),
    Feiten(Koppeling(**RUNNING), nieuw_schooljaar="2026-2027"),
    Feiten(Koppeling(**RUNNING), las_sinds=datetime(2026, 11, 26, 2, tzinfo=UTC)),
    Feiten(Koppeling(**RUNNING), stilgezet=STIL),
    Feiten(Koppeling(**RUNNING)),
]


def test_every_state_is_said_in_the_name_of_the_own_las_and_test_centre(app: Flask) -> None:
    assert {feiten.toestand for feiten in FEITEN} == set(Toestand)
    with app.test_request_context():
        said = [statusregel(feiten, NAMEN) for feiten in FEITEN]
    for regel in said:
        assert all((regel.label, regel.wat, regel.daarna, regel.wie))
        assert (regel.actie_url is None) == (regel.actie_tekst is None) == (regel.soort != "u")
    assert {"wacht op Noord", "wacht op Gradebook"} <= {regel.label for regel in said}
    assert "De koppeling staat open in Gradebook." in {regel.wat for regel in said}
    assert "1 gegeven wacht op uw controle." in {regel.wat for regel in said}


@pytest.mark.parametrize("zending", Zending)
def test_how_sending_stands_is_said_in_the_name_of_the_own_las(zending: Zending) -> None:
    said = versturen.sending(Verzendstand(zending, 2, NU, schakelaar=STIL), NAMEN, 1)
    assert said.endswith(".")
    assert ("Gradebook" in said) == (zending not in (Zending.UIT, Zending.GESTOPT))


@pytest.mark.parametrize("status", LeveringStatus)
def test_where_a_result_stands_is_said_for_every_status(status: LeveringStatus) -> None:
    levering = Levering(status=status, bevestigd_op=NU)
    badge = versturen.stand_of(Resultaat(genormeerd_op=NU, leerling=Leerling()), levering, None, NAMEN)
    assert badge.label == versturen.COUNTED[status]
    assert badge.tekst.endswith(".")
    assert "ParnasSys" not in badge.tekst


def test_a_las_without_a_name_of_its_own_begins_a_sentence_with_a_capital() -> None:
    nameless = replace(NAMEN, las="het LAS")
    badge = versturen.stand_of(Resultaat(genormeerd_op=NU), Levering(status=LeveringStatus.ONBEKEND), None, nameless)
    assert badge.tekst.startswith("Het LAS gaf nog geen bevestiging.")
