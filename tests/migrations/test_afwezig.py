"""Absent and parked leerlingen: there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_on_the_way_back_who_was_parked_is_in_no_groep(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')"))
        connection.execute(text("INSERT INTO groep (id, school_id, naam, status) VALUES (1, 1, '8', 'actief')"))
        connection.execute(
            text(
                "INSERT INTO leerling (school_id, roepnaam, status, groep_id, afwezig_sinds, geparkeerd_op) VALUES "
                "(1, 'weg', 'vertrokken', 1, NULL, now()), (1, 'twijfel', 'actief', 1, now(), NULL)"
            )
        )
    command.downgrade(config, "0022-1")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT roepnaam, status, groep_id FROM leerling ORDER BY roepnaam")).all()
        assert [tuple(row) for row in rows] == [("twijfel", "actief", 1), ("weg", "vertrokken", None)]
    command.upgrade(config, "head")
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT count(*) FROM leerling WHERE afwezig_sinds IS NULL"))
        assert kept.scalar() == 2
