"""The sweep: every half minute it queues a job for all that is due and unclaimed. `python -m jobs.sweep`.

Redis may lose anything: the rows in the database say what is due, so the sweep finds the work of a lost job or a dead
worker again. Two sweeps do no harm; only the one that holds the lock queues jobs. By day all stands in one line: in
one of its own, work of which the bell got lost would wait for as long as people keep asking for other work.
"""

from __future__ import annotations

import logging
import os
import signal
from itertools import chain
from threading import Event, Thread

from flask import Flask, current_app
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from jobs import aanvraag as aanvraagpost
from jobs import minuut, retour, wacht
from webapp import create_app, logregel
from webapp.context import settings
from webapp.db import unit_of_work
from webapp.journaal import newest
from webapp.logs import configure_logging
from webapp.muur import OEFENSCHOOL, alle_scholen, of_school
from webapp.queue import NU, Job, ring
from webapp.services import herkomst, mailbeurt, nachten, spoor
from webapp.services.beurten import MOST_AT_ONCE
from webapp.services.bewaring import opruimen
from webapp.services.clock import database_now
from webapp.services.controle import doorgeven, herinneren, zelfde
from webapp.services.koppeling import termijnen
from webapp.services.oefenen import oefenschool
from webapp.services.ophalen import beurt as ophalen
from webapp.services.ophalen import peiling
from webapp.services.overzicht import alarmeren, levensteken
from webapp.services.versturen import beurt as versturen
from webapp.services.versturen import wachtend
from webapp.start import begin

log = logging.getLogger(__name__)

_LOCK = 7_212_027
_SOON_SECONDS = 2.0
_OF_A_NIGHT = (Job.FETCH_LEERLINGGEGEVENS, Job.PUSH_RESULTATEN)


def sweep() -> dict[Job, int]:
    """Begin the night when it is time, then queue a job for everything that is due; return how many, per job."""
    with alle_scholen(), unit_of_work() as session:
        if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}):
            return {}
        herkomst.watch(session, newest(settings().journaal))
        now = database_now(session)
        nachten.begin(session, now, settings())
        nachten.follow(session, now, settings())
        due = {
            Job.SEND_MAIL: mailbeurt.due(session),
            Job.FETCH_LEERLINGGEGEVENS: ophalen.due(session),
            Job.PUSH_RESULTATEN: versturen.due(session),
            Job.TEND_AANVRAAG: termijnen.due(session),
            Job.PROBE_LAS: peiling.due(session),
            Job.CALL_WEBHOOK: alarmeren.due(session),
            Job.EXPIRE_OVERDRACHT: doorgeven.due(session),
            Job.REMIND: herinneren.due(session),
            Job.TIDY: opruimen.due(session, now, settings()),
            Job.TEND_SPOOR: spoor.due(session, now),
            Job.ASK_SAME: zelfde.due(session),
        }
        with of_school(OEFENSCHOOL):
            due[Job.BEGIN_OEFENSCHOOL] = oefenschool.due(session, now)
        is_by_day = not nachten.is_at_work(session)
    due[Job.READ_REPORTS] = retour.due()
    due[Job.READ_AANVRAGEN] = aanvraagpost.due()
    for job, ids in due.items():
        for subject_id in _not_waiting(job, ids):
            ring(job, subject_id, is_waited_for=is_by_day)
    with alle_scholen(), unit_of_work() as session:
        wachtend.keep(session, now)
    return {job: len(ids) for job, ids in due.items()}


def _not_waiting(job: Job, ids: list[int]) -> list[int]:
    """Leave out what still waits in the queue, so that a slow night does not fill Redis with copies of one job."""
    queues = [current_app.extensions["rq_queues"][name] for name in ((NU, job.queue) if ids else ())]
    try:
        queued = chain.from_iterable(queue.get_jobs() for queue in queues)
        waiting = {tuple(waiting.args) for waiting in queued if waiting.func_name == str(job)}
    except RedisError:
        return []
    return [subject_id for subject_id in ids if (subject_id,) not in waiting]


def run(app: Flask, stop: Event) -> None:
    """Sweep until told to stop; a database that is away is tried again at the next round.

    Where more was due than one round queues, the next round comes as soon as the workers may have done it.
    """
    with app.app_context():
        while not stop.is_set():
            seconds = app.extensions["settings"].sweep_interval.total_seconds()
            with logregel.event("round", "sweep", is_quiet=True) as line:
                try:
                    done = sweep()
                    line["due"] = sum(done.values())
                    if max(done.get(job, 0) for job in _OF_A_NIGHT) >= MOST_AT_ONCE:
                        seconds = min(seconds, _SOON_SECONDS)
                    with unit_of_work() as session:
                        levensteken.round_done(session)
                    wacht.in_place_of_the_workers()
                except SQLAlchemyError as error:
                    logregel.found(outcome=logregel.BROKE)
                    log.warning("sweep skipped: %s", type(error).__name__)
            stop.wait(seconds)


def main() -> None:
    """Run as a process of its own; SIGTERM and SIGINT end it at once."""
    configure_logging("sweep")
    app = create_app(begin(os.environ), is_worker=True)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    for each in (wacht.run, minuut.run):
        Thread(target=each, args=(app, stop), name=each.__module__, daemon=True).start()
    run(app, stop)


if __name__ == "__main__":
    main()
