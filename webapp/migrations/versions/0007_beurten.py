"""A mail has a claim like any other work, and no next moment once it is out"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mail", sa.Column("claim", sa.UUID(as_uuid=False), nullable=True))
    op.alter_column("mail", "volgende_op", nullable=True)
    op.execute("UPDATE mail SET volgende_op = NULL WHERE status NOT IN ('klaar', 'mislukt')")
    op.drop_index("ix_mail_due", table_name="mail")
    op.create_index("ix_mail_volgende_op", "mail", ["volgende_op"], postgresql_where=sa.text("volgende_op IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_mail_volgende_op", table_name="mail")
    op.create_index("ix_mail_due", "mail", ["volgende_op"], postgresql_where=sa.text("status IN ('klaar', 'mislukt')"))
    op.execute("UPDATE mail SET volgende_op = COALESCE(verzonden_op, aangemaakt_op) WHERE volgende_op IS NULL")
    op.alter_column("mail", "volgende_op", nullable=False)
    op.drop_column("mail", "claim")
