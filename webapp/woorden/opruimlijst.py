"""The list of what can be mended in the LAS, in the words of its own screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from webapp.filters import aantal
from webapp.models import Importregel, LasType, Soort
from webapp.services.controle import opruimlijst
from webapp.services.controle.opruimlijst import Oorzaak, Punt, Wie
from webapp.uwlr.profiles import PROFILES
from webapp.woorden.controle import SOORTEN
from webapp.woorden.namen import Namen


@dataclass(frozen=True, slots=True)
class Opruimpunt:
    """A point of the list as a person reads it."""

    kop: str
    neemt_weg: str
    doen: str
    groepen: list[tuple[str, list[str]]]
    """The names per groep; one part without a groep where there are none."""
    naamloos: str
    is_lang: bool
    """So many that each groep is folded."""


def points(punten: Sequence[Punt], las_type: LasType, namen: Namen) -> list[Opruimpunt]:
    """Every point, in its order."""
    return [_point(punt, las_type, namen) for punt in punten]


def rows(punten: Sequence[Punt], las_type: LasType, namen: Namen) -> list[tuple[str, str, str, int, str]]:
    """The same as a table: a line per name."""
    found = []
    for punt in punten:
        said = _point(punt, las_type, namen)
        found += [(said.kop, wie.naam, wie.groep, punt.vragen, said.doen) for wie in punt.wie]
        if punt.naamloos:
            found.append((said.kop, "", "", punt.vragen, f"{said.doen} {said.naamloos}"))
    return found


def _point(punt: Punt, las_type: LasType, namen: Namen) -> Opruimpunt:
    soort, (wat, doen) = SOORTEN[punt.soort], _WAT[punt.oorzaak]
    scherm = f"Open in {namen.las} {_where(las_type, punt.soort)}."
    return Opruimpunt(
        kop=f"{aantal(punt.aantal, soort.een, soort.meer)} {wat.format(las=namen.las)}",
        neemt_weg=f"Neemt {aantal(punt.vragen, 'vraag', 'vragen')} weg." if punt.vragen else "Nu geen vraag.",
        doen=doen.format(las=namen.las, scherm=scherm, een=soort.een),
        groepen=_per_groep(list(punt.wie)),
        naamloos=_NAAMLOOS.get(punt.oorzaak, _NIETS_OVER).format(punt.naamloos) if punt.naamloos else "",
        is_lang=punt.aantal > _LANG,
    )


def _where(las_type: LasType, soort: Soort) -> str:
    een, scherm = SOORTEN[soort].een, getattr(PROFILES[las_type].schermen, soort)
    return f"{scherm} en kies de {een}" if scherm else f"de gegevens van de {een}"


def _per_groep(wie: list[Wie]) -> list[tuple[str, list[str]]]:
    ordered = sorted(wie, key=lambda each: each.groep)
    return [(groep, [each.naam for each in found]) for groep, found in groupby(ordered, key=lambda each: each.groep)]


_LANG = 50
_NIETS_OVER = "Van {} kennen wij geen naam: wij namen er niets van over."
_NAAMLOOS = {Oorzaak.TWEE_GROEPEN: "Van {} hielden wij niet bij wie. Zoek in de groepen wie er twee keer in staat."}
_WAT: dict[Oorzaak, tuple[str, str]] = {
    Oorzaak.NUMMER_DUBBEL: (
        "met hetzelfde nummer of ECK iD als een ander",
        "Niemand van hen is overgenomen. Zoek in {las} wie er twee keer in staat of elkaars ECK iD heeft, en laat de "
        "helpdesk van {las} het nummer herstellen.",
    ),
    Oorzaak.ZONDER_NUMMER: (
        "zonder nummer en zonder ECK iD",
        "Niet overgenomen. Zoek in {las} wie geen ECK iD heeft, en vraag het daar aan; lukt dat niet, vraag het dan de "
        "helpdesk van {las}.",
    ),
    Oorzaak.NUMMERS: (
        "bij wie nummer, ECK iD en naam niet bij elkaar passen",
        "{scherm} Kijk of naam en ECK iD bij elkaar horen. Zijn er twee verwisseld, zet het dan daar recht.",
    ),
    Oorzaak.DUBBEL: (
        "misschien dubbel in {las}",
        "Zoek op de naam. Staat er twee keer dezelfde {een}, schrijf dan de dubbele uit of verwijder die.",
    ),
    Oorzaak.GEEN_GEBOORTEDATUM: (
        "zonder geboortedatum",
        "{scherm} Vul de geboortedatum in.",
    ),
    Oorzaak.GEBOORTEDATUM: (
        "met een geboortedatum die wij niet vertrouwen",
        "De datum is 1 januari, of scheelt weinig met de onze. {scherm} Kijk of de geboortedatum klopt. "
        "Klopt het, beantwoord dan de vraag.",
    ),
    Oorzaak.NAAM: (
        "zonder volledige naam",
        "{scherm} Vul roepnaam en achternaam helemaal in, geen voorletter.",
    ),
    Oorzaak.ZELFDE_ADRES: (
        "met hetzelfde e-mailadres als een ander",
        "{scherm} Geef ieder een eigen e-mailadres.",
    ),
    Oorzaak.GEEN_ADRES: (
        "zonder bruikbaar e-mailadres",
        "{scherm} Vul een e-mailadres in. Het kan ook bij ons: bij Beheerders, tab Leerkrachten, of bij de controle.",
    ),
    Oorzaak.ZONDER_JAARGROEP: (
        "zonder jaargroep",
        "{scherm} Kies de jaargroep (het leerjaar).",
    ),
    Oorzaak.ZONDER_GROEP: (
        "zonder groep",
        "{scherm} Zet de leerling in een groep, of schrijf uit wie van school is.",
    ),
    Oorzaak.TWEE_GROEPEN: (
        "in twee stamgroepen",
        "Wij gebruiken de eerste. {scherm} Kies één stamgroep.",
    ),
}


def of_card(regels: Sequence[Importregel], namen: Namen) -> str:
    """Beside a question: that it can be mended in the LAS too; empty when it cannot."""
    return f"Dit is ook in {namen.las} te verbeteren." if opruimlijst.questions(regels) else ""


def in_mail(regels: Sequence[Importregel], namen_las: str) -> str:
    """In a mail: of how many questions the cause is in the LAS; empty of none."""
    number = opruimlijst.questions(regels)
    if not number:
        return ""
    return (
        f"Bij {aantal(number, 'vraag', 'vragen')} kunt u ook de oorzaak in {namen_las} wegnemen: "
        "zie Opruimlijst bij Koppelen met LAS."
    )
