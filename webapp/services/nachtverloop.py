"""How a night goes: where each school is in it, and its course in points, a few per hour; `nachten` keeps both.

Each number has one source: a point adds up the rows of the schools, and so does the end of the night.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import (
    BatchStatus,
    Importbatch,
    Koppeling,
    Levering,
    LeveringStatus,
    Nacht,
    Nachtstand,
    Schoolnacht,
    Schoolstand,
)
from webapp.models.fout import EigenCode
from webapp.models.ids import KoppelingId, SchoolId
from webapp.models.importbatch import OPEN
from webapp.models.levering import IN_DOUBT
from webapp.services import nachtwerk
from webapp.services.nachtwerk import FETCH_IS_FRESH, RUNS, SENDING_IS_FRESH, to_fetch, to_send

PUNT = timedelta(minutes=3)
"""So far apart the points of the course are."""
_KEEP_EVERY = timedelta(seconds=20)
"""The last point is written anew so often at most: a busy sweep comes every two seconds."""
_ORDER = {stand: number for number, stand in enumerate(Schoolstand)}


@dataclass(frozen=True, slots=True)
class Verloop:
    """What came of one school in one night."""

    koppeling_id: KoppelingId
    schoolnaam: str
    brin: str
    leerlingen: int | None
    opgehaald_op: datetime | None
    fout_code: str | None
    """Why it was not fetched, where something is known."""
    stand: str
    ophaal_ms: int | None
    bevestigd: int
    geweigerd: int
    onzeker: int

    @property
    def verzonden(self) -> int:
        """How many results went to the LAS, each counted once."""
        return self.bevestigd + self.geweigerd + self.onzeker


def keep_point(session: Session, nacht: Nacht, now: datetime) -> None:
    """Write how far the night is, unless that was done a moment ago; at its end always."""
    assert nacht.begonnen_op is not None
    last = session.scalar(select(func.max(Nachtstand.op)).where(Nachtstand.datum == nacht.datum))
    if nacht.klaar_op is None and last is not None and now - last < _KEEP_EVERY:
        return
    ophalen, versturen = nachtwerk.untried(session, nacht, now)
    found = schools(session, nacht, now)
    values = {
        "op": now,
        "scholen": dict(Counter(each.stand for each in found)),
        "ophalen": ophalen,
        "versturen": versturen,
        "bevestigd": sum(each.bevestigd for each in found),
        "geweigerd": sum(each.geweigerd for each in found),
        "onzeker": sum(each.onzeker for each in found),
    }
    point = {"datum": nacht.datum, "punt": (now - nacht.begonnen_op) // PUNT}
    row = insert(Nachtstand).values(point | values)
    session.execute(row.on_conflict_do_update(index_elements=list(point), set_=values))


def keep_schools(session: Session, nacht: Nacht, now: datetime) -> None:
    """Write what came of each school: the rows that tell it now will tell of later nights."""
    names = [column.name for column in Schoolnacht.__table__.columns if column.name != "datum"]
    rows = [
        {"datum": nacht.datum} | {name: getattr(each, name) for name in names} for each in schools(session, nacht, now)
    ]
    if rows:
        session.execute(insert(Schoolnacht).on_conflict_do_nothing(), rows)


def points(session: Session, nacht: Nacht) -> Sequence[Nachtstand]:
    """Return the course of a night, the oldest point first; none of a night before there were points."""
    query = select(Nachtstand).where(Nachtstand.datum == nacht.datum).order_by(Nachtstand.punt)
    return session.scalars(query).all()


def schools(
    session: Session, nacht: Nacht, now: datetime, *, called: str = "", limit: int | None = None, skip: int = 0
) -> list[Verloop]:
    """Return what came of each school, those that need a look first; while the night runs, as it is now."""
    if nacht.begonnen_op is None:
        return []
    query, stand = _rows(nacht, now)
    rank = case(_ORDER, value=stand, else_=len(_ORDER))
    query = query.where(_is_called(called)).order_by(rank, Koppeling.schoolnaam, Koppeling.id)
    return _read(session, nacht, query.limit(limit).offset(skip))


def count_schools(session: Session, nacht: Nacht, now: datetime, called: str) -> int:
    """How many schools there are to page through."""
    if nacht.begonnen_op is None:
        return 0
    query, _ = _rows(nacht, now)
    return session.scalar(query.where(_is_called(called)).with_only_columns(func.count())) or 0


def _is_called(text: str) -> ColumnElement[bool]:
    return or_(Koppeling.schoolnaam.icontains(text, autoescape=True), Koppeling.brin == text.upper())


def slowest(session: Session, nacht: Nacht, now: datetime, limit: int) -> tuple[list[Verloop], int | None]:
    """Return the schools whose fetch took longest, and how long one took on average, in milliseconds."""
    if nacht.begonnen_op is None:
        return [], None
    if nacht.klaar_op is None:
        took, where = Koppeling.ophaal_ms, and_(RUNS, _is_fetched(nacht), Koppeling.gestart_op < nacht.begonnen_op)
        average = select(func.avg(took)).where(where)
    else:
        took, where = Schoolnacht.ophaal_ms, Schoolnacht.opgehaald_op.is_not(None)
        average = select(func.avg(took)).where(where, Schoolnacht.datum == nacht.datum)
    query, _ = _rows(nacht, now)
    found = query.where(where, took.is_not(None)).order_by(took.desc(), Koppeling.id).limit(limit)
    number = session.scalar(average)
    return _read(session, nacht, found), None if number is None else round(number)


def _read(session: Session, nacht: Nacht, query: Select[Any]) -> list[Verloop]:
    """Of a night that runs the results are counted apart.

    In one statement the planner takes the wall between schools for a filter that leaves a few rows, and counts all
    results anew for each school.
    """
    rows = session.execute(query).all()
    if nacht.klaar_op is not None:
        return [Verloop(*row[1:]) for row in rows]
    sent = _sent(session, nacht, [row[0] for row in rows])
    return [Verloop(*(*row[1:], *sent.get(row[0], (0, 0, 0)))) for row in rows]


def _sent(session: Session, nacht: Nacht, school_ids: Sequence[SchoolId]) -> dict[SchoolId, tuple[int, int, int]]:
    """How many results of each school were confirmed, refused, and are in doubt since the night began."""
    since = nacht.begonnen_op
    query = (
        select(
            Levering.school_id,
            func.count().filter(Levering.bevestigd_op >= since),
            func.count().filter(Levering.status == LeveringStatus.GEWEIGERD),
            func.count().filter(Levering.status.in_(IN_DOUBT)),
        )
        .where(is_among(Levering.school_id, school_ids), Levering.gewijzigd_op >= since)
        .group_by(Levering.school_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query)}


def _rows(nacht: Nacht, now: datetime) -> tuple[Select[Any], ColumnElement[str]]:
    """The schools of this night, by the columns of `Verloop`; of a night that is over, the rows that were kept."""
    named = (Koppeling.school_id, Koppeling.id, Koppeling.schoolnaam, Koppeling.brin, Koppeling.opgehaald_leerlingen)
    if nacht.klaar_op is not None:
        before = case((Schoolnacht.opgehaald_op.is_(None), Schoolstand.NIET_GELUKT), else_=Schoolstand.GOED)
        kept: ColumnElement[str] = func.coalesce(Schoolnacht.stand, before)
        columns: list[Any] = [
            *named, Schoolnacht.opgehaald_op, Schoolnacht.fout_code, kept, Schoolnacht.ophaal_ms,
            Schoolnacht.bevestigd, Schoolnacht.geweigerd, Schoolnacht.onzeker,
        ]  # fmt: skip
        query = select(*columns).join(Schoolnacht, Schoolnacht.koppeling_id == Koppeling.id)
        return query.where(Schoolnacht.datum == nacht.datum), kept
    fetched, stand = _is_fetched(nacht), _stand(nacht, now)
    columns = [
        *named,
        case((fetched, Koppeling.opgehaald_op)),
        case((fetched, None), else_=cast(Koppeling.fout_code, String(64))),
        stand,
        case((fetched, Koppeling.ophaal_ms)),
    ]
    return select(*columns).where(RUNS, Koppeling.gestart_op < nacht.begonnen_op), stand


def _is_fetched(nacht: Nacht) -> ColumnElement[bool]:
    has_data = Koppeling.fout_code.is_distinct_from(EigenCode.GEEN_GEGEVENS)
    return and_(Koppeling.opgehaald_op >= nacht.begonnen_op, has_data)


def _stand(nacht: Nacht, now: datetime) -> ColumnElement[str]:
    fetch, send, is_fetched = to_fetch(nacht), to_send(now), _is_fetched(nacht)
    is_held = exists().where(
        Importbatch.school_id == Koppeling.school_id, Importbatch.status == BatchStatus.VASTGEHOUDEN
    )
    is_refused = exists().where(
        Levering.school_id == Koppeling.school_id,
        Levering.status == LeveringStatus.GEWEIGERD,
        Levering.gewijzigd_op >= nacht.begonnen_op,
    )
    is_asked = exists().where(Importbatch.school_id == Koppeling.school_id, Importbatch.status.in_(OPEN))
    return case(
        (or_(and_(fetch, FETCH_IS_FRESH), and_(send, SENDING_IS_FRESH)), Schoolstand.TE_GAAN),
        (or_(fetch, send), Schoolstand.OPNIEUW),
        (and_(is_fetched, is_held), Schoolstand.VASTGEHOUDEN),
        (and_(is_fetched, or_(is_asked, is_refused)), Schoolstand.MET_VRAAG),
        (is_fetched, Schoolstand.GOED),
        (Koppeling.wacht_op_beurt_sinds.is_not(None), Schoolstand.NIET_AAN_DE_BEURT),
        (nachtwerk.waits_for_a_person(), Schoolstand.WACHT_OP_IEMAND),
        else_=Schoolstand.NIET_GELUKT,
    )
