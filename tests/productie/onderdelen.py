"""The parts that Debian brings: PostgreSQL, Redis and nginx, each with a password or certificate, none as root."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from secrets import token_hex

import psycopg
from psycopg import sql
from redis import Redis
from redis.exceptions import RedisError

from sandbox.lokaal.folder import give_to_unprivileged
from sandbox.lokaal.program import Program, ask, kill, launcher, privileges, start, wait_until
from webapp.rollen import ROLES, WEB, WERKER

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
OWNER, DATABASE = "koppelpunt", "koppelpunt"
READY_WITHIN = 180


def missing() -> list[str]:
    """What `apt-get install` would bring."""
    found = {"nginx": which("nginx"), "redis-server": which("redis-server"), "postgresql": _postgres()}
    return [name for name, path in found.items() if path is None]


def which(name: str) -> str | None:
    return shutil.which(name, path=PATH)


def _postgres() -> Path | None:
    """The newest of Debian's, which lie beside each other."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Onderdelen:
    """The folder in which all of it lives, and what runs in it; a context that leaves nothing running."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        give_to_unprivileged(folder)
        self.secrets = {name: token_hex(16) for name in (OWNER, *ROLES, "postgres", "redis")}
        self.pg_port, self.redis_port = free_port(), free_port()
        self._stack = ExitStack()

    def __enter__(self) -> Onderdelen:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, naam: str, *argv: str | Path, environ: dict[str, str] | None = None, **options: object) -> Process:
        """Start a program as nobody in particular; it ends with us."""
        process = Process(self.folder, naam, tuple(map(str, argv)), environ or {}, **options)  # type: ignore[arg-type]  # the options of Process
        self._stack.callback(process.end)
        return process

    def once(self, *argv: str | Path, environ: dict[str, str] | None = None) -> str:
        """Run a command to its end; what it says on failure is the error."""
        done = subprocess.run(
            [*_as_nobody(self.folder), *map(str, argv)],
            cwd=self.folder, env={"PATH": PATH, "LANG": "C.UTF-8", "HOME": str(self.folder), **(environ or {})},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{argv[0]}: {done.stdout}{done.stderr}"
        return done.stdout

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address of a database with the password of this role."""
        return f"postgresql://{role}:{self.secrets[role]}@127.0.0.1:{self.pg_port}/{database}"

    @property
    def as_owner(self) -> dict[str, str]:
        """How psql and pg_dump come in as the owner, without a password on their command line."""
        return {
            "PGHOST": "127.0.0.1", "PGPORT": str(self.pg_port), "PGDATABASE": DATABASE,
            "PGUSER": OWNER, "PGPASSWORD": self.secrets[OWNER],
        }  # fmt: skip

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.secrets['redis']}@127.0.0.1:{self.redis_port}/0"

    def begin(self) -> None:
        """Start PostgreSQL and Redis; make the roles and an empty database, as docs/operations.md says."""
        bin_, data, password = _postgres(), self.folder / "postgres", self.folder / "postgres.pw"
        assert bin_ is not None
        password.write_text(self.secrets["postgres"])
        give_to_unprivileged(password)
        self.once(
            bin_ / "initdb", "-D", data, "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password}",
            "--encoding=UTF8", "--no-sync",
        )  # fmt: skip
        postgres = self.run(
            "postgres", bin_ / "postgres", "-D", data, "-p", str(self.pg_port), "-c", "listen_addresses=127.0.0.1",
            "-c", f"unix_socket_directories={self.folder}", "-c", "log_statement=none",
            stop_signal=signal.SIGINT,
        )  # fmt: skip
        redis = self.run(
            "redis", which("redis-server") or "", "--bind", "127.0.0.1", "--port", str(self.redis_port),
            "--requirepass", self.secrets["redis"], "--maxmemory-policy", "noeviction", "--save", "",
            "--dir", self.folder,
        )  # fmt: skip
        postgres.wait_until(lambda: _answers(lambda: psycopg.connect(self.url("postgres", "postgres")).close()))
        redis.wait_until(lambda: _answers(Redis.from_url(self.redis_url).ping))
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as admin:
            for role in (OWNER, WEB, WERKER):
                admin.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(self.secrets[role])
                    )
                )
        self.make_database(DATABASE)

    def make_database(self, name: str) -> None:
        """An empty one, of the owner."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))


class Process:
    """A program of ours, with a log; it can be stopped and started anew."""

    def __init__(
        self,
        folder: Path,
        naam: str,
        argv: tuple[str, ...],
        environ: dict[str, str],
        stop_signal: signal.Signals = signal.SIGTERM,
        cwd: Path | None = None,
        pass_fds: tuple[int, ...] = (),
    ) -> None:
        env = {"PATH": PATH, "LANG": "C.UTF-8", "HOME": str(folder), **environ}
        self.program = Program(
            naam, argv, env, cwd or folder, folder / f"{naam}.log", stop_signal,
            refuses_root=True, needs=(folder, Path(sys.executable)), pass_fds=pass_fds,
        )  # fmt: skip
        self.process = start(self.program)

    def wait_until(self, ready: Callable[[], bool]) -> None:
        wait_until(ready, self.process, self.program, within=READY_WITHIN)

    def stop(self, within: float = 60) -> None:
        """Ask it to stop, as systemd does, and wait; whoever does not stop in time is a failure."""
        ask(self.process, self.program.stop_signal)
        self.process.wait(within)

    def end(self) -> None:
        """At the end of all: politely, then at once."""
        ask(self.process, self.program.stop_signal)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        kill(self.process)


def _as_nobody(folder: Path) -> list[str]:
    rights = privileges(refuses_root=True, needs=(folder, Path(sys.executable)))
    return launcher(parent=os.getpid(), number=signal.SIGKILL, rights=rights)


def _answers(ask_it: Callable[[], object]) -> bool:
    try:
        ask_it()
    except (psycopg.OperationalError, RedisError):
        return False
    return True
