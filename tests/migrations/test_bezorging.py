"""Confirmations from before it was kept where a result went: the number that the leerling has now stands for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from webapp.migrate import alembic_config

BEFORE = "0008"
LEERLINGEN = (
    # number, ECK iD, status, confirmed version, tries, what is expected: (leerlingid, eckid, aanwezig, versie)
    ("k1", "e1", "actief", 1, 0, ("k1", "e1", True, 1)),
    ("k2", None, "vertrokken", 2, 0, ("k2", None, None, 2)),
    ("k3", None, "actief", 0, 1, ("k3", None, True, 0)),
    ("k4", None, "actief", 0, 0, None),
    (None, "e5", "actief", 1, 0, None),
)


@pytest.fixture
def old(owner_url: str) -> Iterator[Engine]:
    """A school that sent results before the change."""
    command.downgrade(alembic_config(owner_url), BEFORE)
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'De Regenboog', '99XX', '00')")
        )
        connection.execute(
            text(
                "INSERT INTO toets (id, code, naam, vakgebied, leerjaar, aantal_opgaven, vaardigheidsscores) "
                "VALUES (1, 'T', 'T', 'R', '5', 1, '{1,2}')"
            )
        )
        for nth, (las_key, eckid, status, bevestigd, pogingen, _) in enumerate(LEERLINGEN, 1):
            values = {"n": nth, "key": las_key, "eckid": eckid, "status": status, "b": bevestigd, "p": pogingen}
            for statement in (
                "INSERT INTO leerling (id, school_id, las_key, eckid, status) VALUES (:n, 1, :key, :eckid, :status)",
                "INSERT INTO resultaat (id, school_id, leerling_id, toets_id, afnamedatum, ruwe_score, versie) "
                "VALUES (:n, 1, :n, 1, '2026-11-20', 1, 2)",
                "INSERT INTO levering (resultaat_id, school_id, versie, bevestigd, status, pogingen) "
                "VALUES (:n, 1, 2, :b, 'klaar', :p)",
            ):
                connection.execute(text(statement), values)
    yield engine
    engine.dispose()


def test_what_was_sent_before_is_where_its_leerling_is(old: Engine, owner_url: str) -> None:
    command.upgrade(alembic_config(owner_url), "head")
    with old.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT resultaat_id, leerlingid, eckid, aanwezig, bezorging.versie, "
                "bezorging.sleutel = resultaat.sleutel "
                "FROM bezorging JOIN resultaat ON resultaat.id = resultaat_id ORDER BY resultaat_id"
            )
        ).all()
    expected = [(nth, *row[-1], True) for nth, row in enumerate(LEERLINGEN, 1) if row[-1] is not None]
    assert [tuple(row) for row in rows] == expected


def test_there_is_a_way_back(old: Engine, owner_url: str) -> None:
    command.upgrade(alembic_config(owner_url), "head")
    with old.begin() as connection:
        connection.execute(text("UPDATE levering SET status = 'elders_afgeleverd' WHERE resultaat_id = 1"))
    command.downgrade(alembic_config(owner_url), BEFORE)
    with old.begin() as connection:
        assert connection.scalar(text("SELECT status FROM levering WHERE resultaat_id = 1")) == "klaar"
    command.upgrade(alembic_config(owner_url), "head")
