"""Suppliers hand in results over the API: their tokens, their schools, and what they handed in before"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.schema import SchemaItem

from webapp.migrations.muur import wall

revision = "0068"
down_revision = "0064"
branch_labels = None
depends_on = None

_KEY = ("leverancier_id", "school_id", "sleutel")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("resultaat", sa.Column("normversie", sa.String(64), nullable=True))
    op.create_table(
        "leverancier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("naam", sa.String(200), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("gemaakt_op", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("gebruikt_op", moment, nullable=True),
        sa.Column("ingetrokken_op", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leverancier")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_leverancier_token_hash")),
    )
    _of_school("leverancier_school", _KEY[:2])
    _of_school(
        "afnamesleutel",
        _KEY,
        sa.Column("sleutel", sa.String(64), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("inhoud", sa.String(64), nullable=False),
        sa.Column("gevolg", sa.String(16), nullable=False),
        sa.Column("genormeerd", sa.Boolean(), nullable=False),
        sa.Column("resultaat_id", sa.Integer(), nullable=True),
        sa.Column("ruwe_score", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resultaat_id"],
            ["resultaat.id"],
            name=op.f("fk_afnamesleutel_resultaat_id_resultaat"),
            ondelete="SET NULL",
        ),
    )
    op.create_index(op.f("ix_afnamesleutel_resultaat_id"), "afnamesleutel", ["resultaat_id"])
    _of_school(
        "afnameverzoek",
        _KEY,
        sa.Column("sleutel", sa.String(64), nullable=False),
        sa.Column("inhoud", sa.String(64), nullable=False),
        sa.Column("antwoord", JSONB(), nullable=False),
        sa.Column("op", moment, server_default=sa.text("now()"), nullable=False),
    )
    op.create_index("ix_afnameverzoek_op", "afnameverzoek", ["op"])


def _of_school(table: str, key: tuple[str, ...], *columns: SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("leverancier_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        *columns,
        *(
            sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_{table}_{of}_id_{of}"))
            for of in ("leverancier", "school")
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_school_id"), table, ["school_id"])
    wall(table)


def downgrade() -> None:
    for table in ("afnameverzoek", "afnamesleutel", "leverancier_school", "leverancier"):
        op.drop_table(table)  # the results stay; their suppliers need another token
    op.drop_column("resultaat", "normversie")
