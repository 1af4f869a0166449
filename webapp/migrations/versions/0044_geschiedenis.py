"""What happened to groepen, leerkrachten and leerlingen: each act, and what it changed in each record"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from webapp.migrations.muur import wall

revision = "0044"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handeling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("wat", sa.String(32), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("door", sa.Integer(), nullable=True),
        sa.Column("op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("teruggedraaid_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_handeling_school_id_school")),
        sa.ForeignKeyConstraint(["batch_id"], ["importbatch.id"], name=op.f("fk_handeling_batch_id_importbatch")),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_handeling_door_account")),
        sa.ForeignKeyConstraint(
            ["teruggedraaid_id"],
            ["handeling.id"],
            name=op.f("fk_handeling_teruggedraaid_id_handeling"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handeling")),
    )
    for column in ("school_id", "batch_id", "op", "teruggedraaid_id"):
        op.create_index(op.f(f"ix_handeling_{column}"), "handeling", [column])
    op.create_table(
        "mutatie",
        sa.Column("handeling_id", sa.Integer(), nullable=False),
        sa.Column("soort", sa.String(32), nullable=False),
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voor", postgresql.JSONB(), nullable=True),
        sa.Column("na", postgresql.JSONB(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("soort IN ('groep', 'leerkracht', 'leerling')", name=op.f("ck_mutatie_soort")),
        sa.ForeignKeyConstraint(
            ["handeling_id"], ["handeling.id"], name=op.f("fk_mutatie_handeling_id_handeling"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_mutatie_school_id_school")),
        sa.PrimaryKeyConstraint("handeling_id", "soort", "record_id", name=op.f("pk_mutatie")),
    )
    op.create_index("ix_mutatie_record", "mutatie", ["soort", "record_id"])
    op.create_index(op.f("ix_mutatie_school_id"), "mutatie", ["school_id"])
    for table in ("handeling", "mutatie"):
        wall(table)


def downgrade() -> None:
    op.drop_table("mutatie")
    op.drop_table("handeling")
