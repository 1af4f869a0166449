"""Notes of klantenservice in words, and why schools call."""

from __future__ import annotations

from webapp.filters import aantal
from webapp.models import Belreden
from webapp.services.notities import Gebeld, NietsGenoteerd, NotitieVast
from webapp.woorden.weigeringen import register

BELREDENEN: dict[Belreden, tuple[str, str]] = {
    Belreden.RESULTATEN: ("r", "Resultaten niet in het LAS"),
    Belreden.CONTROLE: ("c", "Wat moet ik kiezen bij de controle"),
    Belreden.LEERLING: ("l", "Leerling, groep of leerkracht klopt niet"),
    Belreden.SLEUTEL: ("s", "Sleutel of LAS instellen"),
    Belreden.AANVRAAG: ("a", "Aanvraag, hoe ver is het"),
    Belreden.INLOGGEN: ("i", "Inloggen of account"),
    Belreden.MAIL: ("m", "Mail niet gekregen of niet begrepen"),
    Belreden.SCHOOLJAAR: ("j", "Nieuw schooljaar"),
    Belreden.STORING: ("t", "Storing"),
    Belreden.STOPPEN: ("p", "Pauzeren of stoppen"),
    Belreden.IETS_ANDERS: ("x", "Iets anders"),
}
"""The letter that chooses each, and its words."""

register(
    {
        NietsGenoteerd: "Kies waarom de school belde, of schrijf iets op. Er is niets bewaard.",
        NotitieVast: ("Deze notitie is van een collega, is ouder dan een dag of is al weg. Er is niets veranderd."),
    }
)


def made(reden: Belreden | None) -> str:
    """What came of writing one."""
    return "De notitie is bewaard." if reden is None else f"Genoteerd: gebeld over “{in_a_sentence(reden)}”."


def in_a_sentence(reden: Belreden) -> str:
    """Begun small, with LAS as it is written."""
    words = BELREDENEN[reden][1]
    return words[0].lower() + words[1:]


TWEE_KEER = "Deze notitie stond er al: zij is één keer bewaard."
WEG = "De notitie is weg."


def headline(gebeld: list[Gebeld], maand: str) -> str:
    """Above the table of a month."""
    total = sum(each.gesprekken for each in gebeld)
    if not total:
        return f"In {maand} is geen gesprek genoteerd."
    counts: dict[Belreden, int] = {}
    for each in gebeld:
        counts[each.reden] = counts.get(each.reden, 0) + each.gesprekken
    reden = max(counts, key=lambda each: (counts[each], each))
    most = f"{in_a_sentence(reden)} ({counts[reden]})"
    return f"{aantal(total, 'gesprek', 'gesprekken')} in {maand}. Het vaakst: {most}."
