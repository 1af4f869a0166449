"""The age of the last backup, and whether a restored one is whole.

Making and restoring one is for the owner of the tables: `deploy/backup.sh` and `deploy/restore-rehearsal.sh` do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, table
from sqlalchemy.orm import Session, undefer

from webapp.crypto import DecryptionFailed, Keyring
from webapp.errors import DomainError
from webapp.models import Base, Koppeling, Reservekopie

_ROW = 1


class BegonNogNiet(DomainError):
    """A backup cannot have begun later than now."""


@dataclass(frozen=True)
class Afwijking:
    """A table that has another number of rows than the backup held."""

    tabel: str
    in_kopie: int
    hier: int


def of(session: Session) -> Reservekopie:
    """Return the one row."""
    return session.get_one(Reservekopie, _ROW)


def made(session: Session, begonnen_op: datetime, now: datetime) -> None:
    """Note that one is there that began then and was read back whole; an older one changes nothing."""
    if begonnen_op > now:
        raise BegonNogNiet
    row = of(session)
    row.begonnen_op = max(begonnen_op, row.begonnen_op or begonnen_op)


def tried(session: Session, now: datetime) -> None:
    """Note that one was restored elsewhere and was whole."""
    of(session).geoefend_op = now


def deviations(session: Session, in_kopie: Mapping[str, int]) -> Iterator[Afwijking]:
    """Count the rows of each table of ours, and of each that the backup held. The caller sees all schools."""
    for name in sorted({*Base.metadata.tables, *in_kopie}):
        hier = session.scalar(select(func.count()).select_from(table(name)))
        if hier != in_kopie.get(name, 0):
            yield Afwijking(name, in_kopie.get(name, 0), hier or 0)


def sealed_for_others(session: Session, keyring: Keyring) -> int:
    """How many autorisatiesleutels these keys do not open: keys are kept apart, and may have been kept badly."""
    rows = session.scalars(select(Koppeling).where(Koppeling.sleutel.is_not(None)).options(undefer(Koppeling.sleutel)))
    return sum(not _opens(row, keyring) for row in rows)


def _opens(koppeling: Koppeling, keyring: Keyring) -> bool:
    assert koppeling.sleutel is not None
    try:
        keyring.decrypt(koppeling.sleutel, koppeling.identity)
    except DecryptionFailed:
        return False
    return True
