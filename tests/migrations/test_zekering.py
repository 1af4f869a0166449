"""A breaker per LAS, and doubt: there and back with rows in both forms."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

KOPPELING = text(
    "INSERT INTO koppeling (schoolnaam, contact_naam, contact_email, vestiging, status, las_type, brin, "
    "ophalen_pogingen, zenden_pogingen, opgehaald_op, fout_code, fout_eigenaar, fout_gegevens) VALUES "
    "('De Regenboog', 'A', 'a@x.example', '00', 'actief', 'parnassys', :brin, 0, 0, :op, "
    "'Client.AutorisatieOngeldig', :wie, :gegevens)"
)


def test_a_school_that_was_fetched_has_a_key_that_worked(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0012")
    with engine.begin() as connection:
        for brin, op in (("99XX", "2026-11-20"), ("99YY", None)):
            connection.execute(KOPPELING, {"brin": brin, "op": op, "wie": "school", "gegevens": "{}"})
    command.upgrade(config, "head")
    with engine.connect() as connection:
        worked = connection.scalars(text("SELECT brin FROM koppeling WHERE gewerkt_op = opgehaald_op")).all()
    assert worked == ["99XX"]


def test_on_the_way_back_doubt_goes(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        doubt = {"brin": "99XX", "op": None, "wie": "niemand", "gegevens": '{"situatie": "twijfel"}'}
        connection.execute(KOPPELING, doubt)
    command.downgrade(config, "0012")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT fout_gegevens::text FROM koppeling")) == "{}"
