"""What approval rests on: a mark of each key, the verwerkersovereenkomst, and a LAS that needs no person for it"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0071"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("koppeling", sa.Column("sleutel_merk", sa.String(80), nullable=True))
    op.create_index(op.f("ix_koppeling_sleutel_merk"), "koppeling", ["sleutel_merk"])
    op.add_column("koppeling", sa.Column("goedkeuring_teruggenomen_op", moment, nullable=True))
    op.add_column("school", sa.Column("overeenkomst_op", sa.Date(), nullable=True))
    op.add_column("school", sa.Column("overeenkomst_door", sa.Integer(), nullable=True))
    op.add_column("school", sa.Column("overeenkomst_genoteerd_op", moment, nullable=True))
    op.create_foreign_key(
        op.f("fk_school_overeenkomst_door_account"), "school", "account", ["overeenkomst_door"], ["id"]
    )
    op.create_table(
        "goedkeuren_vanzelf",
        sa.Column("las_type", sa.String(32), nullable=False),
        sa.Column("sinds", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("door", sa.Integer(), nullable=False),
        sa.CheckConstraint("las_type IN ('parnassys')", name=op.f("ck_goedkeuren_vanzelf_las_type")),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_goedkeuren_vanzelf_door_account")),
        sa.PrimaryKeyConstraint("las_type", name=op.f("pk_goedkeuren_vanzelf")),
    )
    _words._words("mail", "soort", add="goedkeuring_teruggenomen")


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE soort = 'goedkeuring_teruggenomen'")
    _words._words("mail", "soort", drop="goedkeuring_teruggenomen")
    op.drop_table("goedkeuren_vanzelf")
    for column in ("overeenkomst_genoteerd_op", "overeenkomst_door", "overeenkomst_op"):
        op.drop_column("school", column)  # the date is typed again; the trail keeps who noted it
    op.drop_column("koppeling", "goedkeuring_teruggenomen_op")
    op.drop_column("koppeling", "sleutel_merk")  # `flask hersleutelen` makes it again
