"""A new school year that waits at a school, and the mail about one that began"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from webapp.migrations.muur import wall

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "overgang",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("schooljaar", sa.String(9), nullable=False),
        sa.Column("vooruitblik", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("gezien_op", moment, nullable=True),
        sa.Column("teruggedraaid_op", moment, nullable=True),
        sa.Column("teruggedraaid_door", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_overgang_school_id_school")),
        sa.ForeignKeyConstraint(
            ["teruggedraaid_door"], ["account.id"], name=op.f("fk_overgang_teruggedraaid_door_account")
        ),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_overgang")),
    )
    wall("overgang")
    _words._words("mail", "soort", add="overgang")


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE soort = 'overgang'")
    _words._words("mail", "soort", drop="overgang")
    op.drop_table("overgang")
