"""`flask --app sandbox.lokaal.wsgi sandbox-vullen`: run at every start of the sandbox, and as often as anyone likes.

And `nachtvulling`, which fills a database for a load test; of a sandbox only.
"""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from sandbox.proef import nachtvulling, testcentrum
from webapp.config import AMSTERDAM, Settings
from webapp.context import keyring
from webapp.db import unit_of_work
from webapp.muur import alle_scholen
from webapp.schooljaar import schooljaar_of


@click.command("sandbox-vullen")
@with_appcontext
def sandbox_vullen() -> None:
    """Zet de voorbeeldscholen klaar bij het testcentrum; wat er al is, blijft zoals het is."""
    settings: Settings = current_app.extensions["settings"]
    with alle_scholen(), unit_of_work() as session:
        testcentrum.fill(session, schooljaar_of(datetime.now(AMSTERDAM).date()), settings.var_dir)
    click.echo("De voorbeeldscholen staan klaar.")


@click.command("nachtvulling")
@click.argument("scholen", type=click.IntRange(1, 6_000))
@click.argument("leerlingen", type=click.IntRange(1, 3_000))
@click.argument("toetsen", type=click.IntRange(0, 10))
@with_appcontext
def nachtvulling_command(scholen: int, leerlingen: int, toetsen: int) -> None:
    """Maak SCHOLEN scholen van LEERLINGEN, met drie jaar resultaten en TOETSEN per leerling voor vannacht."""
    year = schooljaar_of(datetime.now(AMSTERDAM).date())
    with alle_scholen(), unit_of_work() as session:
        nachtvulling.fill(session, keyring(), year, scholen=scholen, aantal=leerlingen, toetsen=toetsen)
    click.echo(f"{scholen} scholen van {leerlingen} leerlingen staan klaar.")
