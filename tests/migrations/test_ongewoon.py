"""A hold of something unusual does not outlive the way back; the school year of the last answer comes along."""

from __future__ import annotations

import json

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

GONE = {"leerling": {"ids": [3, 4], "redenen": ["tiende"]}}
NEW = {"nieuw:leerling": {"ids": [], "redenen": [], "aantal": 61, "van": 140}}


def test_the_shape_is_remembered_there_and_forgotten_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0029")
    with engine.begin() as connection:
        for number, last in ((1, "2026-2027"), (2, None)):
            values = {"id": number, "brin": f"9{number}XX", "last": last}
            connection.execute(
                text("INSERT INTO school (id, naam, brin, vestiging) VALUES (:id, 'A', :brin, '00')"), values
            )
            connection.execute(
                text(
                    "INSERT INTO koppeling (id, schoolnaam, contact_naam, contact_email, vestiging, status, las_type, "
                    "brin, ophalen_pogingen, zenden_pogingen, antwoord_schooljaar) VALUES "
                    "(:id, 'A', 'A', 'a@x.example', '00', 'actief', 'parnassys', :brin, 0, 0, :last)"
                ),
                values,
            )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        shapes = connection.execute(text("SELECT vorm FROM koppeling ORDER BY id")).scalars().all()
        for number, held in ((1, GONE | NEW), (2, NEW)):
            connection.execute(
                text(
                    "INSERT INTO importbatch (school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, "
                    "tellingen, opgehaald_op, vastgehouden, vastgehouden_op) VALUES "
                    "(:id, :id, 'vastgehouden', '2026-2027', '', 0, '{}', '2026-11-26', :held, '2026-11-26')"
                ),
                {"id": number, "held": json.dumps(held)},
            )
    assert shapes == [{"schooljaar": "2026-2027"}, {}]
    command.downgrade(config, "0029")
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT status, vastgehouden, vastgehouden_op IS NULL FROM importbatch ORDER BY id")
        ).all()
    assert [tuple(row) for row in rows] == [("vastgehouden", GONE, False), ("wacht_op_controle", {}, True)]
    command.upgrade(config, "head")
