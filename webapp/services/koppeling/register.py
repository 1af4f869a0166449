"""What the register of all schools says of a BRIN; nothing until the register was read in (`services/inlezen`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import Session

from webapp.models import Registerschool
from webapp.models.koppeling import Koppeling
from webapp.services.clock import database_now


@dataclass(frozen=True, slots=True)
class Inschrijving:
    """A school as it stands in the register; without a name it does not."""

    naam: str | None = None
    plaats: str = ""
    gesloten_op: date | None = None


def look_up(session: Session, koppelingen: Collection[Koppeling]) -> dict[tuple[str, str], Inschrijving]:
    """Return what the register says of the schools of these koppelingen; nothing of any when there is no register."""
    if not koppelingen or not session.scalar(select(exists(select(Registerschool.brin)))):
        return {}
    keys = {(each.brin, each.vestiging) for each in koppelingen}
    wanted = tuple_(Registerschool.brin, Registerschool.vestiging).in_(sorted(keys))
    today = database_now(session).date()
    found = dict.fromkeys(keys, Inschrijving())
    for row in session.scalars(select(Registerschool).where(wanted)):
        closed = row.gesloten_op if row.gesloten_op is not None and row.gesloten_op <= today else None
        found[row.brin, row.vestiging] = Inschrijving(row.naam, row.plaats, closed)
    return found


def of_koppeling(session: Session, koppeling: Koppeling) -> Inschrijving | None:
    """Return what the register says of this school; None when there is no register."""
    return look_up(session, [koppeling]).get((koppeling.brin, koppeling.vestiging))
