"""The one order of locks: school, koppeling, batch, records, results, mails, and the breaker of a LAS last.

The row of the school is the lock: whoever writes a row of a school takes it first, and then locks the others by writing
them. Whoever writes a koppeling only may begin there, and may not go back to its school.

Who writes records, links or choices (`lock`) raises the revision of the school. So matching needs no lock: it reads the
revision, then our records, and comes back for the lock; a revision that moved says that what it read is old. Who writes
only results (`hold`) leaves the revision: no match looks at them.

A row that is written without its lock is a mistake in the code: the session refuses it.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import event, select, update
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction
from sqlalchemy.sql import Select

from webapp.models import (
    Afnamesleutel,
    Afnameverzoek,
    Bezorging,
    Handeling,
    Herzendregel,
    Koppeling,
    Levering,
    Mutatie,
    Nazending,
    Nazendregel,
    Overdracht,
    Overdrachtvraag,
    Resultaat,
    School,
    Uitgezet,
    Verzending,
    Zendkeuze,
)
from webapp.models.base import SchoolOwned
from webapp.models.ids import KoppelingId, SchoolId
from webapp.models.koppeling import ENDED

_RESULTS = (
    Resultaat, Levering, Bezorging, Verzending, Nazending, Nazendregel, Overdracht, Overdrachtvraag, Handeling, Mutatie,
    Zendkeuze, Uitgezet, Afnamesleutel, Afnameverzoek, Herzendregel,
)  # fmt: skip
"""No match looks at these: `hold` is enough."""
_LOCKED, _HELD, _BELOW = "sloten_lock", "sloten_hold", "sloten_below"
"""In `session.info`: the schools of this transaction, and whether it has locked a koppeling."""


class NotLocked(RuntimeError):
    """A row of a school is written by somebody who has not locked that school, or locks it too late."""


class Moved(Exception):
    """Somebody wrote records, links or choices of this school since its revision was read."""


def revisie(session: Session, school_id: SchoolId) -> int:
    """Return the revision, to be read before the records that a match looks at."""
    return session.scalars(select(School.revisie).where(School.id == school_id)).one()


def lock(session: Session, school_id: SchoolId) -> None:
    """Take the school, to write its records, links or choices. What was read before is read again."""
    if school_id not in _schools(session, _LOCKED):
        _raise(session, school_id)
        session.expire_all()


def lock_unmoved(session: Session, school_id: SchoolId, seen: int) -> None:
    """Take the school and keep what was read since its revision was `seen`; raise Moved when that is old."""
    if _raise(session, school_id) != seen + 1:
        raise Moved


def hold(session: Session, school_id: SchoolId) -> None:
    """Take the school, to write results or what is handed over only. What was read before is read again."""
    if school_id in _schools(session, _LOCKED) | _schools(session, _HELD):
        return
    _come_first(session)
    session.execute(select(School.id).where(School.id == school_id).with_for_update(key_share=True))
    _schools(session, _HELD).add(school_id)
    session.expire_all()


def hold_all(session: Session) -> None:
    """Take every school, to write results of all at once; nobody else takes two."""
    _come_first(session)
    ids = session.scalars(select(School.id).order_by(School.id).with_for_update(key_share=True)).all()
    _schools(session, _HELD).update(ids)
    session.expire_all()


def koppeling_of(session: Session, school_id: SchoolId) -> Koppeling | None:
    """Lock the koppeling of a school that is held, and return it: the one that has not ended."""
    return session.scalar(
        select(Koppeling)
        .where(Koppeling.school_id == school_id, Koppeling.status.not_in(ENDED))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def hold_of(session: Session, koppeling_id: KoppelingId) -> None:
    """Hold the school of a koppeling, when it has one, for whoever locks the koppeling itself."""
    school_id = session.scalar(select(Koppeling.school_id).where(Koppeling.id == koppeling_id))
    if school_id is not None:
        hold(session, school_id)


def koppeling(session: Session, koppeling_id: KoppelingId) -> Koppeling | None:
    """Hold the school of a koppeling, when it has one; then lock the koppeling and return it."""
    hold_of(session, koppeling_id)
    return session.scalar(
        select(Koppeling)
        .where(Koppeling.id == koppeling_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _raise(session: Session, school_id: SchoolId) -> int:
    _come_first(session)
    raised = session.scalars(
        update(School)
        .where(School.id == school_id)
        .values(revisie=School.revisie + 1)
        .returning(School.revisie)
        .execution_options(synchronize_session=False)
    ).one()
    _schools(session, _LOCKED).add(school_id)
    return raised


def _schools(session: Session, how: str) -> set[SchoolId]:
    return cast("set[SchoolId]", session.info.setdefault(how, set()))


def _come_first(session: Session) -> None:
    if _BELOW in session.info and not _schools(session, _HELD):
        raise NotLocked("a koppeling was locked before its school")


@event.listens_for(Session, "before_flush")
def _guard_rows(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in (*session.new, *session.deleted, *filter(session.is_modified, session.dirty)):
        if isinstance(row, SchoolOwned):
            _guard(session, type(row), row.school_id)


@event.listens_for(Session, "after_flush")
def _hold_what_is_new(session: Session, _context: UOWTransaction) -> None:
    """A school that this transaction made is not seen by any other."""
    _schools(session, _LOCKED).update(row.id for row in session.new if isinstance(row, School))


@event.listens_for(Session, "do_orm_execute")
def _guard_statements(state: ORMExecuteState) -> None:
    """A statement over many rows does not say of which school they are: some school must be held."""
    table = state.bind_mapper.class_ if state.bind_mapper is not None else None
    if table is Koppeling and (state.is_update or _locks(state)):
        state.session.info.setdefault(_BELOW, True)
    if table is not None and issubclass(table, SchoolOwned) and (state.is_update or state.is_delete or state.is_insert):
        _guard(state.session, table, None)


def _locks(state: ORMExecuteState) -> bool:
    return isinstance(state.statement, Select) and state.statement._for_update_arg is not None


def _guard(session: Session, table: type[SchoolOwned], school_id: SchoolId | None) -> None:
    held = _schools(session, _LOCKED)
    if issubclass(table, _RESULTS):
        held = held | _schools(session, _HELD)
    if school_id not in held and not (school_id is None and held):
        raise NotLocked(f"{table.__name__} of school {school_id} is written without its lock")


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        for how in (_LOCKED, _HELD, _BELOW):
            session.info.pop(how, None)
