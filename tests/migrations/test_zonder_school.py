"""Since when an account is of no school, and the mail about a pause: there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_an_account_that_was_there_is_there_with_no_term(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO account (id, email, naam, active, fs_uniquifier, zonder_school_op) "
                "VALUES (1, 'a@x.example', 'A', true, 'x', now())"
            )
        )
        for soort in ("pauze_of_einde", "wachtwoord"):
            connection.execute(
                text(
                    "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) "
                    "VALUES (:s, 'b@x', '{}', 'klaar', 0)"
                ),
                {"s": soort},
            )
    command.downgrade(config, "0047-1")
    with engine.begin() as connection:
        assert connection.scalars(text("SELECT soort FROM mail")).all() == ["wachtwoord"]
    command.upgrade(config, "head")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT naam, zonder_school_op FROM account")).all() == [("A", None)]
