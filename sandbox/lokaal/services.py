"""A PostgreSQL and a Valkey for the length of a test run; nothing of them is kept."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sandbox.lokaal.folder import PREFIX, socket_folder
from sandbox.lokaal.postgres import Postgres
from sandbox.lokaal.program import start, stop, wait_until
from sandbox.lokaal.valkey import Valkey

LOCK = "throwaway.lock"


@contextmanager
def throwaway_postgres() -> Iterator[Postgres]:
    """Start an empty PostgreSQL and remove it afterwards."""
    with _folder() as folder, socket_folder(folder) as sockets:
        server = Postgres(folder / "postgres", sockets, folder / "postgres.log", durable=False)
        with running(server):
            server.ensure_database()
            yield server


@contextmanager
def throwaway_valkey() -> Iterator[Valkey]:
    """Start an empty Valkey and remove it afterwards."""
    with _folder() as folder, socket_folder(folder) as sockets:
        server = Valkey(folder / "valkey", sockets, folder / "valkey.log")
        with running(server):
            yield server


@contextmanager
def running(server: Postgres | Valkey, *, within: float = 60) -> Iterator[None]:
    """Run a server until the end of the block."""
    program = server.program
    process = start(program)
    try:
        wait_until(server.is_ready, process, program, within=within)
        yield
    finally:
        stop(process, program.stop_signal, within=5)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that is removed afterwards: by us, or by the next test run when we are killed."""
    _remove_remains()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with (folder / "new").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Only under this name is it looked at, and then it is locked already.
        Path(lock.name).rename(folder / LOCK)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def _remove_remains() -> None:
    """Remove the folders of test runs that were killed: their lock is there, and nobody holds it."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError), path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path.parent, ignore_errors=True)
