"""What stands still, in words: to schools, to klantenservice, and on the status page."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.filters import aantal, moment
from webapp.models import Aanleiding, LasType, Schakelaar, Werk
from webapp.models.plafond import STAPPEN as _STAPPEN
from webapp.services.plafond import Stand
from webapp.services.schakelaars import EndIsPast, NotLifted, StandsStill
from webapp.uwlr.profiles import PROFILES
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg

register(
    {
        EndIsPast: "Dat moment is al geweest. Er is niets stilgezet: kies een later moment, of laat het leeg.",
        NotLifted: "Dit gaat al verder, of het wacht op beheer (na-terugzetten). Er is niets veranderd.",
    }
)
WERK = {Werk.OPHALEN: "Ophalen", Werk.VERSTUREN: "Versturen", Werk.MAIL: "Mail"}
ALLE_LASSEN = "alle administraties"


@zeg.register
def _(error: StandsStill, namen: Namen) -> str:
    return f"{for_school(error.schakelaar, namen)} {further(error.schakelaar)}"


def for_school(row: Schakelaar, namen: Namen) -> str:
    """What stands still, why, and until when."""
    return f"We hebben {_WERK[row.werk].format(las=namen.las)} even stilgezet: {row.reden.rstrip('.')}{_until(row)}."


def in_short(row: Schakelaar, namen: Namen) -> str:
    """The same in a few words, without why."""
    return f"{_WERK[row.werk].format(las=namen.las)} even stilgezet{_until(row)}"


def _until(row: Schakelaar) -> str:
    return f", tot {moment(row.tot)}" if row.tot else ""


def further(row: Schakelaar) -> str:
    """What happens to what waits."""
    return f"{'Daarna' if row.tot else 'Zodra het kan,'} gaat het vanzelf verder. Er is niets kwijt."


def for_klantenservice(row: Schakelaar) -> str:
    """The same with since when, on one line."""
    until = f", tot {moment(row.tot)}" if row.tot else ", tot iemand het opheft"
    if row.aanleiding is Aanleiding.TERUGZETTEN:
        until = ", tot beheer na-terugzetten heeft uitgevoerd"
    return f"{title(row)} staat stil sinds {moment(row.sinds)}{until}. Reden: {row.reden.rstrip('.')}."


def title(row: Schakelaar) -> str:
    """What it is about, and with which LAS."""
    return WERK[row.werk] if row.werk is Werk.MAIL else f"{WERK[row.werk]} ({with_whom(row.las_type)})"


def with_whom(las_type: LasType | None) -> str:
    """One LAS by name, or all of them."""
    return PROFILES[las_type].naam if las_type else ALLE_LASSEN


def stopped(werk: Werk) -> str:
    return (
        f"{WERK[werk]} staat stil. Wat al bezig is, maakt zijn bericht af; binnen een halve minuut begint niets meer."
    )


def lifted(row: Schakelaar) -> str:
    return f"{title(row)} gaat binnen een halve minuut verder."


def within_minute(las_type: LasType, *, on: bool) -> str:
    """What follows from the switch of one LAS for its schools."""
    if on:
        return f"Scholen met {with_whom(las_type)} kunnen nu kiezen dat hun resultaten binnen een minuut gaan."
    return f"Alle scholen met {with_whom(las_type)} versturen weer in de nacht. Wat al gepland is, gaat nog."


STAPPEN = [(f"{each or 'alle'}", f"{each or 'alle'}") for each in _STAPPEN]
"""The choices of how many schools a night takes."""


@dataclass(frozen=True)
class Plafondregel:
    """How many schools of one LAS a night takes, on the screen of switches."""

    las_type: LasType
    naam: str
    nu: str
    keuze: str


def plafond(stand: Stand) -> Plafondregel:
    """Say how high it stands, and how many wait for their turn."""
    waiting = f"; {aantal(stand.wachten, 'school wacht', 'scholen wachten')} op een beurt" if stand.wachten else ""
    nu = f"een nacht neemt {_schools(stand.scholen)} mee{waiting}."
    return Plafondregel(stand.las_type, with_whom(stand.las_type), nu, f"{stand.scholen or 'alle'}")


def ceiling(las_type: LasType, scholen: int | None) -> str:
    return f"Vanaf de komende nacht neemt een nacht van {with_whom(las_type)} {_schools(scholen)} mee."


def _schools(scholen: int | None) -> str:
    return "alle scholen" if scholen is None else aantal(scholen, "school", "scholen")


_WERK = {
    Werk.OPHALEN: "het ophalen uit {las}",
    Werk.VERSTUREN: "het versturen naar {las}",
    Werk.MAIL: "het versturen van mail",
}
