"""Bring the database up to the schema of this code, as its owner: `python -m webapp.migrate`."""

from __future__ import annotations

import os
import sys

from alembic import command
from alembic.config import Config
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError

from webapp.config import SettingsError
from webapp.rollen import owner_url

_TRIES = 5


def alembic_config(database_url: str) -> Config:
    """Alembic's settings, without a file: the scripts lie in the package."""
    config = Config()
    config.set_main_option("script_location", "webapp:migrations")
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Run every migration that the database has not seen; safe to run twice and from two machines at once.

    A table that is in use is waited for briefly and several times; each time all of it is done, or nothing.
    """
    for left in reversed(range(_TRIES)):
        try:
            command.upgrade(alembic_config(database_url), "head")
        except OperationalError as error:
            if not left or not isinstance(error.orig, LockNotAvailable):
                raise
        else:
            return


def main() -> None:
    """Bring the tables up to date, or say why that cannot be done now."""
    try:
        upgrade(owner_url(os.environ))
    except SettingsError as error:
        sys.exit(str(error))
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        sys.exit("Een tabel is in gebruik. Er is niets gewijzigd: probeer het opnieuw, of stop eerst de workers.")


if __name__ == "__main__":
    main()
