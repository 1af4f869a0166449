"""The account of a board that somebody logs in with, and the mail about it"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0042"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")


def upgrade() -> None:
    op.create_table(
        "identiteit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("tenant", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("naam", sa.String(255), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_identiteit_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identiteit")),
        sa.UniqueConstraint("issuer", "tenant", "subject", name=op.f("uq_identiteit_issuer")),
    )
    op.create_index(op.f("ix_identiteit_account_id"), "identiteit", ["account_id"])
    _words._words("mail", "soort", add="bestuursaccount")


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE soort = 'bestuursaccount'")
    _words._words("mail", "soort", drop="bestuursaccount")
    op.drop_table("identiteit")
