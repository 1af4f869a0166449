"""What the test centre already has: its own numbers, when a school was read in, and the register of schools"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0069"
down_revision = "0065"
branch_labels = None
depends_on = None

_NUMBERED = ("groep", "leerkracht", "leerling", "resultaat")


def upgrade() -> None:
    for table in _NUMBERED:
        op.add_column(table, sa.Column("eigen_nummer", sa.String(64), nullable=True))
        op.create_unique_constraint(op.f(f"uq_{table}_eigen_nummer"), table, ["school_id", "eigen_nummer"])
    op.add_column("school", sa.Column("ingelezen_op", sa.DateTime(timezone=True), nullable=True))
    counts = sa.Column("ingelezen", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("school", counts)
    op.create_table(
        "registerschool",
        sa.Column("brin", sa.String(4), nullable=False),
        sa.Column("vestiging", sa.String(2), nullable=False),
        sa.Column("naam", sa.String(200), nullable=False),
        sa.Column("plaats", sa.String(100), nullable=False),
        sa.Column("gesloten_op", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("brin", "vestiging", name=op.f("pk_registerschool")),
    )


def downgrade() -> None:
    op.drop_table("registerschool")  # the register can be read in again; so can the numbers, by name
    op.drop_column("school", "ingelezen")
    op.drop_column("school", "ingelezen_op")
    for table in reversed(_NUMBERED):
        op.drop_constraint(op.f(f"uq_{table}_eigen_nummer"), table)
        op.drop_column(table, "eigen_nummer")
