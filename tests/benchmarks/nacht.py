"""What a night costs: CPU of the workers and of PostgreSQL per school, with years of history and a LAS over https.

`python -m tests.benchmarks.nacht [--scholen 24] [--leerlingen 220] [--toetsen 4] [--werkers 2] [--wacht 0]
[--jaren 3]`. CPU and not time, so that others on the machine hardly count; of the workers all processes, of PostgreSQL
those that serve them. The last column is a ratio: how many times the workers' CPU is what lxml alone takes to parse one
answer, in this run. `--wacht` is how many seconds the LAS takes for each answer. `--jaren 1 3 6` measures once with
each history, and says how much dearer more of it is. Memory is what all processes of the workers have together; a page
that they share counts once.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import psutil
from flask import Flask
from lxml import etree
from rq import Worker
from sqlalchemy import create_engine, func, or_, select, text

from jobs import sweep
from sandbox.lokaal.postgres import OWNER
from sandbox.proef import nachtvulling
from tests.benchmarks.uwlr_material import answer, best
from tests.ground.servers import Servers, as_owner, started
from tests.jobs.environment import environ_of
from webapp import create_app, migrate
from webapp.config import AMSTERDAM, PROJECT, Omgeving, Settings
from webapp.context import keyring
from webapp.db import db, unit_of_work
from webapp.models import Koppeling
from webapp.muur import alle_scholen
from webapp.rollen import WERKER
from webapp.schooljaar import schooljaar_of

_COUNTRY = 6_000
_MEMORY_EVERY = 5
"""Seconds: reading it costs the machine something too."""


@dataclass(frozen=True)
class Kosten:
    """CPU seconds of both, how long it took, and how many jobs there were."""

    werkers: float
    postgres: float
    seconds: float
    jobs: int

    def __sub__(self, other: Kosten) -> Kosten:
        mine, theirs = vars(self).values(), vars(other).values()
        return Kosten(*(one - two for one, two in zip(mine, theirs, strict=True)))


@dataclass(frozen=True)
class Proef:
    """What is measured, as the command says it."""

    scholen: int
    leerlingen: int
    toetsen: int
    werkers: int
    wacht: float
    jaren: list[int]


class Nacht:
    """An installation for a load test, and what it used up."""

    def __init__(self, app: Flask, servers: Servers, owner_url: str, werkers: psutil.Popen, aantal: int) -> None:
        self.app, self.servers, self.werkers, self.memory = app, servers, werkers, 0.0
        content = answer(aantal)
        self._parsing = best({"lxml": lambda: etree.fromstring(content)}, 20)["lxml"] * 1000
        self._owner = create_engine(owner_url, isolation_level="AUTOCOMMIT")
        self._postmaster = psutil.Process(int((servers.postgres.data / "postmaster.pid").read_text().split()[0]))

    def measure(self, name: str, scholen: int) -> Kosten:
        """Let all that is due be done; say what it took."""
        before, looked = self.used(), 0.0
        while self._is_due():
            sweep.sweep()
            if time.monotonic() - looked > _MEMORY_EVERY:
                self.memory, looked = max(self.memory, self._takes()), time.monotonic()
            time.sleep(1)  # the pace of the sweep, which is part of what a night costs: without it, it would only ring
        took = self.used() - before
        cpu = [each * 1000 / scholen for each in (took.werkers, took.postgres)]
        print(
            f"{name:<58}{cpu[0]:8.1f}{cpu[1]:11.1f}{took.jobs / scholen:5.1f}{took.seconds:9.1f}"
            f"{cpu[0] / self._parsing:9.0f}",
            flush=True,
        )
        return took

    def used(self) -> Kosten:
        """All that was used up until now."""
        workers = self._workers()
        jobs = sum(
            each.successful_job_count + each.failed_job_count for each in Worker.all(self.app.extensions["redis"])
        )
        return Kosten(sum(map(cpu, workers)), self.postgres_of(WERKER), time.monotonic(), jobs)

    def postgres_of(self, role: str) -> float:
        """CPU seconds of the backends that serve this role."""
        return sum(cpu(each) for each in self._postmaster.children() if role in " ".join(each.cmdline()))

    def _workers(self) -> list[psutil.Process]:
        return [self.werkers, *self.werkers.children(recursive=True)]

    def _takes(self) -> float:
        """MB of the workers and their parent; less when one of them ends meanwhile, which is seen the next time."""
        with suppress(psutil.Error):
            return float(sum(each.memory_full_info().pss for each in self._workers()) / 1e6)
        return 0.0

    def do(self, statement: str) -> None:
        """As whoever owns the tables."""
        with self._owner.connect() as connection:
            connection.execute(text(statement))

    def begin(self) -> None:
        """Let the next round begin a night."""
        self.do("DELETE FROM nacht WHERE datum >= current_date - 1")
        sweep.sweep()

    def _is_due(self) -> bool:
        due = or_(Koppeling.ophalen_op <= func.now(), Koppeling.zenden_op <= func.now())
        with alle_scholen(), unit_of_work() as session:
            return bool(session.scalar(select(func.count()).where(due)))


def cpu(process: psutil.Process) -> float:
    """CPU seconds of a process and of the children that it saw end."""
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


@contextmanager
def installation(
    aantal: int, werkers: int, *las: float, jaren: int = nachtvulling.JAREN
) -> Iterator[tuple[Nacht, Callable[[int, int], None], Mapping[str, str]]]:
    """Servers, a LAS that behaves like `las`, and workers, in processes of their own; what they read, for one more."""
    with tempfile.TemporaryDirectory() as folder, started() as servers, _las(Path(folder), aantal, *las) as address:
        url = servers.database_url(OWNER)
        migrate.upgrade(as_owner(url))
        settings = Settings(
            omgeving=Omgeving.SANDBOX,
            public_url="http://localhost:8000",
            database_url=url,
            redis_url=servers.valkey.url(0),
            secret_keys=("0" * 43,),
            password_salt="1" * 43,
            encryption_keys=("1:" + "A" * 43 + "=",),
            parnassys_url=address,
            klantcode="BOOM",
            nacht_begin_uur=0,
            nacht_eind_uur=24,
        )
        app = create_app(replace(settings, database_url=environ_of(settings)["DATABASE_URL"]), is_worker=True)
        trust = {"SSL_CERT_FILE": str(Path(folder) / "proef-ca.pem")}
        environ = {**os.environ, **environ_of(settings), **trust}
        argv = [sys.executable, "-m", "jobs.worker", "--aantal", str(werkers)]
        with app.app_context(), psutil.Popen(argv, cwd=PROJECT, env=environ) as parent:
            nacht = Nacht(app, servers, as_owner(url), parent, aantal)

            def fill(scholen: int, toetsen: int) -> None:
                size = {"scholen": scholen, "aantal": aantal, "toetsen": toetsen, "jaren": jaren}
                with alle_scholen(), unit_of_work() as session:
                    nachtvulling.fill(session, keyring(), year(), **size)
                nacht.do("VACUUM ANALYZE")

            try:
                yield nacht, fill, environ
            finally:
                parent.terminate()
                parent.wait(30)
                db.session.remove()
                db.engine.dispose()


def year() -> str:
    return schooljaar_of(datetime.now(AMSTERDAM).date())


@contextmanager
def _las(folder: Path, aantal: int, *behaves: float) -> Iterator[str]:
    argv = [sys.executable, "-m", "tests.benchmarks.nachtlas", str(folder), str(aantal), *map(str, behaves)]
    with subprocess.Popen(argv, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as las:
        assert las.stdout is not None
        yield las.stdout.readline().strip()
        las.communicate("")


def main() -> None:
    """Measure with each history, and say how much dearer more of it is."""
    proef = _asked()
    found = {jaren: _measure(proef, jaren) for jaren in proef.jaren}
    first, *others = found
    for jaren in others:
        ratios = zip(found[jaren], found[first], strict=True)
        told = (f"{one.werkers / other.werkers:.2f} and {one.postgres / other.postgres:.2f}" for one, other in ratios)
        print(f"{jaren} years as a ratio of {first}, workers and PostgreSQL: changed, unchanged, sent", *told, sep=", ")


def _asked() -> Proef:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("scholen", 24), ("leerlingen", 220), ("toetsen", 4), ("werkers", 2)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--wacht", type=float, default=0.0)
    parser.add_argument("--jaren", type=int, nargs="+", default=[nachtvulling.JAREN])
    return Proef(**vars(parser.parse_args()))


def _measure(proef: Proef, jaren: int) -> tuple[Kosten, Kosten, Kosten]:
    """Measure, and say what it would be for the whole country: a change, no change, and results."""
    scholen, toetsen, results = proef.scholen, proef.toetsen, proef.toetsen * proef.leerlingen
    print(f"{scholen} schools of {proef.leerlingen}, {jaren * nachtvulling.PER_JAAR} results of each delivered before")
    print(f"{'per school':<58}{'workers':>8}{'PostgreSQL':>11} jobs  seconds  x lxml")
    with installation(proef.leerlingen, proef.werkers, proef.wacht, jaren=jaren) as (nacht, fill, _):
        fill(scholen, 0)
        nacht.begin()
        nacht.measure("the very first night", scholen)
        nacht.begin()
        nacht.measure("the night after it", scholen)
        nacht.do("UPDATE leerling SET gewijzigd_op = gewijzigd_op")
        nacht.begin()
        changed = nacht.measure("a night after a change on our side (65)", scholen)
        nacht.begin()
        unchanged = nacht.measure("a night in which nothing changed (30, 1 job)", scholen)
        with alle_scholen(), unit_of_work() as session:
            nachtvulling.norm(session, year(), toetsen)
            session.execute(text("UPDATE koppeling SET zenden_op = now()"))
        sent = nacht.measure(f"{results} results, without the fetch (150, PostgreSQL 100)", scholen)
        print(f"memory of {proef.werkers} workers and their parent: {nacht.memory:.0f} MB at most")
    whole = (changed.werkers + changed.postgres + sent.werkers + sent.postgres) / scholen * _COUNTRY
    calm = (unchanged.werkers + unchanged.postgres) / scholen * _COUNTRY
    print(f"{_COUNTRY:,} schools by this CPU on 2 cores: {whole / 120:.0f} minutes with all these results (20),")
    clock = (changed.seconds + sent.seconds) / scholen * _COUNTRY / 60
    print(f"{calm / 120:.1f} when nothing changed; by the clock of this run {clock:.0f}", flush=True)
    return changed, unchanged, sent


if __name__ == "__main__":
    main()
