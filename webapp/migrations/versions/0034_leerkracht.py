"""An account of a leerkracht hangs on the leerkracht of the school, and is suspended when the LAS sends her no more"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")
_SAME_SCHOOL = (["school_id", "leerkracht_id"], ["school_id", "id"])


def upgrade() -> None:
    op.add_column("medewerker", sa.Column("leerkracht_id", sa.Integer(), nullable=True))
    op.add_column("medewerker", sa.Column("weg_nachten", sa.Integer(), server_default=sa.text("0"), nullable=True))
    op.add_column("medewerker", sa.Column("weg_geteld_op", sa.Date(), nullable=True))
    op.add_column("medewerker", sa.Column("opgeschort_op", sa.DateTime(timezone=True), nullable=True))
    op.add_column("toetreding", sa.Column("leerkracht_id", sa.Integer(), nullable=True))
    for table in ("medewerker", "toetreding"):
        op.create_foreign_key(f"fk_{table}_leerkracht_same_school", table, "leerkracht", *_SAME_SCHOOL)
    op.create_unique_constraint("uq_medewerker_leerkracht", "medewerker", ["school_id", "leerkracht_id"])
    # Whoever logs in with the address of one leerkracht of the school is that one; the others are invited.
    op.execute(
        "UPDATE medewerker SET leerkracht_id = one.id FROM ("
        "SELECT min(l.id) AS id, l.school_id, lower(l.email) AS email FROM leerkracht l "
        "WHERE l.email IS NOT NULL GROUP BY l.school_id, lower(l.email) HAVING count(*) = 1"
        ") one, account WHERE account.id = medewerker.account_id AND one.school_id = medewerker.school_id "
        "AND one.email = lower(account.email)"
    )
    _words._words("mail", "soort", add="toegang_opgeschort")


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE soort = 'toegang_opgeschort'")
    _words._words("mail", "soort", drop="toegang_opgeschort")
    # The form before knew no suspension: who is suspended would be let in again.
    op.execute("DELETE FROM medewerker WHERE opgeschort_op IS NOT NULL")
    op.drop_constraint("uq_medewerker_leerkracht", "medewerker")
    for table in ("medewerker", "toetreding"):
        op.drop_constraint(f"fk_{table}_leerkracht_same_school", table)
    op.drop_column("toetreding", "leerkracht_id")
    for column in ("opgeschort_op", "weg_geteld_op", "weg_nachten", "leerkracht_id"):
        op.drop_column("medewerker", column)
