"""Who is present: in the last aanlevering that was taken in, held back from leaving, or meant by an open question.

Taking in parks whoever is none of the three (`inname/vertrek.py`). So a leerling who is active and linked is present,
and of those without a link only whom an open question may mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, CompoundSelect, and_, exists, func, not_, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from webapp.models import Importbatch, Importregel, Keuze, Koppeling, KoppelingStatus, Leerling, Lidmaatschap, Soort
from webapp.models.ids import SchoolId
from webapp.models.importbatch import OPEN
from webapp.models.regel import AnyRegel

_IMPORTED = (KoppelingStatus.ACTIEF, KoppelingStatus.GEPAUZEERD)


def is_present(session: Session, school_id: SchoolId) -> ColumnElement[bool]:
    """The condition that a leerling is present; before the first import that is everybody who was not parked."""
    is_active = Leerling.status == Lidmaatschap.ACTIEF
    if not was_imported(session, school_id):
        return is_active
    return and_(is_active, or_(Leerling.is_linked(), Leerling.id.in_(_asked_about(school_id))))


def _asked_about(school_id: SchoolId) -> CompoundSelect[int]:
    """The leerlingen whom `meant` finds in the open lines, looked up by the database: this is part of every page."""
    kandidaat = func.jsonb_array_elements(Importregel.kandidaten, type_=JSONB)["id"].as_integer()
    open_ = _open(school_id, Soort.LEERLING)
    chosen = (Importregel.keuze == Keuze.KOPPEL, Importregel.doel_id.is_not(None))
    return union_all(
        select(kandidaat).join(Importregel.batch).where(Importregel.school_id == school_id, *open_).correlate(None),
        select(Importregel.doel_id)
        .join(Importregel.batch)
        .where(Importregel.school_id == school_id, *open_, *chosen)
        .correlate(None),
    )


def absent(session: Session, school_id: SchoolId) -> ColumnElement[bool]:
    """The condition that a leerling stands here, was not parked, and is not present."""
    return and_(Leerling.status == Lidmaatschap.ACTIEF, not_(is_present(session, school_id)))


def is_absent(session: Session, leerling: Leerling) -> bool:
    """Whether this leerling is not present, and was not parked."""
    found = exists().where(Leerling.id == leerling.id, absent(session, leerling.school_id))
    return bool(session.scalar(select(found)))


def was_imported(session: Session, school_id: SchoolId) -> bool:
    """Whether an aanlevering of this school was taken in and its first questions were answered."""
    imported = exists().where(
        Koppeling.school_id == school_id,
        Koppeling.status.in_(_IMPORTED),
        Koppeling.opgehaald_leerlingen.is_not(None),
    )
    return bool(session.scalar(select(imported)))


def open_lines(session: Session, school_id: SchoolId, *soorten: Soort) -> Sequence[Importregel]:
    """Return the lines of these kinds that wait in the review of a school."""
    return session.scalars(select(Importregel).join(Importregel.batch).where(*_open(school_id, *soorten))).all()


def _open(school_id: SchoolId, *soorten: Soort) -> tuple[ColumnElement[bool], ...]:
    return (
        Importregel.school_id == school_id,
        Importbatch.status.in_(OPEN),
        Importregel.soort.in_(soorten),
        Importregel.toegepast_id.is_(None),
    )


def meant(regels: Iterable[AnyRegel]) -> set[int]:
    """Ids of our records that these lines may turn out to be: every candidate, and whom somebody chose."""
    found: set[int] = set()
    for regel in regels:
        found.update(kandidaat["id"] for kandidaat in regel.kandidaten)
        if regel.keuze is Keuze.KOPPEL and regel.doel_id is not None:
            found.add(regel.doel_id)
    return found
