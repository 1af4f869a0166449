"""A committed database, a LAS that a test sets up, and an app between them; workers are processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import psutil
from flask import Flask
from sqlalchemy import func, select, update

from jobs import sweep
from tests.jobs.environment import environ_of
from tests.las import Administratie, Ontvangen, running_las
from tests.wereld import NOW, make_wereld
from webapp import create_app
from webapp.config import Settings
from webapp.db import db, unit_of_work
from webapp.models import Koppeling, Levering, Resultaat
from webapp.models.ids import GroepId, KoppelingId, SchoolId, ToetsId
from webapp.queue import Job, ring
from webapp.services import sloten
from webapp.services.beurten import OPHALEN
from webapp.services.clock import database_clock
from webapp.services.toetsen import normering
from webapp.services.versturen import beurt, leveringen

PROJECT = Path(__file__).resolve().parents[2]
_MARK = "KOPPELPUNT_WORKER_MARK"


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

    def make_fetch_due(self) -> None:
        """A fetch is due and nothing else; a claim on it has lapsed."""
        with unit_of_work() as session:
            past = database_clock(session) - timedelta(seconds=1)
            values = {"ophalen_op": past, "ophalen_claim_tot": func.least(Koppeling.ophalen_claim_tot, past)}
            session.execute(update(Koppeling).values(zenden_op=None, **values))

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
            sloten.hold(session, self.school_id)
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
            sloten.hold(session, self.school_id)
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

    @contextmanager
    def rq_worker(self, aantal: int = 1) -> Iterator[psutil.Popen]:
        """The parent of workers as in production, which work on what is in Redis; all are gone afterwards."""
        mark = uuid4().hex
        environ = {**os.environ, **environ_of(self.settings), _MARK: mark}
        worker = psutil.Popen([sys.executable, "-m", "jobs.worker", "--aantal", str(aantal)], cwd=PROJECT, env=environ)
        try:
            yield worker
        finally:
            for process in psutil.process_iter():
                with suppress(psutil.Error):
                    if process.environ().get(_MARK) == mark:
                        process.kill()
            worker.wait(timeout=10)

    def hold_first_message(self) -> Event:
        """Let the LAS take the first message, and confirm it, only when this event is set."""
        go_on = Event()

        def answer(bericht: Ontvangen) -> None:
            if bericht.nummer == 0:
                go_on.wait(180)

        self.las.answer = answer
        return go_on

    def ring_for_results(self) -> None:
        """Put the job in the queue, as a commit or the sweep does."""
        assert ring(Job.PUSH_RESULTATEN, self.koppeling_id)

    @contextmanager
    def sweeping(self) -> Iterator[None]:
        """The loop of the sweep, in a thread, with hardly a pause."""
        stop = Event()
        thread = Thread(target=sweep.run, args=(self.app, stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


@contextmanager
def set_up(settings: Settings) -> Iterator[Opstelling]:
    """An app with a LAS of its own, on these settings."""
    administratie = Administratie()
    with running_las(administratie) as las:
        here = replace(settings, parnassys_url=las.address, sweep_interval=timedelta(seconds=0.1))
        app = create_app(here, is_worker=True)
        with app.app_context():
            yield Opstelling(app, administratie, here)
            db.session.remove()
            db.engine.dispose()


def horses(worker: psutil.Popen) -> list[psutil.Process]:
    """The children in which a worker does its jobs."""
    return list(psutil.Process(worker.pid).children())


def until(condition: Callable[[], bool], what: str, seconds: float = 180) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)
