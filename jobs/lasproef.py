"""`flask --app wsgi las-proef KOPPELING --akkoord ADRES`: what a LAS does with results, tried with one school by hand.

At most five results go, one message after the other, by the same way as at night: the doubt is written down first, one
request at a time, and what is refused is set apart. Its last lines are for the profile of that LAS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from jobs.versturen import Push
from webapp.context import settings
from webapp.db import in_transaction
from webapp.errors import DomainError
from webapp.models import Koppeling, Uitkomst
from webapp.models.ids import KoppelingId
from webapp.muur import alle_scholen
from webapp.services.versturen import lasproef
from webapp.services.versturen.besluit import Reeks
from webapp.services.versturen.lasproef import Proef
from webapp.woorden import lasproef as woorden
from webapp.woorden import zeg
from webapp.woorden.namen import Namen, namen_of


@click.command("las-proef")
@click.argument("koppeling_id", type=int)
@click.option("--akkoord", required=True, metavar="ADRES", help="Het e-mailadres van de beheerder die akkoord gaf.")
@with_appcontext
def las_proef(koppeling_id: KoppelingId, akkoord: str) -> None:
    """Stuur ten hoogste vijf resultaten van een school die akkoord gaf, en zeg wat het LAS ermee deed."""
    with alle_scholen():
        namen = in_transaction(_namen, koppeling_id)
        try:
            in_transaction(lasproef.agree, koppeling_id, akkoord)
        except DomainError as error:
            raise click.ClickException(zeg(error, namen)) from error
        found = try_all(koppeling_id)
    if found is None:
        raise click.ClickException(woorden.BEZIG)
    for line in _said(found, namen):
        click.echo(line)


def try_all(koppeling_id: KoppelingId) -> dict[Proef, Uitkomst | None] | None:
    """Try each as long as the school is ours; None is what there was nothing for. Nothing at all when it is not."""
    found: dict[Proef, Uitkomst | None] = {}
    push = Push(koppeling_id)
    if not push.claim():
        return None
    for proef in Proef:
        ids = in_transaction(lasproef.pick, koppeling_id, proef)
        if not ids:
            found[proef] = None
            continue
        before = in_transaction(lasproef.last_message, koppeling_id)
        if proef is Proef.ZELFDE_SLEUTEL:
            push.reeks = Reeks(vraagt_controle=True)
        goes_on = push.next(None if push.is_searching else ids)
        found[proef] = in_transaction(lasproef.outcome, koppeling_id, before)
        while goes_on and push.is_searching:
            goes_on = push.next()
        if not goes_on:
            return found
    push.pass_on()
    return found


def _said(found: Mapping[Proef, Uitkomst | None], namen: Namen) -> Iterator[str]:
    for proef in Proef:
        yield woorden.said(proef, found[proef], namen) if proef in found else woorden.not_reached(proef)
    if lines := [line for proef, uitkomst in found.items() for line in woorden.setting(proef, uitkomst)]:
        yield f"Voor het profiel van {namen.las}, in webapp/uwlr/profiles:"
        yield from (f"    {line}" for line in lines)


def _namen(session: Session, koppeling_id: KoppelingId) -> Namen:
    return namen_of(session.get(Koppeling, koppeling_id), settings())
