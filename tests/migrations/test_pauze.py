"""Approval by evidence and a pause with a reason: what rested before knows since when; there and back."""

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
    "(1, 1, 'A', 'A', 'a@x.example', '00', 'gepauzeerd', 'parnassys', '99XX', 0, 0)",
    "INSERT INTO audit (school_id, actie, object, tellingen, op) VALUES "
    "(1, 'gepauzeerd', 'koppeling 1', '{}', '2026-11-03')",
)
_NEW = (
    "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) VALUES ('gepauzeerd', 'b@x', '{}', 'klaar', 0), "
    "('goedkeuring_teruggenomen', 'b@x', '{}', 'klaar', 0)",
    "UPDATE koppeling SET pauze_reden = 'Rust.', sleutel_merk = '1:00', fout_code = 'Client.AutorisatieOngeldig', "
    "fout_eigenaar = 'school', fout_gegevens = '{\"situatie\": \"gevraagd\"}'",
)


def test_what_rested_before_knows_since_when_and_there_is_a_way_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0082-1")
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *_OLD):
            connection.execute(text(statement))
    for _there_and_back in range(2):
        command.upgrade(config, "head")
        with engine.begin() as connection:
            connection.execute(text(_EVERY_SCHOOL))
            query = "SELECT gepauzeerd_op::date::text, pauze_reden, sleutel_merk FROM koppeling"
            assert connection.execute(text(query)).one() == ("2026-11-03", None, None)
            for statement in _NEW:
                connection.execute(text(statement))
        command.downgrade(config, "0082-1")
    with engine.begin() as connection:
        connection.execute(text(_EVERY_SCHOOL))
        assert connection.scalar(text("SELECT count(*) FROM mail")) == 0
        assert connection.scalar(text("SELECT fout_gegevens::text FROM koppeling")) == "{}"
    command.upgrade(config, "head")
