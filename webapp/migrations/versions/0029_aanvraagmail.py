"""Mails in which schools ask for the koppeling: read once, and what became of each"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_WAAROM = ("geen tekst", "naam", "brin", "meer dan een", "te veel")


def upgrade() -> None:
    op.create_table(
        "aanvraagmail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sleutel", sa.String(64), nullable=False),
        sa.Column("afzender", sa.String(255), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("koppeling_id", sa.Integer(), nullable=True),
        sa.Column(
            "onduidelijk",
            sa.Enum(*_WAAROM, name="onduidelijk", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("gezien_op", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["koppeling_id"], ["koppeling.id"], name=op.f("fk_aanvraagmail_koppeling_id_koppeling"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aanvraagmail")),
        sa.UniqueConstraint("sleutel", name=op.f("uq_aanvraagmail_sleutel")),
    )
    op.create_index(
        "ix_aanvraagmail_open",
        "aanvraagmail",
        ["afzender"],
        postgresql_where=sa.text("onduidelijk IS NOT NULL AND gezien_op IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("aanvraagmail")
