"""A mail to a colleague who is asked to look at a hold; how many groepen and leerkrachten are of another location"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0020"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")
_ELDERS = ("elders_groepen", "elders_leerkrachten")


def upgrade() -> None:
    _words._words("mail", "soort", add="doorgegeven")
    for name in _ELDERS:
        op.add_column("koppeling", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in reversed(_ELDERS):
        op.drop_column("koppeling", name)
    op.execute("DELETE FROM mail WHERE soort = 'doorgegeven'")
    _words._words("mail", "soort", drop="doorgegeven")
