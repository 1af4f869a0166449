"""What a mail said: a mail of before has no text and stays, there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_a_mail_of_before_stays_without_a_text(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0081-1")
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL app.school_id = '-1'"))
        connection.execute(
            text(
                "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) "
                "VALUES ('alarm', 'a@x.nl', '{}', 'verzonden', 1)"
            )
        )
    for turn, revision, columns in (
        (command.upgrade, "head", "ontvanger, tekst"), (command.downgrade, "0081-1", "ontvanger, soort"),
    ):  # fmt: skip
        turn(config, revision)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL app.school_id = '-1'"))
            [row] = connection.execute(text(f"SELECT {columns} FROM mail"))  # our own two lists
            assert row == ("a@x.nl", None if "tekst" in columns else "alarm")
    engine.dispose()
