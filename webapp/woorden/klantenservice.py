"""Accounts of klantenservice, in words."""

from __future__ import annotations

from webapp.filters import getal
from webapp.models import Account
from webapp.services import klantenservice
from webapp.services.toetsen import leveranciers
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg

register(
    {
        klantenservice.OnbekendAccount: "Er is geen account met dit adres. Er is niets veranderd.",
        klantenservice.AdresVanSchool: (
            "Dit adres is van een account van een school. Neem een ander adres. Er is niets veranderd."
        ),
        klantenservice.AlleenLeiding: (
            "Dit mag alleen wie leiding geeft aan de klantenservice. Er is niets veranderd: vraag het een van hen."
        ),
        klantenservice.NietZelf: "Dit kan niet bij uw eigen account: vraag een collega. Er is niets veranderd.",
        klantenservice.TweedeCollega: (
            "U vroeg dit zelf al. Een andere collega bevestigt het: zo doet niemand dit alleen. Er is niets veranderd."
        ),
    }
)


def made(account: Account) -> str:
    if account.password is not None:
        return f"Er is al een account van {account.email}. Er is niets veranderd."
    return f"{account.email} krijgt een mail met een link om een wachtwoord te kiezen."


def put_off(account: Account, *, is_new: bool) -> str:
    return f"{account.email} kan niet meer inloggen." if is_new else f"{account.email} stond al uit."


def cleared(account: Account, *, is_done: bool) -> str:
    if is_done:
        after = (
            "Bij het inloggen wordt een nieuwe ingesteld."
            if account.is_klantenservice
            else "Een wachtwoord is nu genoeg."
        )
        return f"De tweede stap van {account.email} is gewist. {after}"
    return f"Genoteerd. Kiest een andere collega dit ook binnen een dag, dan is de tweede stap van {account.email} weg."


def cut_off(shown: int, number: int) -> str:
    """Below a file of a list that has more rows than it holds."""
    return f"Dit zijn de eerste {getal(shown)} van {getal(number)} rijen. Kies in de lijst een filter voor de rest."


def leads(account: Account) -> str:
    """Whether somebody leads from now on."""
    return (
        f"{account.naam} geeft {'nu' if account.is_leiding else 'geen'} leiding{'' if account.is_leiding else ' meer'}."
    )


@zeg.register
def _(error: leveranciers.LeverancierExists, namen: Namen) -> str:
    return (
        f"{error.naam} heeft al een token dat werkt. Er is niets veranderd. Trek dat eerst in, of kies een andere naam."
    )


@zeg.register
def _(error: leveranciers.SchoolUnknown, namen: Namen) -> str:
    return f"School {error.brin} kennen wij niet. Er is niets veranderd. Controleer het BRIN en de vestiging."
