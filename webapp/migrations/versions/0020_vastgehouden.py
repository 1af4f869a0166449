"""What is held is of any kind, with why and since when; who was parked can come back; a mail of its own"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")


def upgrade() -> None:
    op.add_column("importbatch", sa.Column("vastgehouden", JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("importbatch", sa.Column("vastgehouden_op", sa.DateTime(timezone=True), nullable=True))
    op.add_column("importbatch", sa.Column("geparkeerd", JSONB(), nullable=True))
    op.execute(
        "UPDATE importbatch SET vastgehouden_op = opgehaald_op, vastgehouden = jsonb_build_object('leerling', "
        "jsonb_build_object('ids', tellingen -> 'vertrek_vastgehouden', 'redenen', jsonb_build_array('tiende'))) "
        "WHERE jsonb_array_length(coalesce(tellingen -> 'vertrek_vastgehouden', '[]')) > 0"
    )
    op.execute("UPDATE importbatch SET tellingen = tellingen - 'vertrek_vastgehouden'")
    _words._words("mail", "soort", add="vastgehouden")


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE soort = 'vastgehouden'")
    _words._words("mail", "soort", drop="vastgehouden")
    # What is held of another kind stays as it is; the next aanlevering judges it anew.
    op.execute(
        "UPDATE importbatch SET tellingen = tellingen || jsonb_build_object("
        "'vertrek_vastgehouden', coalesce(vastgehouden #> '{leerling,ids}', '[]'))"
    )
    for name in ("geparkeerd", "vastgehouden_op", "vastgehouden"):
        op.drop_column("importbatch", name)
