"""The same aanlevering on the same records is not taken in again; what goes once more is found by its own index"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("koppeling", sa.Column("merk", sa.String(64), nullable=True))
    op.create_index(
        "ix_levering_nog_eens", "levering", ["school_id"], postgresql_where=sa.text("nog_eens_op IS NOT NULL")
    )
    op.create_index(
        "ix_levering_geweigerd", "levering", ["school_id"], postgresql_where=sa.text("status = 'geweigerd'")
    )


def downgrade() -> None:
    op.drop_index("ix_levering_geweigerd", "levering")
    op.drop_index("ix_levering_nog_eens", "levering")
    op.drop_column("koppeling", "merk")
