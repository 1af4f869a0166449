"""When lines of an aanlevering go, the nightly erasing, and proof of a leerling who was erased"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("importregel", sa.Column("wissen_op", sa.DateTime(timezone=True), nullable=True))
    op.add_column("importregel", sa.Column("gewist_op", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "opruiming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("volgende_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", postgresql.UUID(as_uuid=False), nullable=True),
        sa.Column("claim_tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("klaar_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gewist", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("straks", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("straks_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fout", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_opruiming_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opruiming")),
        sa.UniqueConstraint("school_id", name="uq_opruiming_school_id", postgresql_nulls_not_distinct=True),
    )
    op.create_index("ix_opruiming_volgende_op", "opruiming", ["volgende_op"])
    op.create_table(
        "wissing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("leerling_id", sa.Integer(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("door", sa.Integer(), nullable=False),
        sa.Column("aantallen", postgresql.JSONB(), nullable=False),
        sa.Column("afdrukken", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("in_las", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_wissing_door_account")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_wissing_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wissing")),
    )
    op.create_index(op.f("ix_wissing_school_id"), "wissing", ["school_id"])


def downgrade() -> None:
    op.drop_table("wissing")
    op.drop_table("opruiming")
    op.drop_column("importregel", "gewist_op")
    op.drop_column("importregel", "wissen_op")
