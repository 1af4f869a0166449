"""Brakes on guessing and forms that outlive a login; recovery codes are hashed"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rem",
        sa.Column("sleutel", sa.String(64), nullable=False),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("vrij_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sleutel", name=op.f("pk_rem")),
    )
    op.create_index(op.f("ix_rem_vrij_op"), "rem", ["vrij_op"])
    op.create_table(
        "bewaard",
        sa.Column("id", postgresql.UUID(as_uuid=False), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
        sa.Column("tot", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bewaard_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bewaard")),
    )
    op.create_index(op.f("ix_bewaard_tot"), "bewaard", ["tot"])
    # As `webapp/accounts/herstelcodes.py` does: without dashes, SHA-256 in hex.
    op.execute(
        "UPDATE account SET mf_recovery_codes = (SELECT coalesce(jsonb_agg(encode("
        "sha256(convert_to(replace(code, '-', ''), 'UTF8')), 'hex') ORDER BY nth), '[]') "
        "FROM jsonb_array_elements_text(mf_recovery_codes) WITH ORDINALITY AS codes (code, nth)) "
        "WHERE jsonb_typeof(mf_recovery_codes) = 'array'"
    )


def downgrade() -> None:
    op.execute("UPDATE account SET mf_recovery_codes = NULL")  # a hash is no code, and nobody gets it back
    op.drop_table("bewaard")
    op.drop_table("rem")
