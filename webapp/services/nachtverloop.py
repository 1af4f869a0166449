"""How a night goes: where each school is in it, and its course in points, a few per hour; `nachten` keeps both.

Each number has one source: a point adds up the rows of the schools, and so does the end of the night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

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
from webapp.models.ids import KoppelingId
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
    values = _added_up(session, nacht, now) | {"op": now, "ophalen": ophalen, "versturen": versturen}
    point = {"datum": nacht.datum, "punt": (now - nacht.begonnen_op) // PUNT}
    row = insert(Nachtstand).values(point | values)
    session.execute(row.on_conflict_do_update(index_elements=list(point), set_=values))


def keep_schools(session: Session, nacht: Nacht, now: datetime) -> None:
    """Write what came of each school: the rows that tell it now will tell of later nights."""
    columns = [column.name for column in Schoolnacht.__table__.columns]
    session.execute(insert(Schoolnacht).from_select(columns, _course(nacht, now)).on_conflict_do_nothing())


def points(session: Session, nacht: Nacht) -> Sequence[Nachtstand]:
    """Return the course of a night, the oldest point first; none of a night before there were points."""
    query = select(Nachtstand).where(Nachtstand.datum == nacht.datum).order_by(Nachtstand.punt)
    return session.scalars(query).all()


def schools(session: Session, nacht: Nacht, now: datetime, limit: int | None = None) -> list[Verloop]:
    """Return what came of each school, those that need a look first; while the night runs, as it is now."""
    if nacht.begonnen_op is None:
        return []
    course = _rows(nacht, now)
    rank = case(_ORDER, value=course.c.stand, else_=len(_ORDER))
    query = _named(course).order_by(rank, Koppeling.schoolnaam, Koppeling.id).limit(limit)
    return [Verloop(*row) for row in session.execute(query)]


def slowest(session: Session, nacht: Nacht, now: datetime, limit: int) -> tuple[list[Verloop], int | None]:
    """Return the schools whose fetch took longest, and how long one took on average, in milliseconds."""
    if nacht.begonnen_op is None:
        return [], None
    course = _rows(nacht, now)
    query = _named(course).where(course.c.ophaal_ms.is_not(None), course.c.opgehaald_op.is_not(None))
    found = session.execute(query.order_by(course.c.ophaal_ms.desc(), Koppeling.id).limit(limit))
    average = session.scalar(select(func.avg(course.c.ophaal_ms)).where(course.c.opgehaald_op.is_not(None)))
    return [Verloop(*row) for row in found], None if average is None else round(average)


def _named(course: Any) -> Select[Any]:
    columns = (getattr(course.c, name) for name in Verloop.__slots__[4:])
    named = select(Koppeling.id, Koppeling.schoolnaam, Koppeling.brin, Koppeling.opgehaald_leerlingen, *columns)
    return named.join(course, course.c.koppeling_id == Koppeling.id)


def _rows(nacht: Nacht, now: datetime) -> Any:
    """The schools of this night as a table: of a night that is over, the rows that were kept."""
    if nacht.klaar_op is None:
        return _course(nacht, now).subquery()
    before = case((Schoolnacht.opgehaald_op.is_(None), Schoolstand.NIET_GELUKT), else_=Schoolstand.GOED)
    columns = [column for column in Schoolnacht.__table__.columns if column.name != "stand"]
    stand = func.coalesce(Schoolnacht.stand, before).label("stand")
    return select(*columns, stand).where(Schoolnacht.datum == nacht.datum).subquery()


def _added_up(session: Session, nacht: Nacht, now: datetime) -> dict[str, Any]:
    course = _rows(nacht, now)
    sums = [func.coalesce(func.sum(course.c[name]), 0) for name in ("bevestigd", "geweigerd", "onzeker")]
    rows = session.execute(select(course.c.stand, func.count(), *sums).group_by(course.c.stand)).all()
    return {
        "scholen": {stand: number for stand, number, *_ in rows},
        "bevestigd": sum(int(row[2]) for row in rows),
        "geweigerd": sum(int(row[3]) for row in rows),
        "onzeker": sum(int(row[4]) for row in rows),
    }


def _course(nacht: Nacht, now: datetime) -> Select[Any]:
    """What came of each school that the night was meant for, in the columns of `Schoolnacht`."""
    since = nacht.begonnen_op
    sent = (
        select(
            Levering.school_id,
            func.count().filter(Levering.bevestigd_op >= since).label("bevestigd"),
            func.count().filter(Levering.status == LeveringStatus.GEWEIGERD).label("geweigerd"),
            func.count().filter(Levering.status.in_(IN_DOUBT)).label("onzeker"),
        )
        .where(Levering.gewijzigd_op >= since)
        .group_by(Levering.school_id)
        .subquery()
    )
    is_fetched = and_(Koppeling.opgehaald_op >= since, Koppeling.fout_code.is_distinct_from(EigenCode.GEEN_GEGEVENS))
    return (
        select(
            literal(nacht.datum, Date()).label("datum"),
            Koppeling.id.label("koppeling_id"),
            case((is_fetched, Koppeling.opgehaald_op)).label("opgehaald_op"),
            case((is_fetched, None), else_=cast(Koppeling.fout_code, String(64))).label("fout_code"),
            _stand(nacht, now, is_fetched, sent.c.geweigerd > 0).label("stand"),
            case((is_fetched, Koppeling.ophaal_ms)).label("ophaal_ms"),
            func.coalesce(sent.c.bevestigd, 0).label("bevestigd"),
            func.coalesce(sent.c.geweigerd, 0).label("geweigerd"),
            func.coalesce(sent.c.onzeker, 0).label("onzeker"),
        )
        .outerjoin(sent, sent.c.school_id == Koppeling.school_id)
        .where(RUNS, Koppeling.gestart_op < since)
    )


def _stand(
    nacht: Nacht, now: datetime, is_fetched: ColumnElement[bool], is_refused: ColumnElement[bool]
) -> ColumnElement[str]:
    fetch, send = to_fetch(nacht), to_send(now)
    is_held = exists().where(
        Importbatch.school_id == Koppeling.school_id, Importbatch.status == BatchStatus.VASTGEHOUDEN
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
