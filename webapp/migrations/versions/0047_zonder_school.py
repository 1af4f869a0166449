"""Since when an account is of no school: it is emptied after a term; the mail that a beheerder paused or asks to end"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0039"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")


def upgrade() -> None:
    op.add_column("account", sa.Column("zonder_school_op", sa.DateTime(timezone=True), nullable=True))
    _words._words("mail", "soort", add="pauze_of_einde")


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE soort = 'pauze_of_einde'")
    _words._words("mail", "soort", drop="pauze_of_einde")
    op.drop_column("account", "zonder_school_op")
