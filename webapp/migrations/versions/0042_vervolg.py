"""What is answered can be imported: a question is put aside, what waits is a follow-up, and a receipt is mailed"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0040"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")


def upgrade() -> None:
    op.add_column("importregel", sa.Column("later_door", sa.Integer(), nullable=True))
    op.add_column("importregel", sa.Column("later_op", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_importregel_later_door_account"), "importregel", "account", ["later_door"], ["id"])
    op.add_column("importbatch", sa.Column("vervolg_van_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_importbatch_vervolg_van_id_importbatch"), "importbatch", "importbatch", ["vervolg_van_id"], ["id"]
    )
    _words._words("mail", "soort", add="ontvangst")


def downgrade() -> None:
    """A follow-up stays, as an aanlevering like any other: its questions are still open."""
    op.execute("DELETE FROM mail WHERE soort = 'ontvangst'")
    _words._words("mail", "soort", drop="ontvangst")
    op.drop_column("importbatch", "vervolg_van_id")
    op.drop_column("importregel", "later_op")
    op.drop_column("importregel", "later_door")
