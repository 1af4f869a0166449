"""Within a minute: shortly after the last norming of a groep its results go, where the LAS and the school have it so.

The row says when the first groep may go (`Koppeling.zenden_op`); `jobs/minuut.py` rings at that moment, and the sweep
and the night are the net. Off by default, for a LAS and for a school: then everything goes in the night, the way of the
manual.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.models import Daad, Koppeling, LasType, Leerling, Levering, Minuut, Resultaat, Zendkeuze
from webapp.models.ids import AccountId, GroepId, SchoolId
from webapp.models.koppeling import MAG, KoppelingAct
from webapp.services import audit, sloten
from webapp.services.clock import database_clock
from webapp.services.versturen.volgende import sendable

WACHT = timedelta(seconds=10)
"""So long nothing may be normed before it goes: who sees a slip norms again, and that goes along."""
UITERLIJK = timedelta(seconds=30)
"""After the first norming of what waits in a groep; who norms one toets after another does not put it off for ever."""
_MINUUT = timedelta(minutes=1)


def allowed_since(session: Session, las_type: LasType) -> datetime | None:
    """Since when schools of this LAS may choose it; empty when they may not."""
    row = session.get(Minuut, las_type)
    return None if row is None else row.sinds


def allow(session: Session, las_type: LasType, *, on: bool, door: AccountId) -> bool:
    """Let schools of this LAS choose it, or no more; whether that changed anything."""
    session.execute(insert(Minuut).values(las_type=las_type).on_conflict_do_nothing())
    row = session.scalars(select(Minuut).where(Minuut.las_type == las_type).with_for_update()).one()
    if (row.sinds is not None) == on:
        return False
    row.sinds, row.door = database_clock(session) if on else None, door
    daad = Daad.MINUUT_TOEGESTAAN if on else Daad.MINUUT_GESTOPT
    audit.record(session, daad, f"las {las_type}", door=door, school_id=None)
    return True


def is_on(session: Session, school_id: SchoolId) -> bool:
    """Whether what this school norms goes within a minute."""
    chose = exists().where(
        Koppeling.school_id == school_id,
        Koppeling.status.in_(MAG[KoppelingAct.VERSTUREN]),
        Minuut.las_type == Koppeling.las_type,
        Minuut.sinds.is_not(None),
        Zendkeuze.school_id == Koppeling.school_id,
        Zendkeuze.binnen_minuut,
    )
    return bool(session.scalar(select(chose)))


def normed(session: Session, school_id: SchoolId) -> None:
    """Plan to send, in the transaction of the norming. A pause or a cool-down holds, and so does what is planned.

    Who waits for room at the LAS does not push in by norming more. Under the lock of the school.
    """
    koppeling = sloten.koppeling_of(session, school_id) if is_on(session, school_id) else None
    if koppeling is None or koppeling.zend_fout is not None:
        return
    now = database_clock(session)
    if koppeling.zenden_op is not None and (koppeling.minuut_sinds is not None or koppeling.zenden_op <= now):
        return
    koppeling.minuut_sinds = now
    koppeling.zenden_op = min(now + WACHT, koppeling.zenden_op or now + WACHT)


def still_normed(session: Session, school_id: SchoolId, now: datetime) -> dict[GroepId, datetime]:
    """Return of each groep that was normed a moment ago when its results may go; the other groepen do not wait for it.

    Who left is of no groep, and waits for none.
    """
    first, last = func.min(Resultaat.genormeerd_op), func.max(Resultaat.genormeerd_op)
    rows = session.execute(
        select(Leerling.groep_id, func.least(last + WACHT, first + UITERLIJK))
        .select_from(Levering)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .where(Levering.school_id == school_id, sendable(), Leerling.groep_id.is_not(None))
        .group_by(Leerling.groep_id)
    )
    return {groep_id: op for groep_id, op in rows if groep_id is not None and op > now}


def take_room(session: Session, las_type: LasType, now: datetime, *, most: int) -> datetime | None:
    """Count one message in the budget of this minute; when that is full, return when there may be room.

    Who is put off is spread over the next minutes in the order in which they came. The row stays locked until the
    transaction ends, which is right after this.
    """
    minute = now.replace(second=0, microsecond=0)
    counted = session.execute(
        update(Minuut)
        .where(Minuut.las_type == las_type)
        .values(
            minuut=func.greatest(Minuut.minuut, minute),
            berichten=case((Minuut.minuut >= minute, Minuut.berichten + 1), else_=1),
        )
        .returning(Minuut.berichten)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    over = 0 if counted is None else counted.berichten - most
    return minute + _MINUUT + _MINUUT * (over - 1) / most if over > 0 else None
