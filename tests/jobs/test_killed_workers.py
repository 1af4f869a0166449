"""Workers die at every line of sending, and LASes answer too late: no result is lost, none ends in an old version."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select, update

from jobs.versturen import push_resultaten
from tests.ground.servers import do_as_owner
from tests.jobs import frozen
from tests.jobs.environment import environ_of
from tests.jobs.opstelling import PROJECT, Opstelling, until
from tests.las import Held, Late
from webapp.db import unit_of_work
from webapp.models import Koppeling, Levering, Verzending
from webapp.services.clock import database_clock

NOTHING_SENT = ("before the claim", "after the claim", "while writing the doubt", "before sending")
CLOSED = ("before sending", "after the answer", "while recording")
"""From here on the doubt is written down, and the school is closed for the cool-down."""


def kill_and_take_over(opstelling: Opstelling, moment: str) -> None:
    """Kill a worker at this line; another must wait, then sends all of it under the same keys."""
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


@pytest.mark.fault(1)
def test_a_worker_killed_before_it_took_anything_leaves_it_due(opstelling: Opstelling) -> None:
    kill_and_take_over(opstelling, "before the claim")


@pytest.mark.fault(2)
@pytest.mark.parametrize("moment", ["after the claim", "while writing the doubt"])
def test_a_worker_killed_with_a_claim_and_nothing_sent_costs_one_lease(opstelling: Opstelling, moment: str) -> None:
    kill_and_take_over(opstelling, moment)


@pytest.mark.fault(3)
def test_a_worker_killed_before_it_sends_costs_one_cool_down(opstelling: Opstelling) -> None:
    kill_and_take_over(opstelling, "before sending")


@pytest.mark.fault(5)
def test_a_worker_killed_with_the_answer_sends_the_same_version_again(opstelling: Opstelling) -> None:
    kill_and_take_over(opstelling, "after the answer")
    assert [goed for _, goed in opstelling.las.geschreven[:5]] == [goed for _, goed in opstelling.las.geschreven[5:]]


@pytest.mark.fault(6)
def test_a_worker_killed_while_it_records_has_recorded_nothing(opstelling: Opstelling) -> None:
    kill_and_take_over(opstelling, "while recording")


@pytest.mark.fault(4)
def test_a_worker_killed_during_the_call_is_unsure(opstelling: Opstelling) -> None:
    opstelling.fill(5)
    opstelling.las.answer = lambda bericht: Late(1.0) if bericht.nummer == 0 else None
    worker = opstelling.worker("never")
    assert opstelling.las.bezig.acquire(timeout=180)
    worker.kill()
    worker.wait(timeout=10)
    assert not opstelling.is_due()
    opstelling.renorm(11)
    until(lambda: bool(opstelling.las.boek), "the LAS took it")
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
    until(lambda: not opstelling.is_due() and opstelling.is_let_go(), "it notices")
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
    until(lambda: opstelling.claimed_until() > first + frozen.LEASE, "it keeps it longer than one lease")
    if freezes:
        worker.send_signal(signal.SIGSTOP)
        until(lambda: opstelling.takes_the_fetch(), "it lapses")
        worker.send_signal(signal.SIGCONT)
    assert worker.communicate("answer\n", timeout=60)[0] == ("lost\n" if freezes else "ours\n")


@pytest.mark.fault(6)
def test_a_worker_killed_while_the_database_records_leaves_all_or_nothing(opstelling: Opstelling) -> None:
    opstelling.fill(5)
    url = opstelling.settings.database_url
    do_as_owner(
        url,
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$; "
        "CREATE TRIGGER slow BEFORE UPDATE ON levering FOR EACH ROW "
        "WHEN (NEW.status = 'bevestigd') EXECUTE FUNCTION slow()",
    )
    worker = opstelling.worker("never")
    assert opstelling.las.bezig.acquire(timeout=180)
    until(lambda: _asleep(url, "SELECT count(*)") == 1, "it records")
    worker.kill()
    worker.wait(timeout=10)
    _asleep(url, "SELECT bool_and(pg_terminate_backend(pid))::int")
    do_as_owner(url, "DROP TRIGGER slow ON levering")
    with unit_of_work() as session:
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


def _asleep(url: str, what: str) -> int:
    """Run this part of a query over the connections that are in the middle of the slow trigger."""
    sleeping = "FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    return do_as_owner(url, f"{what} {sleeping}")[0][0] or 0


def _work(opstelling: Opstelling, stop: threading.Event) -> None:
    while not stop.is_set():
        with opstelling.app.app_context():
            push_resultaten(opstelling.koppeling_id)
        time.sleep(0.05)
