"""An exception that an import ended is kept, so that undoing the import brings it back"""

import sqlalchemy as sa
from alembic import op

from webapp.migrations.muur import wall

revision = "0055"
down_revision = "0050"
branch_labels = None
depends_on = None

_FK = "fk_uitzondering_handeling_id_handeling"


def upgrade() -> None:
    op.create_table(
        "vervallen_uitzondering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handeling_id", sa.Integer(), nullable=True),
        sa.Column("vervallen_id", sa.Integer(), nullable=False),
        sa.Column("soort", sa.String(32), nullable=False),
        sa.Column("las_key", sa.String(256), nullable=True),
        sa.Column("eckid", sa.String(256), nullable=True),
        sa.Column("omschrijving", sa.String(300), nullable=False),
        sa.Column("besloten_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("besloten_door", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "soort IN ('groep', 'leerkracht', 'leerling')", name=op.f("ck_vervallen_uitzondering_soort")
        ),
        sa.ForeignKeyConstraint(
            ["handeling_id"],
            ["handeling.id"],
            name=op.f("fk_vervallen_uitzondering_handeling_id_handeling"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["vervallen_id"],
            ["handeling.id"],
            name=op.f("fk_vervallen_uitzondering_vervallen_id_handeling"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["besloten_door"], ["account.id"], name=op.f("fk_vervallen_uitzondering_besloten_door_account")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_vervallen_uitzondering_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vervallen_uitzondering")),
    )
    for column in ("school_id", "handeling_id", "vervallen_id"):
        op.create_index(op.f(f"ix_vervallen_uitzondering_{column}"), "vervallen_uitzondering", [column])
    wall("vervallen_uitzondering")
    op.add_column("uitzondering", sa.Column("handeling_id", sa.Integer(), nullable=True))
    op.create_foreign_key(_FK, "uitzondering", "handeling", ["handeling_id"], ["id"], ondelete="SET NULL")
    op.create_index(op.f("ix_uitzondering_handeling_id"), "uitzondering", ["handeling_id"])
    op.execute("SELECT set_config('app.school_id', '-1', true)")  # of all schools: the wall stands for its owner too
    op.execute("""
        UPDATE uitzondering SET handeling_id = handeling.id
        FROM besluit JOIN handeling ON handeling.batch_id = besluit.batch_id AND handeling.wat = 'import'
        WHERE besluit.school_id = uitzondering.school_id AND besluit.op = uitzondering.besloten_op
    """)


def downgrade() -> None:
    op.drop_index(op.f("ix_uitzondering_handeling_id"), "uitzondering")
    op.drop_constraint(_FK, "uitzondering")
    op.drop_column("uitzondering", "handeling_id")
    op.drop_table("vervallen_uitzondering")  # an import that is undone afterwards does not bring them back
