"""The queue: RQ carries ids of rows; the rows say what is due (docs/decisions/0002-redis-is-a-doorbell.md)."""

from __future__ import annotations

import logging
from enum import StrEnum

from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.db import after_commit

log = logging.getLogger(__name__)

JOB_TIMEOUT_SECONDS = 300
RESULT_TTL_SECONDS = 60
FAILURE_TTL_SECONDS = 86_400
QUEUE_TTL_SECONDS = 3_600


class Job(StrEnum):
    """Every job there is, by the name under which the worker imports it."""

    SEND_MAIL = "jobs.mails.send_mail"
    TEND_AANVRAAG = "jobs.aanvraag.tend"
    READ_AANVRAGEN = "jobs.aanvraag.read_mail"
    FETCH_LEERLINGGEGEVENS = "jobs.ophalen.fetch_leerlinggegevens"
    READ_REPORTS = "jobs.retour.read_reports"
    PUSH_RESULTATEN = "jobs.versturen.push_resultaten"
    PROBE_LAS = "jobs.peiling.probe_las"
    CALL_WEBHOOK = "jobs.alarm.call_webhook"
    TIDY = "jobs.opruimen.tidy"
    EXPIRE_OVERDRACHT = "jobs.doorgeven.expire"
    REMIND = "jobs.herinneren.remind"
    TEND_SPOOR = "jobs.spoor.tend"
    ASK_SAME = "jobs.zelfde.ask"
    BEGIN_OEFENSCHOOL = "jobs.oefenen.begin_anew"

    @property
    def queue(self) -> str:
        """Name of the queue this job waits in."""
        return _QUEUES[self]


_QUEUES = {
    Job.SEND_MAIL: "mail",
    Job.READ_REPORTS: "mail",
    Job.TEND_AANVRAAG: "mail",
    Job.READ_AANVRAGEN: "mail",
    Job.FETCH_LEERLINGGEGEVENS: "import",
    Job.PUSH_RESULTATEN: "resultaten",
    Job.PROBE_LAS: "import",
    Job.CALL_WEBHOOK: "mail",
    Job.TIDY: "import",
    Job.EXPIRE_OVERDRACHT: "mail",
    Job.REMIND: "mail",
    Job.TEND_SPOOR: "import",
    Job.ASK_SAME: "import",
    Job.BEGIN_OEFENSCHOOL: "import",
}
NU = "nu"
"""What somebody waits for, before the work of a night."""
QUEUE_NAMES = ("mail", NU, "import", "resultaten")


def init_app(app: Flask, settings: Settings) -> None:
    """Give the app its connection; nothing is sent yet, so a missing Redis does not stop the start."""
    connection = Redis.from_url(
        settings.redis_url, socket_connect_timeout=2, socket_timeout=5, health_check_interval=30
    )
    app.extensions["redis"] = connection
    app.extensions["rq_queues"] = {
        name: Queue(name, connection=connection, serializer=JSONSerializer) for name in QUEUE_NAMES
    }


def enqueue(session: Session, job: Job, subject_id: int) -> None:
    """Queue the job once the transaction has committed, before what a night queued.

    The row says what is due; the sweep queues what got lost.
    """
    after_commit(session, lambda: ring(job, subject_id, is_waited_for=True))


def ring(job: Job, subject_id: int, *, is_waited_for: bool = False) -> bool:
    """Put the job in its queue now. False when Redis is away: nothing is lost, the sweep queues it later."""
    name = NU if is_waited_for and job.queue != "mail" else job.queue
    queue: Queue = current_app.extensions["rq_queues"][name]
    try:
        queue.enqueue(
            str(job),
            subject_id,
            job_timeout=JOB_TIMEOUT_SECONDS,
            result_ttl=RESULT_TTL_SECONDS,
            failure_ttl=FAILURE_TTL_SECONDS,
            ttl=QUEUE_TTL_SECONDS,
            description=f"{job.name} {subject_id}",
        )
    except RedisError as error:
        log.warning("no bell for %s %s: %s; the sweep rings again", job.name, subject_id, type(error).__name__)
        return False
    return True
