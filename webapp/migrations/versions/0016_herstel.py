"""After a restore: which database this is, and results that wait until somebody has looked at them"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_before = import_module("webapp.migrations.versions.0011_intern")
_CODES = (*_before.CODES, ("zekering", "fout_code"))
_WORD = "nakijken"


def upgrade() -> None:
    op.create_table(
        "herkomst",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("merk", sa.String(length=64), nullable=False),
        sa.Column("nagekeken_op", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_herkomst_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_herkomst")),
    )
    for table, column in (*_CODES, ("levering", "status")):
        _before._words(table, column, add=_WORD)


def downgrade() -> None:
    # Older code would send it: it is refused there, with a code that says why.
    op.execute(
        "UPDATE levering SET status = 'geweigerd', fout_code = 'onbekend', fout_eigenaar = 'school', "
        "fout_gegevens = jsonb_build_object('code', 'nakijken') WHERE status = 'nakijken'"
    )
    for table, column in (*_CODES, ("levering", "status")):
        _before._words(table, column, drop=_WORD)
    op.drop_table("herkomst")
