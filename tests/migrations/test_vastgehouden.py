"""What was held moves to a column of its own, and back."""

from __future__ import annotations

import json

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_what_was_held_is_held_there_and_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0019")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')"))
        connection.execute(
            text(
                "INSERT INTO koppeling (id, schoolnaam, contact_naam, contact_email, vestiging, status, las_type, "
                "brin, ophalen_pogingen, zenden_pogingen) VALUES "
                "(1, 'A', 'A', 'a@x.example', '00', 'actief', 'parnassys', '99XX', 0, 0)"
            )
        )
        for status, ids in (("vastgehouden", [3, 4]), ("verwerkt", [])):
            connection.execute(
                text(
                    "INSERT INTO importbatch (school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, "
                    "tellingen, opgehaald_op) VALUES (1, 1, :status, '2026-2027', '', 0, :tellingen, '2026-11-26')"
                ),
                {"status": status, "tellingen": json.dumps({"groep": {"nieuw": 1}, "vertrek_vastgehouden": ids})},
            )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        rows = connection.execute(
            text("SELECT tellingen, vastgehouden, vastgehouden_op = opgehaald_op FROM importbatch ORDER BY id")
        ).all()
        connection.execute(
            text(
                "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) VALUES "
                "('vastgehouden', 'a@x.example', '{}', 'klaar', 0)"
            )
        )
    counts = {"groep": {"nieuw": 1}}
    assert [tuple(row) for row in rows] == [
        (counts, {"leerling": {"ids": [3, 4], "redenen": ["tiende"]}}, True),
        (counts, {}, None),
    ]
    command.downgrade(config, "0019")
    with engine.connect() as connection:
        back = connection.execute(text("SELECT tellingen FROM importbatch ORDER BY id")).scalars().all()
        mails = connection.execute(text("SELECT count(*) FROM mail")).scalar()
    assert back == [{**counts, "vertrek_vastgehouden": ids} for ids in ([3, 4], [])]
    assert mails == 0
    command.upgrade(config, "head")
