"""The words of the overview: the nights, who is linked, the results of this year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from webapp.config import AMSTERDAM
from webapp.filters import aantal, datum, getal, klok, moment, opsomming, woord
from webapp.models import Koppeling, Soort
from webapp.services.overzicht.gekoppeld import Gekoppelden
from webapp.services.overzicht.nachtstrook import Nachtverloop, Uitslag
from webapp.services.versturen.waar import Bak
from webapp.woorden.controle import SOORTEN
from webapp.woorden.namen import Namen

MAANDEN = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_VROEG = 8
"""Before this hour it was this night."""
UITSLAGEN: Mapping[Uitslag, str] = {
    Uitslag.GOED: "goed",
    Uitslag.VRAGEN: "met vragen",
    Uitslag.STORING: "niet gelukt",
    Uitslag.BEZIG: "nu bezig",
}


def kop(number: int) -> str:
    """The heading above what waits for a beheerder."""
    if not number:
        return "U hoeft nu niets te doen"
    return f"{aantal(number, 'ding wacht', 'dingen wachten')} op u"


def niets_te_doen(koppeling: Koppeling, wijzigingen: int, now: datetime | None = None) -> str:
    """That nothing at all is open, since when that is known, and of how many."""
    if koppeling.opgehaald_op is None:
        return "Niets te doen."
    number = koppeling.opgehaald_leerlingen
    leerlingen = f", {aantal(number, 'leerling', 'leerlingen')}" if number is not None else ""
    said = aantal(wijzigingen, "wijziging", "wijzigingen") if wijzigingen else "geen wijzigingen"
    return f"Niets te doen. Laatste controle {wanneer(koppeling.opgehaald_op, now)}{leerlingen}, {said}."


def wanneer(op: datetime, now: datetime | None = None) -> str:
    """vannacht 02:14; otherwise as everywhere."""
    local = op.astimezone(AMSTERDAM)
    is_today = local.date() == (now or datetime.now(UTC)).astimezone(AMSTERDAM).date()
    return f"vannacht {klok(op)}" if is_today and local.hour < _VROEG else moment(op, now)


def dag(op: datetime, now: datetime | None = None) -> str:
    """vandaag, gisteren, 3 november: the day of `moment`, and vannacht before the morning."""
    return wanneer(op, now).removesuffix(klok(op)).strip()


def nachten(strook: Sequence[Nachtverloop], las: str) -> str:
    """27 nachten goed, 2 met vragen, 1 niet gelukt."""
    counts = Counter(nacht.uitslag for nacht in strook)
    parts = [f"{counts[each]} {UITSLAGEN[each]}" for each in Uitslag if counts[each] and each is not Uitslag.BEZIG]
    if not parts:
        return f"De eerste nacht met {las} komt nog."
    first, *rest = parts
    number, _, said = first.partition(" ")
    return ", ".join([f"{number} {woord(int(number), 'nacht', 'nachten')} {said}", *rest]) + "."


def nacht_kort(datum_: date) -> str:
    """26 nov"""
    return f"{datum_.day} {MAANDEN[datum_.month - 1]}"


def nacht(verloop: Nachtverloop, las: str) -> str:
    """What one night did: 42 wijzigingen verwerkt, 31 resultaten in het LAS."""
    match verloop.uitslag:
        case Uitslag.BEZIG:
            return "De nacht is bezig; deze school komt nog."
        case Uitslag.STORING:
            fetched = f"Ophalen uit {las} lukte niet"
        case _:
            changed = verloop.gewijzigd
            fetched = f"{aantal(changed, 'wijziging', 'wijzigingen')} verwerkt" if changed else "Geen wijzigingen"
    parts = [fetched]
    if verloop.bevestigd:
        parts.append(f"{aantal(verloop.bevestigd, 'resultaat', 'resultaten')} in {las}")
    if verloop.geweigerd:
        parts.append(f"{getal(verloop.geweigerd)} geweigerd")
    if verloop.onzeker:
        parts.append(f"{getal(verloop.onzeker)} nog niet bevestigd")
    if verloop.uitslag is Uitslag.VRAGEN:
        parts.append("met vragen")
    return f"{', '.join(parts)}."


def nacht_titel(verloop: Nachtverloop, las: str) -> str:
    """All of one night, for who does not see it."""
    return f"Nacht van {datum(verloop.datum)}, {UITSLAGEN[verloop.uitslag]}. {nacht(verloop, las)}"


def gekoppeld(found: Gekoppelden) -> str:
    """Who of the leerlingen is not linked and why, and how it is with the other kinds."""
    parts = []
    if found.wachten:
        parts.append(f"{aantal(found.wachten, 'wacht', 'wachten')} op uw antwoord.")
    if found.niet:
        parts.append(f"{getal(found.niet)} bij Niet importeren.")
    others = [(found.aantal[soort], SOORTEN[soort]) for soort in (Soort.LEERKRACHT, Soort.GROEP)]
    linked = opsomming([aantal(number, soort.een, soort.meer) for number, soort in others if number])
    return " ".join([*parts, *([f"Ook gekoppeld: {linked}."] if linked else [])])


def maanden(per_maand: Mapping[date, Counter[Bak]], first: date, today: date) -> list[tuple[str, str, int, int]]:
    """The months from the first of the year to this one, or later where there is something: name, text and numbers."""
    last = max([today, *per_maand])
    found = []
    for number in range(12 * (last.year - first.year) + last.month - first.month + 1):
        years, month = divmod(first.month - 1 + number, 12)
        counts = per_maand.get(date(first.year + years, month + 1, 1), Counter[Bak]())
        there, comes = counts[Bak.IN_LAS], counts[Bak.GAAT]
        text = f"{getal(there)} + {getal(comes)}" if comes else getal(there)
        found.append((MAANDEN[month], text, there, comes))
    return found


def in_woorden(rows: Iterable[tuple[str, str, int, int]], las: str) -> str:
    """The chart of the months in one sentence."""
    months = [
        f"{naam} {getal(there)}" + (f" en {getal(comes)} onderweg" if comes else "") for naam, _, there, comes in rows
    ]
    return f"Resultaten in {las} per maand van afname: {', '.join(months)}."


def koppeling(found: Koppeling, namen: Namen, nacht_uur: int) -> list[tuple[str, str]]:
    """The koppeling in a few lines."""
    nightly = f"aan, vanaf {nacht_uur}:00 uur" if found.is_running else "uit, op pauze"
    return [("LAS", namen.las), ("Schooljaar", found.schooljaar or "–"), ("Elke nacht", nightly)]
