"""`make run`: everything that Koppelpunt needs, started in order, kept running, and stopped together."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.lokaal import parts
from sandbox.lokaal.console import BOLD, GREEN, GREY, Console, seconds
from sandbox.lokaal.environment import Addresses, child_environment
from sandbox.lokaal.folder import data_folder, lock, socket_folder
from sandbox.lokaal.health import BESTUUR_PATH, PARNASSYS_PATH, health_problem
from sandbox.lokaal.mailcatcher import ensure_table, plain_url
from sandbox.lokaal.orphans import adopt_orphans, end_orphans
from sandbox.lokaal.ports import FIRST_PORT, listen, listen_anywhere, port_of, wanted_port
from sandbox.lokaal.postgres import Postgres
from sandbox.lokaal.program import LocalError, Program, StartFailed, kill, start, wait_until
from sandbox.lokaal.stopping import Make, Stop, StopSignals
from sandbox.lokaal.supervisor import Supervisor
from sandbox.lokaal.tables import forget_the_dead, up_to_date
from sandbox.lokaal.valkey import Valkey
from sandbox.lokaal.welcome import welcome
from webapp.config import PROJECT, Settings, SettingsError
from webapp.rollen import WEB, WERKER, owner_url

SERVER_START_SECONDS = 60
PATIENCE_SECONDS = 20
"""After this long without being ready we say what we wait for, and again each time it has passed."""


def run(environ: Mapping[str, str]) -> int:
    """Run until told to stop: 0 when that was asked for, 1 and a plain sentence when something is amiss."""
    console = Console()
    with StopSignals() as signals:
        try:
            with ExitStack() as stack:
                try:
                    Run(console, environ, signals).until_stopped(stack)
                finally:
                    # What follows is cleaning up; a signal must not interrupt that.
                    signals.begin()
        except Stop:
            console.line("Alles is gestopt.", colour=GREY)
        except (LocalError, SettingsError) as error:
            console.error(str(error))
            return 1
    return 0


class Run:
    """One run, from the first line on the screen to the last."""

    def __init__(self, console: Console, environ: Mapping[str, str], signals: StopSignals) -> None:
        self._begin = time.monotonic()
        self._console = console
        self._environ = environ
        self._signals = signals
        self._supervisor = Supervisor(console)
        self._make = Make()

    def until_stopped(self, stack: ExitStack) -> None:
        """Start all, say when it is ready, and look after it until Stop is raised."""
        folder = data_folder(Path(self._environ.get("VAR_DIR") or PROJECT / "var").resolve())
        announce = stack.enter_context(lock(folder))
        web_listener = stack.enter_context(self._listen())
        parnassys_listener = stack.enter_context(listen_anywhere())
        bestuur_listener = stack.enter_context(listen_anywhere())
        mail_listener = None if self._environ.get("MAIL_HOST") else stack.enter_context(listen_anywhere())
        sockets = stack.enter_context(socket_folder(folder))
        adopt_orphans()
        stack.callback(end_orphans)
        stack.callback(self._supervisor.stop, in_a_hurry=lambda: self._signals.hurry)

        postgres = Postgres(folder / "postgres", sockets, folder / "log" / "postgres.log")
        valkey = Valkey(folder / "valkey", sockets, folder / "log" / "valkey.log")
        addresses = Addresses(
            database_url=self._environ.get("DATABASE_URL") or postgres.url(role=WEB),
            redis_url=self._environ.get("REDIS_URL") or valkey.url(),
            port=port_of(web_listener),
            mail_port=port_of(mail_listener) if mail_listener else None,
            parnassys_port=port_of(parnassys_listener),
            bestuur_port=port_of(bestuur_listener),
        )
        env = child_environment(self._environ, addresses, folder)
        settings = Settings.from_env(env)
        announce(settings.public_url)

        if self._environ.get("DATABASE_URL"):
            owner, of_worker = owner_url(self._environ), env
        else:
            owner, of_worker = postgres.url(), {**env, "DATABASE_URL": postgres.url(role=WERKER)}
            self._start_server("PostgreSQL starten", postgres)
        if not self._environ.get("REDIS_URL"):
            self._start_server("Valkey starten", valkey)
        if not up_to_date(addresses.database_url):
            self._step(parts.migrate({**env, "MIGRATIE_URL": owner}))
        forget_the_dead(addresses.database_url)
        # These need the tables and nothing else, and may load while the sandbox is filled.
        for program in (parts.web(web_listener, env), parts.worker(of_worker), parts.sweep(of_worker)):
            self._supervisor.add(program)
        host = urlsplit(settings.public_url).netloc
        problems = [partial(health_problem, addresses.port, host)]
        if settings.is_sandbox:
            ensure_table(plain_url(owner))
            # It makes its own tables, in a schema of its own.
            self._supervisor.add(parts.parnassys(parnassys_listener, {**env, "DATABASE_URL": owner}))
            problems.append(partial(health_problem, addresses.parnassys_port, host, PARNASSYS_PATH))
            if not self._environ.get("BESTUREN_BESTAND"):
                self._supervisor.add(parts.bestuur(bestuur_listener, env))
                problems.append(partial(health_problem, addresses.bestuur_port, host, BESTUUR_PATH))
            self._step(parts.fill_sandbox(env))
        with self._console.step("Website, ParnasSys, bestuur, worker, sweep en mail"):
            if mail_listener:
                self._supervisor.add(parts.mailcatcher(mail_listener, env))
            self._wait_until_healthy(problems)
        self._console.line(f"Klaar na {seconds(time.monotonic() - self._begin)}.", colour=GREEN)
        for line in welcome(settings.public_url, folder / "logins.json", sandbox=settings.is_sandbox):
            self._console.line(line)
        while True:
            self._look_around()

    def _listen(self) -> socket.socket:
        wanted = wanted_port(self._environ.get("PORT"))
        listener = listen(wanted)
        self._console.line("Koppelpunt start.", colour=BOLD)
        if wanted is None and port_of(listener) != FIRST_PORT:
            self._console.line(f"  Poort {FIRST_PORT} is bezet: de website komt op poort {port_of(listener)}.")
        return listener

    def _start_server(self, text: str, server: Postgres | Valkey) -> None:
        with self._console.step(text):
            server.log.unlink(missing_ok=True)
            process = self._supervisor.add(server.program)
            wait_until(server.is_ready, process, server.program, within=SERVER_START_SECONDS)
            if isinstance(server, Postgres):
                server.ensure_database()
            else:
                server.forget_the_dead()

    def _step(self, program: Program) -> None:
        """Run a program that comes to an end by itself; show what it said only when it fails."""
        with self._console.step(program.naam):
            process = start(program)
            try:
                output = self._output_of(process)
            finally:
                kill(process)
            if process.returncode != 0:
                raise StartFailed(f"{program.naam} is mislukt (code {process.returncode}).\n{output}")

    def _output_of(self, process: subprocess.Popen[bytes]) -> str:
        while True:
            try:
                return process.communicate(timeout=0.05)[0].decode(errors="replace").rstrip()
            except subprocess.TimeoutExpired:
                self._look_around(timeout=0)

    def _wait_until_healthy(self, problems: Sequence[Callable[[], str | None]]) -> None:
        since = time.monotonic()
        while (problem := next(filter(None, (ask() for ask in problems)), None)) is not None:
            if time.monotonic() - since > PATIENCE_SECONDS:
                since = time.monotonic()
                self._console.line(f"  Nog niet klaar: {problem}")
            self._look_around()

    def _look_around(self, timeout: float = 0.2) -> None:
        self._supervisor.tick(timeout)
        if self._make.wants_to_stop():
            raise Stop
