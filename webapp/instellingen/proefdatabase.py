"""Trying the database: in its role and its rights, with tables and keys of this program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import schema
from webapp.config import Settings
from webapp.crypto import parse_key
from webapp.db import engine_options
from webapp.instellingen.uitkomst import Mis
from webapp.muur import ALLE_SCHOLEN
from webapp.rollen import ROLES
from webapp.services import hersleutelen

_OLDEST = 150_000
_APART = timedelta(seconds=5)
_ROLE = """
SELECT current_user, rolsuper OR rolbypassrls,
    EXISTS (SELECT FROM pg_class WHERE relowner = r.oid AND relnamespace = 'public'::regnamespace),
    EXISTS (SELECT FROM pg_roles g WHERE g.rolname = ANY(%s) AND pg_has_role(r.oid, g.oid, 'MEMBER')),
    current_setting('statement_timeout') <> '0', clock_timestamp()
FROM pg_roles r WHERE rolname = current_user
"""
_RIGHTS = (
    "SELECT has_table_privilege('school', 'SELECT, INSERT, UPDATE, DELETE'), "
    "has_table_privilege('audit', 'INSERT') AND NOT has_table_privilege('audit', 'UPDATE, DELETE')"
)
_MAY_MAKE = "SELECT current_user, has_schema_privilege('public', 'CREATE')"


def ask(settings: Settings) -> str:
    """As the web or a worker: nothing that the wall does not hold, and tables of this program."""
    with _connected(settings.database_url) as connection:
        user, now = _role(connection)
        if abs(now - datetime.now(UTC)) > _APART:
            raise Mis("de klok van de database en die van deze machine verschillen meer dan 5 seconden: zet ze gelijk.")
        try:
            found = schema.look(connection)
        except InsufficientPrivilege:
            raise Mis(schema.MAY_NOT_READ) from None
        if problem := schema.other_omgeving(found.omgeving, settings.omgeving) or found.probleem:
            raise Mis(problem)
        rights = connection.execute(_RIGHTS).fetchone()
    if rights != (True, True):
        raise Mis(f"rol {user} mist rechten op de tabellen, of mag te veel. Voer uit: python -m webapp.migrate.")
    newer = (
        " De tabellen zijn van een nieuwer programma: zet dat ook hier." if found.stand is schema.Stand.NIEUWER else ""
    )
    return f"rol {user}, tabellen tot stap {found.versie}.{newer}"


def ask_keys(settings: Settings) -> str:
    """Whether what lies encrypted in the database can be opened with the keys that were given."""
    engine = create_engine(settings.database_url, **engine_options(settings.database_url, is_worker=True))
    try:
        with Session(engine, info={"school": ALLE_SCHOLEN}) as session:
            needed = hersleutelen.in_use(session)
    except SQLAlchemyError as error:
        raise Mis("niet te zeggen zonder database met tabellen.") from error
    finally:
        engine.dispose()
    given = {str(parse_key(key)[0]) for key in settings.encryption_keys}
    if missing := sorted({*needed} - given):
        raise Mis(f"sleutel {', '.join(missing)} ontbreekt en is nog in gebruik: zet die erbij, vooraan.")
    return (
        f"sleutel {', '.join(sorted(given))}; alles in de database gaat ermee open."
        if needed
        else "nog niets versleuteld."
    )


def ask_owner(url: str) -> str:
    """As who migrates."""
    with _connected(url) as connection:
        user, may_make = connection.execute(_MAY_MAKE).fetchone() or ("", False)
    if not may_make:
        raise Mis(f"rol {user} mag geen tabellen maken: geef hier de eigenaar van de database.")
    return f"rol {user}. Geef dit adres alleen aan python -m webapp.migrate."


def _connected(url: str) -> psycopg.Connection[Any]:
    try:
        return schema.connect(url)
    except psycopg.Error as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise Mis(
            f"geen verbinding: {said[-1].strip()}. Kijk of server, database, naam en wachtwoord kloppen."
        ) from error


def _role(connection: psycopg.Connection[Any]) -> tuple[str, datetime]:
    server = connection.info.server_version
    if server < _OLDEST:
        raise Mis(f"PostgreSQL {server // 10_000} is te oud: neem 15 of nieuwer.")
    row = connection.execute(_ROLE, [list(ROLES)]).fetchone()
    assert row is not None, "there is always a role"
    user, is_free, is_owner, is_member, has_limits, now = row
    if is_free:
        raise Mis(f"voor rol {user} geldt de muur tussen scholen niet: neem {' of '.join(ROLES)}.")
    if is_owner:
        raise Mis(
            f"rol {user} is eigenaar van de tabellen: die hoort alleen in MIGRATIE_URL. Neem {' of '.join(ROLES)}."
        )
    if not is_member:
        raise Mis(f"rol {user} is geen lid van {' of '.join(ROLES)}: zie docs/operations.md, The database.")
    if not has_limits:
        raise Mis(
            "wat ertussen staat geeft geen opties door, dus eindigt geen enkel wachten. Laat het `options` doorgeven."
        )
    return user, now
