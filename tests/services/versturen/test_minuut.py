"""Within a minute of norming: when it is due, for whom, and within which budget of the LAS."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.wereld import AFNAME, NOW, Wereld, make_wereld
from webapp.models import Audit, Daad, Koppeling, LasType, Minuut, Resultaat, Zendkeuze
from webapp.models.fout import Fout
from webapp.services import sloten
from webapp.services.clock import database_clock
from webapp.services.toetsen import afnames
from webapp.services.toetsen.afnames import Afgenomen, Voornemen
from webapp.services.toetsen.normen import Normuitkomst
from webapp.services.versturen import beurt, minuut
from webapp.services.versturen.minuut import UITERLIJK, WACHT
from webapp.uwlr.codes import Owner, Reden

LAS = LasType.PARNASSYS


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    """A school that chose it, at a LAS that allows it, with nothing due."""
    found = make_wereld(session, app.extensions["keyring"])
    minuut.allow(session, LAS, on=True, door=found.beheerder.id)
    sloten.hold(session, found.school.id)
    session.add(Zendkeuze(school_id=found.school.id, binnen_minuut=True))
    found.koppeling.zenden_op = None
    session.flush()
    return found


def norm(wereld: Wereld, score: int) -> None:
    """Somebody fills in another score, and norms the groep."""
    sloten.hold(wereld.session, wereld.school.id)
    wereld.session.execute(update(Resultaat).values(ruwe_score=score))
    wereld.normeer()


def has_to_wait(wereld: Wereld) -> bool:
    """Whether it is due ten seconds after now, as far as this machine is not very slow."""
    op = wereld.koppeling.zenden_op
    return op is not None and WACHT / 2 < op - database_clock(wereld.session) <= WACHT


def test_what_was_normed_elsewhere_goes_within_the_minute_too(wereld: Wereld) -> None:
    leerling_id, session = wereld.leerling("Anna").id, wereld.session
    raw = Afgenomen(leerling_id, wereld.toetsen["VB-RW-5"].id, AFNAME, 25)
    normed = replace(raw, uitkomst=Normuitkomst(Decimal("81.2"), 66, "II"), genormeerd_op=NOW)
    told = []
    for afname in (raw, normed, normed, replace(normed, afgenomen_om=time(9, 15))):
        sloten.hold(session, wereld.school.id)
        voornemens = [
            each for each in afnames.weigh(session, wereld.school.id, [afname], now=NOW) if isinstance(each, Voornemen)
        ]
        afnames.write(session, wereld.school.id, voornemens, normeren=False, now=NOW, door=None, bron="leverancier 1")
        told.append(has_to_wait(wereld))
        wereld.koppeling.zenden_op = None
    assert told == [False, True, False, False], "raw, normed, once more, and with a time of day only"
    [line] = session.scalars(select(Audit).where(Audit.actie == Daad.GENORMEERD))
    assert (line.object, line.school_id, line.account_id) == ("leverancier 1", wereld.school.id, None)
    assert line.tellingen == {"resultaten": 1}


def pass_time(wereld: Wereld, passed: timedelta) -> None:
    """As if so much time went by since."""
    values = {"zenden_op": Koppeling.zenden_op - passed, "minuut_sinds": Koppeling.minuut_sinds - passed}
    wereld.session.execute(update(Koppeling).values(**values))
    wereld.session.refresh(wereld.koppeling)


def test_ten_seconds_after_the_last_norming_it_is_due_and_rung_for(wereld: Wereld) -> None:
    wereld.genormeerd(1)
    assert has_to_wait(wereld)
    assert beurt.due_within_minute(wereld.session) == []
    pass_time(wereld, timedelta(seconds=8))
    norm(wereld, 12)
    assert has_to_wait(wereld), "who norms again waits again"
    pass_time(wereld, WACHT)
    assert beurt.due_within_minute(wereld.session) == [wereld.koppeling.id]


def test_who_norms_on_and_on_waits_half_a_minute_at_most(wereld: Wereld) -> None:
    wereld.genormeerd(1)
    for score in (11, 12, 13):
        pass_time(wereld, timedelta(seconds=8))
        norm(wereld, score)
    assert wereld.koppeling.minuut_sinds is not None
    assert wereld.koppeling.zenden_op == wereld.koppeling.minuut_sinds + UITERLIJK


def test_norming_that_changed_nothing_plans_nothing(wereld: Wereld) -> None:
    wereld.genormeerd(1)
    wereld.koppeling.zenden_op = None
    wereld.session.flush()
    wereld.normeer()
    assert wereld.koppeling.zenden_op is None


@pytest.mark.parametrize("off", ["las", "school", "paused"])
def test_where_it_is_off_it_goes_in_the_night(wereld: Wereld, off: str) -> None:
    if off == "las":
        minuut.allow(wereld.session, LAS, on=False, door=wereld.beheerder.id)
    elif off == "school":
        sloten.hold(wereld.session, wereld.school.id)
        wereld.session.execute(update(Zendkeuze).values(binnen_minuut=False))
    else:
        wereld.koppeling.status = wereld.koppeling.status.GEPAUZEERD
        wereld.session.flush()
    wereld.genormeerd(1)
    assert wereld.koppeling.zenden_op is None
    assert wereld.count_sendable() == 1


def test_a_pause_holds_and_so_does_what_is_due_already(wereld: Wereld) -> None:
    now = database_clock(wereld.session)
    for planned, fout in (
        (now + timedelta(minutes=15), Fout(Reden.TIJD_VERSTREKEN, Owner.NIEMAND)),
        (None, Fout(Reden.STORING, Owner.KLANTENSERVICE)),
        (now - timedelta(seconds=1), None),
    ):
        wereld.koppeling.zenden_op, wereld.koppeling.zend_fout = planned, fout
        wereld.session.flush()
        wereld.genormeerd(1)
        assert (wereld.koppeling.zenden_op, wereld.koppeling.minuut_sinds) == (planned, None)


def test_what_was_to_go_once_more_later_does_not_hold_it_up(wereld: Wereld) -> None:
    wereld.koppeling.zenden_op = database_clock(wereld.session) + timedelta(minutes=15)
    wereld.session.flush()
    wereld.genormeerd(1)
    assert has_to_wait(wereld)


def test_what_is_over_the_budget_goes_in_the_next_minute_in_the_order_in_which_it_came(wereld: Wereld) -> None:
    now = database_clock(wereld.session).replace(second=40, microsecond=0)
    minute = now.replace(second=0)
    told = [minuut.take_room(wereld.session, LAS, now, most=2) for _ in range(6)]
    after = [None if each is None else each - minute for each in told]
    assert after == [None, None, *(timedelta(seconds=at) for at in (60, 90, 120, 150))]
    assert minuut.take_room(wereld.session, LAS, now + timedelta(minutes=1), most=2) is None
    assert minuut.take_room(wereld.session, LAS, now, most=2) is None, "a worker that began before the minute turned"
    assert wereld.session.scalars(select(Minuut.berichten)).all() == [2]


def test_each_change_of_a_las_is_a_line_of_the_trail_and_a_second_press_is_none(wereld: Wereld) -> None:
    changed = [minuut.allow(wereld.session, LAS, on=on, door=wereld.beheerder.id) for on in (True, False, False, True)]
    assert changed == [False, True, False, True]
    assert wereld.session.scalar(select(func.count()).select_from(Minuut)) == 1
