"""A worker: `python -m jobs.worker`. Start as many as wanted, on as many machines as wanted."""

from __future__ import annotations

import logging
import os
import sys
from time import monotonic
from typing import Any

from flask import Flask
from rq import Worker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from jobs import wacht
from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.logs import configure_logging, describe
from webapp.queue import QUEUE_NAMES
from webapp.services.overzicht.alarmen import ZWIJGT_NA

log = logging.getLogger(__name__)

_WORKER_TTL_SECONDS = 60
_MAINTENANCE_SECONDS = 30
_MONITORING_SECONDS = 10


class KoppelpuntWorker(Worker):
    """Runs each job in a child process inside the app, with database connections of its own."""

    app: Flask
    _began = monotonic()

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the child: connections of the parent must not be shared."""
        with self.app.app_context():
            db.engine.dispose(close=False)
            super().main_work_horse(job, queue)

    def run_maintenance_tasks(self) -> None:
        """Also look whether the sweep still lives, once this worker has: after a start it may just be late."""
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]  # RQ has not typed it
        if monotonic() - self._began < ZWIJGT_NA.total_seconds():
            return
        try:
            with self.app.app_context():
                wacht.in_place_of_the_sweep()
        except SQLAlchemyError as error:
            log.warning("cannot see whether the sweep lives: %s", type(error).__name__)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """RQ logs all the text of an error; what the net did not catch is logged as any other error of ours."""
        log.error("%s broke\n%s", job.id, describe(exc_info[1]))

    def handle_job_failure(
        self, job: Job, queue: Queue, started_job_registry: Any = None, exc_string: str = "", execution: Any = None
    ) -> None:
        """RQ keeps all the text of an error in Redis for a day; it keeps ours instead."""
        error = sys.exc_info()[1]
        text = exc_string if error is None else describe(error)
        super().handle_job_failure(job, queue, started_job_registry, text, execution)

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        with self.app.app_context():
            return bool(super().perform_job(*args, **kwargs))


def main() -> None:
    """Work until told to stop; one SIGTERM lets the current job finish."""
    app = create_app(Settings.from_env(os.environ), is_worker=True)
    configure_logging()
    KoppelpuntWorker.app = app
    worker = KoppelpuntWorker(
        list(QUEUE_NAMES),
        connection=app.extensions["redis"],
        serializer=JSONSerializer,
        worker_ttl=_WORKER_TTL_SECONDS,
        maintenance_interval=_MAINTENANCE_SECONDS,
        job_monitoring_interval=_MONITORING_SECONDS,
        log_job_description=False,
    )
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    main()
