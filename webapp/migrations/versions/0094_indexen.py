"""No statement looks up results by their test alone"""

from alembic import op

revision = "0094"
down_revision = "0095"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_resultaat_toets_id", "resultaat")


def downgrade() -> None:
    op.create_index("ix_resultaat_toets_id", "resultaat", ["toets_id"])
