"""The words about a hold: who disappeared, why that is not believed, what the two answers do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from webapp.filters import aantal, moment, woord
from webapp.models import Importbatch, Soort
from webapp.services.controle.errors import NothingParked
from webapp.services.controle.vastgehouden import Groepsstand, parked_counts
from webapp.services.inname.vorm import Vormreden
from webapp.woorden.controle import SOORTEN
from webapp.woorden.weigeringen import register

register({NothingParked: "Dit parkeren is al teruggedraaid, of langer dan 30 dagen geleden. Er is niets veranderd."})

_REDENEN: dict[str, str] = {
    Vormreden.LEEG: "Er is niemand meer over in deze lijst.",
    Vormreden.TIENDE: "Zo veel tegelijk is midden in het jaar ongewoon.",
    Vormreden.KWART: "Zo’n groot deel tegelijk is midden in het jaar ongewoon.",
    Vormreden.GROEP: "Een groep is voor de helft of helemaal verdwenen.",
    "teruggedraaid": "U draaide het parkeren terug.",
}


def verdwenen(soort: str, number: int) -> str:
    """`61 leerlingen verdwenen`; without a kind it is about leerlingen."""
    woorden = SOORTEN[Soort(soort) if soort in list(Soort) else Soort.LEERLING]
    return f"{aantal(number, woorden.een, woorden.meer)} {woord(number, 'verdween', 'verdwenen')}"


def wie(aantallen: Mapping[Soort, int]) -> str:
    """`61 leerlingen en 3 leerkrachten`."""
    parts = [aantal(number, SOORTEN[soort].een, SOORTEN[soort].meer) for soort, number in aantallen.items()]
    return " en ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def kop(aantallen: Mapping[Soort, int], las: str) -> str:
    """The title of the page and the subject of the mail."""
    return f"Even wachten: {wie(aantallen)} {verdween(aantallen)} uit {las}"


def verdween(aantallen: Mapping[Soort, int]) -> str:
    """The verb to that."""
    return woord(sum(aantallen.values()), "verdween", "verdwenen")


def waarom(batch: Importbatch) -> str:
    """Why it is not believed: the heaviest reason, of the leerlingen when there are any."""
    found = [reden for soort in batch.verdwenen for reden in batch.vastgehouden[soort]["redenen"]]
    return _REDENEN[found[0]] if found else ""


def deel(groep: Groepsstand) -> str:
    """How much of a groep is gone."""
    gone = len(groep.verdwenen)
    if gone == groep.bij_ons:
        return "hele groep"
    half = 2 * gone
    if half >= groep.bij_ons:
        return "de helft" if half == groep.bij_ons else "meer dan de helft"
    return "bijna de helft" if 2.5 * gone >= groep.bij_ons else "een deel"


def wanneer(op: datetime | None) -> str:
    """When a mail went."""
    return f"mail {moment(op)}" if op is not None else "mail wacht op verzending"


def geparkeerd(aantallen: Mapping[Soort, int]) -> str:
    """What parking did."""
    return f"{wie(aantallen)} geparkeerd. Hun resultaten blijven bewaard."


def geparkeerd_op(batch: Importbatch) -> str:
    """Whom parking can be taken back of, and when it was done."""
    when = moment(datetime.fromisoformat(batch.geparkeerd["op"])) if batch.geparkeerd is not None else ""
    return f"{wie(parked_counts(batch))} geparkeerd, {when}."


def teruggedraaid(number: int) -> str:
    """What taking it back did."""
    return (
        f"Teruggedraaid: {aantal(number, 'leerling staat', 'leerlingen staan')} weer in de groep, met alle resultaten."
    )


def niet_meer(las: str) -> str:
    """Said on a hold that is over."""
    return f"Er wordt niets meer vastgehouden van deze aanlevering uit {las}."
