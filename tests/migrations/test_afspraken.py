"""The vaste afspraken: there and back, all off at first."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_a_school_that_was_there_has_no_agreement(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    for _there_and_back in range(2):
        command.downgrade(config, "0050-1")
        command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        connection.execute(text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')"))
        assert connection.scalars(text("SELECT count(*) FROM afspraken")).all() == [0]
        connection.execute(text("INSERT INTO afspraken (school_id) VALUES (1)"))
        row = connection.execute(text("SELECT * FROM afspraken")).mappings().one()
        assert {name: value for name, value in row.items() if value not in (None, False, [])} == {
            "school_id": 1,
            "mailritme": "meteen",
        }
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("UPDATE afspraken SET mail_weekdag = 6"))
