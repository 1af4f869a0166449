"""Why results are not in the LAS, as klantenservice reads it: what the school reads of it, and what we do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from webapp.filters import aantal
from webapp.models.fout import Fout, Foutcode, Situatie
from webapp.services.versturen.waar import AANDACHT, BAKKEN, Bak, Telling, Waar
from webapp.uwlr.codes import Owner
from webapp.woorden import redenen
from webapp.woorden.fouten import uitleg
from webapp.woorden.namen import Namen
from webapp.woorden.redenen import Redenkaart
from webapp.woorden.waar import BLIJFT

_Key = tuple[Waar, Foutcode | None, Owner | None]


@dataclass(frozen=True)
class Waarom:
    """One reason: how many, whose turn it is, and both sentences."""

    waar: Waar
    kop: str
    school: str
    """What the school reads."""
    wij: str
    """What klantenservice does."""
    wie: str
    soort: str
    """Of the badge."""
    code: str = ""
    sinds: str = ""
    """Since when they were refused."""

    @property
    def asks(self) -> bool:
        """Whether it asks something of anybody."""
        return BAKKEN[self.waar] in AANDACHT


def why_not(tellingen: Iterable[Telling], namen: Namen) -> list[Waarom]:
    """A line for each reason why results are not there: what was refused first, then what waits, goes and stays."""
    counts, moments = Counter[_Key](), defaultdict[_Key, list[datetime]](list)
    for each in tellingen:
        if each.bak is not Bak.IN_LAS:
            is_refused = each.waar is Waar.GEWEIGERD
            key = each.waar, each.code if is_refused else None, each.eigenaar if is_refused else None
            counts[key] += each.aantal
            moments[key] += each.geweigerd or ()
    found = [(number, _reason(key, number, namen, moments[key])) for key, number in counts.items()]
    order = sorted(found, key=lambda pair: (_ORDER[BAKKEN[pair[1].waar]], -pair[0], pair[1].waar, pair[1].code))
    return [reason for _, reason in order]


_ORDER = {Bak.GEWEIGERD: 0, Bak.WACHT: 1, Bak.GAAT: 2, Bak.BLIJFT: 3}


def _reason(key: _Key, number: int, namen: Namen, moments: Collection[datetime]) -> Waarom:
    waar, code, owner = key
    if waar is Waar.GEWEIGERD:
        fout = Fout(code, owner, {"situatie": Situatie.ALLEEN}) if code is not None and owner is not None else None
        card = redenen.refused(fout, number, namen, moments)
        ours = uitleg(fout, namen.las).klantenservice if fout is not None else "De reden is niet bewaard."
        return Waarom(waar, card.kop, card.tekst, ours, *_turn(card), card.code, card.sinds)
    if waar in redenen.WACHT:
        card = redenen.waits(waar, number, namen, ())
        return Waarom(waar, card.kop, card.tekst, WIJ[waar], *_turn(card))
    goes = waar in _GAAT
    een, meer, school = _GAAT[waar] if goes else ("blijft hier", "blijven hier", BLIJFT[waar])
    kop, school = (text.format(las=namen.las) for text in (aantal(number, een, meer), school))
    return Waarom(waar, kop, school, WIJ[waar], *(("gaat vanzelf", "info") if goes else ("blijft hier", "")))


def _turn(card: Redenkaart) -> tuple[str, str]:
    """Whose turn it is, seen from here."""
    return ("wacht op school", "letop") if card.soort == "u" else (card.wie, card.soort)


_GAAT = {
    Waar.KLAAR: ("gaat met de volgende verzending", "gaan met de volgende verzending", "Gaat vanzelf naar {las}."),
    Waar.ONDERWEG: ("wordt nu verstuurd", "worden nu verstuurd", "Wordt nu verstuurd."),
    Waar.ONBEKEND: (
        "kreeg geen antwoord van {las}", "kregen geen antwoord van {las}",
        "Het antwoord bleef uit. Gaat vanzelf nog een keer; dubbel aankomen kan niet.",
    ),
    Waar.ELDERS: (
        "staat bij een andere leerling", "staan bij een andere leerling",
        "Staat in {las} bij een andere leerling, en gaat nu naar de goede.",
    ),
}  # fmt: skip
_VRAAG = "Vraag de beheerder de vraag op Overzicht te beantwoorden. Alleen de school weet om welke leerling het gaat."
WIJ: dict[Waar, str] = {
    Waar.KLAAR: "Niets te doen. Heeft de school haast, kies dan Nu versturen.",
    Waar.ONDERWEG: "Niets te doen.",
    Waar.ONBEKEND: "Niets te doen. Wij wachten tot het LAS er zeker niet meer mee bezig is.",
    Waar.ELDERS: "Beoordeel of het een datalek is. De school verwijdert het bij de andere leerling en vinkt het af.",
    Waar.NIET_GENORMEERD: "De leerkracht kiest bij de toets Opslaan en normeren.",
    Waar.NAKIJKEN: "De school vergelijkt met het LAS en zegt welke score klopt. Help zo nodig.",
    Waar.NIET_GEKOPPELD: "Vraag de beheerder te controleren: zonder koppeling weten wij niet wiens resultaat het is.",
    Waar.KLOPT_NIET: _VRAAG,
    Waar.VASTGEHOUDEN: _VRAAG,
    Waar.GEVRAAGD: _VRAAG,
    Waar.NA_DE_NACHT: "Niets te doen: na de eerstvolgende nacht gaat het mee.",
    Waar.VOLGEND_JAAR: "Vraag de school of het nieuwe schooljaar in het LAS klaarstaat.",
    Waar.GEPAUZEERD: "Hervat de koppeling, of wacht tot de school dat doet.",
    Waar.GEEN_KOPPELING: "Help de school de koppeling af te maken. Wat daarna genormeerd wordt, gaat mee.",
    Waar.KEUZE: "De school koos dit zelf, bij Koppelen met LAS. Alleen een beheerder verandert het.",
    Waar.VOOR_DE_START: "Wil de school dit ook, laat dan een beheerder het goedkeuren, of kies Vorig schooljaar.",
    Waar.VERTROKKEN: "Niets te doen. Komt de leerling terug, dan gaat het mee.",
}
