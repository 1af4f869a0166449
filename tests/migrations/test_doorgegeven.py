"""The mail to a colleague about a hold: there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_on_the_way_back_these_mails_go_and_the_others_stay(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    mail = (
        "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) VALUES "
        "(:soort, 'a@x.example', '{}', 'klaar', 0)"
    )
    with engine.begin() as connection:
        connection.execute(text(mail), [{"soort": "vastgehouden"}, {"soort": "doorgegeven"}])
    command.downgrade(config, "0020")
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT soort FROM mail")).all() == ["vastgehouden"]
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text(mail), {"soort": "doorgegeven"})
