"""Workers die at every line of sending, and LASes answer too late: no result is lost, none ends in an old version."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from jobs.versturen import push_resultaten
from tests.jobs import frozen
from tests.jobs.environment import environ_of
from tests.jobs.killed import MOMENTS
from tests.las import Administratie, Held, Late, running_las
from tests.wereld import NOW, make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db, unit_of_work
from webapp.models import Koppeling, Levering, Resultaat, Verzending
from webapp.models.ids import GroepId, KoppelingId, SchoolId, ToetsId
from webapp.services.beurten import OPHALEN
from webapp.services.clock import database_clock
from webapp.services.toetsen import normering
from webapp.services.versturen import beurt, leveringen

PROJECT = Path(__file__).resolve().parents[2]


@dataclass
class Opstelling:
    """A committed database, a LAS, and an app between them."""

    app: Flask
    las: Administratie
    settings: Settings
    koppeling_id: KoppelingId = field(init=False)
    school_id: SchoolId = field(init=False)
    groep_id: GroepId = field(init=False)
    toets_id: ToetsId = field(init=False)

    def fill(self, count: int) -> None:
        with unit_of_work() as session:
            wereld = make_wereld(session, self.app.extensions["keyring"])
            wereld.genormeerd(count)
            self.koppeling_id, self.school_id = wereld.koppeling.id, wereld.school.id
            self.groep_id, self.toets_id = wereld.groep.id, wereld.toetsen["VB-RW-5"].id

    def worker(self, moment: str) -> subprocess.Popen[bytes]:
        """A worker process that does this one job."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.killed", str(self.koppeling_id), moment],
            cwd=PROJECT,
            env={**os.environ, **environ_of(self.settings)},
        )

    def late_worker(self, moment: str) -> subprocess.Popen[str]:
        """A worker process that stands still before it sends; it goes on when a line is written to it."""
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.killed", str(self.koppeling_id), moment],
            cwd=PROJECT,
            env={**os.environ, **environ_of(self.settings)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "reached\n"
        return worker

    def is_due(self) -> bool:
        with unit_of_work() as session:
            return bool(beurt.due(session))

    def claimed_until(self) -> datetime:
        """Until when somebody has the fetch."""
        with unit_of_work() as session:
            return session.scalars(select(Koppeling.ophalen_claim_tot)).one() or datetime.min.replace(tzinfo=UTC)

    def is_let_go(self) -> bool:
        """Whether nobody has the sending of this school."""
        with unit_of_work() as session:
            return session.scalars(select(Koppeling.zenden_claim)).one() is None

    def takes_the_fetch(self) -> bool:
        """Whether another worker gets the fetch."""
        with unit_of_work() as session:
            return OPHALEN.take(session, self.koppeling_id) is not None

    def pass_time(self) -> None:
        """As if lease and cool-down were over."""
        with unit_of_work() as session:
            past = database_clock(session) - timedelta(seconds=1)
            session.execute(
                update(Koppeling).values(
                    niet_voor=func.least(Koppeling.niet_voor, past),
                    zenden_claim_tot=func.least(Koppeling.zenden_claim_tot, past),
                )
            )
            for moment in (Koppeling.zenden_op, Levering.nog_eens_op):
                session.execute(
                    update(moment.class_).where(moment.is_not(None)).values({moment: func.least(moment, past)})
                )

    def ring(self) -> None:
        """As the night does: sending is due, whatever was planned."""
        with unit_of_work() as session:
            session.execute(update(Koppeling).values(zenden_op=func.now(), zenden_pogingen=0))

    def end_cool_down(self) -> None:
        """Let the LAS process all that lay there, then open the school again, unless a worker holds it."""
        with unit_of_work() as session:
            koppeling = session.scalar(
                select(Koppeling).where(Koppeling.zenden_claim.is_(None)).with_for_update(skip_locked=True)
            )
            if koppeling is not None:
                self.las.catch_up()
                koppeling.niet_voor = None

    def renorm(self, score: int) -> None:
        """Give everybody this score, and norm it."""
        with unit_of_work() as session:
            leveringen.lock(session, self.school_id)
            session.execute(update(Resultaat).values(ruwe_score=score))
            normering.normeer(session, self.school_id, self.toets_id, groep_id=self.groep_id, now=NOW, door=None)

    def wrong(self) -> int:
        """Results that count as delivered while the LAS holds another version, or none."""
        with unit_of_work() as session:
            rows = session.execute(
                select(Resultaat.sleutel, Resultaat.ruwe_score)
                .join(Levering, Levering.resultaat_id == Resultaat.id)
                .where(Levering.bevestigd >= Levering.versie)
            ).all()
        return sum(self.las.boek.get(sleutel) != score for sleutel, score in rows)

    def undelivered(self) -> int:
        with unit_of_work() as session:
            return leveringen.count_sendable(session, self.school_id)


@pytest.fixture
def opstelling(fresh_database_url: str, settings: Settings) -> Iterator[Opstelling]:
    administratie = Administratie()
    with running_las(administratie) as las:
        here = replace(settings, database_url=fresh_database_url, parnassys_url=las.address)
        app = create_app(here)
        with app.app_context():
            yield Opstelling(app, administratie, here)
            db.session.remove()
            db.engine.dispose()


NOTHING_SENT = ("before the claim", "after the claim", "while writing the doubt", "before sending")
CLOSED = ("before sending", "after the answer", "while recording")
"""From here on the doubt is written down, and the school is closed for the cool-down."""


@pytest.mark.parametrize("moment", [moment for moment in MOMENTS if moment != "never"])
def test_a_worker_killed_at_any_line_loses_nothing(opstelling: Opstelling, moment: str) -> None:
    opstelling.fill(5)
    worker = opstelling.worker(moment)
    assert worker.wait(timeout=180) == -signal.SIGKILL
    assert len(opstelling.las.berichten) == (0 if moment in NOTHING_SENT else 1)
    assert opstelling.is_due() is (moment == "before the claim")
    if moment in CLOSED:
        with unit_of_work() as session:
            koppeling = session.get_one(Koppeling, opstelling.koppeling_id)
            assert koppeling.niet_voor is not None
            assert koppeling.niet_voor > database_clock(session) + timedelta(minutes=14)
    if moment != "before the claim":
        push_resultaten(opstelling.koppeling_id)
    assert len(opstelling.las.berichten) == (0 if moment in NOTHING_SENT else 1), "another worker must wait"
    opstelling.pass_time()
    assert opstelling.is_due()
    push_resultaten(opstelling.koppeling_id)
    assert (opstelling.undelivered(), opstelling.wrong(), len(opstelling.las.boek)) == (0, 0, 5)
    assert len({frozenset(bericht.keys) for bericht in opstelling.las.berichten}) == 1, "the same keys again"


def test_a_worker_killed_during_the_call_is_unsure(opstelling: Opstelling) -> None:
    opstelling.fill(5)
    opstelling.las.answer = lambda bericht: Late(1.0) if bericht.nummer == 0 else None
    worker = opstelling.worker("never")
    assert opstelling.las.bezig.acquire(timeout=180)
    worker.kill()
    worker.wait(timeout=10)
    assert not opstelling.is_due()
    opstelling.renorm(11)
    _wait(lambda: bool(opstelling.las.boek), seconds=30)
    opstelling.pass_time()
    push_resultaten(opstelling.koppeling_id)
    assert (opstelling.undelivered(), opstelling.wrong()) == (0, 0)
    assert set(opstelling.las.boek.values()) == {11}
    with unit_of_work() as session:
        outcomes = [str(u) for u in session.scalars(select(Verzending.uitkomst).order_by(Verzending.id))]
    assert outcomes == ["onbekend", "bevestigd"]


@pytest.mark.fault(41)
def test_a_late_message_of_a_worker_that_dies_before_it_says_so_is_put_right(opstelling: Opstelling) -> None:
    """Another worker delivers the newest version; then the first wakes up, sends the old one over it, and is killed."""
    opstelling.fill(3)
    worker = opstelling.late_worker("late")
    opstelling.renorm(11)
    opstelling.pass_time()
    push_resultaten(opstelling.koppeling_id)
    assert (opstelling.undelivered(), opstelling.wrong()) == (0, 0)
    worker.communicate("go on\n", timeout=60)
    assert worker.returncode == -signal.SIGKILL
    assert opstelling.wrong() == 3, "the LAS took the old version last, and nobody here knows"
    assert not opstelling.is_due()
    opstelling.pass_time()
    assert opstelling.is_due()
    push_resultaten(opstelling.koppeling_id)
    assert (opstelling.undelivered(), opstelling.wrong()) == (0, 0)
    assert set(opstelling.las.boek.values()) == {11}
    opstelling.pass_time()
    assert not opstelling.is_due(), "once more is enough"


@pytest.mark.fault(41)
def test_a_worker_that_finds_its_claim_lost_closes_the_school_at_once(opstelling: Opstelling) -> None:
    """Its message may still leave; nobody sends another before that is over, also when it dies without a word."""
    opstelling.fill(3)
    worker = opstelling.late_worker("late, and it notices")
    opstelling.renorm(11)
    opstelling.pass_time()
    _wait(lambda: not opstelling.is_due() and opstelling.is_let_go(), seconds=60)
    assert opstelling.is_let_go()
    opstelling.ring()
    push_resultaten(opstelling.koppeling_id)
    assert opstelling.las.berichten == []
    worker.communicate("go on\n", timeout=60)
    assert worker.returncode == -signal.SIGKILL
    assert len(opstelling.las.boek) == 3
    opstelling.pass_time()
    push_resultaten(opstelling.koppeling_id)
    assert (opstelling.undelivered(), opstelling.wrong()) == (0, 0)
    assert set(opstelling.las.boek.values()) == {11}


@pytest.mark.parametrize("freezes", [True, False], ids=["that stands still", "that lives"])
def test_a_worker_in_a_long_call_keeps_its_claim_only_while_it_lives(opstelling: Opstelling, freezes: bool) -> None:
    opstelling.fill(1)
    with unit_of_work() as session:
        session.execute(update(Koppeling).values(ophalen_op=func.now()))
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.frozen", str(opstelling.koppeling_id)],
        cwd=PROJECT, env={**os.environ, **environ_of(opstelling.settings)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdin is not None
    assert worker.stdout.readline() == "taken\n"
    first = opstelling.claimed_until()
    _wait(lambda: opstelling.claimed_until() > first + frozen.LEASE, seconds=60)
    assert opstelling.claimed_until() > first + frozen.LEASE, "longer than one lease"
    if freezes:
        worker.send_signal(signal.SIGSTOP)
        _wait(lambda: opstelling.takes_the_fetch(), seconds=60)
        worker.send_signal(signal.SIGCONT)
    assert worker.communicate("answer\n", timeout=60)[0] == ("lost\n" if freezes else "ours\n")


def test_a_worker_killed_while_the_database_records_leaves_all_or_nothing(opstelling: Opstelling) -> None:
    opstelling.fill(5)
    with unit_of_work() as session:
        session.execute(
            text(
                "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$"
            )
        )
        session.execute(
            text(
                "CREATE TRIGGER slow BEFORE UPDATE ON levering FOR EACH ROW "
                "WHEN (NEW.status = 'bevestigd') EXECUTE FUNCTION slow()"
            )
        )
    worker = opstelling.worker("never")
    assert opstelling.las.bezig.acquire(timeout=180)
    time.sleep(0.7)
    worker.kill()
    worker.wait(timeout=10)
    with unit_of_work() as session:
        session.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"))
    with unit_of_work() as session:
        session.execute(text("DROP TRIGGER slow ON levering"))
        assert set(session.scalars(select(Levering.bevestigd))) == {0}
    opstelling.pass_time()
    push_resultaten(opstelling.koppeling_id)
    assert (opstelling.undelivered(), opstelling.wrong()) == (0, 0)


@pytest.mark.parametrize("waits", [True, False], ids=["with the cool-down", "without it"])
def test_the_cool_down_is_what_keeps_a_late_message_from_winning(opstelling: Opstelling, waits: bool) -> None:
    """The LAS gives no answer and takes the message later; meanwhile everybody gets another score.

    Without the cool-down the LAS ends with the old score while we say delivered: that is what it is for.
    """
    opstelling.las.answer = lambda bericht: Held() if bericht.nummer == 0 else None
    opstelling.fill(3)
    push_resultaten(opstelling.koppeling_id)
    opstelling.renorm(33)
    opstelling.ring()
    if not waits:
        opstelling.pass_time()
    push_resultaten(opstelling.koppeling_id)
    assert len(opstelling.las.berichten) == (1 if waits else 2)
    opstelling.las.catch_up()
    opstelling.pass_time()
    push_resultaten(opstelling.koppeling_id)
    assert opstelling.undelivered() == 0
    assert opstelling.wrong() == (0 if waits else 3)


def test_many_late_messages_and_many_workers_leave_no_wrong_version(opstelling: Opstelling) -> None:
    chance = Random(7)
    opstelling.las.answer = lambda _: Held() if chance.random() < 0.5 else None
    opstelling.fill(4)
    stop = threading.Event()
    threads = [threading.Thread(target=_work, args=(opstelling, stop)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for score in range(1, 31):
        opstelling.renorm(score)
        opstelling.ring()
        time.sleep(0.05)
        if score % 3 == 0:
            opstelling.end_cool_down()
    opstelling.las.answer = lambda _: None
    end = time.monotonic() + 60
    while opstelling.undelivered() and time.monotonic() < end:
        opstelling.end_cool_down()
        opstelling.ring()
        time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join()
    assert (opstelling.undelivered(), opstelling.wrong()) == (0, 0)
    assert set(opstelling.las.boek.values()) == {30}
    assert len(opstelling.las.berichten) > 10


def _asleep(what: str) -> int:
    """Run this part of a query over the connections that are in the middle of the slow trigger."""
    with unit_of_work() as session:
        sleeping = "FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        return session.scalar(text(f"{what} {sleeping}")) or 0


def _work(opstelling: Opstelling, stop: threading.Event) -> None:
    while not stop.is_set():
        with opstelling.app.app_context():
            push_resultaten(opstelling.koppeling_id)
        time.sleep(0.05)


def _wait(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
