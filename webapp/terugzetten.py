"""`flask --app wsgi na-terugzetten`: what has to be done once after the database came out of a backup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp import journaal
from webapp.config import AMSTERDAM
from webapp.context import settings
from webapp.db import unit_of_work
from webapp.journaal import Regel
from webapp.muur import alle_scholen
from webapp.services.versturen import teruggezet
from webapp.services.versturen.teruggezet import Verslag


class Moment(click.ParamType[datetime]):
    """A moment on the clock of the office, unless it names another."""

    name = "moment"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is geen moment. Schrijf het als 2026-11-26T02:00.", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)


@click.command("na-terugzetten")
@click.option("--moment", type=Moment(), required=True, help="Het begin van de reservekopie: 2026-11-26T02:00.")
@click.option(
    "--journaal", "journalen", multiple=True, type=click.Path(exists=True, path_type=Path),
    help="Een bestand of map. Geef de journalen van alle hosts; is er een kwijt, geef er dan geen.",
)  # fmt: skip
@click.option(
    "--school", "brins", multiple=True, help="Zonder journaal: alleen bij dit BRIN was er daarna iets te doen."
)
@with_appcontext
def na_terugzetten(moment: datetime, journalen: tuple[Path, ...], brins: tuple[str, ...]) -> None:
    """Vergelijk de teruggezette database met de journalen, en geef vrij wat klopt."""
    regels = teruggezet.newest_of(_lines(journalen), moment) if journalen else None
    with alle_scholen(), unit_of_work() as session:
        verslag = teruggezet.go_on(session, regels, moment=moment, afkoeling=settings().afkoeling, brins=brins)
    for line in _said(verslag):
        click.echo(line)


def _lines(journalen: tuple[Path, ...]) -> Iterator[Regel]:
    for path in journalen:
        for file in sorted(path.glob("*.tsv")) if path.is_dir() else [path]:
            yield from journaal.read(file)


def _said(verslag: Verslag) -> Iterator[str]:
    yield f"{verslag.nakijken.total()} resultaten wachten tot de school ze nakijkt; al het andere gaat verder."
    yield from (f"  {brin}: {number}" for (_, brin), number in sorted(verslag.nakijken.items()))
    yield f"{len(verslag.onbekend)} resultaten staan in het LAS en zijn hier niet bekend; vraag de school ernaar."
    yield from (
        f"  koppeling {r.koppeling_id}, leerling {r.leerlingid}, resultaat {r.sleutel}: score {r.score}, {r.soort} "
        f"{r.op.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
        for r in verslag.onbekend
    )
    yield f"{verslag.sessies} sessies zijn beëindigd."
    yield f"{verslag.mails} mails zijn misschien al verstuurd: zie Wacht op ons."
