"""A supplier has one token that works: two presses at one moment made two

Where there are two already both go on working; the later one is called by its number too, so that both are seen.
"""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        UPDATE leverancier SET naam = left(naam, 180) || ' (' || id || ')'
        WHERE ingetrokken_op IS NULL AND EXISTS (
            SELECT FROM leverancier AS ander
            WHERE ander.naam = leverancier.naam AND ander.ingetrokken_op IS NULL AND ander.id < leverancier.id)
    """)
    op.create_index(
        "uq_leverancier_naam", "leverancier", ["naam"], unique=True, postgresql_where=sa.text("ingetrokken_op IS NULL")
    )


def downgrade() -> None:
    op.drop_index("uq_leverancier_naam", "leverancier")
