"""`flask --app sandbox.lokaal.wsgi sandbox-vullen`: run at every start of the sandbox, and as often as anyone likes."""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from sandbox.proef import testcentrum
from webapp.config import AMSTERDAM, Settings
from webapp.db import unit_of_work
from webapp.muur import alle_scholen
from webapp.schooljaar import schooljaar_of


@click.command("sandbox-vullen")
@with_appcontext
def sandbox_vullen() -> None:
    """Zet de oefenscholen klaar bij het testcentrum; wat er al is, blijft zoals het is."""
    settings: Settings = current_app.extensions["settings"]
    with alle_scholen(), unit_of_work() as session:
        testcentrum.fill(session, schooljaar_of(datetime.now(AMSTERDAM).date()), settings.var_dir)
    click.echo("De oefenscholen staan klaar.")
