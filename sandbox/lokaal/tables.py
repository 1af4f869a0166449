"""Whether there is something to migrate, and what in the tables is of a run that is over."""

from __future__ import annotations

import psycopg

from sandbox.lokaal.mailcatcher import plain_url
from webapp import schema


def up_to_date(database_url: str) -> bool:
    """Whether this database has seen the newest migration; False when in doubt, for migrating does no harm."""
    try:
        with schema.connect(database_url) as connection:
            return schema.look(connection).stand is schema.Stand.GELIJK
    except psycopg.Error:
        return False


def forget_the_dead(database_url: str) -> None:
    """Drop the sign of life of a sweep that was killed: with it the site looks healthy too early."""
    with psycopg.connect(plain_url(database_url)) as connection:
        connection.execute("delete from levensteken")
