"""What goes to a LAS once more after an incident there, step by step"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from webapp.migrations.muur import wall

revision = "0066"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "herzending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("las_type", sa.String(32), nullable=False),
        sa.Column("fout_code", sa.String(64), nullable=True),
        sa.Column("van", moment, nullable=False),
        sa.Column("tot", moment, nullable=False),
        sa.Column("gevraagd_op", moment, nullable=False),
        sa.Column("gevraagd_door", sa.Integer(), nullable=False),
        sa.Column("stap", sa.Integer(), nullable=False),
        sa.Column("gestopt_op", moment, nullable=True),
        sa.Column("gestopt_door", sa.Integer(), nullable=True),
        sa.CheckConstraint(sa.column("las_type").in_(("parnassys",)), name=op.f("ck_herzending_las_type")),
        sa.ForeignKeyConstraint(["gevraagd_door"], ["account.id"], name=op.f("fk_herzending_gevraagd_door_account")),
        sa.ForeignKeyConstraint(["gestopt_door"], ["account.id"], name=op.f("fk_herzending_gestopt_door_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_herzending")),
    )  # fmt: skip
    op.create_table(
        "herzendregel",
        sa.Column("herzending_id", sa.Integer(), nullable=False),
        sa.Column("resultaat_id", sa.Integer(), nullable=False),
        sa.Column("stap", sa.Integer(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("in_rij_op", moment, nullable=True),
        sa.Column("fout", postgresql.JSONB(), nullable=True),
        sa.Column("gestopt_op", moment, nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["herzending_id"], ["herzending.id"],
            name=op.f("fk_herzendregel_herzending_id_herzending"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resultaat_id"], ["resultaat.id"],
            name=op.f("fk_herzendregel_resultaat_id_resultaat"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_herzendregel_school_id_school")),
        sa.PrimaryKeyConstraint("herzending_id", "resultaat_id", name=op.f("pk_herzendregel")),
    )  # fmt: skip
    op.create_index(op.f("ix_herzendregel_resultaat_id"), "herzendregel", ["resultaat_id"])
    op.create_index(op.f("ix_herzendregel_school_id"), "herzendregel", ["school_id"])
    op.create_index(
        "ix_herzendregel_open", "herzendregel", ["school_id"],
        postgresql_where=sa.text("in_rij_op IS NULL AND gestopt_op IS NULL"),
    )  # fmt: skip
    wall("herzendregel")


def downgrade() -> None:
    op.drop_table("herzendregel")  # what is in line by then goes on, as any other result
    op.drop_table("herzending")
