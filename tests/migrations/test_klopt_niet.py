"""That a link is said to be wrong, and the mail about it: there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_a_leerling_who_was_there_is_there_without_what_was_said(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        connection.execute(text("INSERT INTO school (naam, brin, vestiging) VALUES ('A', '99XX', '00')"))
        connection.execute(
            text(
                "INSERT INTO leerling (school_id, roepnaam, status, klopt_niet_sinds, klopt_niet_waarom) "
                "SELECT id, 'Bo', 'actief', now(), 'naam' FROM school"
            )
        )
        for soort in ("klopt_niet", "wachtwoord"):
            connection.execute(
                text(
                    "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) "
                    "VALUES (:s, 'b@x', '{}', 'klaar', 0)"
                ),
                {"s": soort},
            )
    command.downgrade(config, "0048-1")
    with engine.begin() as connection:
        assert connection.scalars(text("SELECT soort FROM mail")).all() == ["wachtwoord"]
        assert connection.scalars(text("SELECT roepnaam FROM leerling")).all() == ["Bo"]
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        assert connection.scalars(text("SELECT klopt_niet_sinds FROM leerling")).all() == [None]
