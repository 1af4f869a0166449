"""The bundled servers: kept between runs, up again after any crash, and alone in their folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from rq import Queue, Worker

from sandbox.lokaal.folder import data_folder, socket_folder
from sandbox.lokaal.postgres import Postgres
from sandbox.lokaal.program import StartFailed, start, stop, wait_until
from sandbox.lokaal.services import running
from sandbox.lokaal.valkey import Valkey

PIECES = ["een-map-met-een-lange-naam"] * 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose path alone is longer than a socket's may be."""
    return data_folder(tmp_path.joinpath(*PIECES))


@pytest.fixture
def postgres(folder: Path) -> Iterator[Postgres]:
    with socket_folder(folder) as sockets:
        yield Postgres(folder / "postgres", sockets, folder / "postgres.log", durable=False)


@pytest.fixture
def valkey(folder: Path) -> Iterator[Valkey]:
    with socket_folder(folder) as sockets:
        yield Valkey(folder / "valkey", sockets, folder / "valkey.log")


def test_what_is_written_is_there_at_the_next_start(postgres: Postgres) -> None:
    with running(postgres):
        postgres.ensure_database()
        _execute(postgres, "create table t as select 1 as een")
    with running(postgres):
        postgres.ensure_database()
        assert _execute(postgres, "select een from t") == [(1,)]


def test_the_application_is_no_superuser_and_nothing_listens_on_the_network(postgres: Postgres) -> None:
    with running(postgres):
        postgres.ensure_database()
        assert _execute(postgres, "select rolsuper from pg_roles where rolname = current_user") == [(False,)]
        assert _execute(postgres, "show listen_addresses") == [("",)]


def test_a_killed_postgres_starts_again_although_its_pid_file_names_a_living_process(postgres: Postgres) -> None:
    with running(postgres):
        postgres.ensure_database()
        _execute(postgres, "create table t ()")
    process = start(postgres.program)
    wait_until(postgres.is_ready, process, postgres.program, within=30)
    process.kill()
    process.wait()
    pid_file = postgres.data / "postmaster.pid"
    pid_file.write_text("\n".join([str(os.getppid()), *pid_file.read_text().splitlines()[1:]]))
    with running(postgres):
        assert _execute(postgres, "select * from t") == []


def test_a_postgres_that_outlived_its_supervisor_is_ended_before_the_next_starts(postgres: Postgres) -> None:
    postgres.prepare()
    command = [sys.executable, "-c", _LEAVE_BEHIND, *map(str, (postgres.data, postgres.sockets, postgres.log))]
    left_behind = psutil.Process(int(subprocess.check_output(command)))
    with running(postgres):
        assert not left_behind.is_running()
        postgres.ensure_database()


def test_a_first_start_that_was_cut_off_is_done_again(postgres: Postgres) -> None:
    half = postgres.data.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with running(postgres):
        postgres.ensure_database()
    assert not half.exists()


def test_a_server_that_cannot_start_says_why(postgres: Postgres) -> None:
    postgres.prepare()
    (postgres.data / "postgresql.conf").write_text("onzin = 1\n")
    with pytest.raises(StartFailed, match="onzin"), running(postgres):
        pytest.fail("it started")


def test_valkey_keeps_what_it_was_given_through_a_kill(valkey: Valkey) -> None:
    process = start(valkey.program)
    wait_until(valkey.is_ready, process, valkey.program, within=10)
    with redis.Redis.from_url(valkey.url(3)) as client:
        client.set("sleutel", "waarde")
        time.sleep(1.2)  # its file reaches the disk every second
    process.kill()
    process.wait()
    with running(valkey), redis.Redis.from_url(valkey.url(3), decode_responses=True) as client:
        assert client.get("sleutel") == "waarde"


def test_the_signs_of_life_of_the_dead_are_forgotten_and_no_work_is(valkey: Valkey) -> None:
    with running(valkey), redis.Redis.from_url(valkey.url(), decode_responses=True) as client:
        dead = Worker(["mail"], connection=client)
        dead.register_birth()  # type: ignore[no-untyped-call]  # RQ has not typed it
        Queue("mail", connection=client).enqueue("jobs.mails.send_mail", 1)
        assert Worker.all(connection=client) != []
        valkey.forget_the_dead()
        assert Worker.all(connection=client) == []
        assert len(Queue("mail", connection=client)) == 1


def test_stopping_ends_what_does_not_listen(tmp_path: Path, postgres: Postgres) -> None:
    process = start(postgres.program)
    wait_until(postgres.is_ready, process, postgres.program, within=30)
    process.send_signal(signal.SIGSTOP)
    begin = time.monotonic()
    stop(process, postgres.program.stop_signal, within=0.5)
    assert time.monotonic() - begin < 3
    assert process.returncode == -signal.SIGKILL


_LEAVE_BEHIND = """
import os, subprocess, sys, time
from pathlib import Path
from sandbox.lokaal.postgres import Postgres
server = Postgres(*map(Path, sys.argv[1:]), durable=False)
command = list(server.program.argv)
if os.geteuid() == 0:
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--ambient-caps=+dac_read_search",
               "--inh-caps=+dac_read_search", *command]
process = subprocess.Popen(command, env=dict(server.program.env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while not server.is_ready():
    time.sleep(0.05)
print(process.pid)
"""


def _execute(postgres: Postgres, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(postgres.url()) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []
