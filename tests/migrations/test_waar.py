"""The groep in which a test was taken: there and back; of older results it is the one that the leerling sits in."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_EVERY_SCHOOL = "SELECT set_config('app.school_id', '-1', true)"
_ROWS = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO groep (id, school_id, naam, status) VALUES (1, 1, '5', 'actief')",
    "INSERT INTO leerling (id, school_id, roepnaam, groep_id, status) VALUES (1, 1, 'Noor', 1, 'actief'), "
    "(2, 1, 'Bo', NULL, 'vertrokken')",
    "INSERT INTO toets (id, code, naam, vakgebied, leerjaar, aantal_opgaven, vaardigheidsscores) "
    "VALUES (1, 'T', 'T', 'RW', '5', 1, '{0, 1}')",
    "INSERT INTO resultaat (id, school_id, leerling_id, toets_id, afnamedatum, ruwe_score, versie) VALUES "
    "(1, 1, 1, 1, '2026-11-20', 1, 0), (2, 1, 2, 1, '2026-11-20', 1, 0)",
)


def test_older_results_get_the_groep_of_now_and_outlive_it(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0062-1")
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *_ROWS):
            connection.execute(text(statement))
    for _there_and_back in range(2):
        command.upgrade(config, "head")
        with engine.begin() as connection:
            connection.execute(text(_EVERY_SCHOOL))
            found = connection.execute(text("SELECT id, groep_id FROM resultaat ORDER BY id")).all()
            assert [tuple(row) for row in found] == [(1, 1), (2, None)]
        command.downgrade(config, "0062-1")
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text(_EVERY_SCHOOL))
        connection.execute(text("UPDATE leerling SET groep_id = NULL"))
        connection.execute(text("DELETE FROM groep"))
        assert connection.execute(text("SELECT count(*) FROM resultaat WHERE groep_id IS NULL")).scalar() == 2
