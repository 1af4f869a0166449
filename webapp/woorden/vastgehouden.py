"""The words about a hold: who disappeared, why that is not believed, what the two answers do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from webapp.filters import aantal, datum, moment, opsomming, woord
from webapp.models import Importbatch, Leerling, MailStatus, Soort
from webapp.models.ids import AccountId
from webapp.services.controle.errors import NothingHeld, NothingParked
from webapp.services.controle.vastgehouden import Gemaild, Groepsstand, Verdwenen, parked_counts
from webapp.services.inname.vorm import Vormreden
from webapp.woorden import ongewoon
from webapp.woorden.controle import SOORTEN
from webapp.woorden.ongewoon import Kaart
from webapp.woorden.weigeringen import register

register(
    {
        NothingParked: "Dit parkeren is al teruggedraaid, of langer dan 30 dagen geleden. Er is niets veranderd.",
        NothingHeld: "Er wordt intussen niets meer vastgehouden. Er is geen mail verstuurd.",
    }
)


_REDENEN: dict[str, str] = {
    Vormreden.LEEG: "Er is niemand meer over in deze lijst.",
    Vormreden.TIENDE: "Zo veel tegelijk is midden in het jaar ongewoon.",
    Vormreden.KWART: "Zo’n groot deel tegelijk is midden in het jaar ongewoon.",
    Vormreden.GROEP: "Een groep is voor de helft of helemaal verdwenen.",
    Vormreden.EERDER: "Nog niemand heeft gezegd dat dit klopt.",
    "teruggedraaid": "U draaide het parkeren terug.",
}


def onderwerp(wat: str, number: int) -> str:
    """`61 leerlingen verdwenen`, or what else is held; without a kind it is about leerlingen."""
    return ongewoon.onderwerp(wat, number) if ":" in wat else _verdwenen(wat, number)


def uit_het_las(wat: str, number: int, las: str) -> str:
    """The same with the LAS in it."""
    return f"{onderwerp(wat, number)} {'in' if ':' in wat else 'uit'} {las}"


def _verdwenen(soort: str, number: int) -> str:
    woorden = SOORTEN[Soort(soort) if soort in list(Soort) else Soort.LEERLING]
    return f"{aantal(number, woorden.een, woorden.meer)} {woord(number, 'verdween', 'verdwenen')}"


def wie(aantallen: Mapping[Soort, int]) -> str:
    """`61 leerlingen en 3 leerkrachten`."""
    return opsomming([aantal(number, SOORTEN[soort].een, SOORTEN[soort].meer) for soort, number in aantallen.items()])


def vertrek(onderwerpen: Mapping[str, int]) -> dict[Soort, int]:
    """Who seems to have left, of all that is held."""
    return {Soort(key): number for key, number in onderwerpen.items() if key in set(Soort)}


def kop(onderwerpen: Mapping[str, int], las: str) -> str:
    """The title of the page and the subject of the mail."""
    return f"Even wachten: {alles(onderwerpen, las)}"


def alles(onderwerpen: Mapping[str, int], las: str) -> str:
    """The heaviest that is held, and how many questions there are beside it."""
    key, gone = next(iter(onderwerpen)), vertrek(onderwerpen)
    first = f"{wie(gone)} {verdween(gone)} uit {las}"
    if key not in gone:
        first = uit_het_las(key, onderwerpen[key], las)
    others = len(onderwerpen) - len(gone) + bool(gone) - 1
    return first + (f" (en nog {aantal(others, 'vraag', 'vragen')})" if others else "")


def eerst(onderwerpen: Mapping[str, int], las: str) -> str:
    """What is said first on the page."""
    key, gone = next(iter(onderwerpen)), vertrek(onderwerpen)
    if key not in gone:
        return ongewoon.eerst(key, las)
    return f"Er is niets gewijzigd aan deze {wie(gone)}: alles staat er nog, met alle resultaten."


def nog_steeds(onderwerpen: Mapping[str, int]) -> str:
    """What a later look brought again."""
    key, gone = next(iter(onderwerpen)), vertrek(onderwerpen)
    return wie(gone) if key in gone else onderwerp(key, onderwerpen[key])


def klopt_het(onderwerpen: Mapping[str, int], kaarten: Sequence[Kaart], las: str) -> str:
    """What the mail asks."""
    key, gone = next(iter(onderwerpen)), vertrek(onderwerpen)
    if key not in gone and kaarten:
        return kaarten[0].kop
    return f"Klopt het dat er uit {las} {wie(gone)} {verdween(gone)}?"


def verdween(aantallen: Mapping[Soort, int]) -> str:
    return woord(sum(aantallen.values()), "verdween", "verdwenen")


def waarom(batch: Importbatch) -> str:
    """Why it is not believed: the heaviest reason, of the leerlingen when there are any."""
    found = [reden for soort in batch.verdwenen for reden in batch.vastgehouden[soort]["redenen"]]
    return _REDENEN[found[0]] if found else ""


def oorzaak(elders: int | None, las: str) -> str:
    """What it often is. `elders`: how many leerlingen of another location came along, who may be the very ones."""
    if not elders:
        return "Vaak is een groep per ongeluk niet gekoppeld aan dit schooljaar."
    return (
        f"Uit {las} {woord(elders, 'komt', 'komen')} ook {aantal(elders, 'leerling', 'leerlingen')} mee met een andere "
        "locatie; die nemen wij niet over. Misschien zijn het deze."
    )


def deel(groep: Groepsstand) -> str:
    """How much of a groep is gone."""
    gone = len(groep.verdwenen)
    if gone == groep.bij_ons:
        return "hele groep"
    half = 2 * gone
    if half >= groep.bij_ons:
        return "de helft" if half == groep.bij_ons else "meer dan de helft"
    return "bijna de helft" if 2.5 * gone >= groep.bij_ons else "een deel"


def plaats(wie: Verdwenen) -> str:
    """Where somebody stood: the groep of a leerling, else what kind of record it is."""
    return wie.groep or SOORTEN[wie.soort].een


def how_absent(leerling: Leerling, las: str, *, stays: bool) -> str:
    """How somebody stands who is here and not in the LAS."""
    if leerling.geparkeerd_op is not None:
        return f"geparkeerd op {datum(leerling.geparkeerd_op)}"
    return f"niet in {las}{', blijft dit schooljaar staan' if stays else ''}"


def kijk_in(las: str) -> tuple[str, ...]:
    """Where to look in the LAS, the likeliest first."""
    return (
        f"Open in {las} een groep uit de tabel, in dit schooljaar. Staan de leerlingen erin? Is de groep leeg, deel de "
        "leerlingen dan weer in.",
        "Open een leerling uit de lijst met namen. Staat er een uitschrijfdatum die klopt, dan is die echt weg.",
        "Kies daarna hier: klopt, of klopt niet en opnieuw ophalen.",
        f"Staat in {las} alles goed en verandert hier niets? Bel of mail de klantenservice.",
    )


def wanneer(gemaild: Gemaild) -> str:
    """When the mail went to a beheerder, and whether a colleague asked for it."""
    if gemaild.status in {MailStatus.OPGEGEVEN, MailStatus.TERUGGEKOMEN}:
        return "mail kwam niet aan"
    wanneer = f"mail {moment(gemaild.op)}" if gemaild.op is not None else "mail wacht op verzending"
    return f"gevraagd, {wanneer}" if gemaild.is_gevraagd else wanneer


def doorgegeven(naam: str) -> str:
    return f"{naam} krijgt een mail met deze vraag. Wie van u het eerst kiest, beslist."


def geparkeerd(aantallen: Mapping[Soort, int]) -> str:
    return f"{wie(aantallen)} geparkeerd. De resultaten blijven bewaard."


def geparkeerd_op(batch: Importbatch, namen: Mapping[AccountId, str]) -> str:
    """Whom parking can be taken back of, when it was done and by whom."""
    assert batch.geparkeerd is not None
    when, naam = moment(datetime.fromisoformat(batch.geparkeerd["op"])), namen.get(AccountId(batch.geparkeerd["door"]))
    return f"{wie(parked_counts(batch))} geparkeerd, {when}{f' door {naam}' if naam else ''}."


def teruggedraaid(number: int) -> str:
    return (
        f"Teruggedraaid: {aantal(number, 'leerling staat', 'leerlingen staan')} weer in de groep, met alle resultaten."
    )


def niet_meer(las: str) -> str:
    """Said on a hold that is over."""
    return f"Er wordt niets meer vastgehouden van deze aanlevering uit {las}."
