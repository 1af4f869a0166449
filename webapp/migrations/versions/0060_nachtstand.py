"""The course of a night in points, where each school ended in it, and how long its fetch took"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0060"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    counts = ("ophalen", "versturen", "bevestigd", "geweigerd", "onzeker")
    op.create_table(
        "nachtstand",
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("punt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scholen", JSONB(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.ForeignKeyConstraint(["datum"], ["nacht.datum"], name=op.f("fk_nachtstand_datum_nacht"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("datum", "punt", name=op.f("pk_nachtstand")),
    )
    op.add_column("schoolnacht", sa.Column("stand", sa.String(32), nullable=True))
    op.add_column("schoolnacht", sa.Column("ophaal_ms", sa.Integer(), nullable=True))
    op.add_column("koppeling", sa.Column("ophaal_ms", sa.Integer(), nullable=True))
    op.create_index("ix_levering_gewijzigd_op", "levering", ["gewijzigd_op"])


def downgrade() -> None:
    op.drop_index("ix_levering_gewijzigd_op", "levering")
    op.drop_column("koppeling", "ophaal_ms")
    op.drop_column("schoolnacht", "ophaal_ms")
    op.drop_column("schoolnacht", "stand")
    op.drop_table("nachtstand")
