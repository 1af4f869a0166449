"""Remember what a leerling was called before under a key of the LAS, and which keys they had"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0052"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of the past only the keys are taken over: a key that stood at somebody else says nothing about a name."""
    op.add_column("leerling", sa.Column("bekende_namen", JSONB, nullable=False, server_default=sa.text("'[]'")))
    op.execute("""
        UPDATE leerling SET bekende_namen = had.keys
        FROM (
            SELECT school_id, record_id, jsonb_agg(DISTINCT jsonb_build_object('las_key', voor->>'las_key')) AS keys
            FROM mutatie WHERE soort = 'leerling' AND voor->>'las_key' IS NOT NULL GROUP BY school_id, record_id
        ) AS had
        WHERE leerling.school_id = had.school_id AND leerling.id = had.record_id
    """)


def downgrade() -> None:
    op.drop_column("leerling", "bekende_namen")
