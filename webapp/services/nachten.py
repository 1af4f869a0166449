"""A night of work is a row with a unique local date: two sweeps cannot begin it twice, and a late one still can.

`begin` begins it, `follow` tells how far it is and when it ends; both are called in every round of the sweep. A night
outside its window (begun late, or not done in time) is made good by day: results first, then what was not fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM, Settings
from webapp.models import Daad, Koppeling, Levering, LeveringStatus, Nacht, Schoolnacht
from webapp.models.fout import EigenCode
from webapp.models.ids import KoppelingId
from webapp.models.koppeling import MAG, STOPS, KoppelingAct
from webapp.models.levering import IN_DOUBT, TE_VERSTUREN
from webapp.services import audit
from webapp.services.clock import database_now
from webapp.uwlr.codes import FaultCode, Owner

_AT_NIGHT = MAG[KoppelingAct.OPHALEN] & MAG[KoppelingAct.VERSTUREN]
_RUNS = Koppeling.status.in_(_AT_NIGHT)
_RESULTS_FIRST = timedelta(hours=1)
"""By day fetching waits for the results, and no longer than this."""
_NAMED = 400
"""So many nights that nobody began are written down at most."""


@dataclass(frozen=True)
class Verloop:
    """What came of one school in one night."""

    koppeling_id: KoppelingId
    schoolnaam: str
    brin: str
    opgehaald_op: datetime | None
    fout_code: str | None
    """Why it was not fetched, where something is known."""
    bevestigd: int
    geweigerd: int
    onzeker: int

    @property
    def verzonden(self) -> int:
        """How many results went to the LAS, each counted once."""
        return self.bevestigd + self.geweigerd + self.onzeker

    @property
    def is_goed(self) -> bool:
        return self.opgehaald_op is not None and not self.geweigerd and not self.onzeker


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
    nacht.tellingen = {"koppelingen": _count(session, _RUNS), "overgeslagen": skipped}
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
    return bool(session.scalar(select(exists().where(_RUNS, Koppeling.gestart_op < opens))))


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


def left(session: Session, nacht: Nacht, now: datetime) -> tuple[int, int]:
    """How many schools this night has still to fetch, and to send for."""
    return _count(session, _to_fetch(nacht)), _count(session, _to_send(now))


def untried(session: Session, nacht: Nacht, now: datetime) -> tuple[int, int]:
    """The same, without the schools that were tried and wait for their next try: there the night did its part."""
    fresh = Koppeling.ophalen_pogingen == 0, Koppeling.zend_fout_code.is_(None)
    return _count(session, and_(_to_fetch(nacht), fresh[0])), _count(session, and_(_to_send(now), fresh[1]))


def latest(session: Session, number: int) -> Sequence[Nacht]:
    """Return the last nights, the newest first."""
    return session.scalars(select(Nacht).order_by(Nacht.datum.desc()).limit(number)).all()


def verloop(session: Session, nacht: Nacht) -> list[Verloop]:
    """Return what came of each school, those that need a look first; while the night runs, as it is now."""
    if nacht.begonnen_op is None:
        return []
    kept = select(Schoolnacht.__table__).where(Schoolnacht.datum == nacht.datum)
    course = (_course(nacht) if nacht.klaar_op is None else kept).subquery()
    query = select(Koppeling.schoolnaam, Koppeling.brin, *course.c).join(course, course.c.koppeling_id == Koppeling.id)
    rows = session.execute(query.order_by(Koppeling.schoolnaam, Koppeling.id)).mappings()
    found = [Verloop(**{name: value for name, value in row.items() if name != "datum"}) for row in rows]
    return sorted(found, key=lambda each: each.is_goed)


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


def waits_for_a_person() -> ColumnElement[bool]:
    """The condition that a night passes over a school: the exchange waits until somebody has acted."""
    return and_(
        func.coalesce(Koppeling.fout_code.in_(STOPS), false()), Koppeling.fout_eigenaar.is_distinct_from(Owner.NIEMAND)
    )


def _worked_once() -> ColumnElement[bool]:
    """A key that the LAS took before is tried once a night: perhaps it was trouble after all, and nobody need act."""
    return and_(Koppeling.fout_code == FaultCode.AUTORISATIE_ONGELDIG, Koppeling.gewerkt_op.is_not(None))


def _make_due(session: Session, nacht: Nacht, now: datetime) -> None:
    fetch_op = now if nacht.uitgelopen_op is None else func.least(Koppeling.ophalen_op, now + _RESULTS_FIRST)
    zenden_op = case((_has_to_send(), now), else_=Koppeling.zenden_op)
    session.execute(
        update(Koppeling)
        .where(_RUNS, or_(~waits_for_a_person(), _worked_once()))
        .values(ophalen_op=fetch_op, ophalen_pogingen=0, zenden_op=zenden_op, minuut_sinds=None)
    )


def _has_to_send() -> ColumnElement[bool]:
    return exists().where(Levering.school_id == Koppeling.school_id, TE_VERSTUREN).correlate(Koppeling)


def send_along(session: Session, koppeling: Koppeling) -> None:
    """After a fetch in a night that goes on: what waited for a link that it made goes in the same night."""
    if koppeling.zenden_op is None and session.scalar(
        select(exists().where(Nacht.klaar_op.is_(None)) & _has_to_send()).where(Koppeling.id == koppeling.id)
    ):
        koppeling.zenden_op = database_now(session)


def _to_fetch(nacht: Nacht) -> ColumnElement[bool]:
    """Schools whose fetch of this night is still due, or is tried again after a pause."""
    not_fetched = or_(Koppeling.opgehaald_op.is_(None), Koppeling.opgehaald_op < nacht.begonnen_op)
    of_it = Koppeling.gestart_op < nacht.begonnen_op
    return and_(_RUNS, of_it, Koppeling.ophalen_op.is_not(None), not_fetched)


def _to_send(now: datetime) -> ColumnElement[bool]:
    """Schools that have results to send; not those of which something goes once more at a later moment."""
    is_tried_again = and_(Koppeling.zenden_op.is_not(None), Koppeling.zend_fout_code.is_not(None))
    waits_for_school = Koppeling.zend_fout_eigenaar == Owner.SCHOOL
    return and_(_RUNS, or_(Koppeling.zenden_op <= now, is_tried_again), ~func.coalesce(waits_for_school, false()))


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Koppeling).where(condition)) or 0


def _put_off_fetching(session: Session, nacht: Nacht, now: datetime) -> None:
    """By day the results go first: what was not tried yet waits for them, unless a worker has it."""
    session.execute(
        update(Koppeling)
        .where(_to_fetch(nacht), Koppeling.ophalen_pogingen == 0, Koppeling.ophalen_claim.is_(None))
        .values(ophalen_op=now + _RESULTS_FIRST)
    )


def _fetch_now(session: Session, nacht: Nacht, now: datetime) -> None:
    """The results have gone: what waited for them is due."""
    session.execute(
        update(Koppeling)
        .where(_to_fetch(nacht), Koppeling.ophalen_pogingen == 0, Koppeling.ophalen_op > now)
        .values(ophalen_op=now)
    )


def _end(session: Session, nacht: Nacht, now: datetime) -> None:
    """Keep what came of each school: the rows that tell it now will tell of later nights."""
    columns = [column.name for column in Schoolnacht.__table__.columns]
    session.execute(insert(Schoolnacht).from_select(columns, _course(nacht)).on_conflict_do_nothing())
    nacht.klaar_op = now
    of_it = Schoolnacht.datum == nacht.datum
    row = session.execute(
        select(
            func.count(Schoolnacht.opgehaald_op).label("opgehaald"),
            (func.count() - func.count(Schoolnacht.opgehaald_op)).label("niet_opgehaald"),
            func.coalesce(func.sum(Schoolnacht.bevestigd), 0).label("bevestigd"),
            func.coalesce(func.sum(Schoolnacht.geweigerd), 0).label("geweigerd"),
            func.coalesce(func.sum(Schoolnacht.onzeker), 0).label("onzeker"),
        ).where(of_it)
    ).one()
    counts = {name: int(value) for name, value in row._mapping.items()}
    nacht.tellingen = {**nacht.tellingen, **counts}
    audit.record(session, Daad.NACHT_KLAAR, f"nacht {nacht.datum}", door=None, school_id=None, **counts)


def _course(nacht: Nacht) -> Select[tuple[date, KoppelingId, datetime, str, int, int, int]]:
    """What came of each running school since the night began, in the columns of `Schoolnacht`."""
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
            func.coalesce(sent.c.bevestigd, 0).label("bevestigd"),
            func.coalesce(sent.c.geweigerd, 0).label("geweigerd"),
            func.coalesce(sent.c.onzeker, 0).label("onzeker"),
        )
        .outerjoin(sent, sent.c.school_id == Koppeling.school_id)
        .where(_RUNS)
    )
