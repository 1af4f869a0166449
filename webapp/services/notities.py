"""What klantenservice notes about a school, and why schools call: written once, taken back by who wrote it, counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import Belreden, Daad, Koppeling, KoppelingStatus, LasType, Notitie
from webapp.models.ids import AccountId, NotitieId, SchoolId
from webapp.services import audit

TERUG_BINNEN = timedelta(days=1)
"""So long who wrote a note may take it back."""
LANGSTE = 2000


class NietsGenoteerd(DomainError):
    """Neither a reason nor a text."""


class NotitieVast(DomainError):
    """Of somebody else, or too old to take back, or gone."""


def add(
    session: Session,
    school_id: SchoolId | None,
    koppeling: Koppeling | None,
    *,
    reden: Belreden | None,
    tekst: str,
    formulier: str,
    door: AccountId,
) -> NotitieId | None:
    """Write a note; None when this form was taken before."""
    if reden is None and not tekst:
        raise NietsGenoteerd
    values = {
        "door": door, "school_id": school_id, "reden": reden, "tekst": tekst[:LANGSTE], "formulier": formulier,
        "koppeling_id": None if koppeling is None else koppeling.id,
        "stand": None if koppeling is None else koppeling.status,
        "las_type": None if koppeling is None else koppeling.las_type,
    }  # fmt: skip
    new = insert(Notitie).values(values).on_conflict_do_nothing(index_elements=["formulier"]).returning(Notitie.id)
    id_ = session.scalar(new)
    if id_ is not None:
        told = {} if reden is None else {"reden": reden.value}
        audit.record(session, Daad.NOTITIE_GEMAAKT, f"notitie {id_}", door=door, school_id=None, **told)
    return id_


def take_back(session: Session, notitie_id: NotitieId, *, door: AccountId) -> None:
    """Delete a note of one's own of today; raise NotitieVast for any other."""
    mine = Notitie.id == notitie_id, Notitie.door == door, Notitie.op > func.now() - TERUG_BINNEN
    if session.scalar(delete(Notitie).where(*mine).returning(Notitie.id)) is None:
        raise NotitieVast
    audit.record(session, Daad.NOTITIE_WEG, f"notitie {notitie_id}", door=door, school_id=None)


@dataclass(frozen=True)
class Gebeld:
    """How often schools called for this reason, in this state and with this LAS."""

    reden: Belreden
    stand: KoppelingStatus | None
    las_type: LasType | None
    gesprekken: int
    scholen: int


def calls(session: Session, since: datetime, until: datetime) -> list[Gebeld]:
    """Count why schools called in a period, the most first."""
    keys = Notitie.reden, Notitie.stand, Notitie.las_type
    number = func.count()
    of_whom = func.count(func.distinct(func.coalesce(Notitie.school_id, -Notitie.koppeling_id)))
    query = (
        select(*keys, number, of_whom)
        .where(Notitie.reden.is_not(None), Notitie.op >= since, Notitie.op < until)
        .group_by(*keys)
        .order_by(number.desc(), *keys)
    )
    rows = session.execute(query)
    return [Gebeld(reden, stand, las, *counts) for reden, stand, las, *counts in rows if reden is not None]


def first_day(session: Session) -> date | None:
    """The day of the first call that was noted."""
    first: datetime | None = session.scalar(select(func.min(Notitie.op)).where(Notitie.reden.is_not(None)))
    return None if first is None else first.date()
