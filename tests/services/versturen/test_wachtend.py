"""What a night leaves here over all schools: the same places as the page of a school, and never longer than allowed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.services.versturen.test_waar import counted, one_everywhere
from tests.wereld import AFNAME, START, Wereld, make_wereld
from webapp.models import KoppelingStatus, Levering, Nacht
from webapp.services.clock import database_now
from webapp.services.nachtverloop import PUNT
from webapp.services.versturen import wachtend
from webapp.services.versturen.waar import Waar


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def test_over_all_schools_each_result_is_where_its_school_sees_it(wereld: Wereld) -> None:
    session, now = wereld.session, database_now(wereld.session)
    made = one_everywhere(wereld)
    nacht = session.get_one(Nacht, AFNAME)
    assert nacht.begonnen_op == START
    wereld.koppeling.gestart_op = START - timedelta(days=1)
    wereld.koppeling.niet_voor = until = now + timedelta(minutes=15)
    wereld.koppeling.zenden_op = None  # else the school is still to go
    seen = counted(wereld)
    wachtend.keep(session, now)
    session.expire_all()
    told = wachtend.of_night(nacht)
    assert told is not None
    assert told.redenen is not None
    assert {row.waar: row.aantal for row in told.redenen} == {
        str(place): seen[place] for place in wachtend.WACHT if seen[place]
    } | {str(Waar.VOLGEND_JAAR): 1}
    assert {row.waar: row.tot for row in told.redenen}[Waar.ONBEKEND] == until
    for place in wachtend.WACHT:
        listed = session.scalars(select(Levering.resultaat_id).where(wachtend.is_left(place))).all()
        assert listed in ([], [made[place].id]), place
        assert len(listed) == sum(row.klaargezet for row in told.redenen if row.waar == place)

    wereld.koppeling.status = KoppelingStatus.GEPAUZEERD
    session.flush()
    wachtend.keep(session, now + PUNT / 2)
    session.expire_all()
    assert wachtend.of_night(nacht) == told, "not so soon again"
    wachtend.keep(session, now + PUNT)
    session.expire_all()
    later = wachtend.of_night(nacht)
    assert later is not None
    assert later.redenen is not None
    assert Waar.GEPAUZEERD in [row.waar for row in later.redenen]

    nacht.klaar_op = now + 2 * PUNT
    wereld.koppeling.gestart_op = begun = now - timedelta(hours=1)
    nacht.begonnen_op = now
    early = wereld.resultaat(wereld.leerling("Vroeg"), score=20, afname=begun.date())
    early.genormeerd_op = begun - timedelta(hours=1)
    session.flush()
    for minutes, is_counted in ((1, True), (2, False)):
        wachtend.keep(session, nacht.klaar_op + timedelta(minutes=minutes))
        session.expire_all()
        last = wachtend.of_night(nacht)
        assert last is not None
        assert last.redenen is not None
        assert (last.op == nacht.klaar_op + timedelta(minutes=minutes)) is is_counted, "once it is over, once"
        assert Waar.VOOR_DE_START in [row.waar for row in last.redenen]


def test_counting_that_takes_too_long_is_given_up(wereld: Wereld, monkeypatch: pytest.MonkeyPatch) -> None:
    session, now = wereld.session, database_now(wereld.session)
    nacht = Nacht(datum=AFNAME, begonnen_op=START, tellingen={"koppelingen": 1})
    session.add(nacht)
    session.flush()
    monkeypatch.setattr(wachtend, "_ALLOW", text("SET LOCAL statement_timeout = '1ms'"))
    monkeypatch.setattr(wachtend, "_count", lambda session, *_: [session.scalar(text("SELECT pg_sleep(5)"))])
    wachtend.keep(session, now)
    session.expire_all()
    told = wachtend.of_night(nacht)
    assert told is not None
    assert told.redenen is None
    assert not told.zonder_vroeger
    assert nacht.tellingen["koppelingen"] == 1
