"""What a mail said stays with it, without its link; and the mails of a koppeling are found without reading all

Of mails of before there is no text.
"""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("onderwerp", "tekst"):
        op.add_column("mail", sa.Column(column, sa.Text(), nullable=True))
    op.create_index(op.f("ix_mail_koppeling_id"), "mail", ["koppeling_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_mail_koppeling_id"), "mail")
    for column in ("tekst", "onderwerp"):
        op.drop_column("mail", column)
