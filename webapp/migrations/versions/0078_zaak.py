"""What clerks keep at a case of the queue: whose it is, a note, until when it waits, and who has it open"""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "zaak",
        sa.Column("sleutel", sa.String(200), nullable=False),
        sa.Column("van_id", sa.Integer(), nullable=True),
        sa.Column("notitie", sa.String(500), server_default="", nullable=False),
        sa.Column("later_op", moment, nullable=True),
        sa.Column("later_tot", moment, nullable=True),
        sa.Column("gewijzigd_op", moment, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["van_id"], ["account.id"], name=op.f("fk_zaak_van_id_account")),
        sa.PrimaryKeyConstraint("sleutel", name=op.f("pk_zaak")),
    )
    op.create_table(
        "zaakkijker",
        sa.Column("sleutel", sa.String(200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("op", moment, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_zaakkijker_account_id_account")),
        sa.PrimaryKeyConstraint("sleutel", "account_id", name=op.f("pk_zaakkijker")),
    )


def downgrade() -> None:
    op.drop_table("zaakkijker")
    op.drop_table("zaak")  # the cases stay: the queue finds them; who had them and what was noted is gone
