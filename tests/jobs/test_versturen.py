"""Sending results over real HTTP to a LAS that misbehaves in every way, on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from flask import Flask
from redis import Redis
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jobs import lease, versturen
from jobs.versturen import push_resultaten
from tests.las import Administratie, Antwoord, Fault, Late, Lost, Ontvangen, Slow, Status, running_las
from tests.wereld import SLEUTEL, START, Wereld, make_wereld
from webapp.config import Settings
from webapp.models import (
    Daad,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Levering,
    LeveringStatus,
    Lidmaatschap,
    Mail,
    MailSoort,
    Resultaat,
    Verzending,
)
from webapp.models.ids import KoppelingId
from webapp.queue import Job, ring
from webapp.services import beurten, sloten
from webapp.services.clock import database_clock
from webapp.services.overzicht import tijdlijn
from webapp.services.overzicht.tijdlijn import Gebeurtenis, Verrichting
from webapp.services.versturen import besluit, beurt, leveringen
from webapp.services.versturen.beurt import Opdracht
from webapp.uwlr.codes import FaultCode
from webapp.uwlr.profiles import PROFILES
from webapp.woorden.namen import Namen
from webapp.woorden.tijdlijn import timeline

AFKOELING = timedelta(minutes=15)


@pytest.fixture
def las() -> Iterator[Administratie]:
    administratie = Administratie()
    with running_las(administratie) as las:
        administratie.address = las.address
        yield administratie


@pytest.fixture
def wereld(
    session: Session, app: Flask, settings: Settings, las: Administratie, monkeypatch: pytest.MonkeyPatch
) -> Wereld:
    here = replace(settings, parnassys_url=las.address, zend_deadline=timedelta(seconds=2), afkoeling=AFKOELING)
    monkeypatch.setitem(app.extensions, "settings", here)
    return make_wereld(session, app.extensions["keyring"])


def one_by_one(*antwoorden: Antwoord) -> Callable[[Ontvangen], Antwoord]:
    """Answer with these in turn, and confirm every message after them."""
    return lambda bericht: antwoorden[bericht.nummer] if bericht.nummer < len(antwoorden) else None


def make_due(wereld: Wereld) -> None:
    """As if the pause and the cool-down were over."""
    past = database_clock(wereld.session) - timedelta(seconds=1)
    values = {"zenden_op": past, "niet_voor": None, "zenden_claim_tot": past}
    wereld.session.execute(update(Koppeling).where(Koppeling.id == wereld.koppeling.id).values(**values))
    wereld.session.commit()


def refused_since(wereld: Wereld, ago: timedelta) -> None:
    """As if the LAS refused so long already."""
    past = database_clock(wereld.session) - ago
    wereld.session.execute(update(Koppeling).values(zenden_twijfel=past))
    wereld.session.commit()


def test_what_is_due_arrives_as_osoresultaat_and_is_confirmed(wereld: Wereld, las: Administratie) -> None:
    ids = wereld.genormeerd(3)
    push_resultaten(wereld.koppeling.id)
    [bericht] = las.berichten
    leveringen_ = [wereld.levering(id_) for id_ in ids]
    assert bericht.keys == {levering.resultaat.sleutel for levering in leveringen_}
    assert (bericht.sleutel, bericht.schooljaar) == (SLEUTEL, "2026-2027")
    assert las.boek == {levering.resultaat.sleutel: levering.resultaat.ruwe_score for levering in leveringen_}
    assert {(levering.status, levering.bevestigd, levering.pogingen) for levering in leveringen_} == {
        (LeveringStatus.BEVESTIGD, 1, 0)
    }
    koppeling = wereld.koppeling
    assert (koppeling.zenden_op, koppeling.zenden_claim, koppeling.niet_voor) == (None, None, None)
    assert [str(v.uitkomst) for v in wereld.session.scalars(select(Verzending))] == ["bevestigd"]


def test_a_second_run_finds_nothing_to_do(wereld: Wereld, las: Administratie) -> None:
    wereld.genormeerd(1)
    push_resultaten(wereld.koppeling.id)
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) == 1


def test_many_results_go_in_messages_of_200_with_a_rising_aanmaakdatum(wereld: Wereld, las: Administratie) -> None:
    wereld.genormeerd(450)
    push_resultaten(wereld.koppeling.id)
    assert [len(bericht.resultaten) for bericht in las.berichten] == [200, 200, 50]
    assert all(a.aanmaakdatum < b.aanmaakdatum for a, b in pairwise(las.berichten))
    assert set(wereld.statussen()) == {"bevestigd"}


def test_a_message_carries_the_school_year_of_its_results(wereld: Wereld, las: Administratie) -> None:
    """What was open when the koppeling went over to the new year goes under the old one, in a message of its own.

    Also of who left then; but a score that nobody had normed stays as it was saved, and is lost by nothing.
    """
    days = {date(2025, 8, 1): "2025-2026", date(2026, 7, 31): "2025-2026", date(2026, 8, 1): "2026-2027"}
    per_day = {day: [wereld.resultaat(afname=day).sleutel for _ in range(2)] for day in days}
    wereld.normeer()
    raw = wereld.resultaat(afname=date(2026, 7, 31))
    last = select(Resultaat.leerling_id).where(Resultaat.afnamedatum == date(2026, 7, 31))
    for leerling in wereld.session.scalars(select(Leerling).where(Leerling.id.in_(last))):
        leerling.status, leerling.groep_id = Lidmaatschap.VERTROKKEN, None
    wereld.normeer()
    push_resultaten(wereld.koppeling.id)
    assert (raw.genormeerd_op, raw.ruwe_score) == (None, 25)
    assert [bericht.schooljaar for bericht in las.berichten] == ["2025-2026", "2026-2027"]
    went = {key: bericht.schooljaar for bericht in las.berichten for key in bericht.keys}
    assert went == {key: days[day] for day, keys in per_day.items() for key in keys}
    assert set(wereld.statussen()) == {"bevestigd"}


def test_a_year_that_cannot_be_delivered_does_not_hold_up_the_other(wereld: Wereld, las: Administratie) -> None:
    wereld.resultaat(afname=date(2026, 7, 31))
    wereld.resultaat()
    wereld.normeer()
    las.answer = lambda bericht: Lost() if bericht.schooljaar == "2025-2026" else None
    for _ in range(2):
        make_due(wereld)
        push_resultaten(wereld.koppeling.id)
    assert [bericht.schooljaar for bericht in las.berichten] == ["2025-2026", "2026-2027", "2025-2026"]
    assert wereld.statussen() == ["onbekend", "bevestigd"]


def test_a_result_of_a_year_that_the_las_has_not_begun_waits_for_it(wereld: Wereld, las: Administratie) -> None:
    wereld.koppeling.schooljaar = "2025-2026"
    wereld.resultaat(afname=date(2026, 8, 1))
    wereld.normeer()
    push_resultaten(wereld.koppeling.id)
    assert (las.berichten, wereld.statussen(), wereld.count_sendable()) == ([], ["klaar"], 0)
    wereld.koppeling.schooljaar = "2026-2027"
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert [bericht.schooljaar for bericht in las.berichten] == ["2026-2027"]


def test_a_new_version_goes_under_the_same_key(wereld: Wereld, las: Administratie) -> None:
    [resultaat_id] = wereld.genormeerd(1)
    push_resultaten(wereld.koppeling.id)
    sloten.hold(wereld.session, wereld.school.id)
    wereld.levering(resultaat_id).resultaat.ruwe_score = 29
    wereld.normeer()
    assert wereld.statussen() == ["klaar"]
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert las.berichten[0].keys == las.berichten[1].keys
    assert list(las.boek.values()) == [29]
    assert wereld.levering(resultaat_id).bevestigd == 2


def test_a_score_that_is_being_changed_waits_for_its_norm(wereld: Wereld, las: Administratie) -> None:
    [first, second] = wereld.genormeerd(2)
    wereld.levering(first).resultaat.genormeerd_op = None
    wereld.session.commit()
    push_resultaten(wereld.koppeling.id)
    assert las.berichten[0].keys == {wereld.levering(second).resultaat.sleutel}
    assert wereld.levering(first).status == LeveringStatus.KLAAR


@pytest.mark.fault(25)
@pytest.mark.parametrize("where", [0, 99, 100, 199])
def test_one_bad_result_in_200_is_found_in_17_calls_and_the_rest_arrives(
    wereld: Wereld, las: Administratie, where: int
) -> None:
    ids = wereld.genormeerd(200)
    bad = wereld.levering(ids[where]).resultaat.sleutel
    las.answer = lambda bericht: Fault("Client.ScoreOngeldig") if bad in bericht.keys else None
    push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) <= 17
    assert len(las.boek) == 199
    statussen = wereld.statussen()
    assert (statussen.count("bevestigd"), statussen.count("geweigerd")) == (199, 1)
    levering = wereld.levering(ids[where])
    assert (levering.fout_code, levering.fout_eigenaar) == ("Client.ScoreOngeldig", "klantenservice")
    assert wereld.koppeling.zenden_op is None


def test_a_leerling_that_the_las_names_costs_three_calls_and_takes_all_their_results(
    wereld: Wereld, las: Administratie
) -> None:
    wereld.genormeerd(30)
    gone = wereld.leerling("Vertrokken")
    both = [wereld.resultaat(gone).id, wereld.resultaat(gone, toets="VB-BL-5").id]
    wereld.normeer()
    wereld.normeer("VB-BL-5")
    key = gone.las_key
    las.answer = lambda bericht: (
        Fault("Client.LeerlingOngeldig", f"leerlingid {key}")
        if any(leerlingid == key for leerlingid, _, _ in bericht.resultaten.values())
        else None
    )
    push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) == 3
    assert {str(wereld.levering(id_).status) for id_ in both} == {"geweigerd"}
    assert {wereld.levering(id_).fout_eigenaar for id_ in both} == {"school"}
    assert wereld.statussen().count("bevestigd") == 30
    assert wereld.koppeling.zend_fout_eigenaar is None
    [told] = [row for row in tijdlijn.of_school(wereld.session, wereld.school.id, limit=50) if _tells(row)]
    [line] = timeline([told], Namen("ParnasSys", "Boom testcentrum", "Boom"), huis="Boom")
    assert line.titel == "Resultaten geweigerd door ParnasSys"
    assert line.tekst == "ParnasSys kent een van de leerlingen niet meer, 2 resultaten"


def _tells(row: Gebeurtenis) -> bool:
    return isinstance(row, Verrichting) and row.daad is Daad.RESULTATEN_GEWEIGERD


def test_a_test_that_the_las_does_not_take_holds_that_test_only(wereld: Wereld, las: Administratie) -> None:
    wereld.genormeerd(20)
    wereld.genormeerd(20, "VB-BL-5")
    las.answer = lambda bericht: (
        Fault("Client.VocabulaireTermOngeldig")
        if any(code == "VB-BL-5" for _, code, _ in bericht.resultaten.values())
        else None
    )
    push_resultaten(wereld.koppeling.id)
    assert wereld.statussen().count("bevestigd") == 20
    assert wereld.statussen().count("geweigerd") == 20
    assert len(las.berichten) <= 5


def test_a_refused_result_goes_again_after_repair_only(wereld: Wereld, las: Administratie) -> None:
    [resultaat_id] = wereld.genormeerd(1)
    las.answer = one_by_one(Fault("Client.ScoreOngeldig"))
    push_resultaten(wereld.koppeling.id)
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) == 1
    leveringen.send_again(wereld.session, wereld.school.id, resultaat_id, door=None)
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert wereld.statussen() == ["bevestigd"]


def test_when_the_message_itself_is_wrong_not_every_result_is_blamed(wereld: Wereld, las: Administratie) -> None:
    wereld.genormeerd(200)
    las.answer = lambda _: Fault("Client.OngeldigBericht", "aanmaakdatum niet later")
    push_resultaten(wereld.koppeling.id)
    koppeling = wereld.koppeling
    assert (len(las.berichten), koppeling.zend_fout_eigenaar) == (1, "niemand")
    for _ in range(8):
        make_due(wereld)
        push_resultaten(koppeling.id)
    assert (len(las.berichten), set(wereld.statussen())) == (1 + 8 * 3, {"klaar"})
    assert koppeling.zenden_op is not None
    assert koppeling.zenden_op - database_clock(wereld.session) > timedelta(minutes=59)
    refused_since(wereld, timedelta(days=1))
    make_due(wereld)
    push_resultaten(koppeling.id)
    assert (koppeling.zend_fout_code, koppeling.zend_fout_eigenaar) == ("Client.OngeldigBericht", "klantenservice")
    assert koppeling.zenden_claim is None
    assert wereld.count_sendable() == 200
    assert beurt.due(wereld.session) == []
    assert set(wereld.statussen()) == {"klaar"}
    assert wereld.session.scalar(select(func.count()).select_from(Mail)) == 0


@pytest.mark.parametrize("confirmed", [1, 0], ids=["with a control", "the same message again"])
@pytest.mark.parametrize("where", [0, 99, 100, 199])
def test_one_culprit_in_200_for_a_doubtful_code_is_found_in_18_calls(
    wereld: Wereld, las: Administratie, where: int, confirmed: int
) -> None:
    before = wereld.genormeerd(confirmed)
    push_resultaten(wereld.koppeling.id)
    assert wereld.statussen() == ["bevestigd"] * confirmed
    ids = wereld.genormeerd(200)
    las.berichten.clear()
    bad = wereld.levering(ids[where]).resultaat.sleutel
    las.answer = lambda bericht: Fault("Client.OngeldigBericht") if bad in bericht.keys else None
    for _ in range(2):
        make_due(wereld)
        push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) <= 18
    statussen = [str(wereld.levering(id_).status) for id_ in (*before, *ids)]
    assert (statussen.count("bevestigd"), statussen.count("geweigerd")) == (199 + confirmed, 1)
    assert str(wereld.levering(ids[where]).status) == "geweigerd"
    assert wereld.koppeling.zend_fout_code is None


@pytest.mark.parametrize("after", [1, 2, 4])
def test_trouble_that_begins_halfway_blames_no_result(
    wereld: Wereld, las: Administratie, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the library of a supplier does, which says OngeldigBericht for a lost database."""
    monkeypatch.setitem(PROFILES, "parnassys", replace(PROFILES["parnassys"], max_resultaten=20))
    wereld.genormeerd(90)
    las.answer = lambda bericht: Fault("Client.OngeldigBericht") if bericht.nummer >= after else None
    for _ in range(3):
        make_due(wereld)
        push_resultaten(wereld.koppeling.id)
    assert "geweigerd" not in wereld.statussen()
    assert len(las.berichten) <= after + 3 * 3
    las.answer = lambda _: None
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert set(wereld.statussen()) == {"bevestigd"}


