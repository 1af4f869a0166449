"""What a school lets go to its LAS: all or nothing, which toetsen, and from when"""

import sqlalchemy as sa
from alembic import op

from webapp.migrations.muur import wall

revision = "0064"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("zendkeuze", sa.Column("vanaf", moment, nullable=True))
    op.create_table(
        "uitgezet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("toets_id", sa.Integer(), nullable=True),
        sa.Column("sinds", moment, nullable=False),
        sa.Column("tot", moment, nullable=True),
        sa.Column("door", sa.Integer(), nullable=False),
        sa.CheckConstraint("tot >= sinds", name=op.f("ck_uitgezet_tot")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_uitgezet_school_id_school")),
        sa.ForeignKeyConstraint(["toets_id"], ["toets.id"], name=op.f("fk_uitgezet_toets_id_toets")),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_uitgezet_door_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uitgezet")),
    )
    op.create_index("ix_uitgezet_school_id", "uitgezet", ["school_id"])
    op.create_index(
        "uq_uitgezet_open",
        "uitgezet",
        ["school_id", "toets_id"],
        unique=True,
        postgresql_where=sa.text("tot IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    wall("uitgezet")


def downgrade() -> None:
    op.drop_table("uitgezet")
    op.drop_column("zendkeuze", "vanaf")
