"""Two mails: a koppeling was ended, and who asked to become a beheerder does not"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0026"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")
_MAILS = ("beeindigd", "toegang_geweigerd")


def upgrade() -> None:
    for word in _MAILS:
        _words._words("mail", "soort", add=word)


def downgrade() -> None:
    for word in _MAILS:
        op.execute(sa.text("DELETE FROM mail WHERE soort = :word").bindparams(word=word))
        _words._words("mail", "soort", drop=word)
