"""The words of what was decided about a record and stands, and of taking it from its record of the LAS."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.filters import aantal, datum, woord
from webapp.models.ids import AccountId
from webapp.services.controle.besluiten import Besluit, Wel
from webapp.services.controle.ontkoppelen import NothingToLinkAgain, NothingToUnlink
from webapp.services.inname.soorten import AnyKind, Doel
from webapp.woorden.controle import SOORTEN, name_of
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register

register(
    {
        NothingToUnlink: "Dit is niet (meer) zo gekoppeld, of er staat een vraag over open. Er is niets veranderd.",
        NothingToLinkAgain: "Dit kan niet meer terug: er is intussen iets anders mee gedaan. Er is niets veranderd.",
    }
)

LINKING_AGAIN = "De koppeling is dan meteen weer zoals zij was."


def tekst(besluit: Besluit, las: str) -> str:
    """What holds."""
    match besluit.wat:
        case Wel.NIET_KOPPELEN | Wel.ONTKOPPELD:
            return f"Wij koppelen dit niet vanzelf met nummer {besluit.nummer} in {las}."
        case Wel.NIET_PARKEREN:
            return f"Wij parkeren dit niet vanzelf opnieuw, ook als {las} het niet stuurt."
        case Wel.TWEE:
            return f"Dit is een ander kind dan {besluit.naam}: wij stellen samenvoegen niet meer voor."
        case Wel.BUITEN:
            return f"{besluit.naam or 'Dit gegeven'} (nummer {besluit.nummer} in {las}) importeren wij niet."
        case Wel.BUITEN_MET_GROEP:
            return f"De groep {besluit.naam} importeren wij niet, en wie daarin staat evenmin."


_DEED: Mapping[Wel, str] = {
    Wel.NIET_KOPPELEN: "Teruggenomen",
    Wel.ONTKOPPELD: "Ontkoppeld",
    Wel.NIET_PARKEREN: "Teruggezet",
    Wel.TWEE: "Samenvoegen teruggedraaid",
    Wel.BUITEN: "Gekozen",
    Wel.BUITEN_MET_GROEP: "Gekozen",
}


def door(besluit: Besluit, namen_van: Mapping[AccountId, str]) -> str:
    """Who decided it, and when."""
    wie = namen_van.get(besluit.door or AccountId(0), "een oud-collega")
    return f"{_DEED[besluit.wat]} door {wie} op {datum(besluit.op)}."


def unlinking(kind: AnyKind, doel: Doel, there: int, namen: Namen) -> list[str]:
    """What taking it from its record of the LAS does, before it is done."""
    een, nummer = SOORTEN[kind.soort].een, doel.las_key or doel.eckid
    said = [
        f"{name_of(doel)} hoort daarna bij niemand in {namen.las}. Naam en groep blijven hier staan zoals ze zijn.",
        f"Nummer {nummer} koppelen wij niet vanzelf opnieuw, en wij voegen daar niemand voor toe. In de controle staat "
        f"de vraag welke {een} het is, voor later.",
    ]
    if kind.has_results:
        said.append(f"Resultaten blijven bewaard. Er gaan geen nieuwe naar {namen.las}.")
    if there:
        staan = f"{aantal(there, 'resultaat', 'resultaten')} {woord(there, 'staat', 'staan')}"
        lees = "Bij Resultaten leest u daarna wat u daar verwijdert."
        said.append(f"{staan} al in {namen.las} bij nummer {nummer}. {lees}")
    return [*said, "Terugdraaien kan 30 dagen, op deze pagina."]


def unlinked(doel: Doel, there: int) -> str:
    zelf = " Bij Resultaten staat wat u nu zelf verwijdert." if there else ""
    return f"{name_of(doel)} is ontkoppeld.{zelf}"


def linked_again(doel: Doel) -> str:
    return f"{name_of(doel)} is weer gekoppeld, zoals het was."
