"""What is open at a school in a few words each: beside the status line, and in mails."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.filters import aantal, datum
from webapp.services.overzicht.einde import ZONDER_VRAGEN, Einde, OpenEinde
from webapp.woorden.namen import Namen
from webapp.woorden.schakelaars import in_short
from webapp.woorden.vastgehouden import onderwerp


def others(einden: Iterable[OpenEinde], namen: Namen, *without: Einde) -> list[str]:
    """What is open beside what a mail is about, in a few words each."""
    return [kort(each, namen) for each in einden if each.einde not in without]


def kort(einde: OpenEinde, namen: Namen) -> str:
    """One open end in a few words, with its number."""
    number = einde.aantal
    match einde.einde:
        case Einde.ELDERS_AFGELEVERD:
            return f"{aantal(number, 'resultaat', 'resultaten')} bij een andere leerling in {namen.las}"
        case Einde.VASTGEHOUDEN:
            return f"{onderwerp(einde.wat, number)}: klopt dat?"
        case Einde.KLOPT_NIET:
            return f"koppeling van {aantal(number, 'leerling', 'leerlingen')} klopt niet"
        case Einde.GEWEIGERD:
            return f"{aantal(number, 'resultaat', 'resultaten')} geweigerd"
        case Einde.CONTROLEREN:
            if einde.wat != ZONDER_VRAGEN:
                now = f"{aantal(number - einde.later, 'vraag', 'vragen')} beantwoorden" if number > einde.later else ""
                later = f"{aantal(einde.later, 'vraag', 'vragen')} op Later" if einde.later else ""
                return " en ".join(filter(None, (now, later)))
            return (
                f"{aantal(number, 'nieuw gegeven', 'nieuwe gegevens')} overnemen" if number else "gegevens importeren"
            )
        case Einde.NIET_GEKOPPELD:
            return f"{aantal(number, 'resultaat', 'resultaten')} zonder gekoppelde leerling"
        case Einde.NIET_IN_LAS:
            return f"{aantal(number, 'leerling', 'leerlingen')} bij ons, niet in {namen.las}"
        case Einde.NIEUW_SCHOOLJAAR:
            return f"schooljaar {einde.wat} is nog niet begonnen"
        case Einde.JAAR_UITGESTELD if einde.tot is not None:
            return f"nieuw schooljaar uitgesteld tot {datum(einde.tot)}"
        case Einde.JAAR_TERUGGENOMEN:
            return f"schooljaar {einde.wat} teruggenomen"
        case Einde.NAKIJKEN:
            return f"{aantal(number, 'resultaat', 'resultaten')} nakijken"
        case Einde.ANDERE_LOCATIE:
            return f"{aantal(number, 'leerling', 'leerlingen')} van een andere locatie"
        case Einde.TOEGANG_GEVRAAGD:
            return f"{aantal(number, 'persoon vraagt', 'personen vragen')} beheerder te worden"
        case Einde.OPGESCHORT:
            return f"toegang van {aantal(number, 'leerkracht', 'leerkrachten')} opgeschort"
        case Einde.BLIJFT_LIGGEN:
            return f"{aantal(number, 'resultaat wacht', 'resultaten wachten')} al 2 dagen op verzending"
        case Einde.STILGEZET if einde.schakelaar is not None:
            return in_short(einde.schakelaar, namen)
        case Einde.MAIL:
            return f"mail komt niet aan bij {aantal(number, 'adres', 'adressen')}"
        case _:
            return _KORT[einde.einde].format(las=namen.las)


_KORT = {
    Einde.GEEN_KOPPELING: "nog geen koppeling",
    Einde.ONBEVESTIGD: "aanvraag nog niet bevestigd",
    Einde.AANGEVRAAGD: "koppeling aangevraagd",
    Einde.OPENGEZET: "sleutel invullen",
    Einde.INGEDIEND: "aanvraag wacht op goedkeuring",
    Einde.AFGEWEZEN: "aanvraag afgewezen",
    Einde.GEPAUZEERD: "koppeling op pauze",
    Einde.BEEINDIGD: "koppeling beëindigd",
    Einde.INGETROKKEN: "aanvraag ingetrokken",
    Einde.SLEUTEL_GEWEIGERD: "{las} weigert de sleutel",
    Einde.OPHALEN_MISLUKT: "ophalen uit {las} lukt niet",
    Einde.VERSTUREN_MISLUKT: "versturen naar {las} lukt niet",
    Einde.CERTIFICAAT: "ons certificaat is niet geldig",
    Einde.LAS_GEPAUZEERD: "storing bij {las}",
    Einde.NIET_AAN_DE_BEURT: "nog niet aan de beurt in de nacht",
    Einde.NACHT: "de afgelopen nacht niets uitgewisseld",
    Einde.OPHALEN_HAPERT: "ophalen uit {las} hapert",
    Einde.VERSTUREN_HAPERT: "versturen naar {las} hapert",
    Einde.EINDE_GEVRAAGD: "einde van de koppeling gevraagd",
    Einde.EERSTE_KEER: "gegevens voor het eerst ophalen",
}
