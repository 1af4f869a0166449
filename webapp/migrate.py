"""Bring the database up to the schema of this code, as its owner: `python -m webapp.migrate`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial

import psycopg
from alembic import command
from alembic.config import Config
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError

from webapp import logregel, schema
from webapp.config import Omgeving, SettingsError, read_omgeving
from webapp.logs import configure_logging
from webapp.rollen import owner_url

_TRIES = 5
_IN_USE = "Een tabel is in gebruik. Er is niets gewijzigd: probeer het opnieuw, of stop eerst de workers."
_AHEAD = {schema.Stand.NIEUWER, schema.Stand.TE_NIEUW}


def alembic_config(database_url: str, omgeving: Omgeving | None = None) -> Config:
    """Alembic's settings, without a file: the scripts lie in the package."""
    config = Config()
    config.set_main_option("script_location", "webapp:migrations")
    config.attributes["database_url"] = database_url
    config.attributes["omgeving"] = omgeving
    return config


def upgrade(database_url: str, omgeving: Omgeving | None = None) -> None:
    """Run every migration that the database has not seen; safe to run twice and from two machines at once.

    The first omgeving that is named here is that of the database for ever: of another one, nothing is done.
    """
    _patiently(partial(command.upgrade, alembic_config(database_url, omgeving), "head"))


def _patiently(work: Callable[[], None]) -> None:
    """A table that is in use is waited for briefly and several times; each time all of it is done, or nothing."""
    for left in reversed(range(_TRIES)):
        try:
            work()
        except OperationalError as error:
            if not left or not isinstance(error.orig, LockNotAvailable):
                raise
        else:
            return


def main(arguments: Sequence[str] = ()) -> None:
    """Bring the tables up to date, or back, or say why that cannot be done now."""
    parser = argparse.ArgumentParser(prog="python -m webapp.migrate", description=__doc__)
    parser.add_argument("--terug", metavar="STAP", help="ga terug tot en met deze stap, bijvoorbeeld 0083")
    terug: str | None = parser.parse_args(arguments).terug
    try:
        url, omgeving = owner_url(os.environ), read_omgeving(os.environ)
        _refuse_what_cannot_be(url, terug)
        if terug is None:
            upgrade(url, omgeving)
        else:
            _patiently(partial(command.downgrade, alembic_config(url, omgeving), terug))
    except SettingsError as error:
        sys.exit(str(error))
    except psycopg.OperationalError as error:
        sys.exit(f"De database antwoordt niet. Er is niets gewijzigd. PostgreSQL zegt: {error}")
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        sys.exit(_IN_USE)


def _refuse_what_cannot_be(url: str, terug: str | None) -> None:
    if terug is not None and terug not in schema.revisions():
        raise SettingsError([f"Stap {terug} bestaat niet. Er is niets gewijzigd."])
    with schema.connect(url) as connection:
        found = schema.look(connection)
    if found.stand in _AHEAD:
        raise SettingsError(
            [f"De database is van een nieuwer programma (stap {found.versie}): migreer met dat programma."]
        )


if __name__ == "__main__":
    configure_logging("migrate")
    with logregel.event("command", "migrate"):
        main(sys.argv[1:])
