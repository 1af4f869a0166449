"""What the LAS made of a sleutel when it was pasted"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("koppeling", sa.Column("proef_op", sa.DateTime(timezone=True), nullable=True))
    op.add_column("koppeling", sa.Column("proef_gelukt", sa.Boolean(), nullable=True))
    op.add_column("koppeling", sa.Column("proef_code", sa.String(length=64), nullable=True))
    op.add_column("koppeling", sa.Column("proef_tekst", sa.Text(), nullable=True))


def downgrade() -> None:
    for name in ("proef_op", "proef_gelukt", "proef_code", "proef_tekst"):
        op.drop_column("koppeling", name)
