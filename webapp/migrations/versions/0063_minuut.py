"""Results within a minute, where the LAS allows it and the school chose it"""

import sqlalchemy as sa
from alembic import op

from webapp.migrations.muur import wall

revision = "0063"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "minuut",
        sa.Column("las_type", sa.String(32), nullable=False),
        sa.Column("sinds", moment, nullable=True),
        sa.Column("door", sa.Integer(), nullable=True),
        sa.Column("minuut", moment, nullable=True),
        sa.Column("berichten", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("las_type IN ('parnassys')", name=op.f("ck_minuut_las_type")),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_minuut_door_account")),
        sa.PrimaryKeyConstraint("las_type", name=op.f("pk_minuut")),
    )
    op.create_table(
        "zendkeuze",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("binnen_minuut", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("gewijzigd_op", moment, nullable=True),
        sa.Column("gewijzigd_door", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_zendkeuze_school_id_school")),
        sa.ForeignKeyConstraint(["gewijzigd_door"], ["account.id"], name=op.f("fk_zendkeuze_gewijzigd_door_account")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_zendkeuze")),
    )
    wall("zendkeuze")
    op.add_column("koppeling", sa.Column("minuut_sinds", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("koppeling", "minuut_sinds")
    op.drop_table("zendkeuze")
    op.drop_table("minuut")
