"""What is looked for every night among years of results, and is seldom there, is found by an index of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0081"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_levering_onderweg", "levering", "status = 'onderweg'"),
    ("ix_levering_elders_afgeleverd", "levering", "status = 'elders_afgeleverd'"),
    ("ix_bezorging_afwezig", "bezorging", "aanwezig IS false"),
)


def upgrade() -> None:
    for name, table, where in _INDEXES:
        op.create_index(name, table, ["school_id"], postgresql_where=sa.text(where))


def downgrade() -> None:
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
