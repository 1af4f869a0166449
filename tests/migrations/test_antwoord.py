"""Old answers and one spelling of an ECK iD: there and back with rows in both forms."""

from __future__ import annotations

from alembic import command
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

HASH = "0123456789abcdef" * 8
KETENID = "https://ketenid.nl/201703/"
BEFORE = "0014"


def _leerling(connection: Connection, name: str, eckid: str | None, las_key: str | None = "k") -> None:
    connection.execute(
        text(
            "INSERT INTO leerling (school_id, roepnaam, eckid, las_key, status) "
            "VALUES (1, :name, :eckid, :key, 'actief')"
        ),
        {"name": name, "eckid": eckid, "key": las_key and f"{las_key}-{name}"},
    )


def test_an_eckid_gets_one_spelling_where_that_makes_nobody_two_people(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, BEFORE)
    mixed = (HASH.upper()[:-1] + "f", HASH[:-1] + "F")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')"))
        _leerling(connection, "groot", KETENID + "A" + HASH.upper()[1:])
        _leerling(connection, "klein", KETENID + HASH)
        _leerling(connection, "proef", "https://ketenid.nl/pilot/Noor")
        _leerling(connection, "geen", "onbekend")
        _leerling(connection, "alleen", "0", None)
        for name, tail in zip(("een", "ander"), mixed, strict=True):
            _leerling(connection, name, f"https://ketenid.nl/pilot/{tail}")
    command.upgrade(config, "head")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT roepnaam, eckid FROM leerling"))
        found = {row.roepnaam: row.eckid for row in rows}
    assert found == {
        "groot": KETENID + "a" + HASH[1:],
        "klein": KETENID + HASH,
        "proef": "https://ketenid.nl/pilot/Noor",
        "geen": None,
        "alleen": "0",
        "een": f"https://ketenid.nl/pilot/{mixed[0]}",
        "ander": f"https://ketenid.nl/pilot/{mixed[1]}",
    }


def test_on_the_way_back_an_old_answer_is_a_code_that_is_not_known(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO koppeling (schoolnaam, contact_naam, contact_email, vestiging, status, las_type, brin, "
                "ophalen_pogingen, zenden_pogingen, fout_code, fout_eigenaar, fout_gegevens, elders_leerlingen) VALUES "
                "('De Regenboog', 'A', 'a@x.example', '00', 'actief', 'parnassys', '99XX', 0, 0, 'verouderd', 'las', "
                "'{}', 3)"
            )
        )
    command.downgrade(config, BEFORE)
    with engine.connect() as connection:
        row = connection.execute(text("SELECT fout_code, fout_gegevens ->> 'code' AS code FROM koppeling")).one()
    assert tuple(row) == ("onbekend", "verouderd")
    command.upgrade(config, "head")
