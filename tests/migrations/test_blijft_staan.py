"""The decision about who is not in the LAS: there and back, with a leerling in both forms."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_nothing_was_decided_before_and_the_leerling_stays_on_the_way_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0025")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO school (naam, brin, vestiging) VALUES ('A', '99XX', '00')"))
        connection.execute(
            text("INSERT INTO leerling (school_id, roepnaam, status) SELECT id, 'Bo', 'actief' FROM school")
        )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        assert connection.scalars(text("SELECT blijft_staan_in FROM leerling")).all() == [None]
        connection.execute(text("UPDATE leerling SET blijft_staan_in = '2026-2027'"))
    command.downgrade(config, "0025")
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT roepnaam FROM leerling")).all() == ["Bo"]
