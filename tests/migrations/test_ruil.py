"""Exchanged lines and the wait for a night: there and back, with a line and a leerling in both forms."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_SCHOOL = "INSERT INTO school (naam, brin, vestiging) VALUES ('A', '99XX', '00')"
_LEERLING = "INSERT INTO leerling (school_id, roepnaam, status) SELECT id, 'Bo', 'actief' FROM school"


def test_nobody_was_exchanged_before_and_the_leerling_stays_on_the_way_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0026")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        connection.execute(text(_SCHOOL))
        connection.execute(text(_LEERLING))
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        assert connection.scalars(text("SELECT wacht_op_nacht_sinds FROM leerling")).all() == [None]
        connection.execute(text("UPDATE leerling SET wacht_op_nacht_sinds = now()"))
        assert connection.scalars(text("SELECT count(ruil) FROM importregel")).all() == [0]
    command.downgrade(config, "0026")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        assert connection.scalars(text("SELECT roepnaam FROM leerling")).all() == ["Bo"]
