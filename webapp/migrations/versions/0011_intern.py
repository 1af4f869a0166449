"""A mistake of our own is a code like any other"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FOUTEN = (("koppeling", "fout"), ("koppeling", "zend_fout"), ("levering", "fout"))
CODES = (*((table, f"{fout}_code") for table, fout in FOUTEN), ("verzending", "fout_code"))


def upgrade() -> None:
    for table, column in CODES:
        _words(table, column, add="intern")


def downgrade() -> None:
    for table, fout in FOUTEN:
        op.execute(
            f"UPDATE {table} SET {fout}_code = 'onbekend', "  # noqa: S608  # names of ours
            f"{fout}_gegevens = jsonb_build_object('code', 'intern') WHERE {fout}_code = 'intern'"
        )
    op.execute("UPDATE verzending SET fout_code = 'onbekend' WHERE fout_code = 'intern'")
    for table, column in CODES:
        _words(table, column, drop="intern")


def _words(table: str, column: str, *, add: str | None = None, drop: str | None = None) -> None:
    """Let the check of this column know one word more or less, whatever other words it knows by now."""
    name = f"ck_{table}_{column}"
    check = op.get_bind().scalar(
        sa.text("SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = :name"), {"name": name}
    )
    known = set(re.findall(r"'([^']+)'", check)) - {drop} | ({add} if add else set())
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, sa.column(column).in_(sorted(known)))
