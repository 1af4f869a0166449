"""A result keeps the groep in which it was taken, and a levering the score that the LAS has"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resultaat", sa.Column("groep_id", sa.Integer(), nullable=True))
    op.add_column("levering", sa.Column("score_in_las", sa.Integer(), nullable=True))
    op.execute("SELECT set_config('app.school_id', '-1', true)")  # of all schools: the wall stands for its owner too
    op.execute(
        "UPDATE resultaat SET groep_id = leerling.groep_id FROM leerling "
        "WHERE leerling.school_id = resultaat.school_id AND leerling.id = resultaat.leerling_id "
        "AND leerling.groep_id IS NOT NULL"
    )
    op.create_foreign_key(
        "fk_resultaat_groep_same_school",
        "resultaat",
        "groep",
        ["school_id", "groep_id"],
        ["school_id", "id"],
        ondelete="SET NULL (groep_id)",
    )
    op.create_index("ix_resultaat_groep_id", "resultaat", ["groep_id"])


def downgrade() -> None:
    op.drop_index("ix_resultaat_groep_id", "resultaat")
    op.drop_constraint("fk_resultaat_groep_same_school", "resultaat")
    op.drop_column("levering", "score_in_las")
    op.drop_column("resultaat", "groep_id")
