"""Mails that a koppeling was ended, and that somebody becomes no beheerder; reviews that outlived their koppeling close"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0041"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")
_MAILS = ("beeindigd", "toegang_geweigerd")


def upgrade() -> None:
    for word in _MAILS:
        _words._words("mail", "soort", add=word)
    op.execute("SELECT set_config('app.school_id', '-1', true)")  # of all schools: the wall stands for its owner too
    op.execute(
        "UPDATE importbatch SET status = 'vervangen', verwerkt_op = now(), vastgehouden = '{}', vastgehouden_op = NULL "
        "FROM koppeling WHERE koppeling.id = importbatch.koppeling_id AND koppeling.status = 'beeindigd' "
        "AND importbatch.status IN ('wacht_op_controle', 'vastgehouden')"
    )


def downgrade() -> None:
    for word in _MAILS:
        op.execute(sa.text("DELETE FROM mail WHERE soort = :word").bindparams(word=word))
        _words._words("mail", "soort", drop=word)
