"""The last nights of one school: what each did, and the aanlevering that it left behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.models import BatchStatus, Handeling, Importbatch, Koppeling, Nacht, Schoolnacht, Schoolstand
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import BatchId
from webapp.services.overzicht import wijzigingen

NACHTEN = 30


class Uitslag(StrEnum):
    """What a night came to for a school."""

    GOED = "goed"
    VRAGEN = "vragen"
    """It was fetched, and something of it was asked or held."""
    STORING = "storing"
    """Nothing was fetched."""
    BEZIG = "bezig"


@dataclass(frozen=True, slots=True)
class Nachtverloop:
    """One night of a school."""

    datum: date
    uitslag: Uitslag
    opgehaald_op: datetime | None = None
    bevestigd: int = 0
    geweigerd: int = 0
    onzeker: int = 0
    gewijzigd: int = 0
    """How many records it changed without a question."""
    batch_id: BatchId | None = None
    """The aanlevering of which all that stands; none when nothing had changed."""


def of_koppeling(session: Session, koppeling: Koppeling, now: datetime) -> list[Nachtverloop]:
    """Return the last nights in which this koppeling was meant to be fetched, the oldest first."""
    if koppeling.gestart_op is None:
        return []
    mine = and_(Schoolnacht.datum == Nacht.datum, Schoolnacht.koppeling_id == koppeling.id)
    was_meant = and_(
        Schoolnacht.koppeling_id.is_not(None), Schoolnacht.stand.is_distinct_from(Schoolstand.NIET_AAN_DE_BEURT)
    )
    if koppeling.is_running and koppeling.wacht_op_beurt_sinds is None:
        was_meant = or_(was_meant, Nacht.klaar_op.is_(None), Nacht.begonnen_op.is_(None))
    query = (
        select(Nacht, Schoolnacht)
        .outerjoin(Schoolnacht, mine)
        .where(was_meant, Nacht.datum > koppeling.gestart_op.astimezone(AMSTERDAM).date())
        .order_by(Nacht.datum.desc())
        .limit(NACHTEN)
    )
    rows = [(nacht, course) for nacht, course in session.execute(query)][::-1]
    brought = _brought(session, koppeling, [nacht.begonnen_op for nacht, _ in rows if nacht.begonnen_op])
    acts = _acts(session, koppeling, [nacht.begonnen_op for nacht, _ in rows if nacht.begonnen_op])
    return [_night(nacht, course, koppeling, brought, acts, now) for nacht, course in rows]


def _acts(session: Session, koppeling: Koppeling, begun: list[datetime]) -> list[tuple[Handeling, int]]:
    """What the LAS changed by itself since the first of these nights, with how much."""
    if not begun or koppeling.school_id is None:
        return []
    is_meant = Handeling.wat.in_(VANZELF), Handeling.op >= min(begun)
    counted = wijzigingen.count(session, koppeling.school_id, *is_meant)
    query = select(Handeling).where(Handeling.school_id == koppeling.school_id, *is_meant).order_by(Handeling.id)
    return [(act, counted[act.id].total()) for act in session.scalars(query) if act.id in counted]


def _brought(session: Session, koppeling: Koppeling, begun: list[datetime]) -> Sequence[Importbatch]:
    """Aanleveringen since the first of these nights, without what an import left behind: that is not of a night."""
    if not begun:
        return []
    query = select(Importbatch).where(
        Importbatch.school_id == koppeling.school_id,
        Importbatch.koppeling_id == koppeling.id,
        Importbatch.vervolg_van_id.is_(None),
        Importbatch.opgehaald_op >= min(begun),
    )
    return session.scalars(query.order_by(Importbatch.id)).all()


def _night(
    nacht: Nacht,
    course: Schoolnacht | None,
    koppeling: Koppeling,
    brought: Sequence[Importbatch],
    acts: Sequence[tuple[Handeling, int]],
    now: datetime,
) -> Nachtverloop:
    if nacht.begonnen_op is None:
        return Nachtverloop(nacht.datum, Uitslag.STORING)
    ends = nacht.klaar_op or now
    batches = [batch for batch in brought if nacht.begonnen_op <= batch.opgehaald_op <= ends]
    fetched = koppeling.opgehaald_op if course is None else course.opgehaald_op
    if course is None and (fetched is None or fetched < nacht.begonnen_op):
        return Nachtverloop(nacht.datum, Uitslag.BEZIG)
    mine = [(act, number) for act, number in acts if nacht.begonnen_op <= act.op <= ends]
    batches.sort(key=lambda batch: (batch.status is BatchStatus.AUTOMATISCH_VERWERKT, -batch.id))
    asked = any(batch.status is not BatchStatus.AUTOMATISCH_VERWERKT for batch in batches)
    return Nachtverloop(
        nacht.datum,
        Uitslag.STORING if fetched is None else Uitslag.VRAGEN if asked else Uitslag.GOED,
        fetched,
        bevestigd=course.bevestigd if course else 0,
        geweigerd=course.geweigerd if course else 0,
        onzeker=course.onzeker if course else 0,
        gewijzigd=sum(number for _, number in mine),
        batch_id=next(iter([*[batch.id for batch in batches], *[act.batch_id for act, _ in mine]]), None),
    )
