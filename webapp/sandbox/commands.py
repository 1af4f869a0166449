"""`flask --app wsgi sandbox-vullen`: run at every start of the sandbox, and as often as anyone likes."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from webapp.config import AMSTERDAM
from webapp.db import db, unit_of_work
from webapp.sandbox.rules.fill import create_tables, fill
from webapp.schooljaar import schooljaar_of


@click.command("sandbox-vullen")
@with_appcontext
def sandbox_vullen() -> None:
    """Zet de oefenscholen klaar; wat er al is, blijft zoals het is."""
    now = datetime.now(UTC)
    with db.engine.begin() as connection:
        create_tables(connection)
    with unit_of_work() as session:
        added = fill(session, schooljaar_of(now.astimezone(AMSTERDAM).date()), now)
        names = ", ".join(school.naam for school in added)
    click.echo(f"Klaargezet in ParnasSys: {names}." if names else "De scholen in ParnasSys stonden al klaar.")
