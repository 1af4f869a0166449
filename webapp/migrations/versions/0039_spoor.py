"""Each day of the audit trail is sealed, and whoever saw names is in it once a day"""

import sqlalchemy as sa
from alembic import op

from webapp.rollen import ROLES

revision = "0039"
down_revision = "0045"
branch_labels = None
depends_on = None

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
_TO = ", ".join(ROLES)


def upgrade() -> None:
    op.create_table(
        "spoordag",
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("aantal", sa.Integer(), nullable=False),
        sa.Column("zout", sa.LargeBinary(), nullable=False),
        sa.Column("vorige", sa.String(length=64), nullable=False),
        sa.Column("wortel", sa.String(length=64), nullable=False),
        sa.Column("gemaakt_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("gecontroleerd_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("klopt_niet_op", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("datum", name=op.f("pk_spoordag")),
    )
    # A sealed day stays as it was: of it only is written when it was looked at, and what came of that.
    op.execute(f"REVOKE UPDATE, DELETE ON spoordag FROM {_TO}")
    op.execute(f"GRANT UPDATE (gecontroleerd_op, klopt_niet_op) ON spoordag TO {_TO}")
    op.create_index("ix_audit_op", "audit", ["op"], postgresql_using="brin")
    op.create_index(
        "uq_audit_gezien",
        "audit",
        [
            "account_id",
            "object",
            sa.text("((op AT TIME ZONE 'Europe/Amsterdam')::date)"),
            sa.text("coalesce(school_id, 0)"),
        ],
        unique=True,
        postgresql_where=sa.text("actie = 'namen gezien'"),
    )
    _allow(*_SOORTEN, "spoor")


def downgrade() -> None:
    op.execute("DELETE FROM alarm WHERE soort = 'spoor'")
    _allow(*_SOORTEN)
    op.drop_index("uq_audit_gezien", table_name="audit")
    op.drop_index("ix_audit_op", table_name="audit")
    op.drop_table("spoordag")


def _allow(*soorten: str) -> None:
    op.drop_constraint("ck_alarm_soort", "alarm")
    op.create_check_constraint(op.f("ck_alarm_soort"), "alarm", sa.column("soort").in_(soorten))
