"""Who leads klantenservice, and who asked to clear a second step"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("is_leiding", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute("UPDATE account SET is_leiding = true WHERE is_klantenservice")  # until now every clerk could do all
    op.add_column("account", sa.Column("wissen_door", sa.Integer(), nullable=True))
    op.add_column("account", sa.Column("wissen_op", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_account_wissen_door_account"), "account", "account", ["wissen_door"], ["id"], ondelete="SET NULL"
    )


def downgrade() -> None:
    op.drop_column("account", "wissen_op")
    op.drop_column("account", "wissen_door")
    op.drop_column("account", "is_leiding")
