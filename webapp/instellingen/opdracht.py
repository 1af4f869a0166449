"""`flask --app wsgi instellingen`: are the settings right, and does each part answer?"""

from __future__ import annotations

import os

import click

from webapp.config import Settings, SettingsError

_MARKS = {True: "in orde", False: "FOUT", None: "-"}


@click.command("instellingen")
def instellingen_command() -> None:
    """Kijk alle instellingen na en probeer elke verbinding. Er wordt niets gewijzigd en niets verstuurd."""
    from webapp.instellingen.proef import try_all  # it takes all of the program along

    try:
        settings = Settings.from_env(os.environ)
    except SettingsError as error:
        raise click.ClickException(f"{error}\nEr is nog niets geprobeerd.") from error
    wrong = 0
    for each in try_all(settings, os.environ):
        click.echo(f"{_MARKS[each.is_goed]:<8} {each.onderdeel:<22} {each.zin}")
        wrong += each.is_goed is False
    if wrong:
        raise click.ClickException("1 onderdeel werkt niet." if wrong == 1 else f"{wrong} onderdelen werken niet.")
    click.echo("Alles werkt.")
