"""Two records of one leerling can become one: which record the other went into, and which results went along"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0046"
branch_labels = None
depends_on = None

_FK = "fk_leerling_samengevoegd_same_school"


def upgrade() -> None:
    op.add_column("leerling", sa.Column("samengevoegd_met_id", sa.Integer(), nullable=True))
    op.create_foreign_key(_FK, "leerling", "leerling", ["school_id", "samengevoegd_met_id"], ["school_id", "id"])
    op.create_index(
        "ix_leerling_samengevoegd_met_id",
        "leerling",
        ["samengevoegd_met_id"],
        postgresql_where=sa.text("samengevoegd_met_id IS NOT NULL"),
    )
    op.add_column("handeling", sa.Column("resultaten", sa.ARRAY(sa.Integer()), nullable=True))


def downgrade() -> None:
    op.drop_column("handeling", "resultaten")
    op.drop_index("ix_leerling_samengevoegd_met_id", "leerling")
    op.drop_constraint(_FK, "leerling")
    op.drop_column("leerling", "samengevoegd_met_id")  # who was merged stays parked, without a link
