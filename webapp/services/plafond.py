"""How many schools of a LAS a night takes along. Who waits longest goes first, and says so while it waits.

A night goes by it, a person does not: what is fetched because somebody asked, or approved, goes at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.models import Daad, Koppeling, LasType, Plafond
from webapp.models.ids import AccountId, KoppelingId
from webapp.models.plafond import STAPPEN
from webapp.services import audit
from webapp.services.clock import database_now


@dataclass(frozen=True)
class Stand:
    """How high it stands for one LAS, and how many schools wait for their turn."""

    las_type: LasType
    scholen: int | None
    wachten: int


def standen(session: Session) -> list[Stand]:
    """Return it for every LAS."""
    query = (
        select(Koppeling.las_type, func.count())
        .where(Koppeling.wacht_op_beurt_sinds.is_not(None))
        .group_by(Koppeling.las_type)
    )
    waiting = dict(session.execute(query).all())
    return [Stand(las_type, of_las(session, las_type), waiting.get(las_type, 0)) for las_type in LasType]


def of_las(session: Session, las_type: LasType) -> int | None:
    """How many of its schools a night takes along; None for all."""
    row = session.get(Plafond, las_type)
    return STAPPEN[0] if row is None else row.scholen


def put(session: Session, las_type: LasType, scholen: int | None, *, door: AccountId) -> None:
    """Set it, from the next night on."""
    row = {"scholen": scholen, "sinds": database_now(session), "door": door}
    new = insert(Plafond).values(las_type=las_type, **row)
    session.execute(new.on_conflict_do_update(index_elements=["las_type"], set_=row))
    audit.record(
        session, Daad.PLAFOND_GEZET, f"las {las_type}", door=door, school_id=None,
        scholen="alle" if scholen is None else scholen,
    )  # fmt: skip


def hold_back(session: Session, meant: ColumnElement[bool], now: datetime) -> None:
    """Of the schools that a night is meant for, let wait who is not its turn, and no more who is.

    What was tried for who waits now is not tried on: else a LAS of which nothing works is asked for more each night.
    """
    for las_type in LasType:
        of_las_ = Koppeling.las_type == las_type
        number = of_las(session, las_type)
        waits = Koppeling.wacht_op_beurt_sinds.is_not(None)
        if number is None:
            session.execute(update(Koppeling).where(of_las_, waits).values(wacht_op_beurt_sinds=None))
            continue
        taken = _longest_waiting(session, of_las_ & meant, number)
        session.execute(update(Koppeling).where(Koppeling.id.in_(taken)).values(wacht_op_beurt_sinds=None))
        since = func.coalesce(Koppeling.wacht_op_beurt_sinds, now)
        others = of_las_, meant, Koppeling.id.not_in(taken)
        session.execute(update(Koppeling).where(*others).values(wacht_op_beurt_sinds=since))
        is_tried_again = Koppeling.ophalen_pogingen > 0, Koppeling.ophalen_claim.is_(None)
        session.execute(update(Koppeling).where(*others, *is_tried_again).values(ophalen_op=None, ophalen_pogingen=0))


def _longest_waiting(session: Session, where: ColumnElement[bool], number: int) -> Sequence[KoppelingId]:
    order = (
        Koppeling.wacht_op_beurt_sinds.asc().nulls_last(),
        Koppeling.opgehaald_op.asc().nulls_first(),
        Koppeling.id,
    )
    return session.scalars(select(Koppeling.id).where(where).order_by(*order).limit(number)).all()
