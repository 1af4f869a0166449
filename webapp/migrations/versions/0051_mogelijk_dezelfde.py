"""Two records that may be one child are remembered, and asked about once one of them has a score"""

import sqlalchemy as sa
from alembic import op

from webapp.migrations.muur import wall

revision = "0051"
down_revision = "0055"
branch_labels = None
depends_on = None

_TABLE = "mogelijk_dezelfde"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leerling_id", sa.Integer(), nullable=False),
        sa.Column("ander_id", sa.Integer(), nullable=False),
        sa.Column("handeling_id", sa.Integer(), nullable=True),
        sa.Column("op", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("gevraagd_op", moment, nullable=True),
        sa.Column("twee_op", moment, nullable=True),
        sa.Column("twee_door", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["school_id", column],
                ["leerling.school_id", "leerling.id"],
                name=op.f(f"fk_{_TABLE}_{column}_same_school"),
                ondelete="CASCADE",
            )
            for column in ("leerling_id", "ander_id")
        ),
        sa.ForeignKeyConstraint(
            ["handeling_id"], ["handeling.id"], name=op.f(f"fk_{_TABLE}_handeling_id_handeling"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["twee_door"], ["account.id"], name=op.f(f"fk_{_TABLE}_twee_door_account")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f(f"fk_{_TABLE}_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint("leerling_id", "ander_id", name=op.f(f"uq_{_TABLE}_leerling_id")),
    )
    for column in ("school_id", "handeling_id", "ander_id"):
        op.create_index(op.f(f"ix_{_TABLE}_{column}"), _TABLE, [column])
    wall(_TABLE)


def downgrade() -> None:
    op.drop_table(_TABLE)  # both records stay as they are
