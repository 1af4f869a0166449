"""The course of a night: points that the sweep keeps, where each school is, what hindered it; one number everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.nachtwereld import begin_night, refuse
from tests.wereld import Wereld, make_wereld
from webapp.config import Settings
from webapp.filters import klok
from webapp.models import (
    Alarmsoort,
    Audit,
    BatchStatus,
    Daad,
    Importbatch,
    LasType,
    Nacht,
    Nachtstand,
    Schoolnacht,
    Schoolstand,
    Zekering,
)  # fmt: skip
from webapp.models.fout import Fout
from webapp.services import nachten, nachthinder, nachtverloop
from webapp.services.clock import database_now
from webapp.services.overzicht import alarmen, nachtrapport
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.woorden import nachtrapport as woorden

STAP = timedelta(minutes=3)


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


@pytest.fixture
def now(session: Session) -> datetime:
    return database_now(session)


def begin(session: Session, now: datetime) -> Nacht:
    nacht = Nacht(datum=now.date(), begonnen_op=now, tellingen={})
    session.add(nacht)
    session.flush()
    return nacht


def stand(session: Session, nacht: Nacht, now: datetime) -> str:
    session.flush()
    session.expire_all()
    (school,) = nachtverloop.schools(session, nacht, now)
    return school.stand


def test_where_a_school_is_in_a_night(session: Session, wereld: Wereld, now: datetime) -> None:
    koppeling, nacht, later = wereld.koppeling, begin(session, now), now + timedelta(minutes=2)
    koppeling.ophalen_op, koppeling.zenden_op = now, None
    assert stand(session, nacht, later) == Schoolstand.TE_GAAN
    koppeling.ophalen_pogingen = 1
    assert stand(session, nacht, later) == Schoolstand.OPNIEUW
    koppeling.ophalen_op, koppeling.fout = None, Fout(Reden.GEEN_TOEGANG, Owner.LAS)
    assert stand(session, nacht, later) == Schoolstand.NIET_GELUKT
    koppeling.fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    assert stand(session, nacht, later) == Schoolstand.WACHT_OP_IEMAND
    koppeling.fout, koppeling.opgehaald_op, koppeling.zenden_op = None, later, later
    assert stand(session, nacht, later) == Schoolstand.TE_GAAN, "its results are still to go"
    koppeling.zend_fout = Fout(Reden.STORING, Owner.NIEMAND)
    assert stand(session, nacht, later) == Schoolstand.OPNIEUW
    koppeling.zenden_op, koppeling.zend_fout = None, None
    assert stand(session, nacht, later) == Schoolstand.GOED
    batch = Importbatch(
        school_id=wereld.school.id, koppeling_id=koppeling.id, schooljaar="2026-2027", vingerafdruk="",
        opgehaald_op=later, status=BatchStatus.VASTGEHOUDEN,
    )  # fmt: skip
    session.add(batch)
    assert stand(session, nacht, later) == Schoolstand.VASTGEHOUDEN
    batch.status = BatchStatus.WACHT_OP_CONTROLE
    assert stand(session, nacht, later) == Schoolstand.MET_VRAAG


def test_a_school_that_came_after_the_night_began_is_not_of_it(session: Session, wereld: Wereld, now: datetime) -> None:
    nacht = begin(session, now)
    wereld.koppeling.gestart_op = now + timedelta(minutes=1)
    session.flush()
    assert nachtverloop.schools(session, nacht, now + STAP) == []


def test_points_are_few_and_the_last_is_written_anew(
    session: Session, wereld: Wereld, settings: Settings, now: datetime
) -> None:
    nacht = begin(session, now)
    wereld.koppeling.ophalen_op = now
    for seconds in (0, 2, 30, 60, 179, 181, 205, 400):
        nachten.follow(session, now + timedelta(seconds=seconds), settings)
        session.expire_all()
    moments = session.execute(select(Nachtstand.punt, Nachtstand.op).order_by(Nachtstand.punt)).all()
    assert [(punt, (op - now).seconds) for punt, op in moments] == [(0, 179), (1, 205), (2, 400)]
    assert nachtverloop.points(session, nacht)[-1].scholen == {"te gaan": 1}


def test_page_and_alarm_and_end_of_the_night_have_one_number(
    session: Session, wereld: Wereld, settings: Settings, now: datetime
) -> None:
    nacht = begin(session, now)
    wereld.koppeling.ophalen_op = wereld.koppeling.zenden_op = now
    nacht.uitgelopen_op = now + STAP
    nachten.follow(session, now + STAP, settings)
    rapport = nachtrapport.of_night(session, nacht, now + STAP, settings)
    (alarm,) = [each for each in alarmen.found(session, now + STAP, settings) if each.soort is Alarmsoort.UITGELOPEN]
    assert rapport.stand is not None
    assert (rapport.stand.ophalen, rapport.stand.versturen) == (1, 1)
    assert (alarm.gegevens["ophalen"], alarm.gegevens["versturen"]) == (1, 1)
    refuse(wereld, nacht, 3)
    wereld.koppeling.ophalen_op = wereld.koppeling.zenden_op = None
    wereld.koppeling.opgehaald_op = now + STAP
    session.flush()
    nachten.follow(session, now + 3 * STAP, settings)
    session.expire_all()
    rapport = nachtrapport.of_night(session, nacht, now + 3 * STAP, settings)
    assert rapport.stand is not None
    assert nacht.klaar_op is not None
    assert (rapport.stand.klaar, rapport.stand.te_gaan, rapport.stand.geweigerd) == (1, 0, 3)
    assert nacht.tellingen["geweigerd"] == sum(each.aantal for each in rapport.redenen) == 3
    (row,) = session.scalars(select(Schoolnacht))
    assert (row.stand, row.ophaal_ms, row.geweigerd) == (Schoolstand.MET_VRAAG, 4_120, 3)
    assert [each.ophaal_ms for each in rapport.traagst] == [4_120]
    assert rapport.gemiddeld_ms == 4_120


def test_a_fault_is_told_from_beginning_to_end_and_stays_with_the_night(
    session: Session, wereld: Wereld, settings: Settings, now: datetime
) -> None:
    nacht = begin_night(wereld, now, punten=22)
    (fault,) = nachthinder.storingen(session, nacht)
    assert fault.tot is not None
    assert (fault.las_type, fault.tot - fault.van, fault.code) == ("parnassys", timedelta(minutes=6), "storing")
    session.add(Zekering(las_type=LasType.PARNASSYS, uitkomsten=[], open_sinds=now, fout_code=Reden.STORING))
    session.flush()
    running = nachthinder.storingen(session, nacht)
    assert [each.tot for each in running] == [fault.tot, None]
    assert nachtrapport.of_night(session, nacht, now, settings).klaar_rond is None, "who knows how long it lasts"
    wereld.koppeling.ophalen_op = wereld.koppeling.zenden_op = None
    wereld.koppeling.opgehaald_op = now
    session.flush()
    nachten.follow(session, now, settings)
    assert nacht.klaar_op is not None
    assert nachthinder.storingen(session, nacht) == running


def test_a_fault_that_began_before_the_night_is_told_from_its_beginning(
    session: Session, wereld: Wereld, now: datetime
) -> None:
    nacht = begin(session, now)
    session.add(Audit(actie=Daad.LAS_HERVAT, object="las parnassys", op=now + STAP, tellingen={}))
    session.flush()
    (fault,) = nachthinder.storingen(session, nacht)
    assert (fault.van, fault.tot) == (now, now + STAP)


def test_a_night_that_will_not_be_done_says_how_many_are_left(
    session: Session, wereld: Wereld, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    nacht = begin_night(wereld, now, punten=22)
    for minutes, is_late in ((600, False), (10, True)):
        closes = now + timedelta(minutes=minutes)
        monkeypatch.setattr(nachten, "window", lambda *_, closes=closes: (now, closes))
        rapport = nachtrapport.of_night(session, nacht, now, settings)
        assert rapport.klaar_rond is not None
        assert rapport.per_minuut == pytest.approx(45.5, abs=0.5)
        assert (rapport.niet_op_tijd > 0) is is_late
        assert ("niet op tijd klaar" in woorden.news(rapport)) is is_late
    assert rapport.per_minuut is not None
    assert rapport.klaar_rond is not None
    assert rapport.niet_op_tijd == 3_280 - int(10 * rapport.per_minuut)
    wat, erbij = woorden.expectation(rapport)
    assert wat == f"Niet op tijd klaar: verwacht om {klok(rapport.klaar_rond)}"
    assert "scholen nog niet klaar; die gaan overdag vanzelf verder" in erbij
    assert not rapport.is_oud
    assert nachtrapport.of_night(session, nacht, now + 2 * STAP, settings).is_oud, "nobody writes"
