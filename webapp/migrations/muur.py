"""The wall between schools, in the database: who runs a statement sees and writes rows of one school, or says all.

`app.school_id` is set per transaction (`webapp/db.py`): an id, or -1 for all schools. Unset, nothing is there.
"""

from __future__ import annotations

from alembic import op

_HERE = "(SELECT nullif(current_setting('app.school_id', true), '')::int)"
"""In a SELECT of its own, so that it is worked out once per statement and not once per row."""


def wall(table: str, condition: str = "school_id = {here}") -> None:
    """Let nothing of this table be seen, written or changed but of the school of the transaction, also by its owner."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY school ON {table} USING ({condition.format(here=_HERE)} OR {_HERE} = -1)")


def no_wall(table: str) -> None:
    """Take it away again."""
    op.execute(f"DROP POLICY school ON {table}")
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
