"""A night has a course, silence has an alarm, and the parts leave signs of life in a row"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_MOMENTS = ("uitgelopen_op", "opgehaald_op", "verzonden_op", "klaar_op")
_SOORTEN = (
    "nacht",
    "zekering",
    "certificaat",
    "worker",
    "sweep",
    "intern",
    "nacht_uitgelopen",
    "niet_opgehaald",
    "uitgebleven",
    "leveringen",
    "vastgehouden",
)


def upgrade() -> None:
    op.alter_column("nacht", "begonnen_op", nullable=True)
    for name in _MOMENTS:
        op.add_column("nacht", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # Of these it is not known how they went; none of them is still under way as this version means it.
    op.execute("UPDATE nacht SET klaar_op = begonnen_op")
    op.create_table(
        "schoolnacht",
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("koppeling_id", sa.Integer(), nullable=False),
        sa.Column("opgehaald_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fout_code", sa.String(length=64), nullable=True),
        sa.Column("bevestigd", sa.Integer(), nullable=False),
        sa.Column("geweigerd", sa.Integer(), nullable=False),
        sa.Column("onzeker", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["datum"], ["nacht.datum"], name=op.f("fk_schoolnacht_datum_nacht"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["koppeling_id"], ["koppeling.id"], name=op.f("fk_schoolnacht_koppeling_id_koppeling")),
        sa.PrimaryKeyConstraint("datum", "koppeling_id", name=op.f("pk_schoolnacht")),
    )
    op.create_index(op.f("ix_schoolnacht_koppeling_id"), "schoolnacht", ["koppeling_id"])
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("soort", sa.String(length=32), nullable=False),
        sa.Column("oorzaak", sa.String(length=160), nullable=False),
        sa.Column("gegevens", JSONB(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gemeld_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("voorbij_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("webhook_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("webhook_claim", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("webhook_claim_tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("webhook_pogingen", sa.Integer(), nullable=False),
        sa.CheckConstraint(sa.column("soort").in_(_SOORTEN), name=op.f("ck_alarm_soort")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index(
        "uq_alarm_oorzaak", "alarm", ["oorzaak"], unique=True, postgresql_where=sa.text("voorbij_op IS NULL")
    )
    op.create_index("ix_alarm_webhook_op", "alarm", ["webhook_op"], postgresql_where=sa.text("webhook_op IS NOT NULL"))
    op.create_table(
        "levensteken",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ronde_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("onderdelen", JSONB(), nullable=False),
        sa.Column("alarmen", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_levensteken")),
    )
    _mails(add="alarm")


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE soort = 'alarm'")
    _mails(drop="alarm")
    for table in ("levensteken", "alarm", "schoolnacht"):
        op.drop_table(table)
    op.execute("DELETE FROM nacht WHERE begonnen_op IS NULL")
    for name in reversed(_MOMENTS):
        op.drop_column("nacht", name)
    op.alter_column("nacht", "begonnen_op", nullable=False)


def _mails(*, add: str | None = None, drop: str | None = None) -> None:
    """Let the check on the kinds of mail know one more or less, whatever other kinds there are by now."""
    check = op.get_bind().scalar(
        sa.text("SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'ck_mail_soort'")
    )
    known = set(re.findall(r"'([^']+)'", check)) - {drop} | ({add} if add else set())
    op.drop_constraint(op.f("ck_mail_soort"), "mail", type_="check")
    op.create_check_constraint(op.f("ck_mail_soort"), "mail", sa.column("soort").in_(sorted(known)))
