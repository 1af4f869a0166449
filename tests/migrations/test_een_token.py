"""One token that works for each supplier: two of before both go on, and no new pair can be made."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_ROW = "INSERT INTO leverancier (naam, token_hash, ingetrokken_op) VALUES ('Toetshuis', '{}', {})"


def test_two_working_tokens_of_before_both_stay_and_a_third_is_refused(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0082")
    with engine.begin() as connection:
        for token, ended in (("a", "now()"), ("b", "NULL"), ("c", "NULL")):
            connection.execute(text(_ROW.format(token, ended)))
    command.upgrade(config, "0075")
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT token_hash, naam FROM leverancier ORDER BY id")).all()
        assert [naam.partition(" (")[0] for _, naam in rows] == ["Toetshuis"] * 3
        assert len({naam for _, naam in rows}) == 2
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text(_ROW.format("d", "NULL")))
        connection.execute(text(_ROW.format("e", "now()")))
    command.downgrade(config, "0082")
    command.upgrade(config, "head")
