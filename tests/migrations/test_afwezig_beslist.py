"""The decision about who is not in the LAS: there and back, with a koppeling in both forms."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_nothing_was_decided_before_and_the_koppeling_stays_on_the_way_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0025")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO koppeling (schoolnaam, contact_naam, contact_email, vestiging, status, las_type, brin, "
                "ophalen_pogingen, zenden_pogingen) VALUES "
                "('A', 'A', 'a@x.example', '00', 'actief', 'parnassys', '99XX', 0, 0)"
            )
        )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        assert connection.scalars(text("SELECT afwezig_beslist FROM koppeling")).all() == [None]
        connection.execute(text("UPDATE koppeling SET afwezig_beslist = '2026-2027'"))
    command.downgrade(config, "0025")
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT brin FROM koppeling")).all() == ["99XX"]
