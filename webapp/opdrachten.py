"""What who has the machine does: `flask --app wsgi account maken|uitzetten|tweede-stap-wissen`, and `hersleutelen`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy.orm import Session

from webapp.accounts.setup import RESET_WITHIN
from webapp.accounts.totp import OnceTotp
from webapp.context import keyring, settings
from webapp.crypto import parse_key
from webapp.db import unit_of_work
from webapp.errors import DomainError
from webapp.links import external_url
from webapp.muur import alle_scholen
from webapp.services import hersleutelen, klantenservice
from webapp.services.hersleutelen import Stand
from webapp.woorden import klantenservice as woorden
from webapp.woorden import zeg
from webapp.woorden.namen import namen_of

account_group = AppGroup("account", help="Accounts maken, uitzetten, en een verloren tweede stap wissen.")


class Adres(click.ParamType[str]):
    """One mail address."""

    name = "e-mailadres"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return str(validate_email(value.strip(), check_deliverability=False).normalized)
        except EmailNotValidError:
            self.fail(f"{value} is geen e-mailadres.", param, ctx)


@contextmanager
def _work() -> Iterator[Session]:
    """One unit of work; what a rule refuses ends the command with its sentence."""
    try:
        with alle_scholen(), unit_of_work() as session:
            yield session
    except DomainError as error:
        raise click.ClickException(zeg(error, namen_of(None, settings()))) from error


@account_group.command("maken")
@click.argument("email", type=Adres())
@click.option("--naam", required=True, help="Hoe collega's hem of haar zien.")
@click.option("--leiding", is_flag=True, help="Mag ook stilzetten, accounts maken en uitzetten.")
@click.option("--mail", is_flag=True, help="Mail de link, in plaats van hem te tonen.")
def maken(email: str, naam: str, leiding: bool, mail: bool) -> None:
    """Maak een account van klantenservice, of zet een uitgezet account weer aan; zelf kiest men een wachtwoord."""
    with _work() as session:
        account = klantenservice.make(session, email, naam, is_leiding=leiding, door=None)
        is_new = account.password is None
        if is_new and mail:
            klantenservice.invite(session, account)
        if mail or not is_new:
            said = woorden.made(account)
        else:
            token = generate_reset_password_token(account)  # type: ignore[no-untyped-call]  # Flask-Security
            link = external_url("security.reset_password", token=token)
            said = f"Link om een wachtwoord te kiezen, {RESET_WITHIN.days} dagen en één keer: {link}"
    click.echo(said)


@account_group.command("uitzetten")
@click.argument("email", type=Adres())
def uitzetten(email: str) -> None:
    """Beëindig elke sessie van dit account en laat het niet meer binnen."""
    with _work() as session:
        account = klantenservice.with_address(session, email)
        said = woorden.put_off(account, is_new=klantenservice.put_off(session, account, door=None))
    click.echo(said)


@account_group.command("tweede-stap-wissen")
@click.argument("email", type=Adres())
def tweede_stap_wissen(email: str) -> None:
    """Wis de authenticator en de herstelcodes: bij het inloggen worden nieuwe ingesteld."""
    with _work() as session:
        account = klantenservice.with_address(session, email)
        is_done = klantenservice.clear_second_step(session, account, door=None)
        said = woorden.cleared(account, is_done=True) if is_done else f"{account.email} had geen tweede stap."
    click.echo(said)


@click.command("hersleutelen")
@with_appcontext
def hersleutelen_command() -> None:
    """Versleutel alles opnieuw onder de nieuwste van ENCRYPTION_KEYS, en zeg welke weg mogen."""
    totp: OnceTotp = current_app.extensions["security"].totp_factory
    newest = str(keyring().current)
    sleutels = _all(lambda session, stand: hersleutelen.koppelingen(session, stand, keyring()))
    stappen = _all(lambda session, stand: hersleutelen.tweede_stappen(session, stand, totp.again, newest))
    with alle_scholen(), unit_of_work() as session:
        hersleutelen.record(session, sleutels.gedaan + stappen.gedaan)
        needed = hersleutelen.in_use(session)
    click.echo(f"{sleutels.gedaan} autorisatiesleutels en {stappen.gedaan} tweede stappen opnieuw versleuteld.")
    if onleesbaar := sleutels.onleesbaar + stappen.onleesbaar:
        click.echo(
            f"{onleesbaar} waarden opent geen enkele sleutel: zet de oude terug in ENCRYPTION_KEYS en doe het opnieuw."
        )
    for number, _ in map(parse_key, settings().encryption_keys):
        click.echo(f"Sleutel {number}: {_verdict(number, keyring().current, needed[str(number)])}")


def _all(batch: Callable[[Session, Stand], None]) -> Stand:
    """Batch by batch, each in a transaction of its own: it may be killed, and run again."""
    stand = Stand()
    while not stand.is_klaar:
        with alle_scholen(), unit_of_work() as session:
            batch(session, stand)
    return stand


def _verdict(number: int, current: int, used: int) -> str:
    if number == current:
        return "versleutelt."
    return f"nog nodig voor {used} waarden." if used else "mag weg."
