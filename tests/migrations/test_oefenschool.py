"""An older program takes the oefenschool for a school as any other: nothing of it is left that it would do."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_FILL = (
    "SET LOCAL app.school_id = '-2'",
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (-2, 'Oefen', 'OEFN', '00')",
    "INSERT INTO koppeling (school_id, status, schoolnaam, brin, vestiging, contact_naam, contact_email, las_type, "
    "sleutel, ophalen_op, zenden_op, ophalen_pogingen, zenden_pogingen) VALUES "
    "(-2, 'actief', 'O', 'OEFN', '00', 'x', 'x', 'parnassys', 'x', now(), now(), 0, 0)",
    "INSERT INTO mail (school_id, soort, ontvanger, gegevens, status, pogingen) "
    "VALUES (-2, 'alarm', 'x', '{}', 'klaar', 0)",
)
_SEEN = "SELECT (SELECT count(*) FROM mail), (SELECT string_agg(status || (ophalen_op IS NULL), '') FROM koppeling)"


def test_there_and_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in _FILL:
            connection.execute(text(statement))
    older, now = (command.downgrade, "0084-1", (0, "beeindigdtrue")), (command.upgrade, "head", (0, None))
    for turn, revision, seen in (older, now):
        turn(config, revision)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL app.school_id = '-1'"))
            assert connection.execute(text(_SEEN)).one() == seen
