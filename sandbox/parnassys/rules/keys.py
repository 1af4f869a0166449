"""LAS keys and the little else that ParnasSys itself gives to a new record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.parnassys.data import ParnassysSchool

_KEY_STEP = 7


def change(session: Session, school_id: int, now: datetime) -> ParnassysSchool:
    """Lock the school for one change, and note the moment: over UWLR a caller may ask whether anything changed."""
    school = session.scalars(select(ParnassysSchool).where(ParnassysSchool.id == school_id).with_for_update()).one()
    school.gewijzigd_op = now
    return school


def next_key(school: ParnassysSchool) -> str:
    """A key that was never given before, also not to somebody who has left."""
    key = school.volgende_key
    school.volgende_key += _KEY_STEP
    return str(key)