def test_a_control_is_the_same_result_in_the_same_version_and_stays_confirmed(
    wereld: Wereld, las: Administratie
) -> None:
    [old] = wereld.genormeerd(1)
    push_resultaten(wereld.koppeling.id)
    since = wereld.levering(old).bevestigd_op
    [new] = wereld.genormeerd(1)
    bad = wereld.levering(new).resultaat.sleutel
    las.answer = lambda bericht: Fault("Client.OngeldigBericht") if bad in bericht.keys else None
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert [len(bericht.resultaten) for bericht in las.berichten] == [1, 1, 1]
    assert las.berichten[2].resultaten == las.berichten[0].resultaten
    assert wereld.statussen() == ["bevestigd", "geweigerd"]
    assert (wereld.levering(old).bevestigd, wereld.levering(old).bevestigd_op) == (1, since)
    assert wereld.levering(old).nog_eens_op is None


@pytest.mark.fault(41)
def test_a_control_that_nobody_settled_goes_once_more(
    wereld: Wereld, las: Administratie, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker may have fallen silent before it left, and send it over a newer version later."""
    [old] = wereld.genormeerd(1)
    push_resultaten(wereld.koppeling.id)
    wereld.genormeerd(1)
    las.answer = one_by_one(None, Fault("Client.OngeldigBericht"))
    send = versturen._send

    def send_or_die(opdracht: Opdracht) -> object:
        if opdracht.is_controle:
            raise KeyboardInterrupt
        return send(opdracht)

    make_due(wereld)
    monkeypatch.setattr(versturen, "_send", send_or_die)
    with pytest.raises(KeyboardInterrupt):
        push_resultaten(wereld.koppeling.id)
    monkeypatch.setattr(versturen, "_send", send)
    sloten.hold(wereld.session, wereld.school.id)
    levering = wereld.levering(old)
    assert (str(levering.status), levering.nog_eens_op is not None) == ("bevestigd", True)
    levering.nog_eens_op = database_clock(wereld.session) - timedelta(seconds=1)
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert wereld.levering(old).resultaat.sleutel in las.berichten[-1].keys
    assert wereld.statussen() == ["bevestigd", "bevestigd"]


@pytest.mark.parametrize("antwoord", [Lost(), Status(503), Fault("Client.OngeldigBericht")], ids=str)
def test_a_control_that_fails_blames_nobody_and_leaves_what_is_confirmed(
    wereld: Wereld, las: Administratie, antwoord: Antwoord
) -> None:
    wereld.genormeerd(1)
    push_resultaten(wereld.koppeling.id)
    wereld.genormeerd(1)
    las.answer = one_by_one(None, Fault("Client.OngeldigBericht"), antwoord)
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert (len(las.berichten), wereld.statussen()) == (3, ["bevestigd", "klaar"])
    assert wereld.koppeling.zenden_op is not None
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert wereld.statussen() == ["bevestigd", "bevestigd"]


def test_a_key_that_worked_is_called_dead_after_two_nights(wereld: Wereld, las: Administratie) -> None:
    wereld.genormeerd(1)
    wereld.koppeling.gewerkt_op = START
    las.answer = lambda _: Fault("Client.AutorisatieOngeldig")
    push_resultaten(wereld.koppeling.id)
    koppeling = wereld.koppeling
    assert (koppeling.zend_fout_eigenaar, koppeling.is_sleutel_geweigerd) == ("niemand", False)
    assert koppeling.zenden_op is not None
    refused_since(wereld, timedelta(days=1))
    make_due(wereld)
    push_resultaten(koppeling.id)
    assert (koppeling.zend_fout_eigenaar, koppeling.is_sleutel_geweigerd) == ("school", True)
    assert beurt.due(wereld.session) == []
    assert [mail.soort for mail in wereld.session.scalars(select(Mail))] == [MailSoort.SLEUTEL_GEWEIGERD]


def test_a_las_that_refuses_everybody_is_not_asked_for_ever(
    wereld: Wereld, las: Administratie, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(besluit, "MAX_REFUSALS", 12)
    wereld.genormeerd(40)
    las.answer = lambda _: Fault("Client.LeerlingOngeldig")
    push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) == 12
    assert wereld.koppeling.zend_fout_eigenaar == "klantenservice"


def test_a_refused_key_stops_this_school_and_mails_once(wereld: Wereld, las: Administratie) -> None:
    wereld.genormeerd(5)
    las.answer = lambda _: Fault("Client.AutorisatieOngeldig")
    push_resultaten(wereld.koppeling.id)
    assert (len(las.berichten), set(wereld.statussen())) == (1, {"klaar"})
    koppeling = wereld.koppeling
    assert (koppeling.zend_fout_eigenaar, koppeling.zenden_op) == ("school", None)
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) == 1
    leveringen.send_now(wereld.session, wereld.koppeling, door=None)
    wereld.session.commit()
    push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) == 2
    mails = wereld.session.scalars(select(Mail).where(Mail.soort == MailSoort.SLEUTEL_GEWEIGERD)).all()
    assert [mail.ontvanger for mail in mails] == [wereld.beheerder.email]


def test_a_refusal_of_the_old_key_says_nothing_about_the_new_one(
    wereld: Wereld, las: Administratie, app: Flask
) -> None:
    wereld.genormeerd(1)

    def replace_key_meanwhile(bericht: Ontvangen) -> Antwoord:
        return Fault("Client.AutorisatieOngeldig") if bericht.sleutel == SLEUTEL else None

    las.answer = replace_key_meanwhile
    send = versturen._send

    def send_and_replace(opdracht: Opdracht) -> object:
        outcome = send(opdracht)
        koppeling = wereld.session.get_one(Koppeling, wereld.koppeling.id)
        koppeling.sleutel = app.extensions["keyring"].encrypt("nieuwe-sleutel", koppeling.identity)
        wereld.session.commit()
        return outcome

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(versturen, "_send", send_and_replace)
        push_resultaten(wereld.koppeling.id)
    assert wereld.koppeling.zend_fout_code is None
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert las.berichten[-1].sleutel == "nieuwe-sleutel"
    assert wereld.statussen() == ["bevestigd"]


def test_our_own_name_refused_is_for_klantenservice_and_no_school_is_mailed(wereld: Wereld, las: Administratie) -> None:
    wereld.genormeerd(1)
    las.answer = lambda _: Fault("Client.OngeldigeKlantIdentificatie")
    push_resultaten(wereld.koppeling.id)
    assert (wereld.koppeling.zend_fout_eigenaar, wereld.koppeling.zenden_op) == ("klantenservice", None)
    assert wereld.session.scalar(select(func.count()).select_from(Mail)) == 0


def test_a_las_that_is_away_is_tried_again_with_growing_pauses(wereld: Wereld, las: Administratie) -> None:
    [resultaat_id] = wereld.genormeerd(1)
    las.answer = lambda _: Status(503, (("Retry-After", "30"),))
    pauses = []
    for _ in range(3):
        make_due(wereld)
        push_resultaten(wereld.koppeling.id)
        assert wereld.koppeling.zenden_op is not None
        pauses.append(round((wereld.koppeling.zenden_op - database_clock(wereld.session)).total_seconds() / 60))
        assert wereld.koppeling.niet_voor is None
    assert pauses == [1, 2, 4]
    assert (wereld.levering(resultaat_id).status, wereld.levering(resultaat_id).pogingen) == (LeveringStatus.KLAAR, 0)
    las.answer = lambda _: None
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert (wereld.koppeling.zenden_pogingen, wereld.koppeling.zend_fout_code) == (0, None)
    assert wereld.statussen() == ["bevestigd"]


@pytest.mark.fault(24)
@pytest.mark.parametrize(
    "antwoord",
    [
        Lost(),
        Status(500),
        Status(202),
        Status(200, (("Content-Type", "text/html"),), "<p>onderhoud</p>"),
        Fault("Server.InterneFout"),
        Late(2.5),
    ],
    ids=["lost", "500", "202", "html", "server fault", "too late"],
)
def test_without_a_confirmation_it_is_unsure_and_waits_out_the_cool_down(
    wereld: Wereld, las: Administratie, antwoord: Antwoord
) -> None:
    [resultaat_id] = wereld.genormeerd(1)
    las.answer = one_by_one(antwoord)
    push_resultaten(wereld.koppeling.id)
    levering, koppeling = wereld.levering(resultaat_id), wereld.koppeling
    assert (levering.status, levering.bevestigd, levering.pogingen) == (LeveringStatus.ONBEKEND, 0, 1)
    assert koppeling.niet_voor is not None
    wait = koppeling.niet_voor - database_clock(wereld.session)
    assert AFKOELING - timedelta(seconds=5) < wait <= AFKOELING
    assert koppeling.zenden_op == koppeling.niet_voor
    push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) == 1
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert las.berichten[0].keys == las.berichten[1].keys
    assert wereld.statussen() == ["bevestigd"]


def test_a_record_that_fells_the_las_ends_up_alone_and_blocks_nobody(wereld: Wereld, las: Administratie) -> None:
    ids = wereld.genormeerd(9)
    bad = wereld.levering(ids[4]).resultaat.sleutel
    las.answer = lambda bericht: Fault("Server.InterneFout") if bad in bericht.keys else None
    for _ in range(12):
        make_due(wereld)
        push_resultaten(wereld.koppeling.id)
    assert (wereld.statussen().count("bevestigd"), wereld.statussen().count("onbekend")) == (8, 1)


def test_a_paused_school_is_left_alone(wereld: Wereld, las: Administratie) -> None:
    wereld.genormeerd(1)
    wereld.koppeling.status = KoppelingStatus.GEPAUZEERD
    wereld.session.commit()
    push_resultaten(wereld.koppeling.id)
    assert las.berichten == []


@pytest.mark.fault(41)
def test_a_worker_that_stood_still_too_long_sends_nothing(
    wereld: Wereld, las: Administratie, monkeypatch: pytest.MonkeyPatch
) -> None:
    wereld.genormeerd(1)
    clock = iter([0.0, 0.0, 0.0, 600.0, *[600.0] * 10])
    monkeypatch.setattr(versturen, "awake", lambda: next(clock))
    push_resultaten(wereld.koppeling.id)
    assert las.berichten == []
    assert (wereld.statussen(), wereld.koppeling.niet_voor, wereld.koppeling.zenden_claim) == (["klaar"], None, None)
    assert wereld.koppeling.zenden_op is not None
    assert [str(v.uitkomst) for v in wereld.session.scalars(select(Verzending))] == ["niet_verzonden"]


@pytest.mark.fault(41)
def test_who_lost_the_claim_while_away_trusts_nothing(
    wereld: Wereld, las: Administratie, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our answer came back after another worker took over: which message the LAS took last, nobody knows."""
    [resultaat_id] = wereld.genormeerd(1)
    send = versturen._send

    def send_and_lose_the_claim(opdracht: Opdracht) -> object:
        outcome = send(opdracht)
        sloten.hold(wereld.session, wereld.school.id)
        wereld.session.execute(
            update(Koppeling).values(zenden_claim="00000000-0000-0000-0000-000000000001", zenden_op=None)
        )
        wereld.session.execute(update(Levering).values(bevestigd=1, status=LeveringStatus.BEVESTIGD))
        wereld.session.commit()
        return outcome

    monkeypatch.setattr(versturen, "_send", send_and_lose_the_claim)
    push_resultaten(wereld.koppeling.id)
    levering, koppeling = wereld.levering(resultaat_id), wereld.koppeling
    assert (levering.bevestigd, levering.status) == (0, LeveringStatus.ONBEKEND)
    assert koppeling.zenden_claim is None
    assert koppeling.niet_voor is not None
    assert koppeling.zenden_op is not None
    monkeypatch.setattr(versturen, "_send", send)
    make_due(wereld)
    push_resultaten(wereld.koppeling.id)
    assert wereld.statussen() == ["bevestigd"]


def test_a_job_that_runs_out_of_time_passes_the_rest_on(
    wereld: Wereld, las: Administratie, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    wereld.genormeerd(250)
    wereld.session.commit()
    seconds = iter([0.0] * 4)
    monkeypatch.setattr(versturen, "awake", lambda: next(seconds, 1000.0))
    push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) == 1
    assert (wereld.statussen().count("bevestigd"), wereld.koppeling.zenden_claim) == (200, None)
    assert wereld.koppeling.zenden_op is not None
    [waiting] = app.extensions["rq_queues"]["resultaten"].get_jobs()
    assert (waiting.func_name, waiting.args) == ("jobs.versturen.push_resultaten", [wereld.koppeling.id])


def _replaced(koppeling: Koppeling, app: Flask) -> None:
    koppeling.sleutel = app.extensions["keyring"].encrypt("nieuwe-sleutel", koppeling.identity)


def _paused(koppeling: Koppeling, _: Flask) -> None:
    koppeling.status = KoppelingStatus.GEPAUZEERD


@pytest.mark.fault(33)
@pytest.mark.parametrize("change", [_replaced, _paused])
@pytest.mark.parametrize("is_claimed", [False, True], ids=["in the queue", "in the hands of a worker"])
def test_what_changed_while_a_job_waited_counts_when_it_sends(
    wereld: Wereld,
    las: Administratie,
    app: Flask,
    redis: Redis,
    run_jobs: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Koppeling, Flask], None],
    is_claimed: bool,
) -> None:
    wereld.genormeerd(2)
    wereld.session.commit()
    koppeling_id = wereld.koppeling.id
    assert ring(Job.PUSH_RESULTATEN, koppeling_id)
    claim = beurt.claim

    def change_after(session: Session, *args: Any, **kwargs: Any) -> str | None:
        token = claim(session, *args, **kwargs)
        change(session.get_one(Koppeling, koppeling_id), app)
        return token

    if is_claimed:
        monkeypatch.setattr(beurt, "claim", change_after)
    else:
        change(wereld.koppeling, app)
        wereld.session.commit()
    assert run_jobs() >= 1
    wereld.session.expire_all()
    went = {bericht.sleutel for bericht in las.berichten}
    assert went == ({"nieuwe-sleutel"} if change is _replaced else set())
    assert set(wereld.statussen()) == {"bevestigd" if change is _replaced else "klaar"}


