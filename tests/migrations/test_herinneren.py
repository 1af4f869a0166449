"""Reminders: a question of before waits as long as its aanlevering; there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_EVERY_SCHOOL = "SELECT set_config('app.school_id', '-1', true)"
_OLD = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO koppeling (id, school_id, schoolnaam, contact_naam, contact_email, vestiging, status, las_type, brin, "
    "ophalen_pogingen, zenden_pogingen) VALUES "
    "(1, 1, 'A', 'A', 'a@x.example', '00', 'actief', 'parnassys', '99XX', 0, 0)",
    "INSERT INTO importbatch (id, school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, tellingen, "
    "opgehaald_op, gemaild_op) VALUES "
    "(1, 1, 1, 'wacht_op_controle', '2026-2027', 'x', 0, '{}', '2026-11-02', '2026-11-03')",
    "INSERT INTO importregel (school_id, batch_id, soort, groep_keys, voorstel, matchregel, redenen, kandidaten, "
    "via_groep) VALUES (1, 1, 'leerling', '{}', 'twijfel', 'x', '{}', '[]', false)",
)


def test_a_question_of_before_waits_since_it_was_fetched(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0053-1")
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *_OLD):
            connection.execute(text(statement))
    for _there_and_back in range(2):
        command.upgrade(config, "head")
        with engine.begin() as connection:
            connection.execute(text(_EVERY_SCHOOL))
            query = "SELECT gevraagd_op::date::text, gemaild_op::date::text, herinnerd FROM importregel"
            assert connection.execute(text(query)).one() == ("2026-11-02", "2026-11-03", 0)
            connection.execute(
                text(
                    "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) "
                    "VALUES ('herinnering', 'b@x', '{\"herinnering\": 1}', 'klaar', 0)"
                )
            )
        command.downgrade(config, "0053-1")
    with engine.begin() as connection:
        connection.execute(text(_EVERY_SCHOOL))
        assert connection.scalar(text("SELECT count(*) FROM mail")) == 0
    command.upgrade(config, "head")
