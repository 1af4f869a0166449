"""When the last backup was made and when one was tried, and an alarm when that is long ago"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0089"
branch_labels = None
depends_on = None
minstens = revision  # older code does not know the alarm

_words = import_module("webapp.migrations.versions.0011_intern")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "reservekopie",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sinds", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("begonnen_op", moment, nullable=True),
        sa.Column("geoefend_op", moment, nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_reservekopie_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservekopie")),
    )
    op.execute("INSERT INTO reservekopie (id) VALUES (1)")
    _words._words("alarm", "soort", add="reservekopie")


def downgrade() -> None:
    op.execute("DELETE FROM alarm WHERE soort = 'reservekopie'")
    _words._words("alarm", "soort", drop="reservekopie")
    op.drop_table("reservekopie")
