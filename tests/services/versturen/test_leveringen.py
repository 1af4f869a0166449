"""Which results must reach the LAS, in which version, and who may ask for it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.wereld import NOW, START, Wereld, make_wereld
from webapp.models import Audit, KoppelingStatus, Leerling, Levering, LeveringStatus
from webapp.models.fout import EigenCode, Fout
from webapp.services.clock import database_clock
from webapp.services.geschiedenis import ZONDER
from webapp.services.versturen import beurt, leveringen
from webapp.services.versturen.leveringen import NothingReady, NotRunning, OnItsWay, StaysHere
from webapp.uwlr.codes import FaultCode, Owner

ONZE = Fout(FaultCode.SCORE_ONGELDIG, Owner.KLANTENSERVICE)


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def test_a_normed_result_of_a_linked_leerling_is_ready_to_go(wereld: Wereld) -> None:
    [resultaat_id] = wereld.genormeerd(1)
    levering = wereld.levering(resultaat_id)
    assert (levering.versie, levering.bevestigd, levering.status) == (1, 0, LeveringStatus.KLAAR)
    assert leveringen.prepare(wereld.session, wereld.school.id) == 0


def test_a_raw_score_is_not_delivered(wereld: Wereld) -> None:
    wereld.resultaat()
    assert leveringen.prepare(wereld.session, wereld.school.id) == 0


def test_who_is_linked_later_is_delivered_later(wereld: Wereld) -> None:
    leerling = wereld.leerling(las_key=None)
    wereld.resultaat(leerling)
    wereld.normeer()
    assert wereld.statussen() == []
    leerling.las_key = "las-nieuw"
    leveringen.prepare(wereld.session, wereld.school.id)
    assert wereld.statussen() == ["klaar"]


@pytest.mark.parametrize("status", [KoppelingStatus.BEEINDIGD, KoppelingStatus.INGEDIEND])
def test_before_the_koppeling_starts_nothing_is_collected(
    session: Session, app: Flask, status: KoppelingStatus
) -> None:
    wereld = make_wereld(session, app.extensions["keyring"], status=status)
    wereld.koppeling.gestart_op = None
    wereld.genormeerd(1)
    assert wereld.statussen() == []


def test_a_leerling_with_only_an_eckid_is_refused_with_the_reason_until_the_key_comes(wereld: Wereld) -> None:
    leerling = wereld.leerling(las_key=None, eckid="https://ketenid.nl/pilot/1")
    resultaat = wereld.resultaat(leerling)
    wereld.normeer()
    levering = wereld.levering(resultaat.id)
    assert (levering.status, levering.fout) == (LeveringStatus.GEWEIGERD, Fout(EigenCode.ALLEEN_ECKID, Owner.LAS))
    wereld.session.execute(
        update(Leerling).where(Leerling.id == leerling.id).values(las_key="las-1", gewijzigd_op=func.clock_timestamp()),
        execution_options=ZONDER,
    )
    assert leveringen.prepare(wereld.session, wereld.school.id) == 1
    levering = wereld.levering(resultaat.id)
    assert (levering.status, levering.fout_code) == (LeveringStatus.KLAAR, None)


@pytest.mark.parametrize(
    ("status", "after"),
    [
        ("bevestigd", "klaar"),
        ("geweigerd", "klaar"),
        ("klaar", "klaar"),
        ("onderweg", "onderweg"),
        ("onbekend", "onbekend"),
    ],
)
def test_a_new_version_puts_a_result_back_in_line_but_hides_no_doubt(wereld: Wereld, status: str, after: str) -> None:
    [resultaat_id] = wereld.genormeerd(1)
    levering = wereld.breng(resultaat_id, LeveringStatus(status))
    levering.bevestigd, levering.fout = 1, ONZE
    levering.resultaat.ruwe_score = 30
    wereld.normeer()
    levering = wereld.levering(resultaat_id)
    assert (levering.versie, levering.bevestigd, str(levering.status)) == (2, 1, after)
    assert levering.fout_code is None


def test_two_schools_do_not_touch_each_other(wereld: Wereld, app: Flask) -> None:
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="99YY")
    wereld.resultaat()
    other.genormeerd(2)
    leveringen.prepare(wereld.session, wereld.school.id)
    assert (wereld.count_sendable(), other.count_sendable()) == (0, 2)


def test_a_school_is_due_when_nothing_stands_in_the_way(wereld: Wereld) -> None:
    now, koppeling, session = database_clock(wereld.session), wereld.koppeling, wereld.session
    assert beurt.due(session) == [koppeling.id]
    for values in (
        {"zenden_op": None},
        {"zenden_op": now + timedelta(minutes=1)},
        {"niet_voor": now + timedelta(seconds=1)},
        {"zenden_claim_tot": now + timedelta(seconds=1)},
        {"status": KoppelingStatus.GEPAUZEERD},
        {"zend_fout": Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)},
    ):
        before = {name: getattr(koppeling, name) for name in values}
        for name, value in values.items():
            setattr(koppeling, name, value)
        session.flush()
        assert beurt.due(session) == [], values
        for name, value in before.items():
            setattr(koppeling, name, value)
        session.flush()
    koppeling.niet_voor = koppeling.zenden_claim_tot = now - timedelta(seconds=1)
    koppeling.zend_fout = ONZE
    assert beurt.due(session) == [koppeling.id]


def test_send_now_makes_the_school_due_and_lifts_the_hold(wereld: Wereld) -> None:
    wereld.genormeerd(3)
    wereld.koppeling.zenden_op = None
    wereld.koppeling.zend_fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    gepland = leveringen.send_now(wereld.session, wereld.koppeling, door=wereld.beheerder.id)
    assert (gepland.aantal, gepland.wacht) == (3, False)
    assert beurt.due(wereld.session) == [wereld.koppeling.id]


def test_send_now_says_when_a_doubtful_message_must_be_waited_out(wereld: Wereld) -> None:
    wereld.genormeerd(1)
    later = database_clock(wereld.session) + timedelta(minutes=5)
    wereld.koppeling.niet_voor = later
    wereld.session.flush()
    gepland = leveringen.send_now(wereld.session, wereld.koppeling, door=None)
    assert (gepland.wacht, gepland.vanaf) == (True, later)
    assert beurt.due(wereld.session) == []


def test_send_now_refuses_when_there_is_nothing_or_the_koppeling_rests(wereld: Wereld) -> None:
    with pytest.raises(NothingReady):
        leveringen.send_now(wereld.session, wereld.koppeling, door=None)
    wereld.genormeerd(1)
    wereld.koppeling.status = KoppelingStatus.GEPAUZEERD
    with pytest.raises(NotRunning):
        leveringen.send_now(wereld.session, wereld.koppeling, door=None)


@pytest.mark.parametrize("status", ["geweigerd", "bevestigd"])
def test_a_refused_or_lost_result_may_be_sent_again(wereld: Wereld, status: str) -> None:
    [resultaat_id] = wereld.genormeerd(1)
    levering = wereld.breng(resultaat_id, LeveringStatus(status))
    levering.bevestigd, levering.fout = 1, ONZE
    wereld.session.flush()
    leveringen.send_again(wereld.session, wereld.school.id, resultaat_id, door=wereld.beheerder.id)
    levering = wereld.levering(resultaat_id)
    assert (levering.status, levering.bevestigd, levering.fout_code) == (LeveringStatus.KLAAR, 0, None)
    assert wereld.session.scalar(select(Audit.object).where(Audit.actie == "opnieuw versturen")) is not None


def test_what_the_las_has_is_not_put_in_line_when_nothing_can_go(wereld: Wereld) -> None:
    """Nobody would know any more that it is there."""
    [resultaat_id] = wereld.genormeerd(1)
    levering = wereld.breng(resultaat_id, LeveringStatus.BEVESTIGD)
    levering.bevestigd, levering.resultaat.leerling.las_key = 1, None
    wereld.session.flush()
    with pytest.raises(StaysHere):
        leveringen.send_again(wereld.session, wereld.school.id, resultaat_id, door=None)
    assert wereld.levering(resultaat_id).bevestigd == 1


@pytest.mark.parametrize("status", ["onderweg", "onbekend"])
def test_what_is_on_its_way_is_not_sent_beside_it(wereld: Wereld, status: str) -> None:
    [resultaat_id] = wereld.genormeerd(1)
    wereld.breng(resultaat_id, LeveringStatus(status))
    with pytest.raises(OnItsWay):
        leveringen.send_again(wereld.session, wereld.school.id, resultaat_id, door=None)


def test_freeing_the_refused_ones_ends_the_stop_too(wereld: Wereld) -> None:
    wereld.genormeerd(3)
    wereld.session.execute(update(Levering).values(status=LeveringStatus.GEWEIGERD, fout=ONZE))
    wereld.koppeling.zend_fout = ONZE
    assert leveringen.free_refused(wereld.session, wereld.koppeling, door=None) == 3
    assert wereld.statussen() == ["klaar"] * 3
    assert wereld.koppeling.zend_fout is None


def test_old_results_stay_home_also_when_the_koppeling_starts_later(wereld: Wereld) -> None:
    wereld.resultaat()
    wereld.normeer(now=START - timedelta(seconds=1))
    assert leveringen.prepare(wereld.session, wereld.school.id) == 0
    wereld.koppeling.gestart_op = NOW
    wereld.resultaat(score=8)
    wereld.normeer(now=NOW)
    assert len(wereld.statussen()) == 1
