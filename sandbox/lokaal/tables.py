"""Whether the tables are those of this code, asked in a moment: Alembic itself takes a second and a half to load.

And what in them is of a run that is over.
"""

from __future__ import annotations

import re
from pathlib import Path

import psycopg

from sandbox.lokaal.mailcatcher import plain_url
from webapp.config import PROJECT

VERSIONS = PROJECT / "webapp" / "migrations" / "versions"
_REVISION = re.compile(r'^revision(?:: str)? = "([^"]+)"$', re.MULTILINE)
_DOWN = re.compile(r'^down_revision(?:: [^=]+)? = "([^"]+)"$', re.MULTILINE)


def newest_revisions(folder: Path = VERSIONS) -> set[str]:
    """The migrations that no other one builds upon."""
    texts = [path.read_text() for path in folder.glob("*.py")]
    return {name for text in texts for name in _REVISION.findall(text)} - {
        name for text in texts for name in _DOWN.findall(text)
    }


def up_to_date(database_url: str) -> bool:
    """Whether this database has seen the newest migration; False when in doubt, for migrating does no harm."""
    try:
        with psycopg.connect(plain_url(database_url), connect_timeout=5) as connection:
            rows = connection.execute("select version_num from alembic_version").fetchall()
    except psycopg.Error:
        return False
    return {row[0] for row in rows} == newest_revisions()


def forget_the_dead(database_url: str) -> None:
    """Drop the sign of life of a sweep that was killed: with it the site looks healthy too early."""
    with psycopg.connect(plain_url(database_url)) as connection:
        connection.execute("delete from levensteken")
