"""History: there and back; a school that had none begins with none."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_OLD = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO leerling (id, school_id, roepnaam, status) VALUES (1, 1, 'Kaatje', 'actief')",
)
_NEW = (
    "INSERT INTO handeling (id, school_id, wat) VALUES (1, 1, 'import'), (2, 1, 'terugdraaien')",
    "UPDATE handeling SET teruggedraaid_id = 2 WHERE id = 1",
    "INSERT INTO mutatie (school_id, handeling_id, soort, record_id, voor, na) "
    """VALUES (1, 1, 'leerling', 1, '{"las_key": null}', '{"las_key": "k1"}')""",
)


_UNDONE = (
    "INSERT INTO account (id, email, naam, active, fs_uniquifier) VALUES (1, 'a@x.example', 'A', true, 'x')",
    "INSERT INTO koppeling (id, school_id, schoolnaam, contact_naam, contact_email, vestiging, status, las_type, brin, "
    "ophalen_pogingen, zenden_pogingen) VALUES "
    "(1, 1, 'A', 'A', 'a@x.example', '00', 'actief', 'parnassys', '99XX', 0, 0)",
    "INSERT INTO importbatch (id, school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, tellingen, "
    "opgehaald_op) VALUES (1, 1, 1, 'teruggedraaid', '2026-2027', 'x', 0, '{}', now())",
    "INSERT INTO mail (soort, batch_id, ontvanger, school_id, gegevens, status, pogingen) VALUES "
    "('teruggedraaid', 1, 'a@x.example', 1, '{}', 'verzonden', 1), "
    "('ontvangst', 1, 'a@x.example', 1, '{}', 'verzonden', 1)",
    "INSERT INTO teruggenomen (school_id, soort, las_key, door) VALUES (1, 'leerling', 'k1', 1)",
    "INSERT INTO handeling (id, school_id, wat) VALUES (1, 1, 'import')",
    "INSERT INTO vervallen_uitzondering (school_id, vervallen_id, soort, las_key, omschrijving, besloten_op) "
    "VALUES (1, 1, 'leerling', 'k1', 'Noor', now())",
)


def test_an_import_that_was_undone_is_one_that_was_done_on_the_way_back(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        for statement in (_OLD[0], *_UNDONE):
            connection.execute(text(statement))
        connection.execute(text("SELECT set_config('app.school_id', '2', true)"))
        for table in ("teruggenomen", "vervallen_uitzondering"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        connection.execute(text("ALTER TABLE importbatch DISABLE TRIGGER USER"))  # the tests' watch over arrows
    command.downgrade(config, "0046")
    command.downgrade(config, "-1")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        assert connection.scalars(text("SELECT status FROM importbatch")).all() == ["verwerkt"]
        assert connection.scalars(text("SELECT soort FROM mail")).all() == ["ontvangst"]
    command.upgrade(config, "head")


def test_what_happened_goes_on_the_way_back_and_records_stay(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0044")
    command.downgrade(config, "-1")
    with engine.begin() as connection:
        for statement in _OLD:
            connection.execute(text(statement))
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '1', true)"))
        assert connection.scalar(text("SELECT count(*) FROM handeling")) == 0
        for statement in _NEW:
            connection.execute(text(statement))
        connection.execute(text("DELETE FROM handeling WHERE id = 2"))
        assert connection.scalar(text("SELECT teruggedraaid_id FROM handeling")) is None
        connection.execute(text("SELECT set_config('app.school_id', '2', true)"))
        for table in ("handeling", "mutatie"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    command.downgrade(config, "0044")
    command.downgrade(config, "-1")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '1', true)"))
        assert connection.scalars(text("SELECT roepnaam FROM leerling")).all() == ["Kaatje"]
