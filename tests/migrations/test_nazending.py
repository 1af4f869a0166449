"""What goes after all, or once more after an incident: there and back, and no result is touched."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_EVERY_SCHOOL = "SELECT set_config('app.school_id', '-1', true)"
_ROWS = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO account (id, email, naam, active, fs_uniquifier) VALUES (1, 'a@a.example', 'A', true, 'x')",
    "INSERT INTO koppeling (id, school_id, status, schoolnaam, brin, vestiging, contact_naam, contact_email, "
    "las_type, ophalen_pogingen, zenden_pogingen) "
    "VALUES (1, 1, 'actief', 'A', '99XX', '00', 'A', 'a@a.example', 'parnassys', 0, 0)",
    "INSERT INTO leerling (id, school_id, roepnaam, status, las_key) VALUES (1, 1, 'Noor', 'actief', 'k1')",
    "INSERT INTO toets (id, code, naam, vakgebied, leerjaar, aantal_opgaven, vaardigheidsscores) "
    "VALUES (1, 'T', 'T', 'rekenen', '5', 1, '{1,2}')",
    "INSERT INTO resultaat (id, school_id, leerling_id, toets_id, afnamedatum, ruwe_score, versie) "
    "VALUES (1, 1, 1, 1, '2026-05-20', 1, 1)",
    "INSERT INTO nazending (id, school_id, koppeling_id, schooljaar, akkoord_op, akkoord_door) "
    "VALUES (1, 1, 1, '2025-2026', now(), 1)",
    "INSERT INTO nazendregel (nazending_id, resultaat_id, school_id, versie, leerlingid) VALUES (1, 1, 1, 1, 'k1')",
    "INSERT INTO herzending (id, las_type, van, tot, gevraagd_op, gevraagd_door, stap) "
    "VALUES (1, 'parnassys', now(), now(), now(), 1, 0)",
    "INSERT INTO herzendregel (herzending_id, resultaat_id, school_id, stap, versie) VALUES (1, 1, 1, 1, 1)",
)


def test_every_result_stays(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *_ROWS):
            connection.execute(text(statement))
    command.downgrade(config, "0065-1")
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text(_EVERY_SCHOOL))
        assert connection.scalar(text("SELECT count(*) FROM resultaat")) == 1
        for table in ("nazendregel", "herzendregel"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # names of ours
