"""The vaste afspraken of a school: what needs no question, and when it wants mail"""

import sqlalchemy as sa
from alembic import op

from webapp.migrations.muur import wall

revision = "0050"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    off = sa.text("false")
    op.create_table(
        "afspraken",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("nieuwe_leerlingen", sa.Boolean(), server_default=off, nullable=False),
        sa.Column("jaargroepen_niet", sa.ARRAY(sa.String(2)), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("nieuwe_leerkrachten", sa.Boolean(), server_default=off, nullable=False),
        sa.Column("alleen_op_het_spel", sa.Boolean(), server_default=off, nullable=False),
        sa.Column("mailritme", sa.String(32), server_default=sa.text("'meteen'"), nullable=False),
        sa.Column("mail_weekdag", sa.Integer(), nullable=True),
        sa.Column("mail_na_dagen", sa.Integer(), nullable=True),
        sa.Column("overgaan_vanaf", sa.Date(), nullable=True),
        sa.Column("gevraagd_op", moment, nullable=True),
        sa.Column("gewijzigd_op", moment, nullable=True),
        sa.Column("gewijzigd_door", sa.Integer(), nullable=True),
        sa.CheckConstraint("mail_weekdag BETWEEN 1 AND 5", name=op.f("ck_afspraken_mail_weekdag")),
        sa.CheckConstraint("mail_na_dagen > 0", name=op.f("ck_afspraken_mail_na_dagen")),
        sa.CheckConstraint("mailritme IN ('meteen', 'weekdag', 'na_dagen')", name=op.f("ck_afspraken_mailritme")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_afspraken_school_id_school")),
        sa.ForeignKeyConstraint(["gewijzigd_door"], ["account.id"], name=op.f("fk_afspraken_gewijzigd_door_account")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_afspraken")),
    )
    wall("afspraken")


def downgrade() -> None:
    op.drop_table("afspraken")
