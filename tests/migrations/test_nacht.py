"""The course of a night and alarms: there and back with rows in both forms."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_a_night_of_before_is_over_and_nothing_is_known_of_its_schools(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0013")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO nacht (datum, tellingen) VALUES ('2026-11-25', '{\"koppelingen\": 3}')"))
    command.upgrade(config, "head")
    with engine.connect() as connection:
        row = connection.execute(text("SELECT klaar_op = begonnen_op, tellingen ->> 'koppelingen' FROM nacht")).one()
        assert tuple(row) == (True, "3")
        assert connection.scalar(text("SELECT count(*) FROM schoolnacht")) == 0


def test_on_the_way_back_nights_that_were_begun_stay(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO nacht (datum, begonnen_op, tellingen) VALUES ('2026-11-24', NULL, '{}')",
            "INSERT INTO nacht (datum, tellingen) VALUES ('2026-11-25', '{}')",
            "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) VALUES "
            "('alarm', 'a@x.example', '{}', 'klaar', 0), ('wachtwoord', 'a@x.example', '{}', 'klaar', 0)",
        ):
            connection.execute(text(statement))
    command.downgrade(config, "0013")
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT datum::text FROM nacht")).all() == ["2026-11-25"]
        assert connection.scalars(text("SELECT soort FROM mail")).all() == ["wachtwoord"]
