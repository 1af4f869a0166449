"""Remember when a record was parked: the last change of a row says nothing of that"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0044"
branch_labels = None
depends_on = None

_TABLES = ("groep", "leerkracht", "leerling")


def upgrade() -> None:
    """Of who is parked already the last change is the best that is known; parking by a beheerder was written down."""
    for table in _TABLES:
        op.add_column(table, sa.Column("vertrokken_op", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE groep SET vertrokken_op = gewijzigd_op WHERE status = 'vertrokken'")
    op.execute("UPDATE leerkracht SET vertrokken_op = gewijzigd_op WHERE status = 'vertrokken'")
    op.execute("UPDATE leerling SET vertrokken_op = coalesce(geparkeerd_op, gewijzigd_op) WHERE status = 'vertrokken'")


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "vertrokken_op")
