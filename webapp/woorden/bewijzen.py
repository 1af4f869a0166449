"""The evidence for an approval in words: what is so, or what is not and who does something about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from webapp.filters import aantal, datum, moment
from webapp.services.koppeling.bewijzen import PROEF_GELDT, Bewijs, Bewijsstuk, Dossier
from webapp.services.koppeling.errors import AlreadyFetched, NotGreen
from webapp.woorden.namen import Namen
from webapp.woorden.sleutel import bevinding
from webapp.woorden.weigeringen import zeg

VANZELF_AAN = "Vanaf nu keurt het systeem goed wat helemaal groen is. In het logboek staat dan dat dit vanzelf ging."
VANZELF_UIT = "Vanaf nu keurt het systeem niets meer vanzelf goed."
OVEREENKOMST = "De datum van de verwerkersovereenkomst is bewaard."
GEEN_OVEREENKOMST = "Genoteerd dat er geen getekende verwerkersovereenkomst is."
_KORT = {
    Bewijs.SLEUTEL: "sleutel niet bewezen",
    Bewijs.GEGEVENS: "BRIN of schooljaar niet bevestigd",
    Bewijs.AANVRAGER: "aanvrager is geen beheerder",
    Bewijs.EXTERNE_NUMMERS: "oude externe nummers",
    Bewijs.EIGEN_GEGEVENS: "geen eigen gegevens ingelezen",
    Bewijs.ENIGE_SLEUTEL: "sleutel misschien ook van een andere school",
    Bewijs.OVEREENKOMST: "verwerkersovereenkomst ontbreekt",
}
_DAARNA = {
    Bewijs.SLEUTEL: "Kies Nu proberen. Werkt hij dan nog niet, wijs dan af: de school maakt een nieuwe sleutel.",
    Bewijs.GEGEVENS: "Kies Nu proberen, of bel de school en vraag na wat er moet staan.",
    Bewijs.AANVRAGER: "Bel de school op het nummer uit het register en vraag wie de koppeling wil.",
    Bewijs.EXTERNE_NUMMERS: "Vraag de school ze te wissen, met de knop bij Koppelen met LAS.",
    Bewijs.EIGEN_GEGEVENS: "Laat beheer de school eerst inlezen (flask inlezen), en keur haar daarna goed.",
    Bewijs.ENIGE_SLEUTEL: "Bel de school: elke school maakt in haar LAS een eigen sleutel.",
    Bewijs.OVEREENKOMST: "Noteer de datum zodra de getekende overeenkomst er is.",
}


@dataclass(frozen=True)
class Bewijsregel:
    """One proof as a page shows it."""

    is_groen: bool
    tekst: str
    daarna: str
    """What to do about it; empty of what is so."""
    wanneer: str


def regels(dossier: Dossier, namen: Namen) -> list[Bewijsregel]:
    return [
        Bewijsregel(stuk.is_groen, zin(stuk, namen), "" if stuk.is_groen else _daarna(stuk), _wanneer(stuk))
        for stuk in dossier.stukken
    ]


def zin(stuk: Bewijsstuk, namen: Namen) -> str:
    """What is so, or is not, without a full stop."""
    return _ZINNEN[stuk.bewijs](stuk, namen)


def in_het_kort(dossier: Dossier) -> str:
    """One line of the queue."""
    if dossier.is_groen:
        leerlingen = next(stuk for stuk in dossier.stukken if stuk.bewijs is Bewijs.EIGEN_GEGEVENS).gegevens["aantal"]
        return f"Alles groen: sleutel werkt, {aantal(leerlingen, 'leerling', 'leerlingen')} hier."
    missing = ", ".join(_KORT[stuk.bewijs] for stuk in dossier.niet_groen)
    return f"{dossier.groen} van {len(dossier.stukken)} groen: {missing}."


def geteld(dossier: Dossier) -> str:
    """Above the list."""
    return "Alles is groen" if dossier.is_groen else f"{dossier.groen} van {len(dossier.stukken)} groen"


@zeg.register
def _(error: NotGreen, namen: Namen) -> str:
    missing = ", ".join(_KORT[bewijs] for bewijs in error.bewijzen)
    return (
        f"{error.schoolnaam} is niet goedgekeurd: {missing}. Er is niets veranderd: kies Bekijken, en zeg daar dat u "
        "dit weet."
    )


@zeg.register
def _(error: AlreadyFetched, namen: Namen) -> str:
    return (
        f"De goedkeuring van {error.schoolnaam} kan niet meer terug: de eerste gegevens zijn al opgehaald. Er is niets "
        "veranderd. Pauzeren kan wel."
    )


def _daarna(stuk: Bewijsstuk) -> str:
    if stuk.bewijs is Bewijs.ENIGE_SLEUTEL and not stuk.gegevens["bekend"]:
        return "Laat beheer eerst flask hersleutelen draaien."
    return _DAARNA[stuk.bewijs]


def _wanneer(stuk: Bewijsstuk) -> str:
    if stuk.op is None:
        return ""
    return moment(stuk.op) if isinstance(stuk.op, datetime) else datum(stuk.op)


def _sleutel(stuk: Bewijsstuk, namen: Namen) -> str:
    if stuk.op is None or stuk.gegevens["code"] is None:
        return "De sleutel is niet geprobeerd"
    if stuk.is_groen:
        return "De sleutel werkt"
    if stuk.gegevens["te_lang"]:
        return f"De sleutel werkte, maar dat is {PROEF_GELDT.days} dagen of langer geleden"
    return bevinding(stuk.gegevens["code"], stuk.gegevens["antwoord"], namen.las).rstrip(".")


def _gegevens(stuk: Bewijsstuk, namen: Namen) -> str:
    said, asked = stuk.gegevens["schooljaar"], stuk.gegevens["gevraagd"]
    if stuk.gegevens["register"]:
        return "Dit BRIN staat niet in het register van scholen, of de school is daar gesloten"
    if said is None:
        return f"{namen.las_voorop} gaf geen gegevens: BRIN, vestiging en schooljaar zijn niet bevestigd"
    if not stuk.is_groen:
        return f"{namen.las_voorop} stuurt schooljaar {said}, aangevraagd is {asked}"
    return f"BRIN, vestiging en schooljaar {said} kloppen met {namen.las}"


def _aanvrager(stuk: Bewijsstuk, namen: Namen) -> str:
    return f"De aanvrager is {'' if stuk.is_groen else 'geen '}beheerder van de school"


def _nummers(stuk: Bewijsstuk, namen: Namen) -> str:
    return aantal(stuk.gegevens["aantal"], "oud extern nummer", "oude externe nummers")


def _eigen(stuk: Bewijsstuk, namen: Namen) -> str:
    if stuk.is_groen:
        return f"{aantal(stuk.gegevens['aantal'], 'leerling staat', 'leerlingen staan')} hier"
    return (
        "Van deze school zijn geen eigen gegevens ingelezen: elke leerling wordt “nieuw”, ook wie hier al toetsen "
        "maakte"
    )


def _enige(stuk: Bewijsstuk, namen: Namen) -> str:
    if others := stuk.gegevens["anderen"]:
        return f"{aantal(others, 'andere koppeling heeft', 'andere koppelingen hebben')} dezelfde sleutel"
    if stuk.is_groen:
        return "Geen andere koppeling heeft deze sleutel"
    return "Nog niet bekend of een andere koppeling deze sleutel heeft"


def _overeenkomst(stuk: Bewijsstuk, namen: Namen) -> str:
    return f"Verwerkersovereenkomst {'getekend' if stuk.is_groen else 'niet genoteerd'}"


_ZINNEN: dict[Bewijs, Callable[[Bewijsstuk, Namen], str]] = {
    Bewijs.SLEUTEL: _sleutel,
    Bewijs.GEGEVENS: _gegevens,
    Bewijs.AANVRAGER: _aanvrager,
    Bewijs.EXTERNE_NUMMERS: _nummers,
    Bewijs.EIGEN_GEGEVENS: _eigen,
    Bewijs.ENIGE_SLEUTEL: _enige,
    Bewijs.OVEREENKOMST: _overeenkomst,
}
