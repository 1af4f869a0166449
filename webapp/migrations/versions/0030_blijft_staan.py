"""Remember in which school year a beheerder let a leerling stay who is not in the LAS"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("leerling", sa.Column("blijft_staan_in", sa.String(length=9), nullable=True))


def downgrade() -> None:
    op.drop_column("leerling", "blijft_staan_in")
