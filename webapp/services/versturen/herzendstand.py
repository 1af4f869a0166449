"""What may go to a LAS once more after an incident there, and how far what was chosen is: counts, step by step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, null, or_, select
from sqlalchemy.orm import Session, joinedload

from webapp.models import Herzending, Herzendregel, Koppeling, Leerling, Levering, LeveringStatus, Resultaat
from webapp.models.fout import EigenCode, Foutcode, code_of
from webapp.models.koppeling import MAG, KoppelingAct, LasType
from webapp.models.levering import IN_DOUBT
from webapp.services.nachtrust import may_go
from webapp.services.versturen.nazendverslag import Lot
from webapp.services.versturen.volgende import can_leave
from webapp.uwlr.codes import Owner

STAPPEN = (1, 10, 100)
"""How many schools have gone after each step; the one after them is for all others."""
WELL = 0.9
"""Of a step that ended well nothing waits, and so much of what went was confirmed."""
_WAITS = (Lot.ONDERWEG, Lot.IN_DE_RIJ, Lot.WACHT)
"""What cannot go now holds up no step: it goes when a beheerder answered or chose, or a koppeling goes on."""
_FUTILE = (EigenCode.ALLEEN_ECKID, EigenCode.NAKIJKEN)
"""Sending these once more changes nothing, or is for the school to say."""
_CODE = cast(Levering.fout_code, String(64))


@dataclass(frozen=True)
class Vraag:
    """Of which LAS, and from when until when."""

    las_type: LasType
    van: datetime
    tot: datetime

    def where(self) -> ColumnElement[bool]:
        """Of leveringen with their koppeling: refused or confirmed in that time, of schools that can be sent for."""
        refused = and_(
            Levering.status == LeveringStatus.GEWEIGERD,
            Levering.gewijzigd_op.between(self.van, self.tot),
            Levering.fout_code.not_in(_FUTILE),
        )
        confirmed = and_(Levering.status == LeveringStatus.BEVESTIGD, Levering.bevestigd_op.between(self.van, self.tot))
        return and_(
            Koppeling.status.in_(MAG[KoppelingAct.VERSTUREN]),
            Koppeling.zend_fout_eigenaar.is_distinct_from(Owner.SCHOOL),
            Koppeling.las_type == self.las_type,
            or_(refused, confirmed),
        )


@dataclass(frozen=True)
class Gevonden:
    """What would go for one reason; none is what was confirmed."""

    fout_code: Foutcode | None
    resultaten: int
    scholen: int


@dataclass(frozen=True)
class Stap:
    """One step, and what became of its results."""

    nummer: int
    scholen: int = 0
    tellingen: Counter[Lot] = field(default_factory=Counter)
    begint_weer: bool = False
    """Whether it is made as small as the step before, in which nothing could go."""

    @property
    def ended_well(self) -> bool:
        """Whether nothing waits, and of what went nearly all was confirmed; also when nothing could go."""
        confirmed, refused = self.tellingen[Lot.BEVESTIGD], self.tellingen[Lot.GEWEIGERD]
        return not any(self.tellingen[lot] for lot in _WAITS) and confirmed >= WELL * (confirmed + refused)

    @property
    def proved(self) -> bool:
        """Whether it shows that the LAS takes them: a step in which nothing could go shows nothing."""
        return self.ended_well and self.tellingen[Lot.BEVESTIGD] > 0


@dataclass(frozen=True)
class Stand:
    """A herzending with its steps; a step that no school is in is left out."""

    herzending: Herzending
    stappen: list[Stap]

    @property
    def volgende(self) -> Stap | None:
        """The step that may be let go now: no larger than what has been proved allows."""
        later = [stap for stap in self.stappen if stap.nummer > self.herzending.stap]
        if self.herzending.gestopt_op is not None or not later or not all(stap.ended_well for stap in self._done):
            return None
        if not self._done or self._done[-1].proved:
            return later[0]
        left = sum(stap.scholen for stap in later)
        return Stap(self.herzending.stap + 1, min(left, (*STAPPEN, left)[self.geslaagd]), begint_weer=True)

    @property
    def geslaagd(self) -> int:
        """How many steps have shown that the LAS takes them."""
        return sum(stap.proved for stap in self._done)

    @property
    def _done(self) -> list[Stap]:
        return [stap for stap in self.stappen if stap.nummer <= self.herzending.stap]

    @property
    def is_klaar(self) -> bool:
        return all(stap.nummer <= self.herzending.stap and stap.ended_well for stap in self.stappen)


def reason() -> ColumnElement[str | None]:
    """What a levering was refused for; nothing when it was confirmed."""
    return case((Levering.status == LeveringStatus.GEWEIGERD, _CODE))


def look(session: Session, vraag: Vraag) -> list[Gevonden]:
    """Count per reason what would go. This is the dry run: nothing changes."""
    code, number = reason().label("code"), func.count()
    query = (
        select(code, number, func.count(Levering.school_id.distinct()))
        .join_from(Levering, Koppeling, Koppeling.school_id == Levering.school_id)
        .where(vraag.where())
        .group_by(code)
        .order_by(number.desc(), code)
    )
    return [
        Gevonden(None if found is None else code_of(found), resultaten, scholen)
        for found, resultaten, scholen in session.execute(query)
    ]


def latest(session: Session, limit: int) -> list[Stand]:
    """Return the last ones with their counts, the newest first."""
    query = select(Herzending).order_by(Herzending.id.desc()).limit(limit).options(joinedload(Herzending.wie))
    return [stand_of(session, each) for each in session.scalars(query)]


def stand_of(session: Session, herzending: Herzending) -> Stand:
    """Count per step what became of its results."""
    mine, lot = Herzendregel.herzending_id == herzending.id, _lot().label("lot")
    query = (
        select(Herzendregel.stap, lot, func.count())
        .join(Herzending, Herzending.id == Herzendregel.herzending_id)
        .join(Levering, Levering.resultaat_id == Herzendregel.resultaat_id)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .where(mine, Levering.school_id == Herzendregel.school_id)
        .group_by(Herzendregel.stap, lot)
    )
    counts: dict[int, Counter[Lot]] = {}
    for stap, found, number in session.execute(query):
        counts.setdefault(stap, Counter())[Lot(found)] = number
    schools = select(Herzendregel.stap, func.count(Herzendregel.school_id.distinct())).where(mine)
    per_step = dict(session.execute(schools.group_by(Herzendregel.stap)).all())
    return Stand(herzending, [Stap(stap, per_step[stap], counts[stap]) for stap in sorted(counts)])


def is_as_chosen() -> ColumnElement[bool]:
    """The condition that a levering is what it was when it was chosen; joined with line and herzending."""
    was_in_line = Herzendregel.fout.is_not(null())  # and the school took it out: that is no change
    is_refused = and_(Herzending.fout_code == _CODE, or_(Levering.gewijzigd_op <= Herzending.tot, was_in_line))
    is_confirmed = and_(
        Herzending.fout_code.is_(None),
        Levering.status == LeveringStatus.BEVESTIGD,
        Levering.bevestigd_op <= Herzending.tot,
    )
    same = or_(and_(Levering.status == LeveringStatus.GEWEIGERD, is_refused), is_confirmed)
    return and_(Levering.versie == Herzendregel.versie, same)


def _lot() -> ColumnElement[str]:
    is_in_line = Herzendregel.in_rij_op.is_not(None)
    return case(
        (Herzendregel.gestopt_op.is_not(None), Lot.GESTOPT),
        (and_(is_in_line, Levering.status == LeveringStatus.GEWEIGERD), Lot.GEWEIGERD),
        (and_(is_in_line, Levering.status == LeveringStatus.BEVESTIGD), Lot.BEVESTIGD),
        (and_(is_in_line, Levering.status == LeveringStatus.ONDERWEG), Lot.ONDERWEG),
        (or_(and_(~is_in_line, ~is_as_chosen()), Resultaat.genormeerd_op.is_(None)), Lot.ANDERS),
        (~_runs(), Lot.STIL),
        (Leerling.las_key.is_(None), Lot.NIET_IN_LAS),
        (or_(~may_go(Herzendregel.school_id), Levering.status == LeveringStatus.NAKIJKEN), Lot.VRAAG),
        (~can_leave(), Lot.UITGEZET),
        (and_(is_in_line, Levering.status.in_(IN_DOUBT)), Lot.ONDERWEG),
        (is_in_line, Lot.IN_DE_RIJ),
        else_=Lot.WACHT,
    )


def _runs() -> ColumnElement[bool]:
    """The condition that a school can be sent for, to the LAS of this herzending: it runs, and needs no other key."""
    return exists().where(
        Koppeling.school_id == Herzendregel.school_id,
        Koppeling.las_type == Herzending.las_type,
        Koppeling.status.in_(MAG[KoppelingAct.VERSTUREN]),
        Koppeling.zend_fout_eigenaar.is_distinct_from(Owner.SCHOOL),
    )
