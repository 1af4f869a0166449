"""The key of a record that a supplier handed in keeps of which leerling it is, also once its result was emptied"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("afnamesleutel", sa.Column("leerling_id", sa.Integer(), nullable=True))
    op.execute("SELECT set_config('app.school_id', '-1', true)")  # of all schools: the wall stands for its owner too
    op.execute(
        "UPDATE afnamesleutel SET leerling_id = resultaat.leerling_id FROM resultaat "
        "WHERE resultaat.school_id = afnamesleutel.school_id AND resultaat.id = afnamesleutel.resultaat_id"
    )
    op.execute(
        "UPDATE afnamesleutel SET ruwe_score = 0, inhoud = '' WHERE leerling_id IS NULL"
    )  # of whom, nobody knows
    op.create_foreign_key(
        "fk_afnamesleutel_leerling_same_school",
        "afnamesleutel",
        "leerling",
        ["school_id", "leerling_id"],
        ["school_id", "id"],
        ondelete="CASCADE",
    )
    op.create_index("ix_afnamesleutel_leerling_id", "afnamesleutel", ["leerling_id"])


def downgrade() -> None:
    op.drop_index("ix_afnamesleutel_leerling_id", "afnamesleutel")
    op.drop_constraint("fk_afnamesleutel_leerling_same_school", "afnamesleutel")
    op.drop_column("afnamesleutel", "leerling_id")
