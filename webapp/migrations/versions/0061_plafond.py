"""How many schools of a LAS a night takes along; the LAS that is there already keeps all of them"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "plafond",
        sa.Column("las_type", sa.String(32), nullable=False),
        sa.Column("scholen", sa.Integer(), nullable=True),
        sa.Column("sinds", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("door", sa.Integer(), nullable=True),
        sa.CheckConstraint("las_type IN ('parnassys')", name=op.f("ck_plafond_las_type")),
        sa.CheckConstraint("scholen > 0", name=op.f("ck_plafond_scholen")),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_plafond_door_account")),
        sa.PrimaryKeyConstraint("las_type", name=op.f("pk_plafond")),
    )
    op.execute("INSERT INTO plafond (las_type, scholen) VALUES ('parnassys', NULL)")
    op.add_column("koppeling", sa.Column("wacht_op_beurt_sinds", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("koppeling", "wacht_op_beurt_sinds")
    op.drop_table("plafond")
