"""`flask --app wsgi account maken|uitzetten|tweede-stap-wissen`: accounts, by who has the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask.cli import AppGroup
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy.orm import Session

from webapp.accounts.setup import RESET_WITHIN
from webapp.db import unit_of_work
from webapp.errors import DomainError
from webapp.links import external_url
from webapp.services import klantenservice
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
        with unit_of_work() as session:
            yield session
    except DomainError as error:
        raise click.ClickException(zeg(error, namen_of(None, current_app.extensions["settings"]))) from error


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
