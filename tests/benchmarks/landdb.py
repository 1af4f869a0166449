"""What PostgreSQL says of a run: bytes per school and year, the hottest statements with their plans, unused indexes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

from sandbox.lokaal.mailcatcher import plain_url
from sandbox.lokaal.postgres import OWNER, SUPERUSER, Postgres

_PREFIX = "land|%u|"
_LINE = re.compile(r"^land\|(?P<who>[^|]*)\|(?P<level>LOG|DETAIL):  (?P<text>.*)", re.DOTALL)
_TOOK = re.compile(r"^duration: ([0-9.]+) ms  (?:parse|bind|execute|statement)[^:]*: (.*)", re.DOTALL)
_PARAMETER = re.compile(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", re.DOTALL)
_SIZES = """
    SELECT relname, pg_total_relation_size(oid), pg_indexes_size(oid), greatest(reltuples, 0)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC
"""
_UNUSED = """
    SELECT each.relname, each.indexrelname, pg_relation_size(each.indexrelid)
    FROM pg_stat_user_indexes AS each JOIN pg_index USING (indexrelid)
    WHERE idx_scan = 0 AND NOT indisunique ORDER BY 3 DESC, 2
"""
"""A unique index is a rule, whether anybody looks something up by it or not."""


@dataclass
class Statement:
    """One statement of the log: how often, how long in all, and its dearest call."""

    text: str
    times: int = 0
    ms: float = 0.0
    worst: float = 0.0
    parameters: dict[str, str] = field(default_factory=dict)

    def filled(self) -> str:
        """With the values of its dearest call."""
        return re.sub(r"\$(\d+)", lambda found: self.parameters.get(found[1], "NULL"), self.text)


class Boek:
    """The log of the server, from where it was last read on."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        with self._as(SUPERUSER) as connection:
            for name, value in (("log_line_prefix", _PREFIX), ("log_min_duration_statement", "-1")):
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")
        self._at = postgres.log.stat().st_size

    def write(self, *, is_on: bool) -> None:
        """Log every statement from now on, or none: writing the log costs what it measures."""
        with self._as(SUPERUSER) as connection:
            connection.execute(f"ALTER SYSTEM SET log_min_duration_statement = {0 if is_on else -1}")
            connection.execute("SELECT pg_reload_conf()")

    def read(self) -> list[Statement]:
        """The statements since the last time, the dearest first."""
        found: dict[str, Statement] = defaultdict(lambda: Statement(""))
        last: tuple[Statement, bool] | None = None
        for line in self._lines():
            parts = _LINE.match(line)
            if parts is None or parts["who"] in {SUPERUSER, OWNER}:
                last = None
            elif parts["level"] == "DETAIL":
                if last is not None and last[1]:
                    last[0].parameters = dict(_PARAMETER.findall(parts["text"]))
            elif (took := _TOOK.match(parts["text"])) is not None:
                last = _count(found[took[2]], took[2], float(took[1]), is_whole="execute" in parts["text"][:40])
        return sorted(found.values(), key=lambda each: -each.ms)

    def _lines(self) -> Iterator[str]:
        """Each entry, with the lines that belong to it."""
        with self._postgres.log.open(encoding="utf-8", errors="replace") as log:
            log.seek(self._at)
            entry = ""
            while line := log.readline():
                if line.startswith("land|") and entry:
                    yield entry.rstrip("\n")
                    entry = ""
                entry += line
            self._at = log.tell()
            yield entry.rstrip("\n")

    def explain(self, statement: Statement) -> str:
        """Its plan, with the values of its dearest call, done and taken back."""
        with self._as(OWNER, autocommit=False) as connection:
            connection.execute("SET app.school_id = -1")
            try:
                rows = connection.execute(
                    f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {statement.filled()}".encode()
                ).fetchall()
            except psycopg.Error as error:
                return f"no plan: {error}"
            finally:
                connection.rollback()
            return "\n".join(row[0] for row in rows)

    def sizes(self) -> list[tuple[str, int, int, float]]:
        """Of each table its bytes in all, those of its indexes, and its rows."""
        return self._ask(_SIZES)

    def unused(self) -> list[tuple[str, str, int]]:
        """Indexes that nothing was looked up by, with their bytes."""
        return self._ask(_UNUSED)

    def _ask(self, query: str) -> list[Any]:
        with self._as(OWNER) as connection:
            return connection.execute(query.encode()).fetchall()

    def _as(self, role: str, *, autocommit: bool = True) -> psycopg.Connection:
        return psycopg.connect(plain_url(self._postgres.url(OWNER, role)), autocommit=autocommit)


def _count(statement: Statement, text: str, ms: float, *, is_whole: bool) -> tuple[Statement, bool]:
    """Add one line of the log; tell whether its values are those of the dearest call until now."""
    statement.text, statement.ms = text, statement.ms + ms
    statement.times += is_whole
    is_worst = is_whole and ms >= statement.worst
    if is_worst:
        statement.worst = ms
    return statement, is_worst
