"""Whether the tables of a database are those of this code, asked in a moment: Alembic takes long to load.

A database that is ahead of the code is fine while an upgrade rolls: migrations only add, and a program uses what it
knows. A migration after which that does not hold says so: its `minstens` is the last migration that code must know to
use what it leaves (its own number when no older code can). `migrations/env.py` keeps the newest in the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

VERSIONS = Path(__file__).with_name("migrations") / "versions"
_REVISION = re.compile(r'^revision(?:: str)? = "([^"]+)"$', re.MULTILINE)
_DOWN = re.compile(r'^down_revision(?:: [^=]+)? = "([^"]+)"$', re.MULTILINE)
_TABLES = "SELECT to_regclass('alembic_version') IS NOT NULL, to_regclass('installatie') IS NOT NULL"
MAY_NOT_READ = "De rol van DATABASE_URL mag de tabellen niet lezen: zie docs/operations.md, The database."
_MIGRATE = "Voer uit: python -m webapp.migrate."


class Stand(StrEnum):
    """How the tables of a database stand to this code."""

    GELIJK = "gelijk"
    TE_OUD = "te oud"
    """A migration of this code did not run yet."""
    NIEUWER = "nieuwer"
    """Newer code has added to it: this code runs on it, while an upgrade rolls."""
    TE_NIEUW = "te nieuw"
    """Newer code has taken something away that this code may ask for."""


@dataclass(frozen=True)
class Schema:
    """What was found in a database."""

    stand: Stand
    versie: str | None
    """The last migration that ran; None in an empty database."""
    omgeving: str | None = None
    """Of which omgeving its rows are; None as long as nobody has said so."""

    @property
    def probleem(self) -> str | None:
        """Why this code cannot run on it, with what to do; None when it can."""
        match self.stand:
            case Stand.TE_OUD if self.versie is None:
                return f"De database heeft nog geen tabellen. {_MIGRATE}"
            case Stand.TE_OUD:
                return f"De database is nog van een ouder programma (stap {self.versie}). {_MIGRATE}"
            case Stand.TE_NIEUW:
                return f"De database is van een nieuwer programma (stap {self.versie}). Start dat programma."
        return None


def other_omgeving(found: str | None, asked: str) -> str | None:
    """Why a program of one omgeving stays away from the rows of another: practice shows its logins to everybody."""
    if found in {None, asked}:
        return None
    return f"Deze database is van {found} en OMGEVING is {asked}: verander OMGEVING, of geef een andere database."


def revisions(folder: Path = VERSIONS) -> dict[str, str | None]:
    """All migrations of this code, each with the one before it."""
    texts = [path.read_text() for path in sorted(folder.glob("*.py"))]
    return {name: next(iter(_DOWN.findall(text)), None) for text in texts for name in _REVISION.findall(text)}


def newest(known: dict[str, str | None]) -> set[str]:
    """The migrations that no other one builds upon."""
    return {*known} - {*known.values()}


_known = cache(revisions)


def judge(found: set[str], minstens: str | None, omgeving: str | None) -> Schema:
    """Compare what the database says of itself with this code."""
    known = _known()
    versie = max(found, default=None)
    if found == newest(known):
        stand = Stand.GELIJK
    elif versie is None or found <= {*known}:
        stand = Stand.TE_OUD
    else:
        stand = Stand.NIEUWER if minstens is None or minstens in known else Stand.TE_NIEUW
    return Schema(stand, versie, omgeving)


def look(connection: psycopg.Connection[Any]) -> Schema:
    """Tell how the tables of this database stand to this code; three short statements."""
    has_version, has_mark = connection.execute(_TABLES).fetchone() or (False, False)
    rows = connection.execute("SELECT version_num FROM alembic_version").fetchall() if has_version else []
    mark = connection.execute("SELECT minstens, omgeving FROM installatie").fetchone() if has_mark else None
    minstens, omgeving = mark or (None, None)
    return judge({row[0] for row in rows}, minstens, omgeving)


def connect(database_url: str, seconds: int = 5) -> psycopg.Connection[Any]:
    """Open a connection of its own that gives up soon, and reads only."""
    url = make_url(database_url)
    args, options = url.get_dialect()().create_connect_args(url)
    limits = f"-c statement_timeout={seconds * 1000} -c default_transaction_read_only=on"
    options["options"] = f"{options.get('options', '')} {limits}".strip()
    return psycopg.connect(*args, **{**options, "connect_timeout": seconds})
