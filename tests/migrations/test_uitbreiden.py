"""While an upgrade rolls, code of before runs on tables of after: a migration only adds, or says who can no more.

Each is run by itself, and the tables of before and after are compared: what old code may count on is still there, and
nothing new is asked of it. `minstens` in a migration names the oldest code that can use what it leaves, by the last
migration that this code knows: its own number when no older code can.
"""

from __future__ import annotations

import re

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from webapp.config import PROJECT
from webapp.migrate import alembic_config

MARKER = "0089"
"""From here on it holds; what was before is in the table of docs/operations.md."""
PROMISES = """
SELECT 'table', relname, '' FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
UNION ALL SELECT 'column', attrelid::regclass::text, concat_ws(' ', attname, format_type(atttypid, atttypmod))
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT 'left out', attrelid::regclass::text, attname
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    AND (NOT attnotnull OR atthasdef OR attidentity <> '')
UNION ALL SELECT 'right', table_name, concat_ws(' ', grantee, privilege_type)
    FROM information_schema.role_table_grants WHERE table_schema = 'public'
"""
"""What code of before counts on: kind, table, and what."""
DUTIES = """
SELECT 'constraint', conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype <> 'n'
UNION ALL SELECT 'must be given', attrelid::regclass::text, attname
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    AND attnotnull AND NOT atthasdef AND attidentity = ''
UNION ALL SELECT 'unique', indrelid::regclass::text, regexp_replace(pg_get_indexdef(indexrelid), 'INDEX .* ON', 'ON')
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE indisunique AND relnamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'policy', polrelid::regclass::text, pg_get_expr(polqual, polrelid) FROM pg_policy
"""
"""What is asked of it."""

Feiten = set[tuple[str, str, str]]


def _facts(connection: Connection, query: str) -> Feiten:
    return {(str(kind), str(table), str(what)) for kind, table, what in connection.execute(text(query))}


def what_breaks(before: tuple[Feiten, Feiten], after: tuple[Feiten, Feiten]) -> list[tuple[str, str, str]]:
    """What code of before would stumble over."""
    tables = {table for kind, table, _ in before[0] if kind == "table"}
    return sorted((before[0] - after[0]) | {duty for duty in after[1] - before[1] if duty[1] in tables})


def test_each_migration_only_adds_or_says_that_it_does_not(owner_url: str) -> None:
    config = alembic_config(owner_url)
    script = ScriptDirectory.from_config(config)
    steps = [each for each in script.walk_revisions(MARKER, "heads") if each.revision != MARKER][::-1]
    command.downgrade(config, MARKER)
    engine = create_engine(owner_url)

    def look() -> tuple[Feiten, Feiten]:
        with engine.connect() as connection:
            return _facts(connection, PROMISES), _facts(connection, DUTIES)

    known, silent = {each.revision for each in script.walk_revisions(MARKER, MARKER)}, {}
    before = look()
    for step in steps:
        command.upgrade(config, step.revision)
        after = look()
        known.add(step.revision)
        minstens = getattr(step.module, "minstens", None)
        if minstens is None and (broken := what_breaks(before, after)):
            silent[step.revision] = broken
        assert minstens is None or minstens in known, f"{step.revision}: {minstens} is no migration of before"
        before = after
    engine.dispose()
    assert silent == {}, "give it `minstens` and a row in docs/operations.md, or let it only add"


def test_what_cannot_roll_is_in_the_guide() -> None:
    rows = re.findall(r"^\| `(\d{4})` \|.*\| (yes|no) \|$", (PROJECT / "docs/operations.md").read_text(), re.MULTILINE)
    script = ScriptDirectory.from_config(alembic_config("nergens"))
    since = [each for each in script.walk_revisions(MARKER, "heads") if each.revision != MARKER]
    stops = {each.revision for each in since if getattr(each.module, "minstens", None) == each.revision}
    after = {each.revision for each in since}
    assert {number for number, rolls in rows if rolls == "no" and number in after} == stops


STUMBLES = {
    "CREATE TABLE nieuw (id int PRIMARY KEY)": [],
    "ALTER TABLE toets ADD COLUMN nieuw text": [],
    "ALTER TABLE toets ADD COLUMN nieuw int NOT NULL DEFAULT 1": [],
    "CREATE INDEX nieuw ON toets (naam)": [],
    "ALTER TABLE toets ADD COLUMN nieuw int NOT NULL": ["must be given"],
    "ALTER TABLE toets RENAME COLUMN naam TO nieuw": ["column", "must be given"],
    "ALTER TABLE toets DROP COLUMN naam": ["column"],
    "ALTER TABLE toets ADD CHECK (naam <> '')": ["constraint"],
    "CREATE UNIQUE INDEX nieuw ON toets (naam)": ["unique"],
    "ALTER TABLE toets ALTER COLUMN versie SET NOT NULL": ["left out", "must be given"],
    "REVOKE INSERT ON toets FROM koppelpunt_web": ["right"],
    "DROP TABLE herkomst": ["column", "left out", "right", "table"],
}


def test_the_comparison_sees_what_old_code_would_stumble_over(owner_url: str) -> None:
    engine = create_engine(owner_url)
    for change, stumbles in STUMBLES.items():
        with engine.connect() as connection:
            before = _facts(connection, PROMISES), _facts(connection, DUTIES)
            connection.execute(text(change))
            after = _facts(connection, PROMISES), _facts(connection, DUTIES)
            connection.rollback()
        assert sorted({kind for kind, *_ in what_breaks(before, after)}) == stumbles, change
    engine.dispose()
