"""Accounts of boards and the mails about them come, and go again on the way back; an account takes its own along."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_TIE = "INSERT INTO identiteit (account_id, issuer, tenant, subject, naam) VALUES (:who, 'i', 't', :subject, 'n')"


def test_there_and_back_with_rows_of_the_new_form(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0038-1")
    with engine.begin() as connection:
        for who in (1, 2):
            connection.execute(
                text("INSERT INTO account (id, email, naam, active, fs_uniquifier) VALUES (:who, :a, 'A', true, :a)"),
                {"who": who, "a": f"{who}@x"},
            )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SET app.school_id = -1"))
        connection.execute(text(_TIE), {"who": 1, "subject": "a"})
        connection.execute(text(_TIE), {"who": 2, "subject": "b"})
        connection.execute(
            text(
                "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) "
                "VALUES ('bestuursaccount', 'b@x', '{}', 'klaar', 0)"
            )
        )
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(_TIE), {"who": 2, "subject": "a"})
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM account WHERE id = 1"))
        assert connection.execute(text("SELECT account_id FROM identiteit")).scalars().all() == [2]
    command.downgrade(config, "0038-1")
    with engine.connect() as connection:
        connection.execute(text("SET app.school_id = -1"))
        assert connection.scalar(text("SELECT count(*) FROM mail")) == 0
        assert connection.scalar(text("SELECT count(*) FROM account")) == 1
    command.upgrade(config, "head")
