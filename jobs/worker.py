"""Workers: `python -m jobs.worker --aantal 4`. Start them on as many machines as wanted."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import resource
import signal
import sys
from importlib import import_module
from threading import Event, Thread
from time import monotonic
from types import FrameType
from typing import Any

from flask import Flask
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from jobs import stoppen, wacht
from jobs.ploeg import Klok, Ploeg
from webapp import create_app, logregel
from webapp.logs import configure_logging, describe
from webapp.queue import JOB_TIMEOUT_SECONDS, QUEUE_NAMES
from webapp.queue import Job as Taak
from webapp.services.inname import merk
from webapp.services.overzicht.alarmen import ZWIJGT_NA
from webapp.start import begin
from webapp.uwlr import soap

log = logging.getLogger(__name__)

_WORKER_TTL_SECONDS = 60
_MAINTENANCE_SECONDS = 30
_SIGN_OF_LIFE_SECONDS = 10
_MOST_JOBS = 2_000
_MOST_KILOBYTES = 300_000
_OVERRUN_SECONDS = 30
"""So long after the time of a job its process is ended from outside: its own alarm did not reach it."""


class KoppelpuntWorker(SimpleWorker):
    """Does one job after another in this process, inside the app.

    An exception that came as far as RQ, or an alarm for a job that took too long, may have cut off any line: a
    session, a connection or a lock may be halfway. The worker records it and ends; a fresh one takes its place.
    """

    app: Flask
    klok: Klok | None = None
    _began = monotonic()

    def perform_job(self, job: Job, *args: Any, **kwargs: Any) -> bool:
        """With a context of its own, whose end takes the session and all that hangs on it away."""
        timeout = job.timeout or JOB_TIMEOUT_SECONDS
        began = monotonic()
        if self.klok is not None:
            self.klok.begin(timeout + _OVERRUN_SECONDS)
        try:
            act, _, subject = (job.description or "").partition(" ")
            with self.app.app_context(), logregel.event("job", act, id_=job.id, subject=subject):
                return bool(super().perform_job(job, *args, **kwargs))
        finally:
            if self.klok is not None:
                self.klok.end()
            if monotonic() - began >= timeout or _kilobytes() > _MOST_KILOBYTES:
                self._stop_requested = True

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """End at the next safe line of the job; only the parent ends it at once.

        RQ breaks a job off at the second signal, and systemd may tell all whom the parent tells too. It also writes to
        Redis from within the first, which breaks the job when that is away.
        """
        if stoppen.is_asked():
            return
        stoppen.ask()
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested
        self._stop_requested = True

    def run_maintenance_tasks(self) -> None:
        """Also look whether the sweep still lives, once this worker has: after a start it may just be late."""
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]  # RQ has not typed it
        if monotonic() - self._began < ZWIJGT_NA.total_seconds():
            return
        try:
            with self.app.app_context(), logregel.event("round", "watch", is_quiet=True):
                wacht.in_place_of_the_sweep()
        except SQLAlchemyError as error:
            log.warning("cannot see whether the sweep lives: %s", type(error).__name__)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """RQ logs all the text of an error; what the net did not catch is logged as any other error of ours."""
        self._stop_requested = True
        logregel.found(outcome=logregel.BROKE)
        log.error("broke", exc_info=exc_info[1])

    def handle_job_failure(
        self, job: Job, queue: Queue, started_job_registry: Any = None, exc_string: str = "", execution: Any = None
    ) -> None:
        """RQ keeps all the text of an error in Redis for a day; it keeps ours instead."""
        error = sys.exc_info()[1]
        text = exc_string if error is None else describe(error)
        super().handle_job_failure(job, queue, started_job_registry, text, execution)

    def show_life(self, parent: int, done: Event) -> None:
        """Beside the jobs: tell Redis that this worker lives, also in a long one; stop when the parent is gone."""
        while not done.wait(_SIGN_OF_LIFE_SECONDS):
            try:
                self.heartbeat()
            except RedisError as error:
                log.warning("no sign of life: %s", type(error).__name__)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGTERM)
                return


def work(app: Flask, klok: Klok, parent: int) -> None:
    """Be one worker until told to stop, until it has done many jobs or grown large, or until something broke."""
    worker = KoppelpuntWorker(
        list(QUEUE_NAMES),
        connection=app.extensions["redis"],
        serializer=JSONSerializer,
        worker_ttl=_WORKER_TTL_SECONDS,
        maintenance_interval=_MAINTENANCE_SECONDS,
        log_job_description=False,
    )
    worker.klok = klok
    done = Event()
    Thread(target=worker.show_life, args=(parent, done), daemon=True).start()
    try:
        worker.work(logging_level="WARNING", max_jobs=_MOST_JOBS)
    finally:
        done.set()


def _kilobytes() -> int:
    """The most memory that this process ever had."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most


def main() -> None:
    """Load everything once, then fork the workers. Nothing here may open a connection: the workers would share it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aantal", type=int, default=1, help="zo veel werkers tegelijk (standaard 1)")
    aantal = parser.parse_args().aantal
    if aantal < 1:
        parser.error("--aantal is minstens 1")
    configure_logging("worker")
    app = create_app(begin(os.environ), is_worker=True)
    configure_mappers()
    soap.load()
    merk.code()
    for taak in Taak:
        import_module(taak.rpartition(".")[0])
    KoppelpuntWorker.app = app
    gc.collect()
    gc.freeze()  # or the first great collection of a worker writes in all that it shares with the others: a copy each
    parent = os.getpid()
    Ploeg(aantal, lambda klok: work(app, klok, parent)).run()


if __name__ == "__main__":
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    main()
