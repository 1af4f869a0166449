"""Follow-ups and questions that were put aside: there and back with an open review."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_EVERY_SCHOOL = text("SELECT set_config('app.school_id', '-1', true)")
_ROWS = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO koppeling (id, school_id, schoolnaam, contact_naam, contact_email, vestiging, status, las_type, brin, "
    "ophalen_pogingen, zenden_pogingen) VALUES "
    "(1, 1, 'A', 'A', 'a@x.example', '00', 'actief', 'parnassys', '99XX', 0, 0)",
    "INSERT INTO account (id, email, naam, active, fs_uniquifier) VALUES (1, 'a@x.example', 'A', true, 'x')",
    "INSERT INTO importbatch (id, school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, tellingen, "
    "opgehaald_op, vervolg_van_id) VALUES (1, 1, 1, 'verwerkt', '2026-2027', 'x', 0, '{}', now(), NULL), "
    "(2, 1, 1, 'wacht_op_controle', '2026-2027', 'x', 0, '{}', now(), 1)",
    "INSERT INTO importregel (school_id, batch_id, soort, roepnaam, groep_keys, voorstel, matchregel, redenen, "
    "kandidaten, via_groep, later_door, later_op) "
    "VALUES (1, 2, 'leerling', 'Kaatje', '{}', 'twijfel', 'geen', '{}', '[]', false, 1, now())",
    "INSERT INTO mail (soort, ontvanger, school_id, gegevens, status, pogingen) "
    "VALUES ('ontvangst', 'a@x.example', 1, '{}', 'klaar', 0)",
)


def test_on_the_way_back_a_follow_up_is_a_review_like_any_other(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *map(text, _ROWS)):
            connection.execute(statement)
    command.downgrade(config, "0042-1")
    with engine.begin() as connection:
        connection.execute(_EVERY_SCHOOL)
        query = "SELECT status, roepnaam FROM importregel JOIN importbatch ON importbatch.id = batch_id"
        assert connection.execute(text(query)).all() == [("wacht_op_controle", "Kaatje")]
        assert connection.scalar(text("SELECT count(*) FROM mail")) == 0
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(_EVERY_SCHOOL)
        assert connection.execute(text("SELECT later_door, later_op FROM importregel")).all() == [(None, None)]
