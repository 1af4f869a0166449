"""The short cut past Alembic: never taken when there is something to migrate."""

from __future__ import annotations

import psycopg

from sandbox.lokaal.mailcatcher import plain_url
from sandbox.lokaal.tables import up_to_date


def test_a_database_at_the_newest_migration_is_up_to_date(database_url: str) -> None:
    assert up_to_date(database_url)


def test_an_older_or_an_empty_database_is_not(owner_url: str) -> None:
    for change in ("update alembic_version set version_num = '0000'", "drop table alembic_version"):
        with psycopg.connect(plain_url(owner_url)) as connection:
            connection.execute(change)
        assert not up_to_date(owner_url)


def test_a_database_that_does_not_answer_is_left_to_alembic(database_url: str) -> None:
    assert not up_to_date(database_url.replace("/koppelpunt_", "/bestaat_niet_"))
