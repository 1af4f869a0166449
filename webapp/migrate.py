"""Bring the database up to the schema of this code: `python -m webapp.migrate`."""

from __future__ import annotations

import os

from alembic import command
from alembic.config import Config

from webapp.config import Settings


def alembic_config(database_url: str) -> Config:
    """Alembic's settings, without a file: the scripts lie in the package."""
    config = Config()
    config.set_main_option("script_location", "webapp:migrations")
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Run every migration that the database has not seen; safe to run twice and from two machines at once."""
    command.upgrade(alembic_config(database_url), "head")


if __name__ == "__main__":
    upgrade(Settings.from_env(os.environ).database_url)
