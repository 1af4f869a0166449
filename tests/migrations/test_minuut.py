"""Results within a minute: there and back, off for every LAS and every school at first."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_nobody_sends_within_a_minute_until_it_is_chosen_and_everything_goes(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    for _there_and_back in range(2):
        command.downgrade(config, "0063-1")
        command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        connection.execute(text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')"))
        connection.execute(text("INSERT INTO minuut (las_type) VALUES ('parnassys')"))
        connection.execute(text("INSERT INTO zendkeuze (school_id) VALUES (1)"))
        assert connection.execute(text("SELECT sinds, berichten FROM minuut")).all() == [(None, 0)]
        assert connection.scalars(text("SELECT binnen_minuut FROM zendkeuze")).all() == [False]
        assert connection.scalars(text("SELECT vanaf FROM zendkeuze")).all() == [None]
        off = "INSERT INTO uitgezet (school_id, toets_id, sinds, door) VALUES (1, NULL, now(), 1)"
        connection.execute(
            text("INSERT INTO account (id, email, naam, fs_uniquifier, active) VALUES (1, 'a@b.nl', 'A', 'a', true)")
        )
        connection.execute(text(off))
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text(off))  # two presses at once
