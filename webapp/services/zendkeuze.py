"""What a school lets go to its LAS: all or nothing, which toetsen, and from when. By default everything goes.

Whoever prepares, chooses, counts or explains asks here; `services/versturen/keuze.py` changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.models import Account, Levering, Nazendregel, Resultaat, Uitgezet, Zendkeuze
from webapp.models.ids import ResultaatId, SchoolId, ToetsId

_IS_IT = or_(Uitgezet.toets_id.is_(None), Uitgezet.toets_id == Resultaat.toets_id)


def goes_along(school_id: InstrumentedAttribute[SchoolId]) -> ColumnElement[bool]:
    """The condition that the school lets a result go: it is not off now, and was normed while it was not.

    What a person approved to go after all (`versturen/nazending.py`) goes whenever it was normed, unless it is off now.
    """
    was_off = exists().where(
        Uitgezet.school_id == school_id, _IS_IT, Resultaat.genormeerd_op.between(Uitgezet.sinds, Uitgezet.tot)
    )
    too_early = exists().where(Zendkeuze.school_id == school_id, Resultaat.genormeerd_op < Zendkeuze.vanaf)
    was_off, too_early = (each.correlate(Resultaat, Levering) for each in (was_off, too_early))
    return and_(~is_off(school_id), or_(and_(~was_off, ~too_early), is_asked_for(school_id)))


def is_off(school_id: InstrumentedAttribute[SchoolId]) -> ColumnElement[bool]:
    """The condition that the school sends nothing, or not this toets: not even what a person approved."""
    found = exists().where(Uitgezet.school_id == school_id, _IS_IT, Uitgezet.tot.is_(None))
    return found.correlate(Resultaat, Levering)


def is_asked_for(school_id: InstrumentedAttribute[SchoolId]) -> ColumnElement[bool]:
    """The condition that a person approved this result to go after all, and nobody stopped that."""
    asked = exists().where(
        Nazendregel.school_id == school_id,
        Nazendregel.resultaat_id == Resultaat.id,
        Nazendregel.gestopt_op.is_(None),
    )
    return asked.correlate(Resultaat, Levering)


@dataclass(frozen=True, slots=True)
class Uit:
    """Why a result stays here because the school wants it so: what is off, since when, and who said so."""

    toets_id: ToetsId | None
    """Empty: nothing is sent, or nothing of before a day."""
    sinds: datetime
    tot: datetime | None
    door: str
    vanaf: datetime | None = None
    """The day before which nothing goes, where that is why."""


@dataclass(frozen=True, slots=True)
class Keuzes:
    """All that a school chose, with who did."""

    binnen_minuut: bool = False
    vanaf: datetime | None = None
    gewijzigd_op: datetime | None = None
    gewijzigd_door: str = ""
    uit: tuple[Uit, ...] = ()
    """What is off now comes first."""
    op_verzoek: frozenset[ResultaatId] = frozenset()
    """What a person approved to go after all; empty where nothing but what is off now could keep it here."""

    @property
    def alles_uit(self) -> Uit | None:
        """Why nothing is sent at all; empty when things are."""
        return next((uit for uit in self.uit if uit.toets_id is None and uit.tot is None), None)

    @property
    def toetsen_uit(self) -> dict[ToetsId, Uit]:
        """The toetsen that stay here now."""
        return {uit.toets_id: uit for uit in self.uit if uit.toets_id is not None and uit.tot is None}

    def why_stays(self, resultaat: Resultaat) -> Uit | None:
        """Return why the school lets this result stay here; the same as `goes_along`, for one that was normed."""
        op, is_asked_for = resultaat.genormeerd_op, resultaat.id in self.op_verzoek
        for uit in self.uit:
            was_off = uit.tot is not None and op is not None and not is_asked_for and uit.sinds <= op <= uit.tot
            if uit.toets_id in (None, resultaat.toets_id) and (uit.tot is None or was_off):
                return uit
        if self.vanaf is not None and op is not None and op < self.vanaf and not is_asked_for:
            return Uit(None, self.gewijzigd_op or self.vanaf, None, self.gewijzigd_door, self.vanaf)
        return None


def of_school(session: Session, school_id: SchoolId) -> Keuzes:
    """Return what this school chose; the way of the manual where it never did."""
    columns = Uitgezet.toets_id, Uitgezet.sinds, Uitgezet.tot, Account.naam
    off = (
        select(*columns)
        .join(Account, Account.id == Uitgezet.door)
        .where(Uitgezet.school_id == school_id)
        .order_by(Uitgezet.tot.desc().nulls_first(), Uitgezet.toets_id.nulls_first(), Uitgezet.id)
    )
    uit = tuple(Uit(*row) for row in session.execute(off))
    row = session.execute(
        select(Zendkeuze.binnen_minuut, Zendkeuze.vanaf, Zendkeuze.gewijzigd_op, Account.naam)
        .outerjoin(Account, Account.id == Zendkeuze.gewijzigd_door)
        .where(Zendkeuze.school_id == school_id)
    ).one_or_none()
    if row is None:
        return Keuzes()
    asked = frozenset[ResultaatId]()
    if row.vanaf is not None or any(each.tot is not None for each in uit):
        query = select(Nazendregel.resultaat_id).where(Nazendregel.school_id == school_id)
        asked = frozenset(session.scalars(query.where(Nazendregel.gestopt_op.is_(None))))
    return Keuzes(row.binnen_minuut, row.vanaf, row.gewijzigd_op, row.naam or "", uit, asked)
