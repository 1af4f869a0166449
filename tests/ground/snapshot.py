"""A database as it was at one moment, and the way back to it: for a test that commits and wants to begin again."""

from __future__ import annotations

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from sandbox.lokaal.mailcatcher import plain_url
from sandbox.lokaal.postgres import SUPERUSER
from webapp.models import Base

_TABLES = [sql.Identifier(table) for table in sorted(Base.metadata.tables)]
_EMPTY = sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(table) for table in _TABLES)


class Snapshot:
    """The rows of every table. Numbers that were given out are not given again."""

    def __init__(self, database_url: str) -> None:
        self._url = plain_url(make_url(database_url).set(username=SUPERUSER).render_as_string(hide_password=False))
        with psycopg.connect(self._url) as connection:
            self._rows = [(table, rows) for table in _TABLES if (rows := _copy(connection, table))]

    def restore(self) -> None:
        """Put all of it back, past the wall and the triggers; nobody may be in a transaction."""
        with psycopg.connect(self._url, options="-c session_replication_role=replica") as connection:
            connection.execute(_EMPTY)
            for table, rows in self._rows:
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                    copy.write(rows)


def _copy(connection: psycopg.Connection, table: sql.Identifier) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(table)) as copy:
        return b"".join(copy)
