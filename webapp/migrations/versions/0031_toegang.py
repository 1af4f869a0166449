"""Who asks for a school or is invited; another address, until it is confirmed; pausing and ending by the school"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0032"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")
_MAILS = ("toegang_gevraagd", "uitgenodigd", "beheerders_gewijzigd", "adres_bevestigen", "adres_gewijzigd")


def upgrade() -> None:
    op.create_table(
        "toetreding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("naam", sa.String(200), nullable=True),
        sa.Column("rol", sa.String(32), nullable=False),
        sa.Column("is_verzoek", sa.Boolean(), nullable=False),
        sa.Column("gemaakt_op", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("uitgenodigd_door", sa.Integer(), nullable=True),
        sa.Column("uitkomst", sa.String(32), nullable=True),
        sa.Column("besloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rol IN ('beheerder', 'leerkracht')", name=op.f("ck_toetreding_rol")),
        sa.CheckConstraint(
            "uitkomst IN ('aangenomen', 'geweigerd', 'ingetrokken')", name=op.f("ck_toetreding_uitkomst")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_toetreding_school_id_school")),
        sa.ForeignKeyConstraint(
            ["uitgenodigd_door"], ["account.id"], name=op.f("fk_toetreding_uitgenodigd_door_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_toetreding")),
    )
    op.create_index(op.f("ix_toetreding_school_id"), "toetreding", ["school_id"])
    op.create_index(
        "uq_toetreding_open",
        "toetreding",
        ["school_id", sa.text("lower(email)")],
        unique=True,
        postgresql_where=sa.text("uitkomst IS NULL"),
    )
    op.add_column("account", sa.Column("nieuw_email", sa.String(255), nullable=True))
    op.add_column(
        "koppeling",
        sa.Column("gepauzeerd_door_school", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("koppeling", sa.Column("einde_gevraagd_op", sa.DateTime(timezone=True), nullable=True))
    for word in _MAILS:
        _words._words("mail", "soort", add=word)


def downgrade() -> None:
    for word in _MAILS:
        op.execute(sa.text("DELETE FROM mail WHERE soort = :word").bindparams(word=word))
        _words._words("mail", "soort", drop=word)
    op.drop_column("koppeling", "einde_gevraagd_op")
    op.drop_column("koppeling", "gepauzeerd_door_school")
    op.drop_column("account", "nieuw_email")
    op.drop_table("toetreding")
