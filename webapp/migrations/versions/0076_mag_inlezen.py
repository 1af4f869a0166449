"""A token may be the test centre's own, that reads in what it has; none is until who leads makes one"""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0078"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "leverancier", sa.Column("mag_inlezen", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )


def downgrade() -> None:
    op.drop_column("leverancier", "mag_inlezen")
