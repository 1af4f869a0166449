"""Workers of RQ, in processes of their own: killed, stopped, felled again and again, without memory or a database."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import psutil
import pytest
from redis import Redis
from rq.registry import StartedJobRegistry
from sqlalchemy import select, update

from jobs.versturen import push_resultaten
from sandbox.lokaal.services import running, throwaway_postgres
from sandbox.lokaal.valkey import Valkey
from tests.deploy.units import Stopping
from tests.ground.smtp import SmtpSink
from tests.jobs.opstelling import PROJECT, Opstelling, set_up, until
from tests.las import reply, running_las
from tests.uwlr.berichten import envelope
from tests.wereld import NOW, START
from webapp import migrate
from webapp.config import Omgeving, Settings
from webapp.db import unit_of_work
from webapp.models import Koppeling, Mail, MailSoort
from webapp.models.fout import Fout
from webapp.queue import Job, ring
from webapp.services import mails
from webapp.services.beurten import DIED, MOST_DEATHS
from webapp.services.clock import database_clock
from webapp.services.overzicht import wachtrij

SECONDS = 120
UNCHANGED = (PROJECT / "tests/uwlr/samples/geenwijzigingen-leeg.xml").read_bytes()


def horse_of(worker: psutil.Popen) -> psutil.Process:
    """The child in which a worker does its job."""
    [horse] = worker.children()
    return horse


def all_is_well(opstelling: Opstelling) -> bool:
    return (opstelling.undelivered(), opstelling.wrong()) == (0, 0) and bool(opstelling.las.boek)


@pytest.mark.fault(7)
def test_a_worker_whose_child_is_killed_goes_on(opstelling: Opstelling) -> None:
    opstelling.fill(3)
    opstelling.ring_for_results()
    with opstelling.rq_worker() as worker:
        go_on = opstelling.hold_first_message()
        assert opstelling.las.bezig.acquire(timeout=SECONDS)
        horse_of(worker).kill()
        go_on.set()
        until(lambda: len(opstelling.las.boek) == 3, "the LAS took it")
        assert opstelling.undelivered() == 3, "nobody knows"
        opstelling.renorm(11)
        opstelling.pass_time()
        opstelling.ring_for_results()
        until(lambda: all_is_well(opstelling), "the same worker delivers it again")
        assert worker.is_running()
    assert set(opstelling.las.boek.values()) == {11}


@pytest.mark.fault(7)
def test_a_child_that_outlives_its_worker_is_refused_when_another_took_over(opstelling: Opstelling) -> None:
    """It is frozen as well, so that its claim lapses; the LAS takes its old version last."""
    opstelling.fill(3)
    opstelling.ring_for_results()
    go_on = opstelling.hold_first_message()
    with opstelling.rq_worker() as worker:
        assert opstelling.las.bezig.acquire(timeout=SECONDS)
        horse = horse_of(worker)
        worker.kill()
        worker.wait()
        horse.suspend()
        opstelling.renorm(11)
        opstelling.pass_time()
        push_resultaten(opstelling.koppeling_id)
        assert all_is_well(opstelling)
        go_on.set()
        until(lambda: opstelling.wrong() == 3, "the LAS took the old version")
        horse.resume()
        until(lambda: opstelling.undelivered() == 3, "what it says counts for nothing, and nothing counts as delivered")
    opstelling.pass_time()
    push_resultaten(opstelling.koppeling_id)
    assert all_is_well(opstelling)
    assert set(opstelling.las.boek.values()) == {11}


@pytest.mark.fault(7)
def test_a_child_that_outlives_its_worker_finishes_what_is_its_own(opstelling: Opstelling) -> None:
    opstelling.fill(3)
    opstelling.ring_for_results()
    go_on = opstelling.hold_first_message()
    with opstelling.rq_worker() as worker:
        assert opstelling.las.bezig.acquire(timeout=SECONDS)
        worker.kill()
        worker.wait()
        assert not opstelling.is_due(), "nobody else takes it"
        go_on.set()
        until(lambda: all_is_well(opstelling), "it is confirmed")
    assert len(opstelling.las.berichten) == 1


@pytest.mark.fault(8)
def test_a_worker_that_is_asked_to_stop_finishes_its_message(opstelling: Opstelling) -> None:
    opstelling.fill(3)
    opstelling.ring_for_results()
    go_on = opstelling.hold_first_message()
    with opstelling.rq_worker() as worker:
        assert opstelling.las.bezig.acquire(timeout=SECONDS)
        stopping = Stopping("koppelpunt-werker.service", worker)
        go_on.set()
        assert stopping.wait(), "nobody had to be killed"
        assert worker.wait() == 0
    assert all_is_well(opstelling)
    assert len(opstelling.las.berichten) == 1


@pytest.mark.fault(8)
def test_a_worker_that_must_stop_at_once_leaves_its_message_in_doubt(opstelling: Opstelling) -> None:
    opstelling.fill(3)
    opstelling.ring_for_results()
    go_on = opstelling.hold_first_message()
    with opstelling.rq_worker() as worker:
        assert opstelling.las.bezig.acquire(timeout=SECONDS)
        horse = horse_of(worker)
        while horse.is_running() and horse.status() != psutil.STATUS_ZOMBIE:
            worker.send_signal(signal.SIGTERM)  # RQ takes two within a second for one
            with_patience(worker)
    push_resultaten(opstelling.koppeling_id)
    assert len(opstelling.las.berichten) == 1, "the cool-down"
    go_on.set()
    opstelling.pass_time()
    push_resultaten(opstelling.koppeling_id)
    assert all_is_well(opstelling)


def with_patience(worker: psutil.Popen) -> None:
    """Give it some time to end."""
    try:
        worker.wait(timeout=0.3)
    except psutil.TimeoutExpired:
        return


@pytest.fixture
def answering(opstelling: Opstelling) -> Iterator[list[bytes]]:
    """What a question about leerlingen is answered with."""
    answers = [UNCHANGED]
    with running_las(lambda wire, request: reply(answers[-1])(wire, request)) as las:
        opstelling.settings = replace(opstelling.settings, parnassys_url=las.address)
        yield answers


def of_fetch(opstelling: Opstelling) -> tuple[Fout | None, timedelta | None]:
    """The fault that is kept, and how long until the next try; None when it is due or held."""
    with unit_of_work() as session:
        koppeling = session.get_one(Koppeling, opstelling.koppeling_id)
        wait = (koppeling.ophalen_op or NOW) - database_clock(session)
        return koppeling.fout, wait if wait > timedelta(0) and koppeling.ophalen_claim is None else None


@pytest.mark.fault(39)
def test_a_fetch_that_fells_its_worker_again_and_again_is_left_alone_and_seen(
    opstelling: Opstelling, answering: list[bytes]
) -> None:
    """As the kernel does for want of memory: in the process that dies no line of ours runs."""
    opstelling.fill(0)
    for _ in range(MOST_DEATHS):
        opstelling.make_fetch_due()
        assert opstelling.worker("while storing a fetch").wait(timeout=SECONDS) == -signal.SIGKILL
        assert of_fetch(opstelling) == (None, None)
    opstelling.make_fetch_due()
    assert opstelling.worker("while storing a fetch").wait(timeout=SECONDS) == 0, "it is not tried"
    fout, wait = of_fetch(opstelling)
    assert fout == Fout.intern(DIED)
    assert wait is not None
    assert wait > timedelta(minutes=10)
    with unit_of_work() as session:
        assert [row.fout for row in wachtrij.waiting(session)] == [fout]


@pytest.mark.fault(39)
def test_results_that_fell_their_worker_again_and_again_are_left_alone_and_seen(opstelling: Opstelling) -> None:
    opstelling.fill(2)
    for _ in range(MOST_DEATHS):
        opstelling.pass_time()
        assert opstelling.worker("after the claim").wait(timeout=SECONDS) == -signal.SIGKILL
    opstelling.pass_time()
    assert opstelling.worker("after the claim").wait(timeout=SECONDS) == 0, "it is not tried"
    with unit_of_work() as session:
        assert session.scalars(select(Koppeling)).one().zend_fout == Fout.intern(DIED)
    assert not opstelling.is_due(), "a pause"
    opstelling.pass_time()
    push_resultaten(opstelling.koppeling_id)
    assert all_is_well(opstelling)
    with unit_of_work() as session:
        assert session.scalars(select(Koppeling)).one().zend_fout is None


@pytest.mark.fault(39)
def test_a_worker_without_memory_for_an_answer_says_so(opstelling: Opstelling, answering: list[bytes]) -> None:
    opstelling.fill(0)
    answering.append(envelope("<a/>" * 1_500_000))
    for _ in range(MOST_DEATHS + 1):
        opstelling.make_fetch_due()
        opstelling.worker("with little memory").wait(timeout=SECONDS)
    fout, wait = of_fetch(opstelling)
    assert fout is not None
    assert wait is not None
    answering.append(UNCHANGED)
    opstelling.make_fetch_due()
    assert opstelling.worker("never in a fetch").wait(timeout=SECONDS) == 0
    assert of_fetch(opstelling) == (None, None)


# ---- a Redis of the test alone ----


def pid_of(valkey: Valkey) -> int:
    with Redis.from_url(valkey.url()) as client:
        return int(client.info("server")["process_id"])


@pytest.mark.fault(9)
def test_a_redis_that_is_emptied_during_a_job_loses_nothing(
    with_valkey: Opstelling, valkey: Valkey, smtp: SmtpSink
) -> None:
    with_valkey.fill(3)
    with unit_of_work() as session:
        mails.add(session, MailSoort.INGEDIEND, "marijke@regenboog.example")
    with_valkey.ring_for_results()
    go_on = with_valkey.hold_first_message()
    with with_valkey.rq_worker() as worker:
        assert with_valkey.las.bezig.acquire(timeout=SECONDS)
        with Redis.from_url(valkey.url()) as client:
            client.flushall()
        go_on.set()
        until(lambda: all_is_well(with_valkey), "the job that ran is recorded")
        with unit_of_work() as session:
            session.execute(update(Mail).values(volgende_op=START, claim_tot=None))
        with with_valkey.sweeping():
            until(lambda: len(smtp.messages) == 1, "the sweep rings again for the mail")
        assert worker.is_running()


@pytest.mark.fault(11)
def test_a_redis_that_is_gone_for_long_stops_nothing_for_good(with_valkey: Opstelling, valkey: Valkey) -> None:
    """A worker may end for it; whoever supervises it starts another."""
    with_valkey.fill(3)
    with_valkey.ring_for_results()
    go_on = with_valkey.hold_first_message()
    with with_valkey.rq_worker(), with_valkey.sweeping():
        assert with_valkey.las.bezig.acquire(timeout=SECONDS)
        os.kill(pid_of(valkey), signal.SIGKILL)
        go_on.set()
        until(lambda: all_is_well(with_valkey), "what the job did is recorded without Redis")
        with_valkey.renorm(11)
        with_valkey.ring()
        assert not ring(Job.PUSH_RESULTATEN, with_valkey.koppeling_id)
        with running(valkey), with_valkey.rq_worker():
            until(lambda: set(with_valkey.las.boek.values()) == {11}, "the sweep lived on, and rings")
            until(lambda: all_is_well(with_valkey), "it is confirmed")


# ---- a PostgreSQL of the test alone ----


@pytest.mark.fault(15)
def test_a_database_that_is_restarted_during_a_call_costs_one_cool_down(settings: Settings, redis: Redis) -> None:
    with ExitStack() as stack:
        postgres = stack.enter_context(throwaway_postgres())
        url = postgres.url().replace("postgresql://", "postgresql+psycopg://")
        migrate.upgrade(url, Omgeving.SANDBOX)
        opstelling = stack.enter_context(set_up(replace(settings, database_url=url)))
        opstelling.fill(3)
        opstelling.ring_for_results()
        go_on = opstelling.hold_first_message()
        worker = stack.enter_context(opstelling.rq_worker())
        assert opstelling.las.bezig.acquire(timeout=SECONDS)
        process = psutil.Process(int((postgres.data / "postmaster.pid").read_text().split()[0]))
        process.send_signal(signal.SIGQUIT)  # as `pg_ctl stop -m immediate` does
        process.wait(timeout=SECONDS)
        go_on.set()
        until(lambda: len(opstelling.las.boek) == 3, "the LAS took it")
        under_way = StartedJobRegistry("resultaten", connection=redis)
        until(lambda: under_way.count == 0, "it could not be recorded")
        stack.enter_context(running(postgres))
        assert opstelling.undelivered() == 3
        opstelling.renorm(11)
        opstelling.pass_time()
        with opstelling.sweeping():
            until(lambda: all_is_well(opstelling), "the same worker delivers it")
        assert worker.is_running()
        assert set(opstelling.las.boek.values()) == {11}
