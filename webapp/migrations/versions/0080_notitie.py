"""What klantenservice notes about a school, and why it called"""

import sqlalchemy as sa
from alembic import op

from webapp.migrations.muur import wall

revision = "0080"
down_revision = "0075"
branch_labels = None
depends_on = None

_REDENEN = (
    "resultaten", "controle", "leerling", "sleutel", "aanvraag", "inloggen", "mail", "schooljaar", "storing",
    "stoppen", "iets anders",
)  # fmt: skip
_STANDEN = (
    "onbevestigd", "aangevraagd", "opengezet", "ingediend", "afgewezen", "goedgekeurd", "actief", "gepauzeerd",
    "beeindigd", "ingetrokken",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "notitie",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("door", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("koppeling_id", sa.Integer(), nullable=True),
        sa.Column("reden", sa.String(32), nullable=True),
        sa.Column("stand", sa.String(32), nullable=True),
        sa.Column("las_type", sa.String(32), nullable=True),
        sa.Column("tekst", sa.Text(), nullable=False),
        sa.Column("formulier", sa.UUID(as_uuid=False), nullable=False),
        sa.CheckConstraint(sa.column("reden").in_(_REDENEN), name=op.f("ck_notitie_reden")),
        sa.CheckConstraint(sa.column("stand").in_(_STANDEN), name=op.f("ck_notitie_stand")),
        sa.CheckConstraint(sa.column("las_type").in_(("parnassys",)), name=op.f("ck_notitie_las_type")),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_notitie_door_account")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_notitie_school_id_school")),
        sa.ForeignKeyConstraint(["koppeling_id"], ["koppeling.id"], name=op.f("fk_notitie_koppeling_id_koppeling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notitie")),
        sa.UniqueConstraint("formulier", name=op.f("uq_notitie_formulier")),
    )
    for column in ("koppeling_id", "op", "school_id"):
        op.create_index(op.f(f"ix_notitie_{column}"), "notitie", [column])
    wall("notitie")


def downgrade() -> None:
    op.drop_table("notitie")
