"""The key of a record that a supplier handed in, and its leerling: there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_EVERY_SCHOOL = "SELECT set_config('app.school_id', '-1', true)"
_ROWS = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO leerling (id, school_id, roepnaam, status) VALUES (1, 1, 'Noor', 'actief')",
    "INSERT INTO toets (id, code, naam, vakgebied, leerjaar, aantal_opgaven, vaardigheidsscores) "
    "VALUES (1, 'T', 'T', 'RW', '5', 9, '{0, 1}')",
    "INSERT INTO resultaat (id, school_id, leerling_id, toets_id, afnamedatum, ruwe_score, versie) VALUES "
    "(1, 1, 1, 1, '2026-11-20', 7, 0)",
    "INSERT INTO leverancier (id, naam, token_hash) VALUES (1, 'Toetsmaker', 'x')",
    "INSERT INTO afnamesleutel (leverancier_id, school_id, sleutel, versie, inhoud, gevolg, genormeerd, resultaat_id, "
    "ruwe_score) VALUES (1, 1, 'is', 1, 'x', 'nieuw', false, 1, 7), (1, 1, 'was', 1, 'x', 'nieuw', false, NULL, 7)",
)


def test_older_keys_get_the_leerling_of_their_result_and_others_say_nothing_any_more(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0072-1")
    with engine.begin() as connection:
        for statement in (_EVERY_SCHOOL, *_ROWS):
            connection.execute(text(statement))
    columns = "SELECT sleutel, leerling_id, ruwe_score, inhoud FROM afnamesleutel ORDER BY sleutel"
    for _there_and_back in range(2):
        command.upgrade(config, "head")
        with engine.begin() as connection:
            connection.execute(text(_EVERY_SCHOOL))
            found = [tuple(row) for row in connection.execute(text(columns))]
        assert found == [("is", 1, 7, "x"), ("was", None, 0, "")]
        command.downgrade(config, "0072-1")
