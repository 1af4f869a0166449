"""Invitations and the mails about them come, and go again on the way back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

SOORTEN = ("toegang_gevraagd", "uitgenodigd", "beheerders_gewijzigd", "adres_bevestigen", "adres_gewijzigd")


def test_there_and_back_with_rows_of_the_new_form(fresh_database_url: str) -> None:
    config, engine = alembic_config(fresh_database_url), create_engine(fresh_database_url, poolclass=NullPool)
    command.downgrade(config, "0031-1")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')"))
        connection.execute(
            text("INSERT INTO account (id, email, naam, active, fs_uniquifier) VALUES (1, 'a@x', 'A', true, 'a')")
        )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO toetreding (school_id, email, rol, is_verzoek) VALUES (1, 'b@x', 'beheerder', true)")
        )
        connection.execute(text("UPDATE account SET nieuw_email = 'c@x'"))
        for soort in SOORTEN:
            connection.execute(
                text(
                    "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) "
                    "VALUES (:s, 'b@x', '{}', 'klaar', 0)"
                ),
                {"s": soort},
            )
    command.downgrade(config, "0031-1")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM mail")) == 0
        assert connection.scalar(text("SELECT email FROM account")) == "a@x"
    command.upgrade(config, "head")
