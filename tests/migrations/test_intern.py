"""A fault of our own keeps its meaning on the way back to a schema that did not know it."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text

from webapp.migrate import alembic_config

KOPPELING = (
    "INSERT INTO koppeling (schoolnaam, brin, vestiging, contact_naam, contact_email, status, las_type, "
    "ophalen_pogingen, zenden_pogingen, fout_code, fout_eigenaar, fout_gegevens) VALUES ('De Regenboog', '99XX', '00', "
    "'A', 'a@x.example', 'actief', 'parnassys', 0, 0, 'intern', 'klantenservice', '{\"klasse\": \"KeyError\"}')"
)


def test_back_and_forth(owner_url: str) -> None:
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(text(KOPPELING))
    command.downgrade(alembic_config(owner_url), "0010")
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT fout_code FROM koppeling")) == "onbekend"
        assert connection.scalar(text("SELECT fout_gegevens ->> 'code' FROM koppeling")) == "intern"
    command.upgrade(alembic_config(owner_url), "head")
    with engine.begin() as connection:
        connection.execute(text("UPDATE koppeling SET fout_code = 'intern'"))
        connection.execute(text("UPDATE koppeling SET fout_code = 'storing'"))
    engine.dispose()
