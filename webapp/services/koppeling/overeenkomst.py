"""When a school signed the verwerkersovereenkomst, as klantenservice noted it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from webapp.models import Daad, School
from webapp.models.ids import AccountId, SchoolId
from webapp.services import audit, sloten
from webapp.services.clock import database_now


def note(session: Session, school_id: SchoolId, getekend_op: date | None, *, door: AccountId) -> None:
    """Note the day, or that there is none after all; with who did."""
    sloten.hold(session, school_id)
    school = session.get_one(School, school_id)
    if school.overeenkomst_op == getekend_op:
        return
    school.overeenkomst_op, school.overeenkomst_door = getekend_op, door
    school.overeenkomst_genoteerd_op = database_now(session)
    getekend = getekend_op.isoformat() if getekend_op else "niet getekend"
    audit.record(
        session, Daad.OVEREENKOMST_GENOTEERD, f"school {school_id}", door=door, school_id=school_id, getekend=getekend
    )
