"""Who is here and not in the LAS: parked in one act by a beheerder, and brought back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, joinedload

from webapp.db import is_among
from webapp.errors import DomainError
from webapp.models import Daad, Koppeling, KoppelingStatus, Leerling, Resultaat, Wat
from webapp.models.ids import AccountId, LeerlingId, SchoolId
from webapp.services import aanwezig, audit, geschiedenis, sloten
from webapp.services.clock import database_now
from webapp.services.inname.soorten.leerling import LEERLING


class NobodyToPark(DomainError):
    """None of the chosen leerlingen is here and not in the LAS any more, or none was chosen."""


class AbsentChanged(DomainError):
    """Others are here and not in the LAS than those who were shown."""


class NobodyToBringBack(DomainError):
    """None of the chosen leerlingen is parked any more, or none was chosen."""


@dataclass(frozen=True)
class Afwezige:
    """A leerling who is here and not in the LAS, and how many results hang on that."""

    leerling: Leerling
    resultaten: int
    is_beslist: bool
    """Whether a beheerder let this one stay, this school year."""


def absent(session: Session, school_id: SchoolId) -> list[Afwezige]:
    """Return who stands here and is not present, by groep and name."""
    counts = select(func.count()).where(Resultaat.leerling_id == Leerling.id, Resultaat.school_id == school_id)
    stays = exists().where(
        Koppeling.school_id == school_id,
        Koppeling.status != KoppelingStatus.BEEINDIGD,
        Koppeling.schooljaar == Leerling.blijft_staan_in,
    )
    query = (
        select(Leerling, counts.scalar_subquery(), stays)
        .where(Leerling.school_id == school_id, aanwezig.absent(session, school_id))
        .options(joinedload(Leerling.groep))
    )
    found = [Afwezige(*row) for row in session.execute(query)]
    return sorted(found, key=lambda each: _order(each.leerling))


def count_absent(session: Session, school_id: SchoolId) -> int:
    """Return how many that are."""
    absent = aanwezig.absent(session, school_id)
    return session.scalar(select(func.count(Leerling.id)).where(Leerling.school_id == school_id, absent)) or 0


def parked(session: Session, school_id: SchoolId) -> list[Leerling]:
    """Return whom a beheerder parked, by groep and name."""
    query = select(Leerling).where(Leerling.school_id == school_id, Leerling.geparkeerd_op.is_not(None))
    return sorted(session.scalars(query.options(joinedload(Leerling.groep))), key=_order)


def park(session: Session, school_id: SchoolId, ids: Collection[LeerlingId], *, shown: int, door: AccountId) -> int:
    """Park these leerlingen, as far as they are still not present; return how many. The others were left on purpose.

    `shown` is how many the page showed: when there are others by now, nothing was decided about those.
    """
    sloten.lock(session, school_id)
    _decided(session, school_id, shown)
    chosen = and_(is_among(Leerling.id, ids), aanwezig.absent(session, school_id))
    rows = session.scalars(select(Leerling).where(Leerling.school_id == school_id, chosen)).all()
    if not rows:
        raise NobodyToPark
    geschiedenis.act(session, school_id, Wat.PARKEREN, door=door)
    now = database_now(session)
    for leerling in rows:
        LEERLING.park(leerling, now)
    _record(session, Daad.GEPARKEERD, school_id, rows, door)
    return len(rows)


def leave(session: Session, school_id: SchoolId, *, shown: int, door: AccountId) -> int:
    """Park nobody, and do not ask again in this school year; raise AbsentChanged when there are others by now."""
    sloten.lock(session, school_id)
    if not _decided(session, school_id, shown):
        raise AbsentChanged
    audit.record(session, Daad.BLIJFT_STAAN, f"school {school_id}", door=door, school_id=school_id, leerlingen=shown)
    return shown


def _decided(session: Session, school_id: SchoolId, shown: int) -> bool:
    """Remember of everybody who is here and not in the LAS that a beheerder decided, until the next school year."""
    koppeling = sloten.koppeling_of(session, school_id)
    if koppeling is None or not shown or shown != count_absent(session, school_id):
        return False
    for each in absent(session, school_id):
        each.leerling.blijft_staan_in = koppeling.schooljaar
    return True


def bring_back(session: Session, school_id: SchoolId, ids: Collection[LeerlingId], *, door: AccountId) -> int:
    """Put parked leerlingen back in the groep that they stood in; return how many."""
    sloten.lock(session, school_id)
    chosen = and_(is_among(Leerling.id, ids), Leerling.geparkeerd_op.is_not(None))
    rows = session.scalars(select(Leerling).where(Leerling.school_id == school_id, chosen)).all()
    if not rows:
        raise NobodyToBringBack
    geschiedenis.act(session, school_id, Wat.TERUGHALEN, door=door)
    koppeling = sloten.koppeling_of(session, school_id)
    for leerling in rows:
        LEERLING.bring_back(leerling)
        leerling.blijft_staan_in = koppeling.schooljaar if koppeling is not None else None
    _record(session, Daad.WEER_ACTIEF, school_id, rows, door)
    return len(rows)


def _record(session: Session, daad: Daad, school_id: SchoolId, rows: Sequence[Leerling], door: AccountId) -> None:
    audit.record(session, daad, f"school {school_id}", door=door, school_id=school_id, leerlingen=len(rows))


def _order(leerling: Leerling) -> tuple[str, str]:
    return leerling.groep.naam if leerling.groep else "", leerling.naam
