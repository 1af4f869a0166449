"""Each trouble with a certificate has a code of its own"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CERTIFICATES = (
    "certificaat_las_verlopen",
    "certificaat_las_onbekend",
    "certificaat_las_naam",
    "tls_verouderd",
    "ca_lijst",
    "certificaat_geweigerd",
)
_before = import_module("webapp.migrations.versions.0005_fouten")
COLUMNS = {
    ("koppeling", "fout_code"): _before.CODES,
    ("koppeling", "zend_fout_code"): _before.CODES,
    ("koppeling", "proef_code"): _before.PROEFCODES,
    ("levering", "fout_code"): _before.CODES,
    ("verzending", "fout_code"): _before.CODES,
}


def upgrade() -> None:
    for (table, name), codes in COLUMNS.items():
        _allow(table, name, (*codes, *CERTIFICATES))


def downgrade() -> None:
    for (table, name), codes in COLUMNS.items():
        column: sa.ColumnClause[str] = sa.column(name)
        op.execute(sa.update(sa.table(table, column)).where(column.in_(CERTIFICATES)).values({name: "certificaat_las"}))
        _allow(table, name, codes)


def _allow(table: str, name: str, codes: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, sa.column(name).in_(codes))
