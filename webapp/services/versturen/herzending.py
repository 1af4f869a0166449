"""After an incident at a LAS: what it refused, or says to have lost, goes once more, in steps, and can be stopped.

Klantenservice chooses a LAS, a reason and a time that has passed: whatever changes since leaves the choice, so it only
becomes less. A step lets the next schools go: first one, then ten, a hundred, all. From there on the worker that sends
for a school puts its results back in line, as `leveringen.send_again` does.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, case, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import (
    Bezorging,
    Daad,
    Herzending,
    Herzendregel,
    Koppeling,
    Levering,
    LeveringStatus,
    Resultaat,
    Werk,
)
from webapp.models.fout import Fout, Foutcode
from webapp.models.herzending import WACHT
from webapp.models.ids import AccountId, HerzendingId, SchoolId
from webapp.models.koppeling import MAG, KoppelingAct
from webapp.services import audit, schakelaars, sloten
from webapp.services.clock import database_clock, database_now
from webapp.services.versturen.herzendstand import STAPPEN, Stap, Vraag, is_as_chosen, reason, stand_of
from webapp.services.versturen.leveringen import CannotSend, put_back
from webapp.services.versturen.nazending import ChangedMeanwhile
from webapp.services.versturen.volgende import can_leave
from webapp.services.zendkeuze import goes_along
from webapp.uwlr.profiles import PROFILES

_GOES_AGAIN = (LeveringStatus.GEWEIGERD, LeveringStatus.BEVESTIGD)


class NotNow(CannotSend):
    """The step before has not ended well, somebody else let this one go, or it was stopped."""


class NotTwice(CannotSend):
    """This LAS refuses a result that it has."""


def choose(session: Session, vraag: Vraag, code: Foutcode | None, *, getoond: int, door: AccountId) -> Herzending:
    """Write down what goes for one reason, and in which step each school is. Nothing goes yet.

    Raise ChangedMeanwhile when it is more than the dry run showed, or nothing.
    """
    if code is None and PROFILES[vraag.las_type].neemt_zelfde_sleutel is False:
        raise NotTwice
    now = database_clock(session)
    herzending = Herzending(
        las_type=vraag.las_type, fout_code=None if code is None else str(code), van=vraag.van, tot=min(vraag.tot, now),
        gevraagd_op=now, gevraagd_door=door, stap=0,
    )  # fmt: skip
    session.add(herzending)
    session.flush()
    columns = ["herzending_id", "resultaat_id", "school_id", "versie", "stap"]
    # Not by the class: these are lines of many schools that nobody else knows yet, so there is nothing to lock.
    lines = insert(Herzendregel.__table__).from_select(columns, _lines(herzending, vraag))  # type: ignore[arg-type]  # it is a Table
    session.execute(lines)
    mine = Herzendregel.herzending_id == herzending.id
    number, schools = session.execute(
        select(func.count(), func.count(Herzendregel.school_id.distinct())).where(mine)
    ).one()
    if not 0 < number <= getoond:
        raise ChangedMeanwhile
    reden = herzending.fout_code or "bevestigd"
    _tell(session, Daad.HERZENDING_GEKOZEN, herzending, door, resultaten=number, scholen=schools, code=reden)
    return herzending


def let_go(session: Session, herzending_id: HerzendingId, stap: int, *, door: AccountId) -> Stap:
    """Make the schools of the next step due and return it; raise NotNow unless what went before ended well."""
    herzending = find(session, herzending_id)
    stand = stand_of(session, herzending)
    volgende = stand.volgende
    if volgende is None or volgende.nummer != stap:
        raise NotNow
    schakelaars.must_go_on(session, Werk.VERSTUREN, herzending.las_type)
    if volgende.begint_weer:
        _divide_anew(session, herzending, stand.geslaagd)
    herzending.stap = stap
    theirs = select(Herzendregel.school_id).where(
        Herzendregel.herzending_id == herzending.id, Herzendregel.stap == stap
    )
    session.execute(
        update(Koppeling)
        .where(Koppeling.status.in_(MAG[KoppelingAct.VERSTUREN]), Koppeling.school_id.in_(theirs))
        .values(zenden_op=func.least(Koppeling.zenden_op, func.clock_timestamp()))
    )
    _tell(session, Daad.HERZENDING_STAP, herzending, door, stap=stap, scholen=volgende.scholen)
    return volgende


def put_in_line(session: Session, koppeling: Koppeling) -> None:
    """Put back in line what was let go for this school, is as it was chosen, and can go. The caller holds the school.

    The rest stays what it was: of a confirmed result that went nowhere nobody would know any more that the LAS has it.
    """
    query = (
        select(Herzendregel, Levering)
        .join(Herzending, Herzending.id == Herzendregel.herzending_id)
        .join(Levering, Levering.resultaat_id == Herzendregel.resultaat_id)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .where(
            Herzendregel.school_id == koppeling.school_id,
            Levering.school_id == koppeling.school_id,
            WACHT,
            Herzending.las_type == koppeling.las_type,
            Herzending.stap >= Herzendregel.stap,
            Herzending.gestopt_op.is_(None),
            is_as_chosen(),
            can_leave(),
        )
        .order_by(Levering.resultaat_id, Herzendregel.herzending_id)
        .execution_options(populate_existing=True)
    )
    now, number = database_now(session), 0
    for regel, levering in session.execute(query).all():
        if levering.status not in _GOES_AGAIN:
            continue  # of two that chose it the first has it
        regel.in_rij_op, regel.fout = now, None if levering.fout is None else levering.fout.as_json()
        put_back(levering)
        number += 1
    if number:
        session.flush()
        audit.about(session, Daad.HERZENDING_IN_RIJ, koppeling, door=None, resultaten=number)


def take_out(session: Session, school_id: SchoolId) -> None:
    """Make again what it was whatever is in line and the school keeps here now; it goes once that ends.

    Under the lock of the school.
    """
    kept = Herzendregel.in_rij_op.is_not(None), _never_left(), ~goes_along(Levering.school_id)
    for regel, levering, delivered in session.execute(_with_delivered(school_id).where(*kept)).all():
        regel.in_rij_op = None
        _as_it_was(levering, regel, delivered)
    session.flush()


def stop(session: Session, herzending_id: HerzendingId, *, door: AccountId) -> Sequence[SchoolId]:
    """Let nothing more go; return the schools of which something may be taken back. Twice is once."""
    herzending = find(session, herzending_id)
    if herzending.gestopt_op is None:
        herzending.gestopt_op, herzending.gestopt_door = database_now(session), door
        _tell(session, Daad.HERZENDING_GESTOPT, herzending, door, stap=herzending.stap)
    mine = Herzendregel.herzending_id == herzending_id, Herzendregel.gestopt_op.is_(None)
    return session.scalars(
        select(Herzendregel.school_id).where(*mine).distinct().order_by(Herzendregel.school_id)
    ).all()


def take_back(session: Session, herzending_id: HerzendingId, school_id: SchoolId, *, door: AccountId) -> int:
    """After a stop: make of one school again what it was whatever has not gone; return how many results that is."""
    sloten.hold(session, school_id)
    query = _with_delivered(school_id).where(
        Herzendregel.herzending_id == herzending_id, or_(Herzendregel.in_rij_op.is_(None), _never_left())
    )
    found, now = session.execute(query).all(), database_now(session)
    for regel, levering, delivered in found:
        regel.gestopt_op = now
        if regel.in_rij_op is not None:
            _as_it_was(levering, regel, delivered)
    if found:
        about = f"herzending {herzending_id}"
        told = {"resultaten": len(found)}
        audit.record(session, Daad.HERZENDING_GESTOPT, about, door=door, school_id=school_id, **told)
    return len(found)


def find(session: Session, herzending_id: HerzendingId) -> Herzending:
    """Return a herzending, locked; raise NotAllowed when there is none."""
    query = select(Herzending).where(Herzending.id == herzending_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotAllowed
    return found


def _lines(herzending: Herzending, vraag: Vraag) -> Select[tuple[HerzendingId, int, SchoolId, int, int]]:
    """Every result that is chosen, the schools with the fewest first."""
    found = (
        select(Levering.resultaat_id, Levering.school_id, Levering.versie)
        .join(Koppeling, Koppeling.school_id == Levering.school_id)
        .where(vraag.where(), reason().is_not_distinct_from(herzending.fout_code))
        .subquery()
    )
    rang = func.row_number().over(order_by=(func.count(), found.c.school_id)).label("rang")
    schools = select(found.c.school_id, rang).group_by(found.c.school_id).subquery()
    columns = found.c.resultaat_id, found.c.school_id, found.c.versie, _step_of(schools.c.rang, STAPPEN)
    return select(literal(herzending.id), *columns).join_from(found, schools, schools.c.school_id == found.c.school_id)


def _step_of(rang: ColumnElement[int], sizes: Sequence[int], after: int = 0) -> ColumnElement[int]:
    """In which step a school is, by its place among those that have still to go."""
    steps = [(rang <= many, literal(after + nth)) for nth, many in enumerate(sizes, 1)]
    return case(*steps, else_=literal(after + len(sizes) + 1))


def _divide_anew(session: Session, herzending: Herzending, geslaagd: int) -> None:
    """Put the schools that have still to go in steps again, as small as if the last step had not been."""
    mine = Herzendregel.herzending_id == herzending.id, Herzendregel.stap > herzending.stap
    order = func.min(Herzendregel.stap), func.count(), Herzendregel.school_id
    rang = func.row_number().over(order_by=order).label("rang")
    schools = select(Herzendregel.school_id, rang).where(*mine).group_by(Herzendregel.school_id).subquery()
    stap = _step_of(schools.c.rang, STAPPEN[geslaagd:], after=herzending.stap)
    # Not by the class: no worker looks at a line before its step, and whoever lets a step go holds the herzending.
    lines = update(Herzendregel.__table__).where(*mine, Herzendregel.school_id == schools.c.school_id)  # type: ignore[arg-type]  # it is a Table
    session.execute(lines.values(stap=stap))


def _with_delivered(school_id: SchoolId) -> Select[Herzendregel, Levering, int]:
    """The lines of a school that were not stopped, with the version that the LAS has at the right leerling, if any."""
    there = and_(
        Bezorging.school_id == school_id, Bezorging.sleutel == Resultaat.sleutel, Bezorging.elders_op.is_(None)
    )
    return (
        select(Herzendregel, Levering, Bezorging.versie)
        .join(Levering, Levering.resultaat_id == Herzendregel.resultaat_id)
        .join(Levering.resultaat)
        .outerjoin(Bezorging, there)
        .where(Herzendregel.school_id == school_id, Levering.school_id == school_id, Herzendregel.gestopt_op.is_(None))
    )


def _never_left() -> ColumnElement[bool]:
    """The condition that nothing of this went: it is ready as it was put there, without a doubt."""
    return and_(
        Levering.status == LeveringStatus.KLAAR, Levering.bevestigd == 0, Levering.versie == Herzendregel.versie
    )


def _as_it_was(levering: Levering, regel: Herzendregel, delivered: int | None) -> None:
    if regel.fout is not None and (delivered or 0) < levering.versie:
        levering.status, levering.fout = LeveringStatus.GEWEIGERD, Fout.from_json(regel.fout)
    elif delivered:
        levering.status, levering.bevestigd = LeveringStatus.BEVESTIGD, delivered


def _tell(session: Session, daad: Daad, herzending: Herzending, door: AccountId, **counts: int | str) -> None:
    audit.record(session, daad, f"herzending {herzending.id}", door=door, school_id=None, **counts)
