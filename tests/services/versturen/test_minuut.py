"""Within a minute of norming: when it is due, for whom, and within which budget of the LAS."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.wereld import AFNAME, NOW, Wereld, make_wereld
from webapp.config import Settings
from webapp.crypto import Keyring
from webapp.models import Audit, Daad, Groep, LasType, Leerling, Levering, Minuut, Resultaat, Zendkeuze
from webapp.models.fout import Fout
from webapp.models.ids import ResultaatId
from webapp.services import sloten
from webapp.services.clock import database_clock
from webapp.services.geschiedenis import ZONDER
from webapp.services.toetsen import afnames, normering
from webapp.services.toetsen.afnames import Afgenomen, Voornemen
from webapp.services.toetsen.normen import Normuitkomst
from webapp.services.versturen import afloop, beurt, leveringen, minuut
from webapp.services.versturen.besluit import Reeks
from webapp.services.versturen.minuut import WACHT
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


def test_ten_seconds_after_norming_it_is_due_and_rung_for(wereld: Wereld) -> None:
    wereld.genormeerd(1)
    assert has_to_wait(wereld)
    assert beurt.due_within_minute(wereld.session) == []
    wereld.koppeling.zenden_op = database_clock(wereld.session)
    wereld.session.flush()
    assert beurt.due_within_minute(wereld.session) == [wereld.koppeling.id]


def test_who_waits_for_room_at_the_las_does_not_push_in_by_norming_more(wereld: Wereld) -> None:
    wereld.genormeerd(1)
    wereld.koppeling.zenden_op = put_off = database_clock(wereld.session) + timedelta(minutes=2)
    norm(wereld, 12)
    assert wereld.koppeling.zenden_op == put_off


@dataclass
class Dag:
    """The groepen of a school, on the clock of a day on which they are normed: seconds after its start."""

    wereld: Wereld
    settings: Settings
    keyring: Keyring
    monkeypatch: pytest.MonkeyPatch
    groepen: dict[str, list[ResultaatId]] = field(default_factory=dict)
    begin: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.begin = database_clock(self.wereld.session)

    def at(self, second: int) -> datetime:
        """It is so late now, for what decides when something goes."""
        now = self.begin + timedelta(seconds=second)
        for each in (minuut, beurt):
            self.monkeypatch.setattr(each, "database_clock", lambda _session: now)
        return now

    def norm(self, second: int, groep: str, toets: str = "VB-RW-5") -> None:
        """Somebody of this groep gets a score, and it is normed."""
        now, session, school_id = self.at(second), self.wereld.session, self.wereld.school.id
        sloten.lock(session, school_id)
        here = session.scalar(select(Groep).where(Groep.school_id == school_id, Groep.naam == groep))
        if here is None:
            here = Groep(school_id=school_id, schooljaar=self.wereld.groep.schooljaar, naam=groep, jaargroep=groep)
            session.add(here)
            session.flush()
        leerling = self.wereld.leerling(groep_id=here.id, jaargroep=groep)
        self.groepen.setdefault(groep, []).append(self.wereld.resultaat(leerling, toets=toets).id)
        toets_id = self.wereld.toetsen[toets].id
        normering.normeer(session, school_id, toets_id, groep_id=here.id, now=now, door=None)

    def send(self, second: int) -> dict[str, int]:
        """A worker comes by: how many of which groep it takes along."""
        self.at(second)
        session, koppeling = self.wereld.session, self.wereld.koppeling
        koppeling.zenden_claim, koppeling.niet_voor = str(uuid4()), None
        session.flush()
        opdracht = beurt.begin(
            session, koppeling.id, koppeling.zenden_claim, settings=self.settings, keyring=self.keyring
        )
        if opdracht is None:
            return {}
        afloop.settle(session, opdracht, None, Reeks(), settings=self.settings)
        session.refresh(koppeling)
        there = set(session.scalars(select(Levering.resultaat_id).where(Levering.bevestigd > 0)))
        return {groep: sum(id_ in there for id_ in ids) for groep, ids in self.groepen.items()}

    @property
    def due(self) -> float | None:
        """After how many seconds of the day a worker is rung for."""
        op = self.wereld.koppeling.zenden_op
        return None if op is None else (op - self.begin).total_seconds()


@pytest.fixture
def dag(wereld: Wereld, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Dag:
    return Dag(wereld, settings, app.extensions["keyring"], monkeypatch)


def test_no_groep_waits_because_another_one_is_normed_on_and_on(dag: Dag) -> None:
    dag.norm(0, "4")
    for second in (1, 9):
        dag.norm(second, "5")
    assert dag.due == 10
    assert dag.send(10) == {"4": 1, "5": 0}, "ten seconds after its own last norming"
    assert dag.send(11) == {}
    assert dag.due == 19
    dag.norm(17, "5")
    assert (dag.due, dag.send(19)) == (19, {})
    assert (dag.due, dag.send(27)) == (27, {"4": 1, "5": 3}), "what was mended meanwhile goes along"
    assert dag.send(28) == {}
    assert dag.wereld.koppeling.zenden_op is dag.wereld.koppeling.minuut_sinds is None


def test_a_groep_that_is_normed_on_and_on_waits_half_a_minute_at_most(dag: Dag) -> None:
    for second in range(0, 31, 6):
        dag.norm(second, "5")
    assert (dag.send(29), dag.due) == ({}, 30)
    assert dag.send(30) == {"5": 6}


def test_who_sends_now_does_not_wait_for_another_norming(dag: Dag) -> None:
    dag.norm(0, "4")
    leveringen.send_now(dag.wereld.session, dag.wereld.koppeling, door=dag.wereld.beheerder.id)
    assert dag.send(1) == {"4": 1}


def test_who_left_goes_along_with_the_first(dag: Dag) -> None:
    dag.norm(0, "4")
    sloten.lock(dag.wereld.session, dag.wereld.school.id)
    dag.wereld.session.execute(update(Leerling).values(groep_id=None), execution_options=ZONDER)
    dag.norm(5, "5")
    assert dag.send(10) == {"4": 1, "5": 0}


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
