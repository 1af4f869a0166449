"""How many schools a night takes along: of the LAS that was there it stays all of them."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_the_las_that_was_there_keeps_all_its_schools(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0061-1")
    command.upgrade(config, "head")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT las_type, scholen, door FROM plafond")).all() == [
            ("parnassys", None, None)
        ]
        assert connection.scalars(text("SELECT wacht_op_beurt_sinds FROM koppeling")).all() == []
