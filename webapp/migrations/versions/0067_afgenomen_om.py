"""Of a result the time of day is kept beside the date, where somebody told it"""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resultaat", sa.Column("afgenomen_om", sa.Time(), nullable=True))


def downgrade() -> None:
    op.drop_column("resultaat", "afgenomen_om")
