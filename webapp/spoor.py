"""`flask --app wsgi spoor-controleren FILE`: whether the acts in a file of a school are those that were sealed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from webapp import wortel
from webapp.filters import aantal


@click.command("spoor-controleren")
@click.argument("bestand", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def spoor_controleren(bestand: Path) -> None:
    """Reken na of de handelingen in BESTAND bij de wortel van hun dag horen. Vergelijk die wortel met uw mails."""
    try:
        dagen = json.loads(bestand.read_text(encoding="utf-8"))["dagen"]
        uitkomst = [wortel.klopt(dag) for dag in dagen]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(f"{bestand} is geen logboek van Koppelpunt.") from error
    for dag, is_right in zip(dagen, uitkomst, strict=True):
        number = aantal(len(dag["feiten"]), "handeling", "handelingen")
        click.echo(f"{dag['dag']}  {dag['wortel']}  {number}: {'klopt' if is_right else 'KLOPT NIET'}")
    if not all(uitkomst):
        raise click.ClickException("Niet elke dag hoort bij de wortel die ernaast staat.")
