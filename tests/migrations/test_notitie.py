"""What klantenservice notes: what was there of before stays, there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_a_school_of_before_stays_there_and_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    for turn, revision in ((command.downgrade, "0080-1"), (command.upgrade, "head"), (command.downgrade, "0080-1")):
        turn(config, revision)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL app.school_id = '-1'"))
            connection.execute(
                text("INSERT INTO school (naam, brin, vestiging) VALUES ('S', '99XX', '00') ON CONFLICT DO NOTHING")
            )
            assert connection.execute(text("SELECT count(*) FROM school")).scalar() == 1
            has = connection.execute(text("SELECT to_regclass('notitie') IS NOT NULL")).scalar()
            assert has == (turn is command.upgrade)
    engine.dispose()
