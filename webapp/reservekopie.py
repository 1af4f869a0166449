"""`flask --app wsgi reservekopie gemaakt|geoefend|nakijken`: what the scripts of a backup tell and ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from webapp.context import keyring, settings
from webapp.db import db, unit_of_work
from webapp.muur import alle_scholen
from webapp.services import reservekopie, spoor
from webapp.services.clock import database_clock
from webapp.services.reservekopie import BegonNogNiet
from webapp.terugzetten import Moment
from webapp.woorden import zeg
from webapp.woorden.namen import namen_of

reservekopie_group = AppGroup("reservekopie", help="Wanneer de laatste reservekopie is gemaakt, en of ze heel is.")


class Tellingen(click.ParamType[dict[str, int]]):
    """A file with a table and its number of rows on each line."""

    name = "bestand"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, int]:
        try:
            lines = Path(value).read_text(encoding="utf-8").splitlines()
            return {name: int(number) for name, number in (line.split() for line in lines)}
        except (OSError, ValueError):
            self.fail(f"{value} is geen bestand met per regel een tabel en een aantal.", param, ctx)


@reservekopie_group.command("gemaakt")
@click.option("--begin", type=Moment(), required=True, help="Wanneer pg_dump begon: 2026-11-26T02:00.")
def gemaakt(begin: datetime) -> None:
    """Noteer dat er een reservekopie van dit begin is, die al helemaal is teruggelezen."""
    with unit_of_work() as session:
        try:
            reservekopie.made(session, begin, database_clock(session))
        except BegonNogNiet as error:
            raise click.ClickException(zeg(error, namen_of(None, settings()))) from error
    click.echo("Genoteerd.")


@reservekopie_group.command("geoefend")
def geoefend() -> None:
    """Noteer dat een reservekopie elders is teruggezet, en heel was."""
    with unit_of_work() as session:
        reservekopie.tried(session, database_clock(session))
    click.echo("Genoteerd.")


@reservekopie_group.command("nakijken")
@click.option("--database", required=True, help="Hoe de teruggezette database heet.")
@click.option(
    "--tellingen", type=Tellingen(), required=True, help="Per regel een tabel en hoeveel rijen de reservekopie had."
)
def nakijken(database: str, tellingen: dict[str, int]) -> None:
    """Kijk na of de teruggezette database in DATABASE_URL heel is. Dit verandert niets."""
    if (found := db.engine.url.database) != database:
        raise click.ClickException(f"Dit is een andere database: {found} en niet {database}. Kijk naar DATABASE_URL.")
    with alle_scholen(), unit_of_work() as session:
        wrong = [
            *(f"{each.tabel}: {each.in_kopie} rijen in de kopie, {each.hier} hier"
              for each in reservekopie.deviations(session, tellingen)),
            *(f"logboek van {day}: klopt niet met de verzegelde wortel" for day in spoor.changed(session)),
            *_unopened(reservekopie.sealed_for_others(session, keyring())),
        ]  # fmt: skip
        dag = spoor.last(session)
    for line in wrong:
        click.echo(line)
    if wrong:
        raise click.ClickException("Deze reservekopie is niet heel. Bewaar de vorige, en zoek uit hoe dit komt.")
    click.echo(f"{len(tellingen)} tabellen en {sum(tellingen.values())} rijen kloppen.")
    if dag is not None:
        click.echo(f"Het logboek klopt tot en met {dag.datum}, wortel {dag.wortel}.")


def _unopened(number: int) -> Iterator[str]:
    if number:
        yield f"{number} autorisatiesleutels gaan met deze ENCRYPTION_KEYS niet open"
