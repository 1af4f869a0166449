"""The words about what is held beside departures: what is unusual, why we ask, what the two answers do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from webapp.filters import aantal, getal, woord
from webapp.models import Soort
from webapp.models.vastgehouden import NOTHING_TAKEN_IN, Bevestigd, Ongewoon, parts
from webapp.services.controle.ongewoon import Vraag
from webapp.services.inname.soorten import KINDS
from webapp.woorden.controle import SOORTEN

_VELDEN = {
    "las_key": "het nummer",
    "eckid": "het ECK iD",
    "achternaam": "de achternaam",
    "roepnaam": "de roepnaam",
    "geboortedatum": "de geboortedatum",
    "geslacht": "het geslacht",
    "jaargroep": "de jaargroep",
    "email": "het e-mailadres",
}
_TERUG = "Terugdraaien kan 30 dagen."
_TWIJFEL = "Waar wij twijfelen, vragen wij het u."
_OPNIEUW = "Wij halen de gegevens dan meteen opnieuw op"


@dataclass(frozen=True, slots=True)
class Kaart:
    """One question on the page and in the mail."""

    vraag: Vraag
    kop: str
    uitleg: str
    knop: str
    gevolg: str
    kolom: str = ""
    """Above the numbers by groep; empty when there are none to show."""

    @property
    def regels(self) -> list[str]:
        """The numbers by groep, as a mail says them."""
        return [
            f"{rij.naam}: {getal(rij.bij_ons)} bij ons, {self.kolom.lower()}: {getal(rij.aantal)}"
            for rij in self.vraag.groepen
            if self.kolom
        ]


def onderwerp(key: str, number: int) -> str:
    """`61 leerlingen meer dan gisteren`."""
    wat, soort, veld = parts(key)
    wie = _wie(soort, number)
    match wat:
        case Ongewoon.SLEUTELS:
            return f"{wie} met een ander nummer"
        case Ongewoon.NAMEN:
            return f"{wie} met een andere naam"
        case Ongewoon.NIEUW:
            return f"{wie} meer dan gisteren"
        case Ongewoon.GROEPEN:
            return f"{wie} zonder groep" if KINDS[soort].has_results else f"{wie} met minder groepen"
        case Ongewoon.VELD:
            return f"{wie} zonder {_kaal(veld)}"


def eerst(key: str, las: str) -> str:
    """What is said first on the page: what did not happen."""
    wat, _, veld = parts(key)
    if wat in NOTHING_TAKEN_IN:
        return f"Er is niets overgenomen uit {las}: bij ons staat alles nog zoals het was, met alle resultaten."
    if wat is Ongewoon.NIEUW:
        return "Er is niemand bij gekomen, en aan uw eigen leerlingen en hun resultaten is niets gewijzigd."
    if wat is Ongewoon.GROEPEN:
        return "Er is niets gewijzigd aan de groepen: bij ons staat iedereen er nog in, met alle resultaten."
    return f"Er is niets gewist: bij ons staat {_VELDEN[veld]} er nog."


def wacht(key: str, las: str) -> str:
    """What stands still until somebody chooses."""
    wat, _, veld = parts(key)
    if wat in NOTHING_TAKEN_IN:
        return f"Alle wijzigingen uit {las}, en nieuwe resultaten van deze leerlingen."
    if wat is Ongewoon.NIEUW:
        return "Wie nieuw is. Wij bewaren nog niets van hen."
    if wat is Ongewoon.GROEPEN:
        return "Alleen deze groepen; die blijven zoals ze waren."
    return f"Niets: bij ons verandert {_VELDEN[veld]} niet."


def kaart(vraag: Vraag, las: str) -> Kaart:
    """Ask about something unusual."""
    over, soort, wie = vraag.over, vraag.soort, _wie(vraag.soort, vraag.over["aantal"])
    van = f"{getal(over['aantal'])} van uw {_wie(soort, over['van'])}"
    if over["aantal"] == over["van"]:
        van = f"Al uw {wie}"
    een = partial(woord, over["aantal"])
    match vraag.wat:
        case Ongewoon.SLEUTELS:
            return Kaart(
                vraag,
                f"Kregen {wie} een nieuw nummer?",
                f"{van} hebben in {las} een ander nummer dan eerder. Zo veel tegelijk komt bijna alleen voor als "
                f"{las} alle nummers vernieuwt, of als er nummers verwisseld zijn. In dat laatste geval "
                f"{_gevaar(soort)}",
                f"Klopt, {getal(over['aantal'])} nieuwe nummers overnemen",
                f"{_OPNIEUW} en nemen de nieuwe nummers over. {_TWIJFEL}",
                "Ander nummer" if vraag.groepen else "",
            )
        case Ongewoon.NAMEN:
            return Kaart(
                vraag,
                f"Heten {wie} nu anders?",
                f"{van} hebben in {las} een andere naam bij hetzelfde nummer. Vaak zijn dan de nummers verwisseld, en "
                f"{_gevaar(soort)}",
                f"Klopt, {getal(over['aantal'])} nieuwe namen overnemen",
                f"{_OPNIEUW} en nemen de namen over. {_TWIJFEL}",
                "Andere naam" if vraag.groepen else "",
            )
        case Ongewoon.NIEUW:
            return Kaart(
                vraag,
                f"{wie} meer dan gisteren: {een('hoort die', 'horen zij')} bij deze vestiging?",
                f"{las} stuurt {wie} die hier nog niet {een('was', 'waren')}, bij de {getal(over['van'])} die "
                f"u al had. Soms {een('komt die', 'komen zij')} per ongeluk mee van een andere vestiging. Daarom "
                "bewaren wij daar nog niets van.",
                f"Klopt, {wie} ophalen",
                f"{_OPNIEUW}. Daarna kunt u controleren: er komt pas iemand bij als u importeert.",
                "Nieuw" if KINDS[soort].has_results else "",
            )
        case Ongewoon.GROEPEN if KINDS[soort].has_results:
            return Kaart(
                vraag,
                f"{een('Staat', 'Staan')} {wie} niet meer in een groep?",
                f"{van} {een('staat', 'staan')} in {las} niet meer in een groep. Vaak is een groep per ongeluk "
                "leeggemaakt.",
                f"Klopt, {wie} uit de groep halen",
                f"{een('Die verdwijnt', 'Zij verdwijnen')} uit de groepen van dit jaar. De resultaten "
                f"blijven bewaard. {_TERUG}",
                "Zonder groep",
            )
        case Ongewoon.GROEPEN:
            return Kaart(
                vraag,
                f"{woord(over['aantal'], 'Heeft', 'Hebben')} {wie} minder groepen?",
                f"{van} {woord(over['aantal'], 'heeft', 'hebben')} in {las} minder groepen dan eerder. Vaak is er iets "
                "misgegaan in de indeling.",
                f"Klopt, de groepen van {wie} aanpassen",
                f"{een('Die staat', 'Zij staan')} dan niet meer bij de groepen die {las} niet noemt. {_TERUG}",
            )
        case Ongewoon.VELD:
            return _leeg(vraag, las, wie)


def _leeg(vraag: Vraag, las: str, wie: str) -> Kaart:
    veld, over = _VELDEN[vraag.veld], vraag.over
    was, van = over["was"], _wie(vraag.soort, over["van"])
    before = "bij iedereen ingevuld" if was[0] == was[1] else f"ingevuld bij {getal(was[0])} van de {getal(was[1])}"
    return Kaart(
        vraag,
        f"Is {veld} van {wie} leeg?",
        f"In {las} is {veld} leeg bij {getal(over['aantal'])} van uw {van}. Eerder was dit {before}. Vaak is er "
        "iets veranderd in wat de school met ons deelt.",
        f"Klopt, bij {wie} leeg in {las}",
        f"Wij wissen niets: bij ons blijft {veld} staan, en u krijgt deze vraag niet meer. {_TERUG}",
    )


def geloofd(key: str, number: int) -> str:
    wat, soort, veld = parts(key)
    wie = _wie(soort, number)
    if wat is Ongewoon.GROEPEN:
        return f"De groepen van {wie} zijn aangepast. De resultaten blijven bewaard."
    if wat is Ongewoon.VELD:
        return f"Bewaard: {_VELDEN[veld]} van {wie} blijft bij ons staan."
    return "Wij halen de gegevens nu opnieuw op. Dit duurt meestal minder dan een minuut."


def teruggedraaid(key: str, number: int) -> str:
    return f"Teruggedraaid: {onderwerp(key, number)}. Wij vragen het u opnieuw."


def eerder(key: str, bevestigd: Bevestigd) -> str:
    """What can be taken back."""
    return geloofd(key, bevestigd["over"]["aantal"])


def is_whole(onderwerpen: Mapping[str, int]) -> bool:
    """Whether nothing at all was taken in."""
    topics = [key for key in onderwerpen if key not in set(Soort)]
    return any(parts(key)[0] in NOTHING_TAKEN_IN for key in topics)


def _gevaar(soort: Soort) -> str:
    wat = "een resultaat bij een ander kind" if KINDS[soort].has_results else "een leerkracht bij andere groepen"
    return f"komt {wat}. Daarom nemen wij nog niets over."


def _wie(soort: Soort, number: int) -> str:
    return aantal(number, SOORTEN[soort].een, SOORTEN[soort].meer)


def _kaal(veld: str) -> str:
    return _VELDEN[veld].partition(" ")[2]
