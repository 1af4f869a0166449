"""A school year that waits, and the mail about one that began: there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_the_mail_about_a_year_that_began_goes_and_other_mail_stays(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        connection.execute(text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')"))
        connection.execute(text("INSERT INTO overgang (school_id, schooljaar) VALUES (1, '2027-2028')"))
        mail = "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) VALUES (:s, 'b@x', '{}', 'klaar', 0)"
        connection.execute(text(mail), [{"s": "overgang"}, {"s": "wachtwoord"}])
    command.downgrade(config, "0054-1")
    with engine.begin() as connection:
        assert connection.scalars(text("SELECT soort FROM mail")).all() == ["wachtwoord"]
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        assert connection.scalars(text("SELECT count(*) FROM overgang")).all() == [0]
