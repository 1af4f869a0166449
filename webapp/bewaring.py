"""`flask --app wsgi inzage | wis | wis-opheffen | uitvoer`: what a school may ask for about what is kept of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.context import settings
from webapp.db import unit_of_work
from webapp.errors import DomainError, NotAllowed
from webapp.models import Account, School, Wissing
from webapp.models.ids import AccountId, LeerlingId, SchoolId, WissingId
from webapp.muur import alle_scholen, of_school
from webapp.services import audit, klantenservice
from webapp.services.bewaring import inzage as inzagen
from webapp.services.bewaring import uitvoer as uitvoeren
from webapp.services.bewaring import wissen
from webapp.woorden import bewaring as woorden
from webapp.woorden import zeg
from webapp.woorden.namen import namen_of

F = TypeVar("F", bound=Callable[..., Any])


def _asked(command: F) -> F:
    """Which school, and which account of klantenservice does it: the trail names it."""
    for option in (
        click.option("--door", required=True, help="Het e-mailadres waarmee u bij klantenservice inlogt."),
        click.option("--vestiging", default="00", show_default=True),
        click.option("--school", "brin", required=True, help="Het BRIN: 99XX."),
    ):
        command = option(command)
    return command


_WHO = click.option("--leerling", "leerling_id", type=int, required=True, help="Het nummer dat inzage --naam noemt.")
_TO = click.option(
    "--naar", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Een bestand dat er nog niet is."
)


@click.command("inzage")
@_asked
@click.option("--naam", help="Zoek een leerling, om het nummer te weten.")
@click.option("--leerling", "leerling_id", type=int, help="Het nummer van de leerling.")
@click.option("--naar", type=click.Path(dir_okay=False, path_type=Path), help="Een bestand dat er nog niet is.")
@with_appcontext
def inzage(brin: str, vestiging: str, door: str, naam: str | None, leerling_id: int | None, naar: Path | None) -> None:
    """Schrijf alles wat van een leerling bewaard wordt in een bestand (JSON)."""
    with _work(brin, vestiging, door) as (session, school_id, account_id):
        if leerling_id is None or naar is None:
            if not naam:
                raise click.UsageError("Geef --naam, of --leerling met --naar.")
            found = wissen.named(session, school_id, naam)
            if found:
                audit.looked(session, "pagina inzage", door=account_id, school_id=school_id, leerlingen=len(found))
            for each in found:
                click.echo(f"{each.id}: {each.naam}, geboren {each.geboortedatum or 'onbekend'}, {each.status}")
            return
        all_of_it = inzagen.of_leerling(session, school_id, LeerlingId(leerling_id), door=account_id)
        with _new_file(naar) as file:
            file.write(inzagen.as_file(all_of_it))
    click.echo(f"{naar} is geschreven.")


@click.command("wis")
@_asked
@_WHO
@click.option("--zeker", is_flag=True, help="Zonder dit wordt alleen gezegd wat er gewist zou worden.")
@with_appcontext
def wis(brin: str, vestiging: str, door: str, leerling_id: int, zeker: bool) -> None:
    """Wis een leerling met alle resultaten. Dit kan niet terug."""
    with _work(brin, vestiging, door) as (session, school_id, account_id):
        wissing = wissen.erase(session, school_id, LeerlingId(leerling_id), door=account_id)
        lines = list(_proof(wissing))
        if not zeker:
            session.rollback()
            lines = ["Er is nog niets gewist. Met --zeker wordt dit gewist:", *lines[1:]]
    for line in lines:
        click.echo(line)


@click.command("wis-opheffen")
@_asked
@click.option("--bewijs", "wissing_id", type=int, required=True, help="Het nummer van het bewijs.")
@with_appcontext
def wis_opheffen(brin: str, vestiging: str, door: str, wissing_id: int) -> None:
    """Laat een gewiste leerling weer toe als het LAS die stuurt. Wat gewist is, blijft gewist."""
    with _work(brin, vestiging, door) as (session, school_id, account_id):
        wissen.let_back(session, school_id, WissingId(wissing_id), door=account_id)
    click.echo("Bij de volgende aanlevering is het weer een nieuwe leerling.")


@click.command("uitvoer")
@_asked
@_TO
@with_appcontext
def uitvoer(brin: str, vestiging: str, door: str, naar: Path) -> None:
    """Schrijf alles van een school in één bestand: een zip met een CSV per tabel."""
    with _work(brin, vestiging, door) as (session, school_id, account_id), _new_file(naar) as file:
        rows = uitvoeren.write(session, school_id, file, door=account_id)
    click.echo(f"{naar} is geschreven: {rows} rijen.")


COMMANDS = (inzage, wis, wis_opheffen, uitvoer)


@contextmanager
def _work(brin: str, vestiging: str, door: str) -> Iterator[tuple[Session, SchoolId, AccountId]]:
    try:
        with alle_scholen(), unit_of_work() as session:
            school_id, account_id = _school(session, brin, vestiging), _clerk(session, door)
            klantenservice.must_lead(session, account_id)
        with of_school(school_id), unit_of_work() as session:
            yield session, school_id, account_id
    except NotAllowed as error:
        raise click.ClickException("Dit is er niet bij deze school. Er is niets veranderd.") from error
    except DomainError as error:
        raise click.ClickException(zeg(error, namen_of(None, settings()))) from error


def _school(session: Session, brin: str, vestiging: str) -> SchoolId:
    found = session.scalar(select(School.id).where(School.brin == brin.upper(), School.vestiging == vestiging))
    if found is None:
        raise click.ClickException(f"Er is geen school {brin} met vestiging {vestiging}.")
    return found


def _clerk(session: Session, email: str) -> AccountId:
    query = select(Account.id).where(func.lower(Account.email) == email.lower(), Account.is_klantenservice)
    found = session.scalar(query.where(Account.active))
    if found is None:
        raise click.ClickException(f"{email} is geen account van klantenservice.")
    return found


def _new_file(path: Path) -> IO[bytes]:
    """A file that only its owner may read: it holds all that is known of children."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise click.ClickException(f"{path} kan niet geschreven worden: {error.strerror}.") from error


def _proof(wissing: Wissing) -> Iterator[str]:
    yield woorden.proof(wissing)
    yield f"Gewist: {woorden.what_goes(wissing)}"
    if not wissing.in_las:
        yield "In het LAS staat niets van deze leerling dat van ons kwam."
        return
    yield "De school verwijdert dit in het LAS:"
    yield from (f"  {line}" for line in woorden.in_las(wissing))
