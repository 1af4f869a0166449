"""What went to a LAS, written down outside the database: what is left to compare with after a restore.

A file per host and month in a folder of the settings, to which lines are only added, each on the disk before work goes
on. A line is written per result before its message leaves, and once more when the LAS has confirmed it: keys, numbers
and a score, no names. docs/operations.md has its size, and how long it is kept.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import UUID

_END = "."
"""The last field of a line. Without it the line broke off, as on a full disk, and counts for nothing."""
_TAIL = 4096
_NAME = re.compile(r".+_(?P<month>[0-9]{4}-[0-9]{2})")
_LARGEST = 2**31 - 1
"""No number of the database is larger."""

log = logging.getLogger(__name__)


class Soort(StrEnum):
    """What a line tells."""

    GAAT = "gaat"
    """It leaves now: from here on the LAS may have it."""
    BEVESTIGD = "bevestigd"


@dataclass(frozen=True, slots=True)
class Regel:
    """One result in one message."""

    soort: Soort
    op: datetime
    """When the message was begun, by the clock of the database."""
    koppeling_id: int
    verzending_id: int
    sleutel: str
    leerlingid: str
    versie: int
    score: int

    def __str__(self) -> str:
        fields = (
            self.soort, self.op.isoformat(), self.koppeling_id, self.verzending_id, self.sleutel,
            quote(self.leerlingid), self.versie, self.score, _END,
        )  # fmt: skip
        return "\t".join(map(str, fields))


def write(folder: Path, regels: Sequence[Regel]) -> None:
    """Add these lines to the file of this host and month; raise OSError when they are not on the disk."""
    path = folder / f"{socket.gethostname()}_{regels[0].op:%Y-%m}.tsv"
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        # A write that broke off left a piece of a line: what follows begins on a line of its own.
        text = ("" if _ends_whole(file) else "\n") + "".join(f"{regel}\n" for regel in regels)
        rest = text.encode()
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    finally:
        os.close(file)
    if is_new:
        _sync_folder(folder)


def newest(folder: Path | None) -> Regel | None:
    """Return the last line that was written here, by whichever host; None when there is none.

    Every job asks, so a file that is not ours, cannot be read or was just taken away stops nothing.
    """
    files = list(folder.glob("*_*.tsv")) if folder is not None else []
    months = {path: found["month"] for path in files if (found := _NAME.fullmatch(path.stem))}
    this_month = max(months.values(), default="")
    lasts = (_last(path) for path, month in months.items() if month == this_month)
    return max((regel for regel in lasts if regel is not None), key=lambda regel: regel.op, default=None)


def read(path: Path) -> Iterator[Regel]:
    """Return the whole lines of a file."""
    with path.open(encoding="ascii", errors="replace") as lines:
        yield from (regel for line in lines if (regel := _parsed(line)) is not None)


def _parsed(line: str) -> Regel | None:
    fields = line.rstrip("\n").split("\t")
    if len(fields) != 9 or fields[-1] != _END:
        return None
    try:
        regel = Regel(
            Soort(fields[0]), datetime.fromisoformat(fields[1]), int(fields[2]), int(fields[3]), str(UUID(fields[4])),
            unquote(fields[5]), int(fields[6]), int(fields[7]),
        )  # fmt: skip
    except ValueError:
        return None
    numbers = (regel.koppeling_id, regel.verzending_id, regel.versie, regel.score)
    return regel if regel.op.tzinfo is not None and all(abs(each) <= _LARGEST for each in numbers) else None


def _last(path: Path) -> Regel | None:
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            lines = file.read(_TAIL).decode("ascii", errors="replace").splitlines()
    except OSError as error:
        log.error("journal %s not read: %s", path.name, error.strerror)
        return None
    return next((regel for line in reversed(lines) if (regel := _parsed(line)) is not None), None)


def _ends_whole(file: int) -> bool:
    size = os.fstat(file).st_size
    return size == 0 or os.pread(file, 1, size - 1) == b"\n"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
