"""The database says whether it is of practice or of real schools, and which code may use it"""

import sqlalchemy as sa
from alembic import op

from webapp.rollen import ROLES

revision = "0089"
down_revision = "0083"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installatie",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("omgeving", sa.String(length=16), nullable=True),
        sa.Column("minstens", sa.String(length=32), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_installatie_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installatie")),
    )
    op.execute("INSERT INTO installatie (id) VALUES (1)")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON installatie FROM {', '.join(ROLES)}")


def downgrade() -> None:
    op.drop_table("installatie")
