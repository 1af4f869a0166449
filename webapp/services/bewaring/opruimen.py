"""The nightly erasing as work: a row per school that says when it is due, portions that each are whole, and the trail.

It may be killed at any line and run twice: every portion is a transaction that takes what is still there. Lines are
announced a week before they go; the other kinds hold no leerling and go when their term is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, literal, null, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM, Settings
from webapp.models import Daad, Opruiming, School
from webapp.models.ids import OpruimingId, SchoolId
from webapp.services import audit, nachten, sloten
from webapp.services.beurten import DIED, MOST_DEATHS, OPRUIMEN
from webapp.services.bewaring import termijnen, verlopen
from webapp.services.clock import database_now

AANKONDIGING = timedelta(days=7)
"""So long klantenservice and the trail of the school say that lines will go, before they do."""
_PAUSE = timedelta(hours=1)
_EACH_NIGHT = timedelta(days=1)


@dataclass(frozen=True)
class Opdracht:
    """One round in our hands."""

    opruiming_id: OpruimingId
    school_id: SchoolId | None
    claim: str


def due(session: Session, now: datetime, settings: Settings) -> list[int]:
    """Give every school its row, due in the next night; return those that are due and free."""
    tonight = next_night(now, settings)
    columns = ["school_id", "volgende_op", "pogingen"]
    rest = literal(tonight), literal(0)
    missing = (
        select(School.id, *rest).where(~exists().where(Opruiming.school_id == School.id)),
        select(null(), *rest).where(~exists().where(Opruiming.school_id.is_(None))),
    )
    for each in missing:
        session.execute(insert(Opruiming).from_select(columns, each).on_conflict_do_nothing())
    return OPRUIMEN.due(session)


def next_night(now: datetime, settings: Settings) -> datetime:
    """The next moment at which a night may begin."""
    today = now.astimezone(AMSTERDAM).date()
    opens, _ = nachten.window(today, settings)
    return opens if opens > now else nachten.window(today + _EACH_NIGHT, settings)[0]


def claim(session: Session, opruiming_id: OpruimingId) -> Opdracht | None:
    """Take one that is due, and begin to count; None when it is not due, in other hands, or fells who takes it."""
    left = OPRUIMEN.left_lying(session, opruiming_id)
    if left is not None and left.pogingen >= MOST_DEATHS:
        crashed(session, opruiming_id, DIED)
        return None
    token = OPRUIMEN.take(session, opruiming_id)
    if token is None:
        return None
    row = session.get_one(Opruiming, opruiming_id, populate_existing=True)
    row.gewist = {} if left is None else row.gewist
    return Opdracht(row.id, row.school_id, token)


def announce(session: Session, opdracht: Opdracht, settings: Settings) -> None:
    """Say which lines will go in a week; the school is locked only when there is something to say."""
    school_id, until = opdracht.school_id, database_now(session) + AANKONDIGING
    if school_id is None or not termijnen.has_news(session, school_id, until, settings):
        return
    sloten.lock(session, school_id)
    number = termijnen.announce(session, school_id, until, settings)
    audit.record(
        session, Daad.WISSEN_AANGEKONDIGD, f"school {school_id}", door=None, school_id=school_id,
        regels=number, vanaf=f"{until.astimezone(AMSTERDAM):%d-%m-%Y}",
    )  # fmt: skip


def erase_portion(session: Session, opdracht: Opdracht, settings: Settings) -> bool:
    """Erase one portion and count it; tell whether there may be more, and this round is still ours."""
    school_id, now = opdracht.school_id, database_now(session)
    has_lines = school_id is not None and termijnen.has_expired(session, school_id, now, settings)
    if school_id is not None and has_lines:
        sloten.lock(session, school_id)
    elif school_id is not None:
        sloten.hold(session, school_id)
    row = OPRUIMEN.locked_if_ours(session, opdracht.opruiming_id, opdracht.claim)
    if row is None:
        return False
    OPRUIMEN.prolong(row, now)
    for name, number in _portion(session, school_id, now, settings, has_lines=has_lines):
        if number:
            row.gewist = dict(Counter(row.gewist) + Counter({name: number}))
            return True
    _end(session, row, settings)
    return False


def _portion(
    session: Session, school_id: SchoolId | None, now: datetime, settings: Settings, *, has_lines: bool
) -> Iterator[tuple[str, int]]:
    """One kind after the other, each only when those before it found nothing."""
    if school_id is None:
        for name, erase in verlopen.VAN_NIEMAND.items():
            yield name, erase(session, now, settings)
        return
    if has_lines:
        yield "regels", termijnen.erase_lines(session, school_id, now, settings)
    for name, erase_of in verlopen.VAN_SCHOOL.items():
        yield name, erase_of(session, school_id, now, settings)


def _end(session: Session, row: Opruiming, settings: Settings) -> None:
    """Nothing is left: write what went in the trail, and come back the next night."""
    now = database_now(session)
    if row.school_id is not None:
        number, row.straks_op = termijnen.announced(session, row.school_id)
        row.straks = {"regels": number} if number else {}
    row.klaar_op, row.pogingen, row.fout = now, 0, None
    OPRUIMEN.later(row, next_night(now, settings))
    if row.gewist:
        of = "alle scholen" if row.school_id is None else f"school {row.school_id}"
        audit.record(session, Daad.OPGERUIMD, of, door=None, school_id=row.school_id, **row.gewist)


def overview(session: Session, limit: int) -> Sequence[tuple[Opruiming, School | None]]:
    """Return what went wrong, what will be erased, and what was; a school that has none of these is not in it."""
    query = (
        select(Opruiming, School)
        .outerjoin(School, School.id == Opruiming.school_id)
        .where(or_(Opruiming.fout.is_not(None), Opruiming.straks_op.is_not(None), Opruiming.gewist != {}))
        .order_by(Opruiming.fout.is_(None), Opruiming.straks_op.nulls_last(), Opruiming.klaar_op.desc(), Opruiming.id)
    )
    return [(row, school) for row, school in session.execute(query.limit(limit))]


def stop_for_now(session: Session, opdracht: Opdracht) -> None:
    """Let the next worker go on: the time of this job is over."""
    row = OPRUIMEN.locked_if_ours(session, opdracht.opruiming_id, opdracht.claim)
    if row is not None:
        OPRUIMEN.give_back(row)


def crashed(session: Session, opruiming_id: OpruimingId, klasse: str) -> None:
    """Record an error that nobody expected; it is tried again after an hour, and shown to klantenservice."""
    row, _ = OPRUIMEN.locked_after_crash(session, opruiming_id)
    if row is None:
        return
    row.fout, row.pogingen = klasse[:64], 0
    OPRUIMEN.later(row, database_now(session) + _PAUSE)
    audit.record(  # of no school: that is where the alarm looks
        session, Daad.INTERNE_FOUT, f"opruiming {row.id}", door=None, school_id=None, bij="opruimen", klasse=row.fout
    )
