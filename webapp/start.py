"""How a process that serves begins: with settings that hold, on a database that is its own, or not at all."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import NoReturn

import psycopg
from psycopg.errors import InsufficientPrivilege

from webapp import schema
from webapp.config import Settings, SettingsError

log = logging.getLogger(__name__)

UNUSABLE = 3
"""The exit code of whoever would fail again at once: gunicorn stops at it, and a supervisor should too."""


def begin(environ: Mapping[str, str]) -> Settings:
    """Give the settings, or end this process with a sentence for each thing that is wrong."""
    try:
        settings = Settings.from_env(environ)
    except SettingsError as error:
        _end(str(error))
    if problem := database_problem(settings):
        _end(f"Dit programma start niet. {problem}")
    return settings


def database_problem(settings: Settings) -> str | None:
    """Why this program cannot use its database.

    One that does not let us in is waited for, by every page and every job: nothing but its words, in its own language,
    tells a wrong password from a database that is starting.
    """
    try:
        with schema.connect(settings.database_url) as connection:
            found = schema.look(connection)
    except InsufficientPrivilege:
        return schema.MAY_NOT_READ
    except psycopg.Error as error:
        log.warning("no connection to the database yet: %s. `flask instellingen` says why", type(error).__name__)
        return None
    return schema.other_omgeving(found.omgeving, settings.omgeving) or found.probleem


def _end(problem: str) -> NoReturn:
    sys.stderr.write(f"{problem}\n")
    sys.exit(UNUSABLE)
