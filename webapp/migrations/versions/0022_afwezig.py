"""Remember since when the LAS does not send a record that is not parked, and when a beheerder parked a leerling"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0016"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("groep", "afwezig_sinds"),
    ("leerkracht", "afwezig_sinds"),
    ("leerling", "afwezig_sinds"),
    ("leerling", "geparkeerd_op"),
)


def upgrade() -> None:
    for table, name in _COLUMNS:
        op.add_column(table, sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("UPDATE leerling SET groep_id = NULL WHERE geparkeerd_op IS NOT NULL")
    for table, name in reversed(_COLUMNS):
        op.drop_column(table, name)
