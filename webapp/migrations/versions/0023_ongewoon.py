"""Hold what is unusual beside departures, and remember the shape of the last aanlevering"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (("importbatch", "bevestigd"), ("koppeling", "vorm")):
        op.add_column(table, sa.Column(name, JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.execute(
        "UPDATE koppeling SET vorm = jsonb_build_object('schooljaar', antwoord_schooljaar) "
        "WHERE antwoord_schooljaar IS NOT NULL"
    )


def downgrade() -> None:
    op.execute(
        "UPDATE importbatch SET vastgehouden = coalesce((SELECT jsonb_object_agg(key, value) "
        "FROM jsonb_each(vastgehouden) WHERE key IN ('groep', 'leerkracht', 'leerling')), '{}')"
    )
    op.execute(
        "UPDATE importbatch SET status = 'wacht_op_controle', vastgehouden_op = NULL "
        "WHERE status = 'vastgehouden' AND vastgehouden = '{}'"
    )
    op.drop_column("koppeling", "vorm")
    op.drop_column("importbatch", "bevestigd")
