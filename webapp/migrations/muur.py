"""The wall between schools, in the database: who runs a statement sees and writes rows of one school, or says all.

`app.school_id` is set per transaction (`webapp/db.py`): an id, or -1 for all schools. Unset, nothing is there.
The oefenschool, -2, is none of all schools: only who names it sees and writes anything of it.
"""

from __future__ import annotations

from alembic import op

HERE = "(SELECT nullif(current_setting('app.school_id', true), '')::int)"
"""In a SELECT of its own, so that it is worked out once per statement and not once per row."""


def of_a_school(column: str = "school_id") -> str:
    """The condition for a table of which this column says the school."""
    return f"{column} = {HERE} OR ({HERE} = -1 AND {column} IS DISTINCT FROM -2)"


def wall(table: str, condition: str | None = None) -> None:
    """Let nothing of this table be seen, written or changed but of the school of the transaction, also by its owner."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY school ON {table} USING ({condition or of_a_school()})")


def no_wall(table: str) -> None:
    """Take it away again."""
    op.execute(f"DROP POLICY school ON {table}")
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
