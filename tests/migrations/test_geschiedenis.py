"""History: there and back; a school that had none begins with none."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_OLD = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO leerling (id, school_id, roepnaam, status) VALUES (1, 1, 'Kaatje', 'actief')",
)
_NEW = (
    "INSERT INTO handeling (id, school_id, wat) VALUES (1, 1, 'import'), (2, 1, 'terugdraaien')",
    "UPDATE handeling SET teruggedraaid_id = 2 WHERE id = 1",
    "INSERT INTO mutatie (school_id, handeling_id, soort, record_id, voor, na) "
    """VALUES (1, 1, 'leerling', 1, '{"las_key": null}', '{"las_key": "k1"}')""",
)


def test_what_happened_goes_on_the_way_back_and_records_stay(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0044")
    command.downgrade(config, "-1")
    with engine.begin() as connection:
        for statement in _OLD:
            connection.execute(text(statement))
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '1', true)"))
        assert connection.scalar(text("SELECT count(*) FROM handeling")) == 0
        for statement in _NEW:
            connection.execute(text(statement))
        connection.execute(text("DELETE FROM handeling WHERE id = 2"))
        assert connection.scalar(text("SELECT teruggedraaid_id FROM handeling")) is None
        connection.execute(text("SELECT set_config('app.school_id', '2', true)"))
        for table in ("handeling", "mutatie"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    command.downgrade(config, "0044")
    command.downgrade(config, "-1")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '1', true)"))
        assert connection.scalars(text("SELECT roepnaam FROM leerling")).all() == ["Kaatje"]
