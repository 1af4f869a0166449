"""What the LAS has under a resultaat/@key, and at which leerling"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

STATUSSEN = ("klaar", "onderweg", "onbekend", "bevestigd", "geweigerd")
ELDERS = "elders_afgeleverd"


def upgrade() -> None:
    op.create_table(
        "bezorging",
        sa.Column("sleutel", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("resultaat_id", sa.Integer(), nullable=False),
        sa.Column("leerlingid", sa.String(256), nullable=False),
        sa.Column("eckid", sa.String(256), nullable=True),
        sa.Column("las_key", sa.String(256), nullable=True),
        sa.Column("aanwezig", sa.Boolean(), nullable=True),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("bevestigd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("elders_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verwijderd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verwijderd_door", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resultaat_id"], ["resultaat.id"], name=op.f("fk_bezorging_resultaat_id_resultaat"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_bezorging_school_id_school")),
        sa.ForeignKeyConstraint(["verwijderd_door"], ["account.id"], name=op.f("fk_bezorging_verwijderd_door_account")),
        sa.PrimaryKeyConstraint("sleutel", name=op.f("pk_bezorging")),
    )
    op.create_index(op.f("ix_bezorging_resultaat_id"), "bezorging", ["resultaat_id"])
    op.create_index(op.f("ix_bezorging_school_id"), "bezorging", ["school_id"])
    op.create_index(
        "ix_bezorging_te_verwijderen",
        "bezorging",
        ["school_id"],
        postgresql_where=sa.text("elders_op IS NOT NULL AND verwijderd_op IS NULL"),
    )
    # Where an earlier version sent a result was not kept: the leerling's number of today stands for it.
    op.execute(
        """
        INSERT INTO bezorging
            (sleutel, resultaat_id, leerlingid, eckid, las_key, aanwezig, versie, bevestigd_op, school_id)
        SELECT resultaat.sleutel, resultaat.id, leerling.las_key, leerling.eckid, leerling.las_key,
            CASE WHEN leerling.status = 'actief' THEN true END, levering.bevestigd, levering.bevestigd_op,
            levering.school_id
        FROM levering
        JOIN resultaat ON resultaat.id = levering.resultaat_id
        JOIN leerling ON leerling.id = resultaat.leerling_id
        WHERE leerling.las_key IS NOT NULL
            AND (levering.bevestigd > 0 OR levering.bevestigd_op IS NOT NULL OR levering.pogingen > 0)
        """
    )
    op.add_column("levering", sa.Column("nog_eens_op", sa.DateTime(timezone=True), nullable=True))
    _allow("levering", "status", (*STATUSSEN, ELDERS))


def downgrade() -> None:
    op.execute("UPDATE levering SET status = 'klaar' WHERE status = 'elders_afgeleverd'")
    _allow("levering", "status", STATUSSEN)
    op.drop_column("levering", "nog_eens_op")
    op.drop_table("bezorging")


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Let a column hold these words and no others."""
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, sa.column(column).in_(words))
