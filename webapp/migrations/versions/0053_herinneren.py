"""Reminders of a question: since when it waits and is mailed about, how often; and the region of the holidays"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0051"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")
_ONCE, _COLUMNS = "uq_mail_once_per_batch", ["soort", "batch_id", "ontvanger"]


def upgrade() -> None:
    """A question of before waits as long as its aanlevering; a reminder of it is looked at from the next day on."""
    op.add_column("school", sa.Column("vakantieregio", sa.String(32), nullable=True))
    regio = sa.column("vakantieregio").in_(["noord", "midden", "zuid"])
    op.create_check_constraint(op.f("ck_school_vakantieregio"), "school", regio)
    moment = sa.DateTime(timezone=True)
    op.add_column("importbatch", sa.Column("herinneren_op", moment, nullable=False, server_default=sa.func.now()))
    op.add_column("importregel", sa.Column("gevraagd_op", moment, nullable=False, server_default=sa.func.now()))
    op.add_column("importregel", sa.Column("gemaild_op", moment, nullable=True))
    op.add_column("importregel", sa.Column("herinnerd", sa.Integer(), nullable=False, server_default="0"))
    op.execute("""
        UPDATE importregel SET gevraagd_op = batch.opgehaald_op, gemaild_op = batch.gemaild_op
        FROM importbatch AS batch WHERE batch.id = importregel.batch_id AND batch.school_id = importregel.school_id
    """)
    _words._words("mail", "soort", add="herinnering")
    _once("NOT (gegevens ?| ARRAY['opnieuw', 'herinnering'])")


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE soort = 'herinnering'")
    _words._words("mail", "soort", drop="herinnering")
    _once("NOT (gegevens ? 'opnieuw')")
    for column in ("herinnerd", "gemaild_op", "gevraagd_op"):
        op.drop_column("importregel", column)
    op.drop_column("importbatch", "herinneren_op")
    op.drop_column("school", "vakantieregio")


def _once(unless: str) -> None:
    op.drop_index(_ONCE, "mail")
    op.create_index(_ONCE, "mail", _COLUMNS, unique=True, postgresql_where=sa.text(unless))
