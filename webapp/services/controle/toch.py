"""Parking a groep or a leerkracht, bringing back whoever was parked, and doing after all what a person took back."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.matching.vetoes import Veto
from webapp.models import Daad, Groep, Handeling, Importregel, Lidmaatschap, Mutatie, Soort, Teruggenomen, Wat
from webapp.models.ids import AccountId, SchoolId
from webapp.services import aanwezig, audit, geschiedenis, sloten
from webapp.services.clock import database_now
from webapp.services.controle import gegeven, keuzes
from webapp.services.controle.batch import lines
from webapp.services.controle.gegeven import Stand, Toestand
from webapp.services.inname import opzoeken, teruggenomen
from webapp.services.inname.batch import open_of
from webapp.services.inname.parkeren import NobodyToBringBack, NobodyToPark
from webapp.services.inname.soorten import KINDS, AnyKind, Doel


class NothingToDoAnyway(DomainError):
    """Nothing was taken back about this record, or its question is not open now."""


def may_park(session: Session, kind: AnyKind, doel: Doel, stand: Stand) -> bool:
    """Whether a groep or a leerkracht can be parked: nobody of the LAS is meant, and nobody stands in it."""
    if kind.has_results or stand.toestand is not Toestand.LOS or not aanwezig.was_imported(session, doel.school_id):
        return False
    return not (kind.takes_along and any(opzoeken.beside(session, doel.school_id, kind, doel).values()))


def park(session: Session, school_id: SchoolId, soort: str, doel_id: int, *, door: AccountId) -> Doel:
    """Park a groep or a leerkracht whom the LAS never sent; leerlingen are parked in `inname/parkeren.py`."""
    sloten.lock(session, school_id)
    kind, doel = opzoeken.get(session, school_id, soort, doel_id, groepen=None)
    if not may_park(session, kind, doel, gegeven.stand_of(session, kind, doel)):
        raise NobodyToPark
    geschiedenis.act(session, school_id, Wat.PARKEREN, door=door)
    kind.depart(doel, database_now(session))
    audit.record(session, Daad.GEGEVEN_GEPARKEERD, f"{kind.soort} {doel.id}", door=door, school_id=school_id)
    return doel


def bring_back(session: Session, school_id: SchoolId, soort: str, doel_id: int, *, door: AccountId) -> Doel:
    """Put somebody who was parked back in the groep that they stood in, and keep every night from parking them again.

    Until the LAS sends them, no result of theirs goes there.
    """
    sloten.lock(session, school_id)
    kind, doel = opzoeken.get(session, school_id, soort, doel_id, groepen=None)
    is_merged = getattr(doel, "samengevoegd_met_id", None) is not None
    if doel.status is not Lidmaatschap.VERTROKKEN or is_merged:
        raise NobodyToBringBack
    geschiedenis.act(session, school_id, Wat.TERUGHALEN, door=door)
    groep_id = _stood_in(session, kind.soort, doel)
    kind.come_back(doel, groep_id)
    this = geschiedenis.handeling(session, school_id)
    teruggenomen.let_stay(session, school_id, [(kind.soort, doel)], door=door, handeling_id=this)
    audit.record(session, Daad.WEER_ACTIEF, f"{kind.soort} {doel.id}", door=door, school_id=school_id)
    return doel


def _stood_in(session: Session, soort: Soort, doel: Doel) -> int | None:
    """The groep in which somebody stood when they were parked, as far as it is still here."""
    query = (
        select(Mutatie)
        .join(Mutatie.handeling)
        .where(
            Mutatie.school_id == doel.school_id,
            Mutatie.soort == soort,
            Mutatie.record_id == doel.id,
            Mutatie.na["status"].astext == Lidmaatschap.VERTROKKEN,
        )
        .order_by(Handeling.id.desc())
    )
    left = session.scalars(query.limit(1)).first()
    id_ = (left.voor or {}).get("groep_id") if left is not None else None
    here = select(Groep.id).where(
        Groep.school_id == doel.school_id, Groep.id == id_, Groep.status == Lidmaatschap.ACTIEF
    )
    return session.scalar(here) if id_ is not None else None


def about(session: Session, soort: Soort, doel: Doel) -> tuple[Teruggenomen | None, Importregel | None]:
    """What was taken back about a record, and the open question in which it can be done after all."""
    row = teruggenomen.of_record(session, soort, doel)
    batch = open_of(session, doel.school_id) if row is not None and not row.is_vertrek else None
    regels = lines(session, batch) if batch is not None else []
    asked = [r for r in regels if row is not None and r.ruil is None and r.is_vraag]
    mine = [r for r in asked if r.matchregel == Veto.TERUGGENOMEN and doel.id in {each["id"] for each in r.kandidaten}]
    mine += [r for r in asked if row is not None and teruggenomen.about(r, [row])]
    return row, next(iter(mine), None)


def do_anyway(
    session: Session, school_id: SchoolId, soort: str, doel_id: int, *, door: AccountId
) -> Importregel | None:
    """Park somebody after all; or link after all: return its line, which the import writes."""
    sloten.lock(session, school_id)
    kind, doel = opzoeken.get(session, school_id, soort, doel_id, groepen=None)
    row, regel = about(session, kind.soort, doel)
    if row is None or (not row.is_vertrek and regel is None):
        raise NothingToDoAnyway
    audit.record(session, Daad.TOCH_GEDAAN, f"{kind.soort} {doel.id}", door=door, school_id=school_id)
    if regel is not None:
        keuzes.link(session, school_id, regel.id, doel.id, door=door)
        return regel
    geschiedenis.act(session, school_id, Wat.PARKEREN, door=door)
    KINDS[kind.soort].depart(doel, database_now(session))
    session.delete(row)
    return None
