"""Terms and erasing: there and back, with a line in both forms."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_OLD = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO koppeling (id, school_id, schoolnaam, contact_naam, contact_email, vestiging, status, las_type, brin, "
    "ophalen_pogingen, zenden_pogingen) VALUES "
    "(1, 1, 'A', 'A', 'a@x.example', '00', 'actief', 'parnassys', '99XX', 0, 0)",
    "INSERT INTO importbatch (id, school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, tellingen, "
    "opgehaald_op) VALUES (1, 1, 1, 'vervangen', '2026-2027', 'x', 0, '{}', now())",
    "INSERT INTO importregel (school_id, batch_id, soort, roepnaam, groep_keys, voorstel, matchregel, redenen, "
    "kandidaten, via_groep) VALUES (1, 1, 'leerling', 'Kaatje', '{}', 'nieuw', 'geen', '{}', '[]', false)",
)


def test_lines_of_before_have_no_moment_and_stay_on_the_way_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0034")
    with engine.begin() as connection:
        for statement in _OLD:
            connection.execute(text(statement))
    command.upgrade(config, "head")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT roepnaam, wissen_op, gewist_op FROM importregel")).all() == [
            ("Kaatje", None, None)
        ]
        connection.execute(text("INSERT INTO opruiming (school_id, pogingen) VALUES (1, 0), (NULL, 0)"))
    command.downgrade(config, "0034")
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT roepnaam FROM importregel")).all() == ["Kaatje"]
