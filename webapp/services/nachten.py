"""A night of work is a row with a unique local date: two sweeps cannot begin it twice, and a late one still can."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM, Settings
from webapp.models import Daad, Koppeling, Nacht
from webapp.models.koppeling import MAG, STOPS, Handeling
from webapp.schooljaar import schooljaar_of
from webapp.services import audit
from webapp.uwlr.codes import FaultCode, Owner

_AT_NIGHT = MAG[Handeling.OPHALEN] & MAG[Handeling.VERSTUREN]


def begin(session: Session, now: datetime, settings: Settings) -> Nacht | None:
    """Begin tonight's work: every running koppeling is fetched and its results are sent. None when it is not time.

    When the clock changes, no night comes twice and none is skipped: the hours only say when it may begin.
    """
    local = now.astimezone(AMSTERDAM)
    if not settings.nacht_begin_uur <= local.hour < settings.nacht_eind_uur:
        return None
    won = session.scalar(
        insert(Nacht).values(datum=local.date(), tellingen={}).on_conflict_do_nothing().returning(Nacht.datum)
    )
    if won is None:
        return None
    return _make_due(session, now, local.date())


def _waits_for_a_person() -> ColumnElement[bool]:
    return and_(
        func.coalesce(Koppeling.fout_code.in_(STOPS), false()), Koppeling.fout_eigenaar.is_distinct_from(Owner.NIEMAND)
    )


def _worked_once() -> ColumnElement[bool]:
    """A key that the LAS took before is tried once a night: perhaps it was trouble after all, and nobody need act."""
    return and_(Koppeling.fout_code == FaultCode.AUTORISATIE_ONGELDIG, Koppeling.gewerkt_op.is_not(None))


def _make_due(session: Session, now: datetime, datum: date) -> Nacht:
    session.execute(
        update(Koppeling)
        .where(Koppeling.status.in_(MAG[Handeling.SCHOOLJAAR_WIJZIGEN]), Koppeling.schooljaar < schooljaar_of(datum))
        .values(schooljaar=schooljaar_of(datum))
    )
    session.execute(
        update(Koppeling)
        .where(Koppeling.status.in_(_AT_NIGHT), or_(~_waits_for_a_person(), _worked_once()))
        .values(ophalen_op=now, ophalen_pogingen=0, zenden_op=now)
    )
    nacht = session.get_one(Nacht, datum)
    running = session.scalar(select(func.count()).select_from(Koppeling).where(Koppeling.status.in_(_AT_NIGHT))) or 0
    nacht.tellingen = {"koppelingen": running}
    audit.record(session, Daad.NACHT_BEGONNEN, f"nacht {datum}", door=None, school_id=None, koppelingen=running)
    return nacht
