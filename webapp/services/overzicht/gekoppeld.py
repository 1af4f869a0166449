"""Who of the LAS is linked here, and how much the last fetch changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import (
    Handeling,
    Importbatch,
    Importregel,
    Koppeling,
    Lidmaatschap,
    Soort,
    Uitzondering,
)
from webapp.models.ids import SchoolId
from webapp.models.importbatch import IS_WORK, OPEN
from webapp.models.leerlinggegevens import TABLES, Gekoppeld
from webapp.services.overzicht import wijzigingen


@dataclass(frozen=True, slots=True)
class Gekoppelden:
    """How many of each kind are linked, and of the leerlingen who are not, why."""

    aantal: Mapping[Soort, int]
    in_las: int | None
    """Leerlingen in the last aanlevering; None when none was ever taken in."""
    wachten: int
    """Leerlingen of the LAS about whom the review waits for an answer."""
    niet: int
    """Leerlingen of the LAS whom a beheerder left out."""

    @property
    def leerlingen(self) -> int:
        """Of those in the LAS; one who left there and is held here does not count for more than there are."""
        linked = self.aantal[Soort.LEERLING]
        return linked if self.in_las is None else min(linked, self.in_las)

    @property
    def procent(self) -> int:
        return round(100 * self.leerlingen / self.in_las) if self.in_las else 0


def of_koppeling(session: Session, koppeling: Koppeling, school_id: SchoolId) -> Gekoppelden:
    """Count what stands here under a number of the LAS, and was in its last aanlevering."""
    waiting = (
        select(Importregel.soort, func.count())
        .join(Importregel.batch)
        .where(Importregel.school_id == school_id, Importbatch.status.in_(OPEN), IS_WORK)
        .group_by(Importregel.soort)
    )
    left_out = (
        select(Uitzondering.soort, func.count()).where(Uitzondering.school_id == school_id).group_by(Uitzondering.soort)
    )
    return Gekoppelden(
        {soort: _count(session, school_id, table) for soort, table in TABLES.items()},
        koppeling.opgehaald_leerlingen,
        dict(session.execute(waiting).all()).get(Soort.LEERLING, 0),
        dict(session.execute(left_out).all()).get(Soort.LEERLING, 0),
    )


def _count(session: Session, school_id: SchoolId, table: type[Gekoppeld]) -> int:
    is_here = table.status == Lidmaatschap.ACTIEF, table.afwezig_sinds.is_(None)
    query = select(func.count()).select_from(table).where(table.school_id == school_id, *is_here, table.is_linked())
    return session.scalar(query) or 0


def changed_last(session: Session, koppeling: Koppeling) -> int:
    """How many records the last fetch changed without a question."""
    assert koppeling.school_id is not None
    if koppeling.opgehaald_op is None:
        return 0
    return wijzigingen.by_itself(session, koppeling.school_id, Handeling.op == koppeling.opgehaald_op).total()
