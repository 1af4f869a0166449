"""The folder in which everything of `make run` is kept, and the short one for its sockets."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.lokaal.program import UNPRIVILEGED, LocalError

SOCKET_PATH_LIMIT = 100
"""The kernel allows 107 bytes (103 on macOS); the longest name in the folder is counted with it."""
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
PREFIX = "koppelpunt-"


class AlreadyRunning(LocalError):
    """Another supervisor holds this folder."""


def data_folder(path: Path) -> Path:
    """Make the folder; what is in it concerns nobody else on this machine."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    (path / "log").mkdir(exist_ok=True)
    return path


@contextmanager
def lock(folder: Path) -> Iterator[Callable[[str], None]]:
    """Hold the folder until our process ends: the kernel lets go of the lock then, also after a crash.

    Gives a function that tells whoever comes second where we are found.
    """
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(_who(file.read())) from None

        def announce(address: str) -> None:
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), "adres": address}))
            file.flush()

        file.truncate(0)
        try:
            yield announce
        finally:
            file.truncate(0)


def _who(content: str) -> str:
    try:
        running = json.loads(content)
    except ValueError:
        return "Koppelpunt start of stopt al in deze map. Wacht tot dat klaar is."
    return (
        f"Koppelpunt draait al in deze map: {running['adres']} (proces {running['pid']}). "
        "Stop het daar met Ctrl-C, of geef deze start een eigen map: VAR_DIR=/een/andere/map make run"
    )


@contextmanager
def socket_folder(folder: Path) -> Iterator[Path]:
    """A private folder for sockets: `sockets` in the data folder, or a link of that name to a shorter path.

    A socket's path may be 107 bytes, a checkout's path 4096. The link tells the next start what to clear after a crash.
    """
    name = folder / "sockets"
    _remove_sockets(name)
    if len(os.fsencode(name / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        name.mkdir(mode=0o700)
        path = name
    else:
        path = _short_folder()
        name.symlink_to(path)
    give_to_unprivileged(path)
    try:
        yield path
    finally:
        _remove_sockets(name)


def give_to_unprivileged(path: Path) -> None:
    """Hand a folder to the user under whom PostgreSQL runs, where we are root and it is not."""
    if os.geteuid() == 0:
        shutil.chown(path, UNPRIVILEGED)


def _short_folder() -> Path:
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108  (mkdtemp makes a private folder in it)
        if len(os.fsencode(parent)) + len(f"/{PREFIX}12345678/{LONGEST_SOCKET_NAME}") <= SOCKET_PATH_LIMIT:
            return Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    raise LocalError("Het pad van de tijdelijke map is te lang voor een socket. Zet TMPDIR op een korter pad.")


def _remove_sockets(name: Path) -> None:
    if name.is_symlink():
        target = name.readlink()
        if target.name.startswith(PREFIX):
            shutil.rmtree(target, ignore_errors=True)
        name.unlink()
    elif name.exists():
        shutil.rmtree(name)
