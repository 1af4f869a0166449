"""`flask --app wsgi sandbox-vullen`: run at every start of the sandbox, and as often as anyone likes."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from sandbox.parnassys.rules.fill import create_tables, fill
from sandbox.proef import testcentrum
from webapp.config import AMSTERDAM, Settings
from webapp.db import unit_of_work
from webapp.schooljaar import schooljaar_of


@click.command("sandbox-vullen")
@with_appcontext
def sandbox_vullen() -> None:
    """Zet de oefenscholen klaar; wat er al is, blijft zoals het is."""
    now = datetime.now(UTC)
    schooljaar = schooljaar_of(now.astimezone(AMSTERDAM).date())
    settings: Settings = current_app.extensions["settings"]
    with unit_of_work() as session:
        create_tables(session.connection())
        names = ", ".join(school.naam for school in fill(session, schooljaar, now))
        testcentrum.fill(session, schooljaar, settings.var_dir)
    click.echo(f"Klaargezet in ParnasSys: {names}." if names else "De scholen in ParnasSys stonden al klaar.")
