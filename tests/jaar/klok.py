"""A clock that can be set, for every statement in one database: `now()` of PostgreSQL, before the real one is found."""

from __future__ import annotations

from datetime import datetime

import psycopg

from sandbox.lokaal.mailcatcher import plain_url
from tests.ground.servers import as_owner

_MAKE = """
CREATE SCHEMA klok;
CREATE TABLE klok.stand (voor interval NOT NULL);
INSERT INTO klok.stand VALUES ('0');
CREATE FUNCTION klok.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.now() + voor FROM klok.stand';
CREATE FUNCTION klok.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT pg_catalog.clock_timestamp() + voor FROM klok.stand';
GRANT USAGE ON SCHEMA klok TO PUBLIC;
GRANT SELECT ON klok.stand TO PUBLIC;
DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT table_schema, table_name, column_name FROM information_schema.columns
        WHERE column_default IN ('now()', 'pg_catalog.now()') AND table_schema = 'public'
    LOOP
        EXECUTE format('ALTER TABLE %I.%I ALTER %I SET DEFAULT klok.now()',
            each.table_schema, each.table_name, each.column_name);
    END LOOP;
END $$
"""
_LET_IT_COUNT = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = klok, public, pg_catalog', current_database());
END $$
"""


class Klok:
    """The clock of a database; made before the app connects to it."""

    def __init__(self, database_url: str, *, is_copy: bool = False) -> None:
        """A copy of a database has its clock in it, but not yet the setting that makes it count."""
        options = "-c default_transaction_read_only=off"
        self._connection = psycopg.connect(plain_url(as_owner(database_url)), autocommit=True, options=options)
        if not is_copy:
            self._connection.execute(_MAKE.encode())
        self._connection.execute(_LET_IT_COUNT.encode())

    def set(self, moment: datetime) -> None:
        self._connection.execute("UPDATE klok.stand SET voor = %s - pg_catalog.now()", [moment])

    def tend(self) -> None:
        """Do what autovacuum does on a server in use; the server of the tests has it off."""
        self._connection.execute("VACUUM (ANALYZE)")

    def close(self) -> None:
        self._connection.close()