@pytest.mark.fault(27)
def test_a_wrong_key_stops_one_school_and_the_other_is_delivered(
    wereld: Wereld, las: Administratie, app: Flask, session: Session
) -> None:
    other = make_wereld(session, app.extensions["keyring"], brin="98XX")
    _replaced(other.koppeling, app)
    for each in (wereld, other):
        each.genormeerd(2)
    session.commit()
    las.answer = lambda bericht: Fault("Client.AutorisatieOngeldig") if bericht.sleutel == SLEUTEL else None
    for koppeling_id in beurt.due(session):
        push_resultaten(KoppelingId(koppeling_id))
    assert (wereld.koppeling.zend_fout_code, other.koppeling.zend_fout_code) == (FaultCode.AUTORISATIE_ONGELDIG, None)
    assert (set(wereld.statussen()), set(other.statussen())) == ({"klaar"}, {"bevestigd"})
    assert beurt.due(session) == []


@pytest.mark.fault(23)
def test_a_slow_las_is_waited_for_and_who_waits_longest_goes_first(
    wereld: Wereld, las: Administratie, app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers after most of the deadline, longer than a lease; what one worker does not reach is first in line."""
    monkeypatch.setattr(lease, "EVERY", timedelta(seconds=0.1))
    monkeypatch.setattr(beurten, "LEASE", timedelta(seconds=0.5))
    schools = [wereld, *(make_wereld(session, app.extensions["keyring"], brin=f"9{n}XX") for n in range(1, 4))]
    for waited, each in enumerate(schools):
        each.genormeerd(1)
        each.koppeling.zenden_op = START + timedelta(days=waited)
    session.commit()
    las.answer = lambda bericht: Slow(1.0) if bericht.nummer == 0 else None
    order = []
    while due := beurt.due(session):
        order.append(due[0])
        push_resultaten(KoppelingId(due[0]))
    assert order == [each.koppeling.id for each in schools]
    assert [each.statussen() for each in schools] == [["bevestigd"]] * 4
    assert len(las.berichten) == 4


@pytest.mark.fault(28)
@pytest.mark.parametrize("hours", [2, -2])
def test_the_clock_of_the_host_counts_for_nothing(
    wereld: Wereld, las: Administratie, app: Flask, session: Session, hours: int
) -> None:
    """Leases, pauses and cool-downs are of the database: a host whose clock jumps shortens none and adds none."""
    wereld.genormeerd(1)
    las.answer = one_by_one(Lost())
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
        token = beurt.claim(session, wereld.koppeling.id, afkoeling=AFKOELING)
        assert token is not None
        session.commit()
        assert beurt.claim(session, wereld.koppeling.id, afkoeling=AFKOELING) is None
        left = (wereld.koppeling.zenden_claim_tot or START) - database_clock(session)
        assert timedelta(seconds=30) < left <= beurten.LEASE
        beurt.give_back(session, wereld.koppeling.id, token)
        session.commit()
        push_resultaten(wereld.koppeling.id)
        assert beurt.due(session) == []
    assert wereld.koppeling.niet_voor is not None
    assert AFKOELING - timedelta(seconds=30) < wereld.koppeling.niet_voor - database_clock(session) <= AFKOELING
