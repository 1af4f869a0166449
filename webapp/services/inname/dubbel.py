"""Two records of ours of one child: which belong together already, and which may (`controle/samenvoegen.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.matching.folding import words
from webapp.models import Handeling, Leerling, Mutatie, Wat
from webapp.models.ids import LeerlingId, SchoolId
from webapp.services.inname.soorten.leerling import LEERLING


def became(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> LeerlingId:
    """Return the record into which one was merged, or itself."""
    query = select(Leerling.samengevoegd_met_id).where(Leerling.school_id == school_id, Leerling.id == leerling_id)
    met = session.scalar(query)
    return leerling_id if met is None else became(session, school_id, met)


def merged_into(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> list[Leerling]:
    """Return the records that were merged into one, also by way of another, oldest first."""
    query = select(Leerling).where(Leerling.school_id == school_id, Leerling.samengevoegd_met_id == leerling_id)
    found = list(session.scalars(query.order_by(Leerling.id)))
    return [*found, *(each for one in found for each in merged_into(session, school_id, one.id))]


def family(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> list[LeerlingId]:
    """Return all our records of the child of one of them; the one that counts is the first."""
    first = became(session, school_id, leerling_id)
    return [first, *(each.id for each in merged_into(session, school_id, first))]


def alike(session: Session, leerlingen: Iterable[Leerling]) -> list[tuple[Leerling, Leerling]]:
    """Return the pairs that look like one child, but those of whom somebody undid the merging."""
    found = [pair for pair in combinations(leerlingen, 2) if _is_alike(*pair)]
    parted = _parted(session, found[0][0].school_id) if found else set()
    return [pair for pair in found if {each.id for each in pair} not in parted]


def _is_alike(one: Leerling, other: Leerling) -> bool:
    if None not in (one.eckid, other.eckid):
        return False  # no two of ours have the same one
    is_born = one.geboortedatum is not None and one.geboortedatum == other.geboortedatum
    return is_born and words(one.naam) == words(other.naam)


def _parted(session: Session, school_id: SchoolId) -> set[frozenset[int]]:
    """The pairs that were merged, and are not any more."""
    query = (
        select(Mutatie.record_id, Mutatie.na)
        .join(Handeling, Handeling.id == Mutatie.handeling_id)
        .where(
            Handeling.school_id == school_id,
            Mutatie.school_id == school_id,
            Handeling.wat == Wat.SAMENVOEGEN,
            Handeling.teruggedraaid_id.is_not(None),
            Mutatie.soort == LEERLING.soort,
        )
    )
    rows = session.execute(query).all()
    return {frozenset({id_, na["samengevoegd_met_id"]}) for id_, na in rows if na and "samengevoegd_met_id" in na}
