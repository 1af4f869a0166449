"""Every clerk of before leads, so that nothing that was done by one is now done by nobody."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_MAKE = (
    "INSERT INTO account (id, email, naam, active, is_klantenservice, fs_uniquifier) "
    "VALUES (1, 'a', 'A', true, true, 'a'), (2, 'b', 'B', true, false, 'b')"
)


def test_clerks_of_before_lead_and_there_is_a_way_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0031")
    with engine.begin() as connection:
        connection.execute(text(_MAKE))
    command.upgrade(config, "head")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT id FROM account WHERE is_leiding")).scalars().all() == [1]
        connection.execute(text("UPDATE account SET wissen_door = 2, wissen_op = now() WHERE id = 1"))
    command.downgrade(config, "0031")
    command.upgrade(config, "head")
