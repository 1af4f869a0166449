"""Remember for which school year a beheerder decided about who is here and not in the LAS"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("koppeling", sa.Column("afwezig_beslist", sa.String(length=9), nullable=True))


def downgrade() -> None:
    op.drop_column("koppeling", "afwezig_beslist")
