"""Who may be one child: there and back, and both records stay as they are."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_EVERY_SCHOOL = "SELECT set_config('app.school_id', '-1', true)"
_ROWS = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO leerling (id, school_id, roepnaam, status, las_key) VALUES (1, 1, 'Noor', 'actief', 'k1')",
    "INSERT INTO leerling (id, school_id, roepnaam, status) VALUES (2, 1, 'Noortje', 'actief')",
    "INSERT INTO mogelijk_dezelfde (school_id, leerling_id, ander_id) VALUES (1, 1, 2)",
)


def test_both_records_stay(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *_ROWS):
            connection.execute(text(statement))
    command.downgrade(config, "0051-1")
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text(_EVERY_SCHOOL))
        found = connection.execute(text("SELECT status, las_key FROM leerling ORDER BY id"))
        assert [tuple(row) for row in found] == [("actief", "k1"), ("actief", None)]
        assert connection.scalar(text("SELECT count(*) FROM mogelijk_dezelfde")) == 0
