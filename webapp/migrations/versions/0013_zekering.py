"""A breaker per LAS, and doubt about a refusal before it counts"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_codes = import_module("webapp.migrations.versions.0005_fouten")
_certificates = import_module("webapp.migrations.versions.0008_certificaten")
_COLUMNS = ("gewerkt_op", "ophalen_twijfel", "zenden_twijfel")


def upgrade() -> None:
    op.create_table(
        "zekering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("las_type", sa.String(length=32), nullable=False),
        sa.Column("uitkomsten", JSONB(), nullable=False),
        sa.Column("verzoeken", sa.Integer(), nullable=False),
        sa.Column("verzoeken_sinds", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_sinds", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fout_code", sa.String(length=64), nullable=True),
        sa.Column("peiling_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("peiling_claim", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("peiling_claim_tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("peiling_pogingen", sa.Integer(), nullable=False),
        sa.CheckConstraint(sa.column("las_type").in_(("parnassys",)), name=op.f("ck_zekering_las_type")),
        sa.CheckConstraint(
            sa.column("fout_code").in_((*_codes.CODES, *_certificates.CERTIFICATES, "intern")),
            name=op.f("ck_zekering_fout_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zekering")),
        sa.UniqueConstraint("las_type", name=op.f("uq_zekering_las_type")),
    )
    for name in _COLUMNS:
        op.add_column("koppeling", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE koppeling SET gewerkt_op = opgehaald_op")


def downgrade() -> None:
    op.execute("UPDATE koppeling SET fout_gegevens = '{}' WHERE fout_gegevens ->> 'situatie' = 'twijfel'")
    op.execute("UPDATE koppeling SET zend_fout_gegevens = '{}' WHERE zend_fout_gegevens ->> 'situatie' = 'twijfel'")
    for name in reversed(_COLUMNS):
        op.drop_column("koppeling", name)
    op.drop_table("zekering")
