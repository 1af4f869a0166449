"""The oefenschool is none of all schools; a login may be practising there"""

import sqlalchemy as sa
from alembic import op

from webapp.migrations.muur import HERE, of_a_school

revision = "0084"
down_revision = "0094"
branch_labels = None
depends_on = None
minstens = revision  # older code takes the oefenschool for a school as any other

_OF_GROEP = "EXISTS (SELECT FROM groep WHERE groep.id = groep_id)"


def upgrade() -> None:
    for table, column in _walls():
        op.execute(f"ALTER POLICY school ON {table} USING ({of_a_school(column)})")
    op.execute(f"ALTER POLICY school ON leerkracht_groep USING ({_OF_GROEP})")
    op.add_column("sessie", sa.Column("oefent", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    # To an older program it is a school as any other: nothing of it may be due. Its lines of the trail stay, as all do.
    op.execute("SELECT set_config('app.school_id', '-2', true)")
    op.execute("DELETE FROM mail WHERE school_id = -2")
    op.execute(
        "UPDATE koppeling SET status = 'beeindigd', sleutel = NULL, ophalen_op = NULL, zenden_op = NULL"
        " WHERE school_id = -2"
    )
    op.execute("SELECT set_config('app.school_id', '-1', true)")  # what older steps clean up is of all schools
    op.drop_column("sessie", "oefent")
    op.execute(f"ALTER POLICY school ON leerkracht_groep USING ({_OF_GROEP} OR {HERE} = -1)")
    for table, column in _walls():
        op.execute(f"ALTER POLICY school ON {table} USING ({column} = {HERE} OR {HERE} = -1)")


def _walls() -> list[tuple[str, str]]:
    """Every table behind the wall that names a school, with the column that does."""
    found = op.get_bind().execute(
        sa.text("""
            SELECT tablename, CASE tablename WHEN 'school' THEN 'id' ELSE 'school_id' END
            FROM pg_policies p WHERE policyname = 'school' AND (tablename = 'school' OR EXISTS (
                SELECT FROM information_schema.columns c
                WHERE c.table_schema = p.schemaname AND c.table_name = p.tablename AND column_name = 'school_id'))
            ORDER BY tablename
        """)
    )
    return [(table, column) for table, column in found]
