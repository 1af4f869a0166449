"""That a link is said to be wrong, by whom and why; the mail about it"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0052"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")


def upgrade() -> None:
    op.add_column("leerling", sa.Column("klopt_niet_sinds", sa.DateTime(timezone=True), nullable=True))
    op.add_column("leerling", sa.Column("klopt_niet_door", sa.Integer(), nullable=True))
    op.add_column("leerling", sa.Column("klopt_niet_waarom", sa.String(32), nullable=True))
    op.create_foreign_key(
        op.f("fk_leerling_klopt_niet_door_account"), "leerling", "account", ["klopt_niet_door"], ["id"]
    )
    why = sa.column("klopt_niet_waarom").in_(["ander_kind", "naam", "anders"])
    op.create_check_constraint(op.f("ck_leerling_klopt_niet_waarom"), "leerling", why)
    _words._words("mail", "soort", add="klopt_niet")


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE soort = 'klopt_niet'")
    _words._words("mail", "soort", drop="klopt_niet")
    for column in ("klopt_niet_waarom", "klopt_niet_door", "klopt_niet_sinds"):
        op.drop_column("leerling", column)
