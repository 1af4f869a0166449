"""What time does to a koppeling, without anybody: an aanvraag falls away, a school is reminded, a pause ends.

And where it is switched on, what is all green is approved. The sweep finds it, one job does it for one koppeling.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.models import Daad, GoedkeurenVanzelf, Koppeling, KoppelingStatus, LasType
from webapp.models.ids import AccountId, KoppelingId
from webapp.services import audit, sloten
from webapp.services.clock import database_now
from webapp.services.koppeling import aanvraag, bewijzen, goedkeuring, stilstand


def due(session: Session) -> list[int]:
    """Return the koppelingen of which something is due."""
    return sorted({*aanvraag.due(session), *_rested(session), *_green(session)})


def tend(session: Session, koppeling_id: KoppelingId) -> None:
    """Do it; twice does no more than once."""
    if sloten.koppeling(session, koppeling_id) is None:
        return
    this = Koppeling.id == koppeling_id
    if _rested(session, this):
        stilstand.resume(session, koppeling_id, door=None)
    elif _green(session, this):
        goedkeuring.approve(session, koppeling_id, door=None)
    else:
        aanvraag.tend(session, koppeling_id)


def vanzelf_sinds(session: Session, las_type: LasType) -> datetime | None:
    """Return since when what is all green is approved by itself for this LAS; None while it is not."""
    row = session.get(GoedkeurenVanzelf, las_type)
    return None if row is None else row.sinds


def let_approve(session: Session, las_type: LasType, *, on: bool, door: AccountId) -> None:
    """Have it approved by itself, or no more; twice changes nothing."""
    row = session.get(GoedkeurenVanzelf, las_type)
    if (row is not None) == on:
        return
    if row is not None:
        session.delete(row)
    else:
        session.execute(insert(GoedkeurenVanzelf).values(las_type=las_type, door=door).on_conflict_do_nothing())
    stand = "aan" if on else "uit"
    audit.record(session, Daad.GOEDKEUREN_VANZELF, f"las {las_type}", door=door, school_id=None, stand=stand)


def _rested(session: Session, *where: ColumnElement[bool]) -> list[KoppelingId]:
    """Paused until a moment that has come."""
    ended = Koppeling.status == KoppelingStatus.GEPAUZEERD, Koppeling.pauze_tot <= database_now(session)
    return list(session.scalars(select(Koppeling.id).where(*ended, *where).order_by(Koppeling.id)))


def _green(session: Session, *where: ColumnElement[bool]) -> list[KoppelingId]:
    """What waits for approval with nothing against it, where no person is needed and none took it back."""
    waits = select(Koppeling).join(GoedkeurenVanzelf, GoedkeurenVanzelf.las_type == Koppeling.las_type)
    rows = session.scalars(
        waits.where(
            Koppeling.status == KoppelingStatus.INGEDIEND, Koppeling.goedkeuring_teruggenomen_op.is_(None), *where
        ).order_by(Koppeling.id)
    ).all()
    return [id_ for id_, dossier in bewijzen.of(session, rows).items() if dossier.is_groen]
