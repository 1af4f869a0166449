"""What became of what a person approved: exact counts, line by line, as it is now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, joinedload

from webapp.models import Levering, LeveringStatus, Nazending, Nazendregel, Resultaat
from webapp.models.ids import NazendingId, SchoolId
from webapp.models.levering import IN_DOUBT
from webapp.services.nachtrust import may_go
from webapp.services.versturen.aanbod import is_in_las
from webapp.services.versturen.nazending import is_as_approved
from webapp.services.zendkeuze import is_off


class Lot(StrEnum):
    """What became of one result that was approved."""

    BEVESTIGD = "bevestigd"
    GEWEIGERD = "geweigerd"
    ONDERWEG = "onderweg"
    """The LAS may have it already."""
    IN_DE_RIJ = "in_de_rij"
    WACHT = "wacht"
    """Its turn is still to come."""
    VRAAG = "vraag"
    """It waits for an answer about its leerling."""
    ANDERS = "anders"
    """It got its levering in the ordinary way: it was normed anew meanwhile."""
    VERANDERD = "veranderd"
    """Its score or its link is not what was approved: it stays here."""
    NIET_IN_LAS = "niet_in_las"
    UITGEZET = "uitgezet"
    """The school lets it stay here by choice; for as long as it does."""
    STIL = "stil"
    """The koppeling of its school was paused, or ended."""
    GESTOPT = "gestopt"


OPEN = frozenset({Lot.ONDERWEG, Lot.IN_DE_RIJ, Lot.WACHT, Lot.VRAAG})
"""Not at its end."""


class Stand(StrEnum):
    """How far a nazending is."""

    GEPLAND = "gepland"
    LOOPT = "loopt"
    KLAAR = "klaar"
    GESTOPT = "gestopt"


@dataclass(frozen=True)
class Verslag:
    """One nazending with its exact counts."""

    nazending: Nazending
    tellingen: Counter[Lot]

    @property
    def stand(self) -> Stand:
        if self.nazending.gestopt_op is not None:
            return Stand.GESTOPT
        if not any(self.tellingen[lot] for lot in OPEN):
            return Stand.KLAAR
        has_begun = any(self.tellingen[lot] for lot in (Lot.BEVESTIGD, Lot.GEWEIGERD, Lot.ONDERWEG, Lot.IN_DE_RIJ))
        return Stand.LOOPT if has_begun else Stand.GEPLAND

    @property
    def mag_stoppen(self) -> bool:
        """Whether there is something that a stop would keep here."""
        waits = (Lot.IN_DE_RIJ, Lot.WACHT, Lot.VRAAG, Lot.UITGEZET)
        return self.stand is not Stand.GESTOPT and any(self.tellingen[lot] for lot in waits)


def reports(session: Session, school_id: SchoolId) -> list[Verslag]:
    """Return every nazending of a school with its counts, the newest first."""
    lot = _lot().label("lot")
    query = (
        select(Nazendregel.nazending_id, lot, func.count())
        .join(Resultaat, Resultaat.id == Nazendregel.resultaat_id)
        .join(Resultaat.leerling)
        .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
        .where(Nazendregel.school_id == school_id)
        .group_by(Nazendregel.nazending_id, lot)
    )
    counts: dict[NazendingId, Counter[Lot]] = {}
    for id_, found, number in session.execute(query):
        counts.setdefault(id_, Counter())[Lot(found)] = number
    theirs = (
        select(Nazending)
        .where(Nazending.school_id == school_id)
        .order_by(Nazending.id.desc())
        .options(joinedload(Nazending.wie), joinedload(Nazending.gestopt_wie))
    )
    return [Verslag(each, counts.get(each.id, Counter())) for each in session.scalars(theirs)]


def _lot() -> ColumnElement[str]:
    """What became of a line; joined with result, leerling and (if there is one) levering."""
    is_in_line = Nazendregel.in_rij_op.is_not(None)
    return case(
        (Nazendregel.gestopt_op.is_not(None), Lot.GESTOPT),
        (and_(is_in_line, Levering.status == LeveringStatus.GEWEIGERD), Lot.GEWEIGERD),
        (and_(is_in_line, Levering.status == LeveringStatus.BEVESTIGD), Lot.BEVESTIGD),
        (and_(is_in_line, Levering.status.in_(IN_DOUBT)), Lot.ONDERWEG),
        (and_(is_in_line, is_off(Resultaat.school_id)), Lot.UITGEZET),
        (is_in_line, Lot.IN_DE_RIJ),
        (Levering.resultaat_id.is_not(None), Lot.ANDERS),
        (~is_in_las(), Lot.NIET_IN_LAS),
        (~is_as_approved(), Lot.VERANDERD),
        (is_off(Resultaat.school_id), Lot.UITGEZET),
        (may_go(Nazendregel.school_id), Lot.WACHT),
        else_=Lot.VRAAG,
    )
