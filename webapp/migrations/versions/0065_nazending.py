"""Results of an earlier school year that somebody approved go after all, and no others"""

import sqlalchemy as sa
from alembic import op

from webapp.migrations.muur import wall

revision = "0065"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "nazending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koppeling_id", sa.Integer(), nullable=False),
        sa.Column("schooljaar", sa.String(9), nullable=False),
        sa.Column("akkoord_op", moment, nullable=False),
        sa.Column("akkoord_door", sa.Integer(), nullable=False),
        sa.Column("bereikt", sa.String(200), nullable=True),
        sa.Column("gestopt_op", moment, nullable=True),
        sa.Column("gestopt_door", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["koppeling_id"], ["koppeling.id"], name=op.f("fk_nazending_koppeling_id_koppeling")),
        sa.ForeignKeyConstraint(["akkoord_door"], ["account.id"], name=op.f("fk_nazending_akkoord_door_account")),
        sa.ForeignKeyConstraint(["gestopt_door"], ["account.id"], name=op.f("fk_nazending_gestopt_door_account")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_nazending_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nazending")),
    )
    op.create_index(op.f("ix_nazending_koppeling_id"), "nazending", ["koppeling_id"])
    op.create_index(op.f("ix_nazending_school_id"), "nazending", ["school_id"])
    op.create_table(
        "nazendregel",
        sa.Column("nazending_id", sa.Integer(), nullable=False),
        sa.Column("resultaat_id", sa.Integer(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("leerlingid", sa.String(256), nullable=False),
        sa.Column("in_rij_op", moment, nullable=True),
        sa.Column("gestopt_op", moment, nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nazending_id"], ["nazending.id"],
            name=op.f("fk_nazendregel_nazending_id_nazending"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resultaat_id"], ["resultaat.id"],
            name=op.f("fk_nazendregel_resultaat_id_resultaat"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_nazendregel_school_id_school")),
        sa.PrimaryKeyConstraint("nazending_id", "resultaat_id", name=op.f("pk_nazendregel")),
    )  # fmt: skip
    op.create_index(op.f("ix_nazendregel_resultaat_id"), "nazendregel", ["resultaat_id"])
    op.create_index(op.f("ix_nazendregel_school_id"), "nazendregel", ["school_id"])
    op.create_index(
        "ix_nazendregel_open", "nazendregel", ["school_id"],
        postgresql_where=sa.text("in_rij_op IS NULL AND gestopt_op IS NULL"),
    )  # fmt: skip
    wall("nazending")
    wall("nazendregel")


def downgrade() -> None:
    op.drop_table("nazendregel")  # what is in line by then goes on, as any other result
    op.drop_table("nazending")
