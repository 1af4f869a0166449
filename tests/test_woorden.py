"""What people read: a title for everything that can happen, and in the name of the own LAS and test centre."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from importlib import import_module
from itertools import product
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
    KloptNiet,
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
    Wat,
    Werk,
)
from webapp.models.fout import EigenCode, Fout, Foutcode, Situatie
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import BatchId
from webapp.models.mail import Mailprobleem
from webapp.models.vastgehouden import Ongewoon, Vastgehouden
from webapp.services.controle.gegeven import Stand, Toestand
from webapp.services.controle.ongewoon import Vraag
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.inname.soorten.velden import Veld
from webapp.services.overzicht import open_einden
from webapp.services.overzicht.einde import AAN_VAN, VAN_STATUS, Aan, Einde, OpenEinde
from webapp.services.overzicht.feiten import Feiten
from webapp.services.overzicht.tijdlijn import Post, Verrichting
from webapp.services.toetsen.normering import Normverslag
from webapp.services.toetsen.opslaan import Opgeslagen
from webapp.services.versturen.stand import Verzendstand, Zending
from webapp.services.versturen.waar import WAAR_IN, Bak, Waar
from webapp.services.zendkeuze import Keuzes
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.diagnose import Bevinding
from webapp.woorden import (
    aanleveringen,
    controle,
    koppeling,
    ongewoon,
    post,
    redenen,
    toetsen,
    vastgehouden,
    verhaal,
    versturen,
    waar,
    waarom,
    wijzigingen,
    zeg,
)
from webapp.woorden.fouten import uitleg
from webapp.woorden.kort import kort
from webapp.woorden.namen import Namen
from webapp.woorden.opzoeken import stand
from webapp.woorden.overzicht import for_leerkracht, statusregel
from webapp.woorden.tijdlijn import timeline

NAMEN = Namen(las="Gradebook", testcentrum="Toetshuis Noord", testcentrum_kort="Noord")
NU = datetime(2026, 11, 20, 9, tzinfo=UTC)
CODES: tuple[Foutcode, ...] = (*FaultCode, *EigenCode, *Reden)
RUNNING: dict[str, object] = {"status": KoppelingStatus.ACTIEF, "opgehaald_op": NU, "schooljaar": "2025-2026"}


_MAY_NAME_THEM = ("webapp/config.py", "webapp/instellingen/", "webapp/uwlr/profiles/", "webapp/migrations/")


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
        (Bak, waar.COUNTED),
        ([each for each in redenen.WACHT if each not in (Waar.NIET_GENORMEERD, Waar.NAKIJKEN)], waar.WACHT),
        (WAAR_IN[Bak.WACHT], redenen.WACHT),
        (WAAR_IN[Bak.BLIJFT], waar.BLIJFT),
        (set(Waar) - {Waar.IN_LAS, Waar.GEWEIGERD}, waarom.WIJ),
        (Einde, verhaal.STAPPEN),
        (Owner, versturen.AAN_ZET),
        (MailSoort, post.TITELS),
        (Soort, controle.SOORTEN),
        (Veld, controle.VELDEN),
        (Keuze, controle.KEUZES),
        (BatchStatus, controle.AFLOOP),
    ],
)
def test_everything_that_is_shown_has_words(kinds: Iterable[StrEnum], words: Collection[StrEnum]) -> None:
    assert set(words) == set(kinds)


def test_every_act_has_a_title() -> None:
    for daad in Daad:
        (regel,) = timeline([Verrichting(NU, daad, {}, None)], NAMEN, huis="ons")
        assert regel.titel, daad
        assert "{" not in regel.titel, daad
        assert regel.wie == "automatisch", daad


def test_every_mail_has_a_title() -> None:
    for soort, status in product(MailSoort, MailStatus):
        (regel,) = timeline([Post(NU, soort, status, "iemand@school.example", None, None)], NAMEN, huis="ons")
        assert regel.titel.startswith("Mail: "), (soort, status)
        assert "iemand@school.example" in regel.tekst, (soort, status)


def test_every_fault_has_words_and_keeps_its_owner() -> None:
    for code, situatie in product(CODES, [None, *Situatie]):
        said = uitleg(Fout(code, Owner.LAS, {"situatie": situatie} if situatie else {}), "ParnasSys")
        assert said.owner is Owner.LAS, (code, situatie)
        for sentence in (said.school, said.klantenservice):
            assert sentence.endswith((".", "?")), (code, situatie)
            assert "{" not in sentence, (code, situatie)


@pytest.mark.parametrize("probleem", Mailprobleem)
def test_every_problem_with_a_mail_has_words(probleem: Mailprobleem) -> None:
    assert post.probleem(probleem, None)


def test_counts_are_read_as_a_person_says_them() -> None:
    tellingen = {"leerling koppel": 1204, "groep nieuw": 1, "leerkracht niet": 0, "proef": "geslaagd"}
    (regel,) = timeline([Verrichting(NU, Daad.GEIMPORTEERD, tellingen, "Kim")], NAMEN, huis="ons")
    assert regel.tekst == "1.204 leerlingen gekoppeld, 1 groep toegevoegd, proef geslaagd"
    (regel,) = timeline(
        [Verrichting(NU, Daad.KLOPT_NIET, {"waarom": str(KloptNiet.ANDER_KIND)}, "Kim")], NAMEN, huis="ons"
    )
    assert regel.tekst == "Er staan resultaten van een ander kind"


def test_the_trail_says_questions_where_pages_do_and_lines_where_it_counted_lines() -> None:
    now, before = {"vragen": 6, "nieuwe_gegevens": 92}, {"te_controleren": 98}
    said = timeline([Verrichting(NU, Daad.OPGEHAALD, each, None) for each in (now, before)], NAMEN, huis="ons")
    assert [regel.tekst for regel in said] == [
        "6 vragen, 92 nieuwe gegevens",
        "98 regels op de controle (vragen en wat nieuw was)",
    ]


@pytest.mark.parametrize("name", ["code", "proef"])
def test_a_school_reads_what_a_code_means_and_klantenservice_the_code_too(name: str) -> None:
    for code in (*CODES, *Bevinding):
        act = Verrichting(
            NU, Daad.OPHALEN_MISLUKT, {name: str(code), "poging": 2, "eigenaar": "las", "klasse": "KeyError"}, None
        )
        (school,), (clerk,) = timeline([act], NAMEN, huis="Noord"), timeline([act], NAMEN, huis="ons", zonder=())
        assert len(school.tekst) > len(", poging 2"), code
        raw = (f"{name} ", "Client.", "Server.", "KeyError", "_", "eigenaar")
        assert not [each for each in raw if each in school.tekst], code
        assert f"code {code}" in clerk.tekst
        assert "KeyError" in clerk.tekst, code


STIL = Schakelaar(werk=Werk.VERSTUREN, reden="onderhoud", aanleiding=Aanleiding.KLANTENSERVICE)


@pytest.mark.parametrize("zending", set(Zending) - {Zending.NACHT, Zending.LAS_GEPAUZEERD})
def test_nothing_is_counted_as_zero(zending: Zending) -> None:
    stand = Verzendstand(zending, 0, NU, schakelaar=STIL)
    assert not re.search(r"\b0 [a-z]", versturen.sending(stand, NAMEN, 1))
    assert not re.search(r"\b0 [a-z]", versturen.released(0))


def test_results_that_cannot_go_yet_are_not_called_nothing() -> None:
    said = versturen.sending(Verzendstand(Zending.NIETS, 0, wachten=2), NAMEN, 1)
    assert said.startswith("2 resultaten kunnen nog niet weg; bij elk staat waarop het wacht.")


@pytest.mark.parametrize("zending", Zending)
def test_what_was_normed_is_said_to_go_tonight_only_when_it_does(zending: Zending) -> None:
    saved, verslag = Opgeslagen(date(2026, 11, 20), 1, 0, 0, 0), Normverslag(1, 0)
    said = toetsen.report(saved, verslag, NAMEN, zending=zending)[-1][1]
    stands_still = {Zending.GESTOPT, Zending.STILGEZET, Zending.LAS_GEPAUZEERD}
    assert ("binnen een minuut" in said) is (zending is Zending.MINUUT)
    no_night = stands_still | {Zending.UIT, Zending.UITGEZET, Zending.GEPAUZEERD, Zending.MINUUT}
    assert ("komende nacht" in said) is (zending not in no_night)
    assert ("zodra het versturen verdergaat" in said) is (zending in stands_still)


FAULTS = {
    Einde.SLEUTEL_GEWEIGERD: Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL),
    Einde.OPHALEN_MISLUKT: Fout(Reden.GEEN_TOEGANG, Owner.KLANTENSERVICE),
    Einde.OPHALEN_HAPERT: Fout(Reden.STORING, Owner.NIEMAND),
    Einde.VERSTUREN_MISLUKT: Fout(FaultCode.SCORE_ONGELDIG, Owner.KLANTENSERVICE),
    Einde.VERSTUREN_HAPERT: Fout(Reden.STORING, Owner.NIEMAND),
}
OF_NO_SCHOOL = {
    Einde.CERTIFICAAT: Aan.TESTCENTRUM,
    Einde.BLIJFT_LIGGEN: Aan.TESTCENTRUM,
    Einde.STILGEZET: Aan.TESTCENTRUM,
    Einde.NIET_AAN_DE_BEURT: Aan.TESTCENTRUM,
    Einde.ANDERE_LOCATIE: Aan.TESTCENTRUM,
    Einde.NACHT: Aan.TESTCENTRUM,
    Einde.MAIL: Aan.TESTCENTRUM,
    Einde.LAS_GEPAUZEERD: Aan.LAS,
    Einde.EERSTE_KEER: Aan.LAS,
    Einde.NIEUW_SCHOOLJAAR: Aan.LAS,
    Einde.JAAR_UITGESTELD: Aan.PAUZE,
}
STATUSES = {each.einde: status for status, each in VAN_STATUS.items()}


def feiten_of(einde: Einde) -> Feiten:
    """A school at which only this is open."""
    if einde is Einde.GEEN_KOPPELING:
        return Feiten(None)
    if einde in STATUSES:
        return Feiten(Koppeling(status=STATUSES[einde]), (VAN_STATUS[STATUSES[einde]],))
    fout = FAULTS.get(einde)
    aan = AAN_VAN[fout.eigenaar] if fout else OF_NO_SCHOOL.get(einde, Aan.U)
    return Feiten(
        Koppeling(**RUNNING),
        (
            OpenEinde(
                einde,
                aan,
                1,
                fout,
                NU,
                BatchId(3),
                STIL,
                wat="12" if einde is Einde.KLOPT_NIET else "2026-2027",
                tot=date(2026, 10, 12),
            ),
        ),
    )


@pytest.mark.parametrize("einde", Einde)
def test_every_open_end_is_said_in_the_name_of_the_own_las_and_test_centre(app: Flask, einde: Einde) -> None:
    with app.test_request_context():
        regel = statusregel(feiten_of(einde), NAMEN)
        leerkracht = for_leerkracht(feiten_of(einde), NAMEN)
    for said in (regel, leerkracht):
        assert all((said.label, said.wat, said.daarna, said.wie))
        assert "ParnasSys" not in said.wat + said.daarna + said.wie
        assert "{" not in said.wat + said.daarna
    if regel.soort == "u":
        assert regel.actie_url
        assert leerkracht.label == "wacht op beheerder"
    assert leerkracht.actie_url is None
    assert kort(OpenEinde(einde, Aan.U, 1204, schakelaar=STIL, wat="2026-2027", tot=date(2026, 10, 12)), NAMEN)


def test_before_the_first_import_nobody_is_said_to_be_missing_in_the_las() -> None:
    for is_imported, said in ((True, "hoort bij niemand in Gradebook"), (False, "Na de eerste import uit Gradebook")):
        los = stand(Stand(Toestand.LOS), LEERLING, NAMEN, for_beheerder=True, is_imported=is_imported)
        assert said in los.tekst


def test_all_labels_are_in_plain_words(app: Flask) -> None:
    with app.test_request_context():
        assert statusregel(feiten_of(Einde.CONTROLEREN), NAMEN).wat == "1 vraag wacht op uw antwoord."
        assert statusregel(feiten_of(Einde.OPENGEZET), NAMEN).wat == "De koppeling staat open in Gradebook."
        [asked] = feiten_of(Einde.CONTROLEREN).einden
        for later, wat, short in (
            (
                2,
                "1 vraag wacht op uw antwoord, en 2 vragen staan op Later.",
                "1 vraag beantwoorden en 2 vragen op Later",
            ),
            (3, "3 vragen staan op Later.", "3 vragen op Later"),
        ):
            einde = replace(asked, aantal=3, later=later)
            assert statusregel(Feiten(Koppeling(**RUNNING), (einde,)), NAMEN).wat == wat
            assert kort(einde, NAMEN) == short
        assert statusregel(Feiten(Koppeling(**RUNNING), (einde,)), NAMEN).daarna.startswith("Antwoorden kan wanneer")
        ours = Feiten(Koppeling(**RUNNING), (OpenEinde(Einde.BLIJFT_LIGGEN, Aan.TESTCENTRUM), asked))
        assert statusregel(ours, NAMEN).label == "wacht op u", "beside what waits for others"
        assert for_leerkracht(ours, NAMEN).label == "wacht op beheerder"
        assert statusregel(feiten_of(Einde.INGEDIEND), NAMEN).label == "wacht op Noord"
        assert statusregel(feiten_of(Einde.LAS_GEPAUZEERD), NAMEN).label == "wacht op Gradebook"
        assert statusregel(Feiten(Koppeling(**RUNNING), ()), NAMEN).label == "in orde"


@pytest.mark.parametrize("name", ["fout", "zend_fout"])
def test_no_sentence_of_the_status_line_is_said_twice(app: Flask, name: str) -> None:
    with app.test_request_context():
        for code, owner in product(CODES, Owner):
            koppeling = Koppeling(**RUNNING, **{name: Fout(code, owner)}, gewerkt_op=NU, ophalen_op=NU, zenden_op=NU)
            einden = tuple(open_einden.of_row(koppeling, NU))
            for regel in (
                statusregel(Feiten(koppeling, einden[:1]), NAMEN),
                for_leerkracht(Feiten(koppeling, einden), NAMEN),
            ):
                sentences = re.split(r"(?<=[.?!]) ", f"{regel.wat} {regel.daarna} {regel.wie}")
                assert len(sentences) == len(set(sentences)), (code, owner)
                assert sum("hoeft niets te doen" in each for each in sentences) <= 1, (code, owner)
                assert sum("opnieuw om" in each or "vanzelf opnieuw" in each for each in sentences) <= 1, (code, owner)
                assert sum("lossen wij op" in each for each in sentences) <= 1, (code, owner)
                assert ("hoeft niets te doen" in regel.wie) == (regel.soort != "u"), (code, owner)


@pytest.mark.parametrize("zending", Zending)
def test_how_sending_stands_is_said_in_the_name_of_the_own_las(zending: Zending) -> None:
    said = versturen.sending(Verzendstand(zending, 2, NU, schakelaar=STIL), NAMEN, 1)
    assert said.endswith(".")
    assert ("Gradebook" in said) == (zending not in (Zending.UIT, Zending.GEPAUZEERD, Zending.GESTOPT))


@pytest.mark.parametrize("place", Waar)
def test_where_a_result_stands_is_said_for_every_place(place: Waar) -> None:
    resultaat = Resultaat(genormeerd_op=NU, afnamedatum=NU.date(), ruwe_score=26, leerling=Leerling(las_key="1"))
    badge = waar.stand_of(resultaat, Levering(status=LeveringStatus.GEWEIGERD, bevestigd_op=NU), place, NAMEN, Keuzes())
    assert badge.label
    assert badge.tekst.endswith(".")
    assert "Koppelen met LAS" not in badge.tekst, "a leerkracht reads it too"


def test_what_the_las_still_has_is_said_with_the_new_score() -> None:
    resultaat = Resultaat(genormeerd_op=NU, ruwe_score=26, leerling=Leerling(las_key="1"))
    levering = Levering(status=LeveringStatus.KLAAR, bevestigd_op=NU, score_in_las=24)
    badge = waar.stand_of(resultaat, levering, Waar.KLAAR, NAMEN, Keuzes(), wanneer="komende nacht")
    assert (badge.label, badge.tekst) == ("gaat komende nacht", f"Nieuwe score 26. {NAMEN.las} heeft nog 24.")


@pytest.mark.parametrize("place", [Waar.KLAAR, Waar.NIET_GENORMEERD, Waar.IN_LAS, Waar.GEWEIGERD])
def test_where_a_las_keeps_the_first_score_it_is_changed_there_by_hand(place: Waar) -> None:
    resultaat = Resultaat(genormeerd_op=NU, ruwe_score=26, leerling=Leerling(las_key="1"))
    for score_in_las, takes, said in ((24, False, True), (26, False, False), (24, None, False), (24, True, False)):
        levering = Levering(status=LeveringStatus.GEWEIGERD, bevestigd_op=NU, score_in_las=score_in_las)
        here = replace(NAMEN, neemt_verbetering=takes)
        badge = waar.stand_of(resultaat, levering, place, here, Keuzes(), wanneer="komende nacht")
        assert (f"{NAMEN.las} houdt de eerste score, 24, en" in badge.tekst) is said
        assert not (said and "heeft nog" in badge.tekst)


@pytest.mark.parametrize(("number", "said"), [(1, "Verwijder het daar"), (2, "Verwijder ze daar")])
def test_one_result_at_another_leerling_is_not_several(app: Flask, number: int, said: str) -> None:
    einde = OpenEinde(Einde.ELDERS_AFGELEVERD, Aan.U, number)
    with app.test_request_context():
        assert statusregel(Feiten(Koppeling(**RUNNING), (einde,)), NAMEN).daarna.startswith(said)


def test_a_result_that_waits_for_a_link_is_not_promised_to_the_next_message() -> None:
    resultaat = Resultaat(afnamedatum=NU.date(), leerling=Leerling())
    badge = waar.stand_of(resultaat, None, Waar.NIET_GEKOPPELD, NAMEN, Keuzes(), wanneer="komende nacht")
    assert (badge.label, badge.tekst) == ("wacht op koppeling", "Gaat mee zodra de leerling gekoppeld is.")


_MANY = re.compile(r"\b([Zz]e|[Zz]ij|[Hh]un|[Hh]en|Staan|[Kk]omen|waren|verdwijnen)\b")


def test_what_is_said_of_one_is_not_said_as_of_many() -> None:
    over = Vastgehouden(ids=[], redenen=[], aantal=1, van=8)
    soorten = (Soort.LEERKRACHT, Soort.LEERLING)
    keys = [f"{wat}:{soort}" for wat in (Ongewoon.NIEUW, Ongewoon.GROEPEN) for soort in soorten]
    kaarten = [ongewoon.kaart(Vraag(key, over, [], []), "ParnasSys") for key in keys]
    said = [
        vastgehouden.geparkeerd({Soort.LEERLING: 1}),
        koppeling.left(1, NAMEN),
        *(ongewoon.geloofd(key, 1) for key in keys),
        *(text for kaart in kaarten for text in (kaart.kop, kaart.uitleg, kaart.knop, kaart.gevolg)),
    ]
    assert [text for text in said if _MANY.search(text)] == []


def test_every_act_of_a_person_has_its_words_in_the_history_and_among_the_last_changes() -> None:
    told = set(Wat) - VANZELF - {Wat.ANDERS, Wat.INGELEZEN}
    assert set(aanleveringen._DEED) == set(wijzigingen._BY_PERSON) == told
