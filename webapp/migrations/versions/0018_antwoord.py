"""Know an answer older than the last one and leerlingen of another location; one spelling for an ECK iD"""

from importlib import import_module
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0014"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")
_CODES = (*_words.CODES, ("zekering", "fout_code"))
_COLUMNS: dict[str, Any] = {
    "antwoord_gemaakt_op": sa.DateTime(timezone=True),
    "antwoord_gezien_op": sa.DateTime(timezone=True),
    "antwoord_schooljaar": sa.String(length=9),
    "elders_leerlingen": sa.Integer(),
    "elders_sinds": sa.DateTime(timezone=True),
}
_HASH = "^https://ketenid[.]nl/([0-9]{6}|pilot)/[0-9A-Fa-f]{128}$"
_OF_A_TEST = "^https://ketenid[.]nl/(?![0-9]{6}/).+"
_UNIQUE, _LOOSE = ("leerling", "leerkracht", "uitzondering"), ("importregel", "bezorging")


def upgrade() -> None:
    for name, kind in _COLUMNS.items():
        op.add_column("koppeling", sa.Column(name, kind, nullable=True))
    for table, column_name in _CODES:
        _words._words(table, column_name, add="verouderd")
    for table in (*_UNIQUE, *_LOOSE):
        _fold(table)
    for table in ("leerling", "leerkracht", "importregel"):  # elsewhere it is only compared with these
        op.execute(
            f"UPDATE {table} SET eckid = NULL "  # noqa: S608  # names of ours
            f"WHERE las_key IS NOT NULL AND eckid !~ '{_HASH}' AND eckid !~ '{_OF_A_TEST}'"
        )


def _fold(table: str) -> None:
    """Small letters for the hash; where two records of a school would become one, a person must look, so not there."""
    alone = (
        f"AND NOT EXISTS (SELECT FROM {table} other WHERE other.school_id = {table}.school_id "
        f"AND other.id <> {table}.id AND lower(other.eckid) = lower({table}.eckid))"
    )
    op.execute(
        f"UPDATE {table} SET eckid = lower(eckid) "  # noqa: S608  # names of ours
        f"WHERE eckid ~ '{_HASH}' AND eckid <> lower(eckid) {alone if table in _UNIQUE else ''}"
    )


def downgrade() -> None:
    op.execute(
        "UPDATE koppeling SET fout_code = 'onbekend', fout_gegevens = jsonb_build_object('code', 'verouderd') "
        "WHERE fout_code = 'verouderd'"
    )
    op.execute("UPDATE zekering SET fout_code = 'onbekend' WHERE fout_code = 'verouderd'")
    for table, column_name in _CODES:
        _words._words(table, column_name, drop="verouderd")
    for name in reversed(_COLUMNS):
        op.drop_column("koppeling", name)
