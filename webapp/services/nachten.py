"""A night of work is a row with a unique local date: two sweeps cannot begin it twice, and a late one still can.

`begin` begins it, `follow` tells how far it is and when it ends; both are called in every round of the sweep. A night
outside its window (begun late, or not done in time) is made good by day: results first, then what was not fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM, Settings
from webapp.models import (
    Daad,
    Herzending,
    Herzendregel,
    Koppeling,
    Levering,
    Nacht,
    Nazendregel,
    Resultaat,
    Schoolnacht,
    Schoolstand,
    herzending,
    nazending,
)
from webapp.models.levering import TE_VERSTUREN
from webapp.services import audit, nachthinder, nachtverloop, nachtwerk, plafond
from webapp.services.clock import database_now
from webapp.services.nachtwerk import RUNS, left, to_fetch
from webapp.services.zendkeuze import goes_along

_RESULTS_FIRST = timedelta(hours=1)
"""By day fetching waits for the results, and no longer than this."""
_NAMED = 400
"""So many nights that nobody began are written down at most."""


def begin(session: Session, now: datetime, settings: Settings) -> Nacht | None:
    """Begin tonight's work: every running koppeling is fetched, and what it has to send goes. None when it is not time.

    When the clock changes, no night comes twice and none is skipped: the hours only say when it may begin. After its
    window a night begins late, when there is a school that it was meant for.
    """
    datum = now.astimezone(AMSTERDAM).date()
    opens, closes = window(datum, settings)
    if now < opens or (now >= closes and not is_missed(session, now, settings)):
        return None
    values = {"datum": datum, "begonnen_op": now, "tellingen": {}}
    won = session.scalar(insert(Nacht).values(values).on_conflict_do_nothing().returning(Nacht.datum))
    if won is None:
        return None
    for earlier in _open(session, before=datum):
        _end(session, earlier, now)
    skipped = _write_skipped(session, datum, now)
    nacht = session.get_one(Nacht, datum)
    nacht.uitgelopen_op = now if now >= closes else None
    _make_due(session, nacht, now)
    nacht.tellingen = {"koppelingen": nachtwerk.count(session, RUNS), "overgeslagen": skipped}
    audit.record(
        session, Daad.NACHT_BEGONNEN, f"nacht {datum}", door=None, school_id=None,
        **nacht.tellingen, te_laat=int(now >= closes),
    )  # fmt: skip
    return nacht


def window(datum: date, settings: Settings) -> tuple[datetime, datetime]:
    """Between which moments the night of this date may begin, by the clock on the wall."""
    midnight = datetime(datum.year, datum.month, datum.day, tzinfo=AMSTERDAM)
    return (
        midnight + timedelta(hours=settings.nacht_begin_uur),
        midnight + timedelta(hours=settings.nacht_eind_uur),
    )


def is_missed(session: Session, now: datetime, settings: Settings) -> bool:
    """Whether the window of today has opened, nobody began the night, and there is a school that it was meant for."""
    datum = now.astimezone(AMSTERDAM).date()
    opens, _ = window(datum, settings)
    if now < opens or session.scalar(select(exists().where(Nacht.datum == datum))):
        return False
    return bool(session.scalar(select(exists().where(RUNS, Koppeling.gestart_op < opens))))


def follow(session: Session, now: datetime, settings: Settings) -> None:
    """Write down how far the night is; end it when nothing of it is due any more."""
    for nacht in _open(session):
        fetching, sending = left(session, nacht, now)
        if not fetching:
            nacht.opgehaald_op = nacht.opgehaald_op or now
        if not sending:
            nacht.verzonden_op = nacht.verzonden_op or now
        if not fetching and not sending:
            _end(session, nacht, now)
        elif nacht.uitgelopen_op is None and now >= window(nacht.datum, settings)[1]:
            nacht.uitgelopen_op = now
            _put_off_fetching(session, nacht, now)
        elif nacht.uitgelopen_op is not None and not sending:
            _fetch_now(session, nacht, now)
        if nacht.klaar_op is None:
            nachtverloop.keep_point(session, nacht, now)


def is_at_work(session: Session) -> bool:
    """Whether something of a night is still to be done."""
    return bool(session.scalar(select(exists().where(Nacht.begonnen_op.is_not(None), Nacht.klaar_op.is_(None)))))


def latest(session: Session, number: int, since: date = date.min, until: date = date.max) -> Sequence[Nacht]:
    """Return the last nights, the newest first; of these days."""
    query = select(Nacht).where(Nacht.datum.between(since, until))
    return session.scalars(query.order_by(Nacht.datum.desc()).limit(number)).all()


def _open(session: Session, before: date | None = None) -> Sequence[Nacht]:
    query = select(Nacht).where(Nacht.begonnen_op.is_not(None), Nacht.klaar_op.is_(None))
    return session.scalars(query if before is None else query.where(Nacht.datum < before)).all()


def _write_skipped(session: Session, datum: date, now: datetime) -> int:
    """Write a row for every night since the last one: that nobody began it must stay to be seen."""
    last = session.scalar(select(func.max(Nacht.datum)).where(Nacht.datum < datum))
    days = 0 if last is None else min((datum - last).days - 1, _NAMED)
    for back in range(1, days + 1):
        session.execute(
            insert(Nacht).values(datum=datum - timedelta(days=back), begonnen_op=None, klaar_op=now, tellingen={})
        )
    return days


def _make_due(session: Session, nacht: Nacht, now: datetime) -> None:
    fetch_op = now if nacht.uitgelopen_op is None else func.least(Koppeling.ophalen_op, now + _RESULTS_FIRST)
    zenden_op = case((_has_to_send(), now), else_=Koppeling.zenden_op)
    meant = and_(RUNS, Koppeling.sleutel.is_not(None), or_(~nachtwerk.waits_for_a_person(), nachtwerk.worked_once()))
    plafond.hold_back(session, meant, now)
    session.execute(
        update(Koppeling)
        .where(meant, Koppeling.wacht_op_beurt_sinds.is_(None))
        .values(ophalen_op=fetch_op, ophalen_pogingen=0, zenden_op=zenden_op, minuut_sinds=None)
    )


def _has_to_send() -> ColumnElement[bool]:
    """There is a levering that the school lets go, or one to be made of what a person approved for the nights.

    Or one that klantenservice let go once more, which could not go then: somebody may have answered since.
    """
    lets_go = (
        Levering.school_id == Koppeling.school_id,
        Resultaat.id == Levering.resultaat_id,
        goes_along(Levering.school_id),
    )
    ready = exists().where(*lets_go, TE_VERSTUREN)
    approved = exists().where(Nazendregel.school_id == Koppeling.school_id, nazending.WACHT)
    again = exists().where(
        *lets_go,
        Herzendregel.school_id == Koppeling.school_id,
        herzending.WACHT,
        Herzendregel.resultaat_id == Levering.resultaat_id,
        Herzendregel.versie == Levering.versie,
        Herzending.id == Herzendregel.herzending_id,
        Herzending.stap >= Herzendregel.stap,
        Herzending.gestopt_op.is_(None),
    )
    return or_(*(each.correlate(Koppeling) for each in (ready, approved, again)))


def send_along(session: Session, koppeling: Koppeling) -> None:
    """After a fetch in a night that goes on: what waited for a link that it made goes in the same night."""
    if koppeling.zenden_op is None and session.scalar(
        select(exists().where(Nacht.klaar_op.is_(None)) & _has_to_send()).where(Koppeling.id == koppeling.id)
    ):
        koppeling.zenden_op = database_now(session)


def _put_off_fetching(session: Session, nacht: Nacht, now: datetime) -> None:
    """By day the results go first: what was not tried yet waits for them, unless a worker has it."""
    session.execute(
        update(Koppeling)
        .where(to_fetch(nacht), Koppeling.ophalen_pogingen == 0, Koppeling.ophalen_claim.is_(None))
        .values(ophalen_op=now + _RESULTS_FIRST)
    )


def _fetch_now(session: Session, nacht: Nacht, now: datetime) -> None:
    """The results have gone: what waited for them is due."""
    session.execute(
        update(Koppeling)
        .where(to_fetch(nacht), Koppeling.ophalen_pogingen == 0, Koppeling.ophalen_op > now)
        .values(ophalen_op=now)
    )


def _end(session: Session, nacht: Nacht, now: datetime) -> None:
    """Keep what came of each school: the rows that tell it now will tell of later nights."""
    nachtverloop.keep_schools(session, nacht, now)
    hinder = nachthinder.summary(session, nacht)
    nacht.klaar_op = now
    of_it = Schoolnacht.datum == nacht.datum
    passed_over = Schoolnacht.stand == Schoolstand.NIET_AAN_DE_BEURT
    row = session.execute(
        select(
            func.count(Schoolnacht.opgehaald_op).label("opgehaald"),
            func.count().filter(Schoolnacht.opgehaald_op.is_(None), ~passed_over).label("niet_opgehaald"),
            func.count().filter(passed_over).label("niet_aan_de_beurt"),
            func.coalesce(func.sum(Schoolnacht.bevestigd), 0).label("bevestigd"),
            func.coalesce(func.sum(Schoolnacht.geweigerd), 0).label("geweigerd"),
            func.coalesce(func.sum(Schoolnacht.onzeker), 0).label("onzeker"),
        ).where(of_it)
    ).one()
    counts = {name: int(value) for name, value in row._mapping.items()}
    nacht.tellingen = {**nacht.tellingen, **counts, **hinder}
    nachtverloop.keep_point(session, nacht, now)
    audit.record(session, Daad.NACHT_KLAAR, f"nacht {nacht.datum}", door=None, school_id=None, **counts)
