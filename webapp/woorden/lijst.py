"""The words of the nine lists: whose choice a line shows and why, and what one act for many came to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webapp.filters import aantal, moment, woord
from webapp.models import Importregel, Keuze, Lidmaatschap, Soort
from webapp.services.controle.allemaal import Gedaan
from webapp.services.controle.errors import FoundChanged, NothingTicked
from webapp.services.controle.lijsten import Herkomst, Meegaand
from webapp.services.inname.soorten import KINDS, Doel
from webapp.services.inname.soorten.velden import Jaargroep, Veld, Waarde
from webapp.woorden.controle import SOORTEN, VELDEN, value
from webapp.woorden.kaart import sentences
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg

FEW = 10
"""Up to so many lines nobody needs to search."""
ONBEKEND = "onbekende groep"
CATEGORIEEN: Mapping[Keuze, str] = {
    Keuze.NIEUW: "Nieuw toevoegen",
    Keuze.KOPPEL: "Bestaand koppelen",
    Keuze.NIET: "Niet importeren",
}
HERKOMST: Mapping[Herkomst, str] = {
    Herkomst.VRAAG: "nog een vraag",
    Herkomst.AUTOMATISCH: "automatisch",
    Herkomst.MENS: "door een mens",
    Herkomst.GEWIJZIGD: "gewijzigd door een mens",
}

register({NothingTicked: "Vink eerst een of meer regels aan. Er is niets veranderd."})


@zeg.register
def _(error: FoundChanged, namen: Namen) -> str:
    zijn = woord(error.number, "is", "zijn")
    return (
        f"Het {zijn} er intussen {error.number}, niet het aantal dat u zag. Er is niets veranderd: kijk nog eens en "
        "kies dan."
    )


def note(regel: Importregel, naam: str, groep: str, mee: Meegaand | None) -> str:
    """What stands small under the name of a line; `naam` is of whoever chose."""
    if regel.via_groep:
        return f"gaat mee met {groep}"
    if regel.is_vraag:
        return ""  # its place says that nothing is chosen
    door = f"door {naam}" if naam else "beantwoord" if regel.gekozen_door is not None else ""
    if mee is not None:
        return ", ".join(filter(None, (door, along(mee))))
    if door:
        return door
    is_link = regel.toegepast_id is not None and regel.doel_id == regel.toegepast_id and regel.keuze is Keuze.KOPPEL
    return "automatisch gekoppeld" if is_link else ""


def along(mee: Meegaand) -> str:
    """Who goes along with a groep that is left out."""
    wie = [aantal(mee.leerlingen, "leerling", "leerlingen"), *mee.leerkrachten]
    return f"{_and(wie)} {woord(mee.leerlingen + len(mee.leerkrachten), 'gaat', 'gaan')} mee"


def _and(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} en {last}" if first else last


def waarom(regel: Importregel, naam: str, groep: str) -> str:
    """Why a line stands where it does, in sentences."""
    if regel.via_groep:
        return f"{groep} wordt niet geïmporteerd; deze {SOORTEN[regel.soort].een} gaat mee, en komt mee terug."
    said = []
    if regel.gekozen_door is not None:
        wanneer = f" {moment(regel.gekozen_op)}" if regel.gekozen_op is not None else ""
        said.append(f"{naam or 'Iemand van uw school'} koos dit{wanneer}.")
    evidence = sentences(regel.redenen, regel.matchregel)
    if evidence:
        said.append(evidence)
    elif not regel.kandidaten and regel.toegepast_id is None:
        said.append(f"Wij vonden geen {SOORTEN[regel.soort].een} die hierop lijkt.")
    return " ".join(said)


def target(soort: Soort, doel: Doel, resultaten: int) -> str:
    """Our record in one line, under its name."""
    kind = KINDS[soort]
    parts = [
        _say(*each) for each in zip(kind.search_columns, kind.search_values(doel, resultaten=resultaten), strict=True)
    ]
    gone = "vertrokken" if doel.status is Lidmaatschap.VERTROKKEN else ""
    return ", ".join(part for part in (*parts, gone) if part)


def _say(veld: Veld, waarde: Waarde) -> str:
    if veld is Veld.RESULTATEN and isinstance(waarde, int):
        return aantal(waarde, "resultaat", "resultaten")
    if isinstance(waarde, Jaargroep):
        return f"{VELDEN[veld].label} {value(waarde)}"
    return value(waarde)


def apart(others: int, exchanged: int) -> str:
    """Who does not go along in an act for all found."""
    parts = []
    if exchanged:
        parts.append(f"{exchanged} {woord(exchanged, 'hoort', 'horen')} bij een verwisseling")
    if others > 0:
        parts.append(f"{others} die u apart kiest")
    return f"Niet erbij: {'; '.join(parts)}." if parts else ""


def done(gedaan: Gedaan, soort: Soort) -> str:
    woorden = SOORTEN[soort]
    zinnen = [
        f"{aantal(gedaan.aantal, woorden.een, woorden.meer)} {woord(gedaan.aantal, 'staat', 'staan')} nu op "
        f"{CATEGORIEEN[gedaan.naar]}."
    ]
    for naam, regels in gedaan.eerder.items():
        zinnen.append(f"{naam or 'Een collega'} koos intussen voor {_and(regels)}: daar is niets veranderd.")
    if gedaan.buiten:
        kiest = f"{aantal(gedaan.buiten, 'regel', 'regels')} kiest u apart"
        zinnen.append(f"{kiest}: daar is niets veranderd.")
    return " ".join(zinnen)


def undone(number: int) -> str:
    return f"{aantal(number, 'regel staat', 'regels staan')} weer zoals eerst."
