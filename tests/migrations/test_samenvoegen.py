"""Merged records: there and back; who was merged stays parked, and no result goes."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_EVERY_SCHOOL = "SELECT set_config('app.school_id', '-1', true)"
_ROWS = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO leerling (id, school_id, roepnaam, status) VALUES (1, 1, 'Noor', 'actief')",
    "INSERT INTO leerling (id, school_id, roepnaam, status, samengevoegd_met_id) "
    "VALUES (2, 1, 'Noor', 'vertrokken', 1)",
    "INSERT INTO handeling (id, school_id, wat, resultaten) VALUES (1, 1, 'samenvoegen', '{7,8}')",
)


def test_who_was_merged_stays_parked(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *_ROWS):
            connection.execute(text(statement))
    command.downgrade(config, "0049-1")
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text(_EVERY_SCHOOL))
        found = connection.execute(text("SELECT status, samengevoegd_met_id FROM leerling ORDER BY id"))
        assert [tuple(row) for row in found] == [("actief", None), ("vertrokken", None)]
        assert connection.scalar(text("SELECT resultaten FROM handeling")) is None
