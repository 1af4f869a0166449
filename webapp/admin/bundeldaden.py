"""What is done to every school of a case of many: which act, how much it touches, and that somebody said how many."""

from __future__ import annotations

from dataclasses import replace

from webapp.db import db
from webapp.errors import DomainError
from webapp.filters import aantal
from webapp.services.overzicht.wachtend import Wachtend, Wachtreden, Zaaksoort
from webapp.services.versturen import leveringen
from webapp.woorden import zeg
from webapp.woorden.namen import Namen

ZEKER_VANAF = 25
"""An act on a case of so many schools asks for their number."""
MEESTE_SCHOLEN = 250
"""So many schools of a case are done with one press: each is a transaction, and somebody waits for the page."""


class NotConfirmed(DomainError):
    """It would be done at so many schools that their number is typed first; by now it may be another."""

    def __init__(self, scholen: int) -> None:
        super().__init__(scholen)
        self.scholen = scholen


@zeg.register
def _(error: NotConfirmed, namen: Namen) -> str:
    return f"Er is niets veranderd. Het gaat om {error.scholen} scholen: typ dat getal op de pagina van de zaak."


def for_all(row: Wachtend) -> tuple[str, ...]:
    """Names of what can be done to every school of a case of several."""
    if row.las_type is None or not row.koppelingen:
        return ()
    return ("vrijgeven",) if row.soort is Zaaksoort.RESULTATEN else ("ophalen",)


def touches(row: Wachtend) -> str:
    """What an act on all of its schools is about: how many schools, and how many results it puts back in line."""
    scholen = aantal(len(row.koppelingen), "school", "scholen")
    if "vrijgeven" not in for_all(row) or row.fout is None:
        return scholen
    ids = [each.school_id for each in row.koppelingen if each.school_id is not None]
    number = leveringen.count_refused(db.session(), ids, row.fout.code)
    return f"{scholen} en {aantal(number, 'geweigerd resultaat', 'geweigerde resultaten')}"


def asks_number(row: Wachtend) -> bool:
    """Whether its schools are so many that who acts on all of them types how many."""
    return len(row.koppelingen) >= ZEKER_VANAF


def per_school(sleutel: str, row: Wachtend | None, scholen: int | None) -> list[tuple[str, Wachtend | None]]:
    """A case of several schools as a case of each of them, those that nobody asked for yet first; any other as it is.

    So is one of very many of which nobody typed the right number: the act refuses that.
    """
    if row is None or not for_all(row) or (asks_number(row) and scholen != len(row.koppelingen)):
        return [(sleutel, row)]
    reden = Wachtreden.VERSTUREN if row.soort is Zaaksoort.RESULTATEN else Wachtreden.OPHALEN
    apart = [replace(row, reden=reden, las_type=None, koppelingen=(), koppeling=each) for each in row.koppelingen]
    apart.sort(key=lambda each: each.koppeling is not None and each.koppeling.ophalen_op is not None)
    return [(each.sleutel, each) for each in apart]
