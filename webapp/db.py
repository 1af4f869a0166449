"""The session, the unit of work, and what happens after a commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import SystemRandom
from time import sleep
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from flask import g, has_request_context
from flask_sqlalchemy import SQLAlchemy
from psycopg.errors import (
    DeadlockDetected,
    DiskFull,
    LockNotAvailable,
    QueryCanceled,
    ReadOnlySqlTransaction,
    SerializationFailure,
)
from sqlalchemy import ColumnElement, Delete, Insert, Update, any_, literal, make_url
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, TimeoutError
from sqlalchemy.orm import InstrumentedAttribute, Session

db = SQLAlchemy()

LOCK_WAIT = timedelta(seconds=3)
"""How long somebody in front of a screen waits for a row that another has: then the page says so."""
_LOCK_WAIT_OF_JOB = timedelta(seconds=20)
_LONGEST_STATEMENT = timedelta(seconds=15)
_LONGEST_STATEMENT_OF_JOB = timedelta(minutes=2)
_LONGEST_SILENCE = timedelta(minutes=1)
"""How long a process may hold a transaction without a word: one that is frozen loses its locks after this."""
_KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""A host that is gone is noticed within a minute, from both sides; over a Unix socket they do nothing."""

_MOMENT = (0.05, 0.25)

P = ParamSpec("P")
Result = TypeVar("Result")

_AFTER_COMMIT = "after_commit"
_COMMITTED = "committed"


def engine_options(database_url: str, *, is_worker: bool) -> dict[str, Any]:
    """How this process connects: no statement waits for ever, and no error prints what was in the row."""
    limits = {
        "lock_timeout": _LOCK_WAIT_OF_JOB if is_worker else LOCK_WAIT,
        "statement_timeout": _LONGEST_STATEMENT_OF_JOB if is_worker else _LONGEST_STATEMENT,
        "idle_in_transaction_session_timeout": _LONGEST_SILENCE,
    }
    options = [
        str(make_url(database_url).query.get("options", "")),
        *(f"-c {name}={int(limit.total_seconds() * 1000)}" for name, limit in limits.items()),
        *(f"-c tcp_{name}={value}" for name, value in _KEEPALIVES.items() if name.startswith("keepalives")),
    ]
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 10,
        "pool_timeout": 10,
        "connect_args": {"connect_timeout": 5, "options": " ".join(options).strip(), **_KEEPALIVES},
    }


class CommitUnknown(OperationalError):
    """The connection broke while COMMIT was under way: all of the transaction was kept, or nothing."""


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Give the session, commit at the end, roll back on any error, then run what waited for the commit."""
    session: Session = db.session()
    try:
        yield session
        _commit(session)
        session.info[_COMMITTED] = True
    except BaseException:
        session.info.pop(_AFTER_COMMIT, None)
        session.rollback()
        raise
    if has_request_context():
        g.vastgelegd = True
    for callback in session.info.pop(_AFTER_COMMIT, []):
        callback()


def _commit(session: Session) -> None:
    session.flush()  # what breaks before the COMMIT itself is no doubt: nothing was kept
    try:
        session.commit()
    except DBAPIError as error:
        if not is_away(error) or error.orig is None:
            raise
        raise CommitUnknown("COMMIT", None, error.orig, connection_invalidated=True) from error


def in_transaction(work: Callable[Concatenate[Session, P], Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Do this in one unit of work; once more, a moment later, when PostgreSQL ended it for the good of another."""
    try:
        with unit_of_work() as session:
            return work(session, *args, **kwargs)
    except DBAPIError as error:
        if not is_deadlock(error):
            raise
    wait_a_moment()
    with unit_of_work() as session:
        return work(session, *args, **kwargs)


def wait_a_moment() -> None:
    """Let the other transaction end; never as long as the next one waits, or they meet again."""
    sleep(SystemRandom().uniform(*_MOMENT))


def has_committed(session: Session) -> bool:
    """Whether a unit of work of this request or job was committed, so that it cannot be done as a whole again."""
    return _COMMITTED in session.info


def was_aside(session: Session) -> None:
    """What was committed so far is not what this request came for: it may be done again, and nothing of it holds."""
    session.info.pop(_COMMITTED, None)
    g.pop("vastgelegd", None)


def is_deadlock(error: BaseException) -> bool:
    """Whether PostgreSQL ended this transaction for the good of another: the same again will do."""
    return isinstance(error, DBAPIError) and isinstance(error.orig, (DeadlockDetected, SerializationFailure))


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached, broke off or can keep nothing, so that nothing else is to blame."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, ReadOnlySqlTransaction | DiskFull):
        return True
    is_of_connection = isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) is None
    return error.connection_invalidated or is_of_connection


def may_hold(error: BaseException | None) -> bool:
    """Whether something that this request did may hold after this error, or surely does.

    The connection may break off at COMMIT, and then nobody can tell from here: an error of a statement carries the
    statement, and what cannot connect never had a connection to lose. Or a unit of work had ended well before.
    """
    is_at_commit = isinstance(error, DBAPIError) and error.connection_invalidated and error.statement is None
    return isinstance(error, CommitUnknown) or is_at_commit or bool(g.get("vastgelegd"))


def is_taken(error: BaseException) -> bool:
    """Whether another transaction has what this one needs: a moment later it may well be free."""
    return is_deadlock(error) or (isinstance(error, DBAPIError) and isinstance(error.orig, LockNotAvailable))


def is_too_slow(error: BaseException) -> bool:
    """Whether the database has too much to do: a statement took too long, or no connection came free."""
    return isinstance(error, TimeoutError) or (isinstance(error, DBAPIError) and isinstance(error.orig, QueryCanceled))


def breaks(error: IntegrityError, *constraints: str) -> bool:
    """Whether the error is about one of these constraints; any other is a mistake in the code."""
    return isinstance(error.orig, psycopg.Error) and error.orig.diag.constraint_name in constraints


def is_among(column: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """The condition that a column holds one of these: one parameter, however many they are."""
    return column == any_(literal(list(values), ARRAY(column.type)))


def count_changed(session: Session, statement: Insert | Update | Delete, key: InstrumentedAttribute[Any]) -> int:
    """Execute, and tell how many rows it was about; what the session holds of them is not brought up to date."""
    return len(session.execute(statement.returning(key), execution_options={"synchronize_session": False}).all())


def after_commit(session: Session, callback: Callable[[], object]) -> None:
    """Run `callback` once the unit of work has committed; forget it when it rolls back."""
    session.info.setdefault(_AFTER_COMMIT, []).append(callback)
