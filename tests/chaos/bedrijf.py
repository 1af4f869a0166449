"""The installation under the chaos: PostgreSQL, Valkey, LAS, two groups of workers and the sweep, all real processes.

Whoever ends is started again, as a supervisor does. All starts are in the main thread: a server dies with its starter.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO

import psutil
import psycopg
import redis
from flask import Flask

from sandbox.lokaal.folder import socket_folder
from sandbox.lokaal.postgres import OWNER, SUPERUSER, Postgres
from sandbox.lokaal.program import kill, start, stop, wait_until
from sandbox.lokaal.services import throwaway_valkey
from sandbox.lokaal.valkey import Valkey
from tests.chaos import tempo
from tests.chaos.proces import AFKOELING
from tests.ground.servers import as_owner
from tests.jobs.environment import environ_of
from webapp import create_app, migrate
from webapp.config import PROJECT, Omgeving, Settings
from webapp.db import db
from webapp.rollen import WERKER

GROEPEN, WERKERS = 2, 2
_AGAIN = 0.3
"""Seconds before whoever ended is started again."""


@dataclass
class Proces:
    """One process that is kept alive."""

    argv: tuple[str, ...]
    popen: subprocess.Popen[bytes]
    ended: float | None = None


@dataclass
class Bedrijf:
    """What runs, and where."""

    postgres: Postgres
    valkey: Valkey
    las: subprocess.Popen[str]
    boek: Path
    """Where the LAS writes what it processed."""
    log: IO[bytes]
    server: subprocess.Popen[bytes]
    app: Flask = field(init=False)
    environ: dict[str, str] = field(init=False)
    processen: list[Proces] = field(default_factory=list)
    _ever: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _later: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def open(self) -> None:
        """Start the workers and the sweep."""
        werkers = ("worker", "--aantal", str(WERKERS))
        self.processen = [Proces(argv, self._start(argv)) for argv in (*[werkers] * GROEPEN, ("sweep",))]

    def pass_time(self, until: float) -> None:
        """Let this run until that moment, start again whoever ended, and end what lasts for a while."""
        while True:
            for moment in [each for each in self._later if each[0] <= time.monotonic()]:
                self._later.remove(moment)
                moment[1]()
            for proces in self.processen:
                self._keep(proces)
            if time.monotonic() >= until:
                return
            time.sleep(0.02)

    def after(self, seconds: float, end: Callable[[], object]) -> None:
        """Do this when so many seconds have passed."""
        self._later.append((time.monotonic() + seconds, end))

    def end_all(self) -> None:
        """End at once what lasts for a while."""
        while self._later:
            self._later.pop(0)[1]()

    def tell_las(self, stand: str, duur: float = 0.05) -> None:
        """Let the LAS behave like this from now on."""
        assert self.las.stdin is not None
        self.las.stdin.write(json.dumps({"stand": stand, "duur": duur}) + "\n")
        self.las.stdin.flush()

    @property
    def sweep(self) -> subprocess.Popen[bytes]:
        return self.processen[-1].popen

    @property
    def ouders(self) -> list[subprocess.Popen[bytes]]:
        """The parents of the workers."""
        return [proces.popen for proces in self.processen[:-1]]

    def werkers(self) -> list[psutil.Process]:
        """The workers themselves, of all groups."""
        found: list[psutil.Process] = []
        for ouder in self.ouders:
            with suppress(psutil.Error):
                found += psutil.Process(ouder.pid).children()
        return found

    def restart_postgres(self, number: signal.Signals) -> None:
        """End PostgreSQL like this, and start it again."""
        if number is signal.SIGKILL:
            kill(self.server)
        else:
            stop(self.server, number, within=30)
        self.server = start(self.postgres.program)
        wait_until(self.postgres.is_ready, self.server, self.postgres.program, within=60)

    def ask_postgres(self, query: str) -> list[tuple[int]]:
        """Ask as the superuser, for whom some connections stay free; nothing while it recovers from another blow."""
        try:
            with psycopg.connect(self.postgres.url(OWNER, SUPERUSER), autocommit=True) as connection:
                return connection.execute(query.encode()).fetchall()
        except psycopg.OperationalError:
            return []

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.valkey.url())

    def close(self) -> None:
        """End everything that was ever started here."""
        self.end_all()
        for popen in self._ever:
            with suppress(ProcessLookupError):
                os.killpg(popen.pid, signal.SIGKILL)  # also the workers of a parent that was killed
            popen.wait()
        if hasattr(self, "app"):
            with self.app.app_context():
                db.engine.dispose()

    def _start(self, argv: tuple[str, ...]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.chaos.proces", *argv]
        popen = subprocess.Popen(
            command, cwd=PROJECT, env=self.environ, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            start_new_session=True,
        )  # fmt: skip
        self._ever.append(popen)
        return popen

    def _keep(self, proces: Proces) -> None:
        if proces.popen.poll() is None:
            return
        proces.ended = proces.ended or time.monotonic()
        if time.monotonic() - proces.ended >= _AGAIN:
            proces.popen, proces.ended = self._start(proces.argv), None


@contextmanager
def running(folder: Path, seed: int, afkoeling: timedelta) -> Iterator[Bedrijf]:
    """Start all of it but the workers, and end all of it afterwards."""
    folder.chmod(0o755)
    with (
        socket_folder(folder) as sockets, throwaway_valkey() as valkey, (folder / "log").open("wb") as log,
        _las(folder / "boek", seed) as (las, url),
    ):  # fmt: skip
        postgres = Postgres(folder / "postgres", sockets, folder / "postgres.log")
        bedrijf = Bedrijf(postgres, valkey, las, folder / "boek", log, start(postgres.program))
        try:
            wait_until(postgres.is_ready, bedrijf.server, postgres.program, within=60)
            postgres.ensure_database()
            _furnish(bedrijf, url, folder / "journaal", afkoeling)
            yield bedrijf
        finally:
            bedrijf.close()
            stop(bedrijf.server, postgres.program.quick_signal, within=10)


def _furnish(bedrijf: Bedrijf, las_url: str, journaal: Path, afkoeling: timedelta) -> None:
    """Make the tables, and the settings of everybody."""
    url = bedrijf.postgres.url(OWNER, WERKER).replace("postgresql://", "postgresql+psycopg://")
    migrate.upgrade(as_owner(url), Omgeving.SANDBOX)
    tempo.hasten(afkoeling)
    journaal.mkdir()
    settings = Settings(
        omgeving=Omgeving.SANDBOX,
        public_url="http://localhost:8000",
        database_url=url,
        redis_url=bedrijf.valkey.url(),
        secret_keys=("0" * 43,),
        password_salt="1" * 43,
        encryption_keys=("1:" + "A" * 43 + "=",),
        parnassys_url=las_url,
        klantcode="BOOM",
        zend_deadline=tempo.ZEND_DEADLINE,
        afkoeling=afkoeling,
    )
    bedrijf.app = create_app(settings, is_worker=True)
    bedrijf.environ = {
        **os.environ, **environ_of(settings), "JOURNAAL": str(journaal), AFKOELING: str(afkoeling.total_seconds()),
        "AFKOELING": "60",  # `make chaos AFKOELING=0` hands that on, and the settings refuse it
        "ZEND_DEADLINE": str(int(tempo.ZEND_DEADLINE.total_seconds())), "SWEEP_INTERVAL": "1",
    }  # fmt: skip


@contextmanager
def _las(boek: Path, seed: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    argv = [sys.executable, "-m", "tests.chaos.las", str(boek), str(seed)]
    boek.touch()
    with subprocess.Popen(argv, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as las:
        assert las.stdout is not None
        yield las, las.stdout.readline().strip()
        las.communicate("")
