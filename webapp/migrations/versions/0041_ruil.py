"""Which lines are one question because the LAS exchanged two leerlingen, and whose results wait for a night"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("importregel", sa.Column("ruil", postgresql.JSONB(), nullable=True))
    op.add_column("leerling", sa.Column("wacht_op_nacht_sinds", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("leerling", "wacht_op_nacht_sinds")
    op.drop_column("importregel", "ruil")
