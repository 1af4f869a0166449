"""The figures for whoever watches, in the row of the watch, and two small indexes by which they are found"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0092"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    figures = sa.Column("metingen", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False)
    op.add_column("levensteken", figures)
    op.create_index(op.f("ix_verzending_begonnen_op"), "verzending", ["begonnen_op"], postgresql_using="brin")
    op.create_index(
        op.f("ix_leerling_klopt_niet_sinds"),
        "leerling",
        ["klopt_niet_sinds"],
        postgresql_where=sa.text("klopt_niet_sinds IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_leerling_klopt_niet_sinds"), "leerling")
    op.drop_index(op.f("ix_verzending_begonnen_op"), "verzending")
    op.drop_column("levensteken", "metingen")
