"""The processes of `make run` that are our own code: site, ParnasSys, a board, worker, sweep and mail catcher."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping

from sandbox.lokaal.program import Program
from webapp.config import PROJECT

WEB_WORKERS, WEB_THREADS = 2, 4
PARNASSYS_THREADS = 8
GRACE_SECONDS = 4
"""How long a request may still take once we stop; less than the supervisor waits."""


def python(naam: str, *words: str, env: Mapping[str, str], sockets: tuple[socket.socket, ...] = ()) -> Program:
    """A program in this virtual environment, run from the checkout."""
    return Program(
        naam=naam,
        argv=(sys.executable, *words),
        env=env,
        cwd=PROJECT,
        pass_fds=tuple(listener.fileno() for listener in sockets),
    )


def migrate(env: Mapping[str, str]) -> Program:
    """Brings the tables up to date."""
    return python("Tabellen bijwerken", "-m", "webapp.migrate", env=env)


def fill_sandbox(env: Mapping[str, str]) -> Program:
    """Invents the schools and the logins when they are not there yet."""
    return python("Voorbeelden klaarzetten", "-m", "flask", "--app", "sandbox.lokaal.wsgi", "sandbox-vullen", env=env)


def web(listener: socket.socket, env: Mapping[str, str]) -> Program:
    """The site, with the pages of practice added to it."""
    return _gunicorn("web", "sandbox.lokaal.wsgi:app", listener, env, workers=WEB_WORKERS, threads=WEB_THREADS)


def parnassys(listener: socket.socket, env: Mapping[str, str]) -> Program:
    """The simulated ParnasSys; it makes its own tables and schools before it answers."""
    return _gunicorn("parnassys", "sandbox.parnassys.wsgi:app", listener, env, workers=1, threads=PARNASSYS_THREADS)


def bestuur(listener: socket.socket, env: Mapping[str, str]) -> Program:
    """The simulated server of a board, by which a school may log in."""
    return _gunicorn("bestuur", "sandbox.bestuur.wsgi:app", listener, env, workers=1, threads=WEB_THREADS)


def _gunicorn(
    naam: str, app: str, listener: socket.socket, env: Mapping[str, str], *, workers: int, threads: int
) -> Program:
    """Loaded once for all workers, on a socket that is already open. No control socket: it lies in $HOME."""
    return python(
        naam, "-m", "gunicorn", "--no-control-socket", "--preload", "--bind", f"fd://{listener.fileno()}",
        "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads),
        "--graceful-timeout", str(GRACE_SECONDS), "--timeout", "60", "--log-level", "warning", app,
        env=env, sockets=(listener,),
    )  # fmt: skip


def mailcatcher(listener: socket.socket, env: Mapping[str, str]) -> Program:
    """The mail server of the sandbox."""
    return python(
        "mail", "-m", "sandbox.lokaal.mailcatcher", "--fd", str(listener.fileno()), env=env, sockets=(listener,)
    )


def worker(env: Mapping[str, str]) -> Program:
    """Does the jobs."""
    return python("worker", "-m", "jobs.worker", env=env)


def sweep(env: Mapping[str, str]) -> Program:
    """Rings again for what is due."""
    return python("sweep", "-m", "jobs.sweep", env=env)
