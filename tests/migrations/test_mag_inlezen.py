"""The right to read in over the API: there and back, and nobody who had a token has it."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_no_token_of_before_may_read_in(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0076-1")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO leverancier (id, naam, token_hash) VALUES (1, 'Toetsmaker', 'x')"))
    for _there_and_back in range(2):
        command.upgrade(config, "head")
        with engine.begin() as connection:
            assert connection.scalars(text("SELECT mag_inlezen FROM leverancier")).all() == [False]
        command.downgrade(config, "0076-1")
