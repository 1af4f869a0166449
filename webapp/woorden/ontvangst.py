"""The words of a receipt, on the page after an import and in its mail."""

from __future__ import annotations

from webapp.filters import aantal, getal, woord
from webapp.models import Keuze, Soort
from webapp.services.controle.ontvangst import Ontvangst
from webapp.woorden.controle import SOORTEN

_KOPPEN = {Keuze.NIEUW: "Nieuw", Keuze.KOPPEL: "Gekoppeld", Keuze.NIET: "Niet geïmporteerd"}


def kop(bewijs: Ontvangst) -> str:
    """Klaar: 15 leerlingen overgenomen."""
    for soort in reversed(Soort):
        if number := bewijs.number(soort, Keuze.NIEUW, Keuze.KOPPEL):
            return f"Klaar: {_aantal(soort, number)} overgenomen"
    return "Klaar: uw antwoorden zijn verwerkt"


def regels(bewijs: Ontvangst) -> list[tuple[str, str]]:
    """What was done with how many, and what was not touched."""
    found = []
    for keuze, kop_ in _KOPPEN.items():
        parts = [_aantal(soort, n) for soort in reversed(Soort) if (n := bewijs.number(soort, keuze))]
        if parts and keuze is Keuze.KOPPEL and bewijs.resultaten:
            parts.append(f"met {aantal(bewijs.resultaten, 'resultaat', 'resultaten')}")
        found.append((kop_, ", ".join(parts)))
    found += [
        ("Automatisch verwerkt", _gegevens(bewijs.automatisch)),
        ("Ongewijzigd", _gegevens(bewijs.ongewijzigd)),
    ]
    return [(name, text) for name, text in found if text]


def staat_open(number: int) -> str:
    """What an import left behind."""
    if not number:
        return ""
    return (
        f"{aantal(number, 'vraag staat', 'vragen staan')} nog open bij Beheer > Koppelen met LAS. "
        "Nieuwe resultaten van leerlingen om wie het gaat, wachten op uw antwoord."
    )


def _aantal(soort: Soort, number: int) -> str:
    return aantal(number, SOORTEN[soort].een, SOORTEN[soort].meer)


def _gegevens(number: int) -> str:
    return f"{getal(number)} {woord(number, 'gegeven', 'gegevens')}" if number else ""
