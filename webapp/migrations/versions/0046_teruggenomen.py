"""An import can be undone: what was taken back stays so; a status and a mail more"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from webapp.migrations.muur import wall

revision = "0046"
down_revision = "0043"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")


def upgrade() -> None:
    op.create_table(
        "teruggenomen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("soort", sa.String(32), nullable=False),
        sa.Column("las_key", sa.String(256), nullable=True),
        sa.Column("eckid", sa.String(256), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("door", sa.Integer(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("handeling_id", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("soort IN ('groep', 'leerkracht', 'leerling')", name=op.f("ck_teruggenomen_soort")),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_teruggenomen_door_account")),
        sa.ForeignKeyConstraint(
            ["handeling_id"],
            ["handeling.id"],
            name=op.f("fk_teruggenomen_handeling_id_handeling"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_teruggenomen_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teruggenomen")),
    )
    for column in ("school_id", "handeling_id"):
        op.create_index(op.f(f"ix_teruggenomen_{column}"), "teruggenomen", [column])
    wall("teruggenomen")
    _words._words("importbatch", "status", add="teruggedraaid")
    _words._words("mail", "soort", add="teruggedraaid")


def downgrade() -> None:
    op.execute("SELECT set_config('app.school_id', '-1', true)")  # of all schools: the wall stands for its owner too
    op.execute("DELETE FROM mail WHERE soort = 'teruggedraaid'")
    # The form before knows no undone import: that it was one stays true, and what it did is gone.
    op.execute("UPDATE importbatch SET status = 'verwerkt' WHERE status = 'teruggedraaid'")
    _words._words("mail", "soort", drop="teruggedraaid")
    _words._words("importbatch", "status", drop="teruggedraaid")
    op.drop_table("teruggenomen")
