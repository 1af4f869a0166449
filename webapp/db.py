"""The session, the unit of work, what happens after a commit, and the wall between schools."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from webapp.models.base import SchoolOwned
from webapp.models.ids import SchoolId

db = SQLAlchemy()

_AFTER_COMMIT = "after_commit"
_SCHOOL_SCOPE = "school_scope"
NO_SCHOOL = SchoolId(0)
"""The scope of a visitor who has not logged in: no school has this id, so nothing is found."""


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Give the session, commit at the end, roll back on any error, then run what waited for the commit."""
    session: Session = db.session()
    try:
        yield session
        session.commit()
    except BaseException:
        session.info.pop(_AFTER_COMMIT, None)
        session.rollback()
        raise
    for callback in session.info.pop(_AFTER_COMMIT, []):
        callback()


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached or broke off, so that nothing is to blame but the connection."""
    if isinstance(error, TimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or (isinstance(error, OperationalError) and sqlstate(error) is None)


def sqlstate(error: DBAPIError) -> str | None:
    """Return PostgreSQL's code for this error; None when the error is of the connection itself."""
    return getattr(error.orig, "sqlstate", None)


def after_commit(session: Session, callback: Callable[[], object]) -> None:
    """Run `callback` once the unit of work has committed; forget it when it rolls back."""
    session.info.setdefault(_AFTER_COMMIT, []).append(callback)


def limit_to_school(session: Session, school_id: SchoolId | None) -> None:
    """Let this session find rows of one school only; None lifts the limit (jobs and klantenservice)."""
    session.info[_SCHOOL_SCOPE] = school_id


@event.listens_for(Session, "do_orm_execute")
def _keep_to_the_school(state: ORMExecuteState) -> None:
    """The one place that keeps a school from seeing another: every ORM query passes here."""
    school_id = state.session.info.get(_SCHOOL_SCOPE)
    if school_id is None or state.is_column_load or state.is_relationship_load or state.is_insert:
        return
    state.statement = state.statement.options(
        with_loader_criteria(SchoolOwned, lambda cls: cls.school_id == school_id, include_aliases=True)
    )
