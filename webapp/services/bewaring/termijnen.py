"""When what a review says of people goes: the term of every line, announced before it is emptied."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select, update
from sqlalchemy.orm import Session, aliased

from webapp.config import Settings
from webapp.db import count_changed
from webapp.models import BatchStatus, Importbatch, Importregel, Keuze, Soort
from webapp.models.ids import SchoolId
from webapp.models.importbatch import IMPORTED, OPEN
from webapp.services.controle.vastgehouden import BEDENKTIJD

SAMEN = 500
"""So many rows go in one transaction: nobody waits for the school longer than that takes."""
LEEG: Mapping[str, Any] = dict.fromkeys(
    (
        "las_key", "eckid", "achternaam", "voorvoegsel", "roepnaam", "geboortedatum", "geslacht", "jaargroep", "email",
        "email_ingevuld",
    )
) | {"groep_keys": []}  # fmt: skip
"""A line that says nothing of anybody any more; our own numbers, the choice and how the fields compared stay."""


def einde(settings: Settings) -> ColumnElement[datetime]:
    """The moment at which the term of a line is over, joined with an aanlevering that is not open (`is_closed`).

    What was not imported goes sooner, but not before the import itself can no longer be taken back.
    """
    newer = aliased(Importbatch)
    replaced_op = (
        select(newer.opgehaald_op)
        .where(newer.school_id == Importbatch.school_id, newer.id == Importbatch.vervangen_door_id)
        .scalar_subquery()
    )
    short, long = settings.bewaar_niet_geimporteerd, settings.bewaar_geimporteerd
    imported_op = func.coalesce(Importbatch.verwerkt_op, Importbatch.opgehaald_op)
    return case(
        (
            Importbatch.status == BatchStatus.VERVANGEN,
            func.coalesce(replaced_op, Importbatch.verwerkt_op, Importbatch.opgehaald_op) + literal(short),
        ),
        (
            and_(Importbatch.status.in_(IMPORTED), Importregel.keuze == Keuze.NIET),
            imported_op + literal(min(max(short, BEDENKTIJD), long)),
        ),
        else_=imported_op + literal(long),
    )


def is_closed(school_id: SchoolId) -> ColumnElement[bool]:
    """The condition that a line of this school asks nothing any more, and still says something of somebody.

    A groep is nobody: its line stays.
    """
    return and_(
        Importregel.school_id == school_id,
        Importbatch.id == Importregel.batch_id,
        Importbatch.status.not_in(OPEN),
        Importregel.soort != Soort.GROEP,
        Importregel.gewist_op.is_(None),
    )


def _expired(school_id: SchoolId, now: datetime, settings: Settings) -> ColumnElement[bool]:
    """Lines that were announced, and whose term is over by the settings of today too."""
    return and_(is_closed(school_id), Importregel.wissen_op <= now, einde(settings) <= now)


def _news(school_id: SchoolId, until: datetime, settings: Settings) -> ColumnElement[bool]:
    """Lines that are not announced and go soon; or the other way round, since a setting was raised."""
    is_announced, ends_soon = Importregel.wissen_op.is_not(None), einde(settings) <= until
    return and_(is_closed(school_id), is_announced != ends_soon)


def has_expired(session: Session, school_id: SchoolId, now: datetime, settings: Settings) -> bool:
    """Whether lines of this school go now; without a lock."""
    return _any(session, school_id, _expired(school_id, now, settings))


def has_news(session: Session, school_id: SchoolId, until: datetime, settings: Settings) -> bool:
    """Whether there is something to announce; without a lock."""
    return _any(session, school_id, _news(school_id, until, settings))


def announce(session: Session, school_id: SchoolId, until: datetime, settings: Settings) -> int:
    """Write on every line whose term is over by then that it goes then; return how many are announced now."""
    is_news = _news(school_id, until, settings)
    ends_soon = case((einde(settings) <= until, literal(until)))
    session.execute(
        update(Importregel)
        .where(Importregel.school_id == school_id, is_news)
        .values(wissen_op=ends_soon)
        .execution_options(synchronize_session=False)
    )
    return announced(session, school_id)[0]


def announced(session: Session, school_id: SchoolId) -> tuple[int, datetime | None]:
    """How many lines of a school are to go, and when the first of them."""
    query = select(func.count(), func.min(Importregel.wissen_op)).select_from(Importregel).join(Importregel.batch)
    number, first = session.execute(query.where(is_closed(school_id), Importregel.wissen_op.is_not(None))).one()
    return number, first


def _any(session: Session, school_id: SchoolId, condition: ColumnElement[bool]) -> bool:
    query = select(Importregel.id).join(Importregel.batch).where(Importregel.school_id == school_id, condition)
    return session.scalar(query.limit(1)) is not None


def erase_lines(session: Session, school_id: SchoolId, now: datetime, settings: Settings) -> int:
    """Empty one portion of the lines that go now; the school is locked."""
    due = select(Importregel.id).join(Importregel.batch).where(_expired(school_id, now, settings))
    return empty(session, school_id, Importregel.id.in_(due.limit(SAMEN)), now)


def empty(session: Session, school_id: SchoolId, which: ColumnElement[bool], now: datetime) -> int:
    """Take out of these lines of a school all that is about a person."""
    lines = update(Importregel).where(Importregel.school_id == school_id, which)
    return count_changed(session, lines.values(**LEEG, gewist_op=now), Importregel.id)
