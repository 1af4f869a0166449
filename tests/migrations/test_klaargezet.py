"""What preparing is done with: there and back, and at first all is looked at."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_EVERY_SCHOOL = "SELECT set_config('app.school_id', '-1', true)"
_ROWS = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO leerling (id, school_id, roepnaam, status) VALUES (1, 1, 'Bo', 'actief')",
    "INSERT INTO toets (id, code, naam, vakgebied, leerjaar, aantal_opgaven, vaardigheidsscores) "
    "VALUES (1, 'T', 'Toets', 'Rekenen', '5', 1, '{1,2}')",
    "INSERT INTO resultaat (id, school_id, leerling_id, toets_id, afnamedatum, ruwe_score, versie) "
    "SELECT n, 1, 1, 1, date '2026-11-01' + n, 1, 2 FROM generate_series(1, 2) AS n",
    "INSERT INTO levering (resultaat_id, school_id, versie, bevestigd, status, pogingen) "
    "VALUES (1, 1, 2, 2, 'bevestigd', 1)",
)


def test_every_result_stays_and_is_looked_at_once_more(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0071-1")
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *_ROWS):
            connection.execute(text(statement))
    command.upgrade(config, "head")
    looked = text("SELECT klaargezet FROM resultaat ORDER BY id")
    with engine.begin() as connection:
        connection.execute(text(_EVERY_SCHOOL))
        assert connection.scalars(looked).all() == [0, 0]
        connection.execute(text("UPDATE resultaat SET klaargezet = 2"))
        connection.execute(text("DELETE FROM levering"))
        assert connection.scalars(looked).all() == [0, 2]
    command.downgrade(config, "0071-1")
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text(_EVERY_SCHOOL))
        assert connection.scalars(looked).all() == [0, 0]
