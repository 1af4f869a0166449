"""What of a night is still to be done: conditions on koppelingen, and counts by them. The alarm counts by the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from webapp.models import Koppeling, Nacht
from webapp.models.koppeling import MAG, STOPS, KoppelingAct
from webapp.uwlr.codes import FaultCode, Owner

RUNS = Koppeling.status.in_(MAG[KoppelingAct.OPHALEN] & MAG[KoppelingAct.VERSTUREN])
FETCH_IS_FRESH = Koppeling.ophalen_pogingen == 0
SENDING_IS_FRESH = Koppeling.zend_fout_code.is_(None)
"""Not tried yet: a school that was tried waits for its next try, and there the night did its part."""
_HAS_KEY = Koppeling.sleutel.is_not(None)
"""A school that is asked for another key has nothing due, whatever its row says."""


def to_fetch(nacht: Nacht) -> ColumnElement[bool]:
    """Schools whose fetch of this night is still due, or is tried again after a pause."""
    not_fetched = or_(Koppeling.opgehaald_op.is_(None), Koppeling.opgehaald_op < nacht.begonnen_op)
    of_it = Koppeling.gestart_op < nacht.begonnen_op
    return and_(RUNS, _HAS_KEY, of_it, Koppeling.ophalen_op.is_not(None), not_fetched)


def to_send(now: datetime) -> ColumnElement[bool]:
    """Schools that have results to send; not those of which something goes once more at a later moment."""
    is_tried_again = and_(Koppeling.zenden_op.is_not(None), Koppeling.zend_fout_code.is_not(None))
    waits_for_school = Koppeling.zend_fout_eigenaar == Owner.SCHOOL
    is_due = or_(Koppeling.zenden_op <= now, is_tried_again)
    return and_(RUNS, _HAS_KEY, is_due, ~func.coalesce(waits_for_school, false()))


def left(session: Session, nacht: Nacht, now: datetime) -> tuple[int, int]:
    """How many schools this night has still to fetch, and to send for."""
    return count(session, to_fetch(nacht)), count(session, to_send(now))


def untried(session: Session, nacht: Nacht, now: datetime) -> tuple[int, int]:
    """The same, without the schools that were tried."""
    return (
        count(session, and_(to_fetch(nacht), FETCH_IS_FRESH)),
        count(session, and_(to_send(now), SENDING_IS_FRESH)),
    )


def waits_for_a_person() -> ColumnElement[bool]:
    """The condition that a night passes over a school: the exchange waits until somebody has acted."""
    return and_(
        func.coalesce(Koppeling.fout_code.in_(STOPS), false()), Koppeling.fout_eigenaar.is_distinct_from(Owner.NIEMAND)
    )


def worked_once() -> ColumnElement[bool]:
    """A key that the LAS took before is tried once a night: perhaps it was trouble after all, and nobody need act."""
    return and_(Koppeling.fout_code == FaultCode.AUTORISATIE_ONGELDIG, Koppeling.gewerkt_op.is_not(None))


def count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Koppeling).where(condition)) or 0
