"""Questions of the review are handed over to somebody of the school, who advises; a mail that was asked for anew"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from webapp.migrations.muur import wall

revision = "0045"
down_revision = "0038"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")
_MAILS = ("vraag_doorgegeven", "doorgeven_verlopen")
_ONCE = ("soort", "batch_id", "ontvanger")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "overdracht",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("aan", sa.Integer(), nullable=False),
        sa.Column("door", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("bericht", sa.String(300), nullable=True),
        sa.Column("gemaakt_op", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("tot", moment, nullable=False),
        sa.Column("teruggenomen_op", moment, nullable=True),
        sa.Column("verlopen_op", moment, nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_overdracht_school_id_school")),
        sa.ForeignKeyConstraint(["aan"], ["account.id"], name=op.f("fk_overdracht_aan_account")),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_overdracht_door_account")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_overdracht_mail_id_mail")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdracht")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_overdracht_mail_id")),
    )
    op.create_index(op.f("ix_overdracht_school_id"), "overdracht", ["school_id"])
    op.create_index(op.f("ix_overdracht_aan"), "overdracht", ["aan"])
    op.create_index(
        "ix_overdracht_loopt_af",
        "overdracht",
        ["tot"],
        postgresql_where=sa.text("teruggenomen_op IS NULL AND verlopen_op IS NULL"),
    )
    op.create_table(
        "overdrachtvraag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("overdracht_id", sa.Integer(), nullable=False),
        sa.Column("regel_id", sa.Integer(), nullable=False),
        sa.Column("advies", sa.String(32), nullable=True),
        sa.Column("kandidaat_id", sa.Integer(), nullable=True),
        sa.Column("opmerking", sa.String(200), nullable=True),
        sa.Column("geadviseerd_op", moment, nullable=True),
        sa.CheckConstraint("advies IN ('zelfde', 'ander', 'weet niet')", name=op.f("ck_overdrachtvraag_advies")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_overdrachtvraag_school_id_school")),
        sa.ForeignKeyConstraint(
            ["overdracht_id"],
            ["overdracht.id"],
            name=op.f("fk_overdrachtvraag_overdracht_id_overdracht"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["regel_id"], ["importregel.id"], name=op.f("fk_overdrachtvraag_regel_id_importregel"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdrachtvraag")),
        sa.UniqueConstraint("overdracht_id", "regel_id", name=op.f("uq_overdrachtvraag_overdracht_id")),
    )
    op.create_index(op.f("ix_overdrachtvraag_school_id"), "overdrachtvraag", ["school_id"])
    op.create_index(op.f("ix_overdrachtvraag_regel_id"), "overdrachtvraag", ["regel_id"])
    for table in ("overdracht", "overdrachtvraag"):
        wall(table)
    op.execute("SELECT set_config('app.school_id', '-1', true)")  # of all schools: the wall stands for its owner too
    # One name of a school everywhere: the one that she has, not as somebody typed it who asked for the koppeling.
    op.execute("UPDATE koppeling SET schoolnaam = school.naam FROM school WHERE school.id = koppeling.school_id")
    for soort in _MAILS:
        _words._words("mail", "soort", add=soort)
    op.drop_constraint("uq_mail_once_per_batch", "mail")
    op.create_index(
        "uq_mail_once_per_batch",
        "mail",
        list(_ONCE),
        unique=True,
        postgresql_where=sa.text("NOT (gegevens ? 'opnieuw')"),
    )


def downgrade() -> None:
    op.drop_index("uq_mail_once_per_batch", "mail")
    op.execute("SELECT set_config('app.school_id', '-1', true)")  # of all schools: the wall stands for its owner too
    # The form before knew one mail per aanlevering: what was asked for anew goes.
    op.execute("DELETE FROM mail WHERE gegevens ? 'opnieuw'")
    op.create_unique_constraint("uq_mail_once_per_batch", "mail", list(_ONCE))
    op.drop_table("overdrachtvraag")
    op.drop_table("overdracht")
    for soort in _MAILS:
        op.execute(f"DELETE FROM mail WHERE soort = '{soort}'")  # noqa: S608  # words of ours
        _words._words("mail", "soort", drop=soort)
