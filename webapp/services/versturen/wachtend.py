"""Which results of all schools a night leaves here, and why: by the one condition of `waar`, kept with the night.

The sweep counts them in a transaction of its own, so that no night waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.errors import QueryCanceled
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    distinct,
    false,
    func,
    literal,
    or_,
    select,
    text,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from webapp.models import Koppeling, Levering, LeveringStatus, Nacht, Resultaat
from webapp.models.koppeling import ENDED
from webapp.schooljaar import days_of, schooljaar_of
from webapp.services.nachtverloop import PUNT
from webapp.services.nachtwerk import FETCH_IS_FRESH, SENDING_IS_FRESH, to_fetch, to_send
from webapp.services.versturen.waar import BAKKEN, Bak, Waar, waar_overal

WACHT = (*(place for place in Waar if BAKKEN[place] is Bak.WACHT), Waar.KEUZE, Waar.ONBEKEND)
"""Why a result may be left here by a night, of those that a few look-ups find; `VOOR_DE_START` takes more."""
_DUE = and_(Levering.bevestigd < Levering.versie, Levering.status != LeveringStatus.GEWEIGERD)
_KEPT = "wachtend"
_ALLOW = text("SET LOCAL statement_timeout = '10s'")
"""What takes longer is not told: the sweep has more to do."""


@dataclass(frozen=True, slots=True)
class Redentelling:
    """So many results wait for one reason, at so many schools; text, so that every version can read it."""

    waar: str
    aantal: int
    scholen: int
    klaargezet: int
    """How many of them have a levering, and stand in the list of those."""
    tot: datetime | None
    """Until when the last of what was unsure is left alone."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What was counted last in a night, the most first."""

    op: datetime
    redenen: list[Redentelling] | None
    """None: counting took too long."""
    zonder_vroeger: bool
    """Whether that was so of what was normed before a start, which is counted apart once the night is over."""


def of_night(nacht: Nacht) -> Telling | None:
    """Return what was counted last in this night; none when nothing was."""
    kept = nacht.tellingen.get(_KEPT)
    if kept is None:
        return None
    rows = kept["redenen"]
    redenen = None if rows is None else [_read(row) for row in rows]
    return Telling(datetime.fromisoformat(kept["op"]), redenen, zonder_vroeger=kept["zonder_vroeger"])


def keep(session: Session, now: datetime) -> None:
    """Count what the last night leaves here, every few minutes while it runs and once when it is over."""
    nacht = session.scalar(select(Nacht).where(Nacht.begonnen_op.is_not(None)).order_by(Nacht.datum.desc()).limit(1))
    if nacht is None or not _is_due(nacht, now):
        return
    found = _unless_it_takes_long(session, lambda: _count(session, nacht, now))
    early = _unless_it_takes_long(session, lambda: _before_the_start(session, nacht)) if nacht.klaar_op else []
    rows = None if found is None else sorted([*found, *(early or [])], key=lambda row: (-row[1], row[0]))
    kept = {"op": now.isoformat(), "redenen": rows, "zonder_vroeger": early is None}
    told = literal({_KEPT: kept}, JSONB)
    merged = Nacht.tellingen.concat(told)  # in the database: another sweep may have ended the night meanwhile
    session.execute(update(Nacht).where(Nacht.datum == nacht.datum).values(tellingen=merged))


def _is_due(nacht: Nacht, now: datetime) -> bool:
    told = of_night(nacht)
    if nacht.klaar_op is None:
        return told is None or now - told.op >= PUNT
    return now - nacht.klaar_op < PUNT and (told is None or told.op < nacht.klaar_op)


def _unless_it_takes_long(session: Session, count: Callable[[], Iterable[list[Any]]]) -> list[list[Any]] | None:
    """What is counted; None when the database broke it off."""
    try:
        with session.begin_nested():
            session.execute(_ALLOW)
            return list(count())
    except OperationalError as error:
        if not isinstance(error.orig, QueryCanceled):
            raise
        return None


def is_left(place: Waar) -> ColumnElement[bool]:
    """The condition that a levering waits for this reason."""
    each = _places(select(Levering.resultaat_id.label("id")).where(_DUE)).subquery()
    return Levering.resultaat_id.in_(select(each.c.id).where(each.c.waar == str(place)))


def _count(session: Session, nacht: Nacht, now: datetime) -> Iterator[list[Any]]:
    is_to_go = func.coalesce(or_(and_(to_fetch(nacht), FETCH_IS_FRESH), and_(to_send(now), SENDING_IS_FRESH)), false())
    unprepared = select(Resultaat.id).where(
        Resultaat.klaargezet < Resultaat.versie, Resultaat.genormeerd_op.is_not(None)
    )
    each = (
        _places(union(select(Levering.resultaat_id.label("id")).where(_DUE), unprepared))
        .where(Koppeling.gestart_op < nacht.begonnen_op, or_(~is_to_go, Levering.status == LeveringStatus.ONBEKEND))
        .subquery()
    )
    numbers = func.count(), func.count(distinct(each.c.school_id)), func.count(each.c.klaargezet), func.max(each.c.tot)
    query = select(each.c.waar, *numbers).where(each.c.waar.in_([str(place) for place in WACHT])).group_by(each.c.waar)
    for place, number, schools, prepared, until in session.execute(query):
        yield [place, number, schools, prepared, until.isoformat() if until is not None else None]


def _places(ids: Any) -> Select[Any]:
    """Where each of these results is, with the koppeling of its school."""
    wanted = ids.cte()
    is_unsure = Levering.status == LeveringStatus.ONBEKEND
    return (
        select(
            Resultaat.id,
            Resultaat.school_id,
            waar_overal().label("waar"),
            Levering.resultaat_id.label("klaargezet"),
            case((is_unsure, func.greatest(Koppeling.zenden_op, Koppeling.niet_voor))).label("tot"),
        )
        .join(wanted, wanted.c.id == Resultaat.id)
        .join(Resultaat.leerling)
        .join(Koppeling, and_(Koppeling.school_id == Resultaat.school_id, Koppeling.status.not_in(ENDED)))
        .outerjoin(Levering, and_(Levering.school_id == Resultaat.school_id, Levering.resultaat_id == Resultaat.id))
        .where(Koppeling.gestart_op.is_not(None))
    )


def _before_the_start(session: Session, nacht: Nacht) -> list[list[Any]]:
    """Of this school year, at schools that began in it: what was normed too early to go by itself."""
    begin, _ = days_of(schooljaar_of(nacht.datum))
    levering = select(Levering.resultaat_id).where(
        Levering.school_id == Resultaat.school_id, Levering.resultaat_id == Resultaat.id
    )
    query = (
        select(func.count(), func.count(distinct(Resultaat.school_id)))
        .join(Koppeling, and_(Koppeling.school_id == Resultaat.school_id, Koppeling.status.not_in(ENDED)))
        .where(
            Koppeling.gestart_op >= begin,
            Koppeling.gestart_op < nacht.begonnen_op,
            Resultaat.afnamedatum >= begin,
            Resultaat.genormeerd_op < Koppeling.gestart_op,
            ~levering.exists(),
        )
    )
    number, schools = session.execute(query).one()
    return [[str(Waar.VOOR_DE_START), number, schools, 0, None]] if number else []


def _read(row: list[Any]) -> Redentelling:
    place, number, schools, prepared, until = row
    return Redentelling(place, number, schools, prepared, None if until is None else datetime.fromisoformat(until))
