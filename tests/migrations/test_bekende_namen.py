"""Names remembered: there and back; of the past only the keys that a leerling had are taken over."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_EVERY_SCHOOL = "SELECT set_config('app.school_id', '-1', true)"
_ROWS = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO leerling (id, school_id, roepnaam, las_key, status) VALUES "
    "(1, 1, 'Noor', 'k2', 'actief'), (2, 1, 'Bo', 'k3', 'actief')",
    "INSERT INTO handeling (id, school_id, wat) VALUES (1, 1, 'aanlevering'), (2, 1, 'aanlevering')",
    "INSERT INTO mutatie (school_id, handeling_id, soort, record_id, voor, na) VALUES "
    '(1, 1, \'leerling\', 1, \'{"las_key": "k1"}\', \'{"las_key": "k2"}\'), '
    "(1, 2, 'leerling', 1, '{\"las_key\": null}', '{\"las_key\": \"k1\"}'), "
    '(1, 1, \'leerling\', 2, \'{"roepnaam": "Bobby"}\', \'{"roepnaam": "Bo"}\')',
)


def test_who_had_another_key_is_known_to_have_had_it(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0052-1")
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *_ROWS):
            connection.execute(text(statement))
    for _there_and_back in range(2):
        command.upgrade(config, "head")
        with engine.begin() as connection:
            connection.execute(text(_EVERY_SCHOOL))
            found = connection.execute(text("SELECT roepnaam, bekende_namen FROM leerling ORDER BY id")).all()
            assert [tuple(row) for row in found] == [("Noor", [{"las_key": "k1"}]), ("Bo", [])]
        command.downgrade(config, "0052-1")
    command.upgrade(config, "head")
