"""An act of the audit trail is at most 32 characters"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("audit", "actie", type_=sa.String(length=32), existing_type=sa.String(length=64))


def downgrade() -> None:
    op.execute("ALTER TABLE audit DROP CONSTRAINT IF EXISTS ck_audit_actie")  # made by the first form of 0003
    op.alter_column("audit", "actie", type_=sa.String(length=64), existing_type=sa.String(length=32))
