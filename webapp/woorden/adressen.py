"""The words about addresses of leerkrachten: what is asked about one, and what saving came to."""

from __future__ import annotations

from webapp.filters import aantal, woord
from webapp.services.controle.adressen import Bezwaar, Uitkomst, Vraag


def zin(vraag: Vraag) -> str:
    """What is wrong with an address, or odd; read after the name of whose it is."""
    match vraag.bezwaar:
        case Bezwaar.ZONDER_AT:
            return "Er ontbreekt een @."
        case Bezwaar.ONGELDIG:
            return "Dit is geen volledig e-mailadres. Het ziet eruit als naam@school.nl."
        case Bezwaar.DUBBEL:
            return f"Dit adres is ook van {vraag.ander}."
        case Bezwaar.INLOG:
            return f"Met dit adres logt {vraag.ander} in. Vul een eigen adres in."
        case Bezwaar.TIKFOUT:
            return f"Bedoelt u {vraag.voorstel}?"
        case Bezwaar.INTUSSEN:
            nu = f"Een collega vulde intussen {vraag.ander} in." if vraag.ander else "Een collega maakte dit vak leeg."
            return f"{nu} Bewaar nog eens als uw adres klopt."


def antwoorden(vraag: Vraag) -> list[tuple[str, str]]:
    """The answers to it, each as the address that is then kept; none where only typing helps."""
    match vraag.bezwaar:
        case Bezwaar.DUBBEL:
            return [(vraag.adres, "Dat klopt, het is een gedeeld adres")]
        case Bezwaar.TIKFOUT:
            return [(vraag.voorstel, f"Ja, {vraag.voorstel}"), (vraag.adres, f"Nee, {vraag.adres} klopt")]
        case Bezwaar.ZONDER_AT | Bezwaar.ONGELDIG if vraag.voorstel:
            return [(vraag.voorstel, f"Ik bedoel {vraag.voorstel}")]
        case _:
            return []


def kop(number: int) -> str:
    """The title of what asks for attention."""
    return f"{aantal(number, 'adres vraagt', 'adressen vragen')} aandacht"


def bewaard(uitkomst: Uitkomst) -> str:
    """What saving came to; nothing when nothing changed."""
    if not uitkomst.bewaard:
        return ""
    zinnen = [f"{aantal(uitkomst.bewaard, 'adres', 'adressen')} bewaard."]
    if uitkomst.ingetrokken:
        zinnen.append(
            f"{aantal(uitkomst.ingetrokken, 'uitnodiging', 'uitnodigingen')} naar een oud adres "
            f"{woord(uitkomst.ingetrokken, 'werkt', 'werken')} niet meer: nodig opnieuw uit."
        )
    return " ".join(zinnen)


def weg(adressen: list[str]) -> str:
    """What was typed for somebody who is not there any more; nothing when there is no such."""
    if not adressen:
        return ""
    return f"Niet bewaard, omdat de leerkracht hier niet meer staat: {', '.join(adressen)}."
