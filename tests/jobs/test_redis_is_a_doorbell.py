"""Redis may be emptied, or be away, at any moment: the rows say what is due and the sweep rings again."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface, session_json_serializer
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs import sweep
from tests.ground.smtp import SmtpSink
from tests.wereld import make_wereld
from webapp import queue
from webapp.config import AMSTERDAM, PROJECT
from webapp.db import unit_of_work
from webapp.models import Koppeling, KoppelingStatus, Mail, MailStatus, Nacht
from webapp.queue import Job
from webapp.services.clock import database_now
from webapp.services.koppeling import aanvraag
from webapp.services.koppeling.aanvraag import Aanvraag

AANVRAAG = Aanvraag("De Regenboog", "99XX", "00", "Marijke", "marijke@regenboog.example")


def ask() -> None:
    with unit_of_work() as session:
        aanvraag.request(session, AANVRAAG, afzender="x")


def statuses(session: Session) -> set[MailStatus]:
    session.expire_all()
    return set(session.scalars(select(Mail.status)))


def test_emptying_redis_loses_no_mail(
    session: Session, redis: Redis, run_jobs: Callable[[], int], smtp: SmtpSink
) -> None:
    ask()
    redis.flushdb()
    assert run_jobs() == 0
    assert sweep.sweep()[Job.SEND_MAIL] == 1
    run_jobs()
    assert statuses(session) == {MailStatus.VERZONDEN}
    assert len(smtp.messages) == 1


def test_redis_being_away_does_not_stop_the_school(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {name: _unreachable(name) for name in queue.QUEUE_NAMES}
    monkeypatch.setitem(app.extensions, "rq_queues", nowhere)
    ask()
    assert session.scalars(select(Koppeling)).one().status is KoppelingStatus.ONBEVESTIGD
    assert statuses(session) == {MailStatus.KLAAR}


@pytest.mark.asvs(8)
def test_what_somebody_plants_in_redis_is_not_unpacked(
    app: Flask, session: Session, redis: Redis, run_jobs: Callable[[], int], tmp_path: Path
) -> None:
    """RQ packs with pickle by itself, which runs what it unpacks. The cookie of a login is signed JSON."""
    proof = tmp_path / "ran"
    planted = zlib.compress(pickle.dumps(_Runs(proof)))
    ask()
    [job_id] = app.extensions["rq_queues"]["mail"].job_ids
    redis.hset(f"rq:job:{job_id}", "data", planted)
    run_jobs()
    assert not proof.exists()
    pickle.loads(zlib.decompress(planted))  # so would it run
    assert proof.exists()
    sources = [(PROJECT / name).read_text() for name in ("webapp/queue.py", "jobs/worker.py")]
    assert all("serializer=JSONSerializer" in source for source in sources)
    assert isinstance(app.session_interface, SecureCookieSessionInterface)
    assert app.session_interface.serializer is session_json_serializer


class _Runs:
    def __init__(self, proof: Path) -> None:
        self._proof = proof

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self._proof,)


def test_the_sweep_rings_once_for_what_still_waits(session: Session, redis: Redis, app: Flask) -> None:
    ask()
    redis.flushdb()
    sweep.sweep()
    sweep.sweep()
    assert len(app.extensions["rq_queues"]["mail"]) == 1


def test_a_job_that_runs_twice_sends_one_mail(
    session: Session, redis: Redis, run_jobs: Callable[[], int], smtp: SmtpSink
) -> None:
    ask()
    redis.flushdb()
    mail = session.scalars(select(Mail)).first()
    assert mail is not None
    queue.ring(Job.SEND_MAIL, mail.id)
    queue.ring(Job.SEND_MAIL, mail.id)
    run_jobs()
    assert len(smtp.messages) == 1


def test_a_mail_in_the_hands_of_a_dead_worker_is_free_again_after_its_lease(session: Session, redis: Redis) -> None:
    ask()
    redis.flushdb()
    for mail in session.scalars(select(Mail)):
        mail.claim_tot = datetime.now(UTC) + timedelta(minutes=1)
    session.commit()
    assert sweep.sweep()[Job.SEND_MAIL] == 0
    for mail in session.scalars(select(Mail)):
        mail.claim_tot = datetime.now(UTC) - timedelta(seconds=1)
    session.commit()
    assert sweep.sweep()[Job.SEND_MAIL] == 1


def _unreachable(name: str) -> Queue:
    connection = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    return Queue(name, connection=connection, serializer=JSONSerializer)


@pytest.mark.parametrize(("is_night", "line"), [(False, "nu"), (True, "resultaten")])
def test_a_lost_bell_stands_in_one_line_with_what_is_asked_for_by_day(
    app: Flask, session: Session, redis: Redis, is_night: bool, line: str
) -> None:
    """Else it waits for as long as others keep asking; in a night what somebody asks for goes before the rest."""
    wereld = make_wereld(session, app.extensions["keyring"])
    now = database_now(session)
    wereld.koppeling.zenden_op, wereld.koppeling.ophalen_op = now, now + timedelta(days=1)
    today, klaar = now.astimezone(AMSTERDAM).date(), None if is_night else now
    session.add(Nacht(datum=today, begonnen_op=now, klaar_op=klaar, tellingen={}))
    session.commit()
    redis.flushdb()
    assert sweep.sweep()[Job.PUSH_RESULTATEN] == 1
    [waiting] = app.extensions["rq_queues"][line].get_jobs()
    assert (waiting.func_name, waiting.args) == (str(Job.PUSH_RESULTATEN), [wereld.koppeling.id])
