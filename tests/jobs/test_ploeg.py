"""Workers of one parent: many at once, a fresh one after trouble, none that hangs, nothing left between two jobs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import Flask
from redis import Redis
from rq.serializers import JSONSerializer
from sqlalchemy import func, select

from jobs import worker as workers
from jobs.worker import KoppelpuntWorker
from tests.jobs import taken
from tests.jobs.opstelling import PROJECT, Opstelling, horses, until
from tests.wereld import make_wereld
from webapp.db import unit_of_work
from webapp.models import Levering
from webapp.queue import QUEUE_NAMES


def put(opstelling: Opstelling, *names: str, **arguments: object) -> None:
    for name in names:
        opstelling.app.extensions["rq_queues"]["mail"].enqueue(f"tests.jobs.taken.{name}", **arguments)


def told(redis: Redis, count: int) -> list[tuple[int, str]]:
    """Who told, and what it had found, once so many did."""
    until(lambda: redis.llen(taken.VERTELD) >= count, "they told")
    found = [str(line, "ascii").split() for line in redis.lrange(taken.VERTELD, 0, -1) if isinstance(line, bytes)]
    return [(int(pid), left) for pid, left in found]


def test_many_at_once_and_in_the_place_of_one_that_is_killed_another(opstelling: Opstelling, redis: Redis) -> None:
    with opstelling.rq_worker(aantal=3) as parent:
        put(opstelling, *["tell_together"] * 3, count=3)
        first = {pid for pid, _ in told(redis, 3)}
        assert first == {child.pid for child in parent.children()}
        killed = parent.children()[0]
        killed.kill()
        until(lambda: len(parent.children()) == 3 and killed not in parent.children(), "another came")
        put(opstelling, *["tell_together"] * 3, count=6)
        assert {pid for pid, _ in told(redis, 6)[3:]} == {child.pid for child in parent.children()}
        parent.terminate()
        assert parent.wait(timeout=30) == 0


def test_one_process_does_job_after_job_until_one_breaks_it_and_leaves_nothing_behind(
    opstelling: Opstelling, redis: Redis
) -> None:
    with opstelling.rq_worker():
        put(opstelling, "tell")
        put(opstelling, "fail_in_the_net", row_id=1)
        put(opstelling, "tell", "break_off", "tell")
        first, second, third = told(redis, 3)
    assert first == second
    assert third[0] != first[0]
    assert {left for _, left in (first, second, third)} == {"0-geen"}


def test_of_two_groups_of_workers_one_is_killed_in_the_middle_of_a_night_and_everything_arrives(
    opstelling: Opstelling,
) -> None:
    """As on two machines: nothing but the database and Redis is theirs together."""
    opstelling.fill(3)
    with unit_of_work() as session:
        for brin in ("99YA", "99YB", "99YC"):
            make_wereld(session, opstelling.app.extensions["keyring"], brin).genormeerd(3)
    go_on = opstelling.hold_first_message()
    with opstelling.rq_worker() as first, opstelling.sweeping():
        assert opstelling.las.bezig.acquire(timeout=120)
        with opstelling.rq_worker(aantal=2):
            for process in (first, *horses(first)):
                process.kill()
            until(lambda: waiting() == 3, "the other group does the other schools")
            go_on.set()
            opstelling.pass_time()
            until(lambda: waiting() == 0, "and the one that the first had")
    assert opstelling.wrong() == 0
    assert len(opstelling.las.boek) == 12


def waiting() -> int:
    """How many results the LAS has not confirmed."""
    with unit_of_work() as session:
        return session.scalar(select(func.count()).where(Levering.bevestigd < Levering.versie)) or 0


_HANGS = """
import os, signal, sys, time
from jobs.ploeg import Klok, Ploeg

def work(klok: Klok) -> None:
    print(os.getpid(), flush=True)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    klok.begin(0.1)
    time.sleep(60)

Ploeg(1, work).run()
"""


def test_a_worker_that_hangs_is_ended_and_another_takes_its_place() -> None:
    with subprocess.Popen([sys.executable, "-c", _HANGS], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        first, second = (int(parent.stdout.readline()) for _ in range(2))
        parent.terminate()
        assert parent.wait(timeout=30) == 0
    assert first != second


@pytest.mark.parametrize(("most", "left"), [(10**9, 0), (0, 1)])
def test_a_worker_that_grew_large_ends(
    app: Flask, redis: Redis, monkeypatch: pytest.MonkeyPatch, most: int, left: int
) -> None:
    monkeypatch.setattr(KoppelpuntWorker, "app", app, raising=False)
    monkeypatch.setattr(KoppelpuntWorker, "_install_signal_handlers", lambda _: None)
    monkeypatch.setattr(workers, "_MOST_KILOBYTES", most)
    mail = app.extensions["rq_queues"]["mail"]
    for _ in range(2):
        mail.enqueue("os.getpid")
    KoppelpuntWorker(list(QUEUE_NAMES), connection=redis, serializer=JSONSerializer).work(burst=True)
    assert mail.count == left
