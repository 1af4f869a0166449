"""A worker: `python -m jobs.worker`. Start as many as wanted, on as many machines as wanted."""

from __future__ import annotations

import logging
import os
from typing import Any

from flask import Flask
from rq import Worker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer

from webapp import create_app
from webapp.config import Settings
from webapp.db import db
from webapp.logs import configure_logging
from webapp.queue import QUEUE_NAMES

_WORKER_TTL_SECONDS = 60
_MAINTENANCE_SECONDS = 30
_MONITORING_SECONDS = 10


class KoppelpuntWorker(Worker):
    """Runs each job in a child process inside the app, with database connections of its own."""

    app: Flask

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the child: connections of the parent must not be shared."""
        with self.app.app_context():
            db.engine.dispose(close=False)
            super().main_work_horse(job, queue)

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        with self.app.app_context():
            return bool(super().perform_job(*args, **kwargs))


def main() -> None:
    """Work until told to stop; one SIGTERM lets the current job finish."""
    configure_logging()
    app = create_app(Settings.from_env(os.environ))
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
