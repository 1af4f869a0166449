"""Something is done at every statement, or breaks at one of them: before or after, never between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from tests.ground.crawl import fingerprints
from webapp.db import db

COMMIT = "COMMIT"


@contextmanager
def at_statements(engine: Engine | Connection, do: Callable[[Any, str], object]) -> Iterator[None]:
    """Do this before every statement and every commit, with the connection and the SQL."""

    def statement(connection: Connection, _: object, sql: str, *__: object) -> None:
        do(connection, sql)

    def commit(connection: Connection) -> None:
        do(connection, COMMIT)

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


@contextmanager
def struck(
    engine: Engine | Connection, number: int, strike: Callable[[Any], object], since: str = ""
) -> Iterator[Callable[[], bool]]:
    """Strike at this statement, counted from the first that begins like `since`; tells whether it came so far.

    A COMMIT counts, and so does the moment after it, where there is no connection to strike: None.
    """
    left, is_counting = number, False

    def reach(connection: Any, sql: str) -> None:
        nonlocal left, is_counting
        is_counting = is_counting or sql.startswith(since)
        left -= is_counting
        if left == 0:
            strike(connection)

    def committed(_: Session) -> None:
        reach(None, "")

    event.listen(Session, "after_commit", committed)
    try:
        with at_statements(engine, reach):
            yield lambda: left <= 0
    finally:
        event.remove(Session, "after_commit", committed)


def end_connection(connection: Any) -> None:
    """End this connection of psycopg from another one, as an administrator or a failover does."""
    with psycopg.connect(connection.info.dsn, password=connection.info.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])


def break_at_every_statement(session: Session, act: Callable[[], object]) -> int:
    """Do this once for each of its statements, breaking there: nothing of it stays. Then do it; how many it had."""

    def lose(_: object) -> None:
        raise ConnectionResetError

    before, number = fingerprints(), 0
    while True:
        number += 1
        with suppress(ConnectionResetError), session.begin_nested(), struck(db.engine, number, lose) as has_come:
            act()
            session.flush()
        if not has_come():
            assert fingerprints() != before
            return number - 1
        session.expire_all()
        assert fingerprints() == before, f"at statement {number}"
