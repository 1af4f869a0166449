"""The report of a night in words: how far it is, when it will be done, what hindered it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from webapp.filters import aantal, duur, getal, klok, moment, opsomming, woord
from webapp.models import Nacht, Schoolstand
from webapp.models.fout import EigenCode, Fout
from webapp.services.nachthinder import Reden, Storing
from webapp.services.nachtverloop import PUNT
from webapp.services.overzicht.nachtrapport import MOST_POINTS, Rapport
from webapp.services.versturen.waar import Waar
from webapp.services.versturen.wachtend import Redentelling, Telling
from webapp.tekeningnacht import BREED, SMAL, Nachtlijn, nachtlijn
from webapp.uwlr.codes import FaultCode, Owner
from webapp.uwlr.codes import Reden as Weigerreden
from webapp.woorden.fouten import uitleg
from webapp.woorden.nachten import las

STANDEN = {
    Schoolstand.GOED: ("goed", "gedaan"),
    Schoolstand.MET_VRAAG: ("met een vraag of weigering", "letop"),
    Schoolstand.VASTGEHOUDEN: ("vastgehouden", "gevaar"),
    Schoolstand.NIET_GELUKT: ("niet gelukt", "gevaar"),
    Schoolstand.OPNIEUW: ("wachten op een nieuwe poging", "rest"),
    Schoolstand.TE_GAAN: ("nog te gaan", "rest"),
}
"""What each part of the bar says, and its colour; in the order in which they stand."""
_EEN = {Schoolstand.OPNIEUW: "wacht op een nieuwe poging"}
WIE = {
    Owner.SCHOOL: "de school",
    Owner.KLANTENSERVICE: "klantenservice",
    Owner.LAS: "de leverancier",
    Owner.NIEMAND: "niemand, gaat vanzelf",
}

_GOES_BY_ITSELF = WIE[Owner.NIEMAND]
WACHT = {
    Waar.NIET_GEKOPPELD: ("leerling niet gekoppeld", WIE[Owner.SCHOOL]),
    Waar.GEVRAAGD: ("vraag over de leerling", WIE[Owner.SCHOOL]),
    Waar.VASTGEHOUDEN: ("gegevens vastgehouden", WIE[Owner.SCHOOL]),
    Waar.KLOPT_NIET: ("koppeling klopt niet, is gemeld", WIE[Owner.SCHOOL]),
    Waar.NAKIJKEN: ("nakijken na een storing", WIE[Owner.SCHOOL]),
    Waar.NIET_GENORMEERD: ("nog niet genormeerd", WIE[Owner.SCHOOL]),
    Waar.NA_DE_NACHT: ("koppeling van vandaag", _GOES_BY_ITSELF),
    Waar.ONBEKEND: ("antwoord bleef uit", _GOES_BY_ITSELF),
    Waar.VOLGEND_JAAR: ("schooljaar nog niet begonnen", _GOES_BY_ITSELF),
    Waar.GEPAUZEERD: ("koppeling op pauze", "wie de pauze inging"),
    Waar.KEUZE: ("uitgezet door de school", "niemand, de school wil het zo"),
    Waar.VOOR_DE_START: ("dit schooljaar, van voor de start van de koppeling", "niemand, gaat alleen op verzoek"),
}
"""Why results wait, as klantenservice reads it, and who acts."""


@dataclass(frozen=True, slots=True)
class Deel:
    """A part of the bar, and its line below it."""

    tekst: str
    kleur: str
    x: float
    breedte: float


def lead(rapport: Rapport) -> str:
    """Below the title: since when it runs and of when this is, or how it ended."""
    nacht, stand = rapport.nacht, rapport.stand
    if nacht.begonnen_op is None:
        return "Deze nacht is niet begonnen. De scholen zijn in een latere nacht opgehaald."
    if rapport.loopt:
        of = f" Stand van {klok(stand.op)}, ververst elke 10 seconden." if stand else ""
        return f"Loopt sinds {klok(nacht.begonnen_op)}.{of}"
    return done(nacht)


def done(nacht: Nacht) -> str:
    """A night that is over, in one line: `6.009 scholen, 0 storingen, klaar 04:12, in 2 uur`."""
    if nacht.begonnen_op is None or nacht.klaar_op is None or "opgehaald" not in nacht.tellingen:
        return ""
    took = int((nacht.klaar_op - nacht.begonnen_op) / timedelta(seconds=1))
    parts = [f"{aantal(nacht.tellingen['opgehaald'], 'school', 'scholen')} opgehaald"]
    if "storingen" in nacht.tellingen:
        parts.append(aantal(len(nacht.tellingen["storingen"]), "storing", "storingen"))
    return f"{', '.join(parts)}, klaar om {klok(nacht.klaar_op)}, in {duur(took)}."


def headline(nacht: Nacht) -> str:
    """The last night in one line, above all nights."""
    if said := done(nacht):
        return f"Afgelopen nacht: {said}"
    if nacht.begonnen_op is not None and nacht.klaar_op is None:
        return f"De nacht loopt sinds {klok(nacht.begonnen_op)}; hoe ver zij is, staat in haar rapport."
    return ""


def meant(rapport: Rapport) -> int:
    """How many schools the night works for: all, but those where somebody has to act first."""
    return sum(rapport.stand.scholen.get(each, 0) for each in STANDEN) if rapport.stand else 0


def bar(rapport: Rapport) -> list[Deel]:
    """The bar of all schools, in parts; a part of nothing is left out."""
    parts, total, x = list[Deel](), meant(rapport), 0.0
    for stand, (words, kleur) in STANDEN.items():
        number = rapport.stand.scholen.get(stand, 0) if rapport.stand else 0
        if number:
            said = _EEN.get(stand, words) if number == 1 else words
            width = round(1000 * number / total, 1)
            parts.append(Deel(f"{getal(number)} {said}", kleur, round(x, 1), width))
            x += width
    return parts


def passed_over(rapport: Rapport) -> list[str]:
    """Whom the night did not take along, and why; each of them stands by name in the list of schools."""
    scholen, said = rapport.stand.scholen if rapport.stand else {}, list[str]()
    if number := scholen.get(Schoolstand.WACHT_OP_IEMAND, 0):
        said.append(
            f"Niet meegenomen: {aantal(number, 'school', 'scholen')} waar eerst iemand iets moet doen "
            "(een sleutel die niet werkt, of gegevens van een andere school)."
        )
    if number := scholen.get(Schoolstand.NIET_AAN_DE_BEURT, 0):
        said.append(
            f"Nog niet aan de beurt: {aantal(number, 'school', 'scholen')}. Een nacht neemt van hun "
            "administratie een deel mee, wie het langst wacht eerst. Wie leiding geeft, laat dat aantal groeien bij "
            "Schakelaars."
        )
    return said


def expectation(rapport: Rapport) -> tuple[str, str]:
    """When it will be done, and whether that is in time; why nobody can tell, where that is so."""
    window = f"venster tot {klok(rapport.sluit_op)}"
    if rapport.niet_op_tijd:
        number = aantal(rapport.niet_op_tijd, "school", "scholen")
        is_are = woord(rapport.niet_op_tijd, "is", "zijn")
        return (
            f"Niet op tijd klaar: verwacht om {klok(rapport.klaar_rond or rapport.sluit_op)}",
            f"om {klok(rapport.sluit_op)} {is_are} naar verwachting {number} nog niet klaar; die gaan overdag vanzelf "
            "verder, eerst de resultaten en dan het ophalen",
        )
    if rapport.nacht.uitgelopen_op is not None:
        later = (
            f"verwacht klaar om {klok(rapport.klaar_rond)}" if rapport.klaar_rond else "nog niet te zeggen tot wanneer"
        )
        return f"Loopt uit: {later}", f"{window}; wat nog moet, gaat overdag vanzelf verder, eerst de resultaten"
    if rapport.klaar_rond is not None:
        return f"Verwacht klaar om {klok(rapport.klaar_rond)}", f"{window}, op tijd"
    if rapport.dicht:
        return "Nog niet te zeggen", f"{_names(rapport)} antwoordt niet goed; {window}"
    return "Nog niet te zeggen", f"daarvoor zijn er te weinig cijfers; {window}"


def news(rapport: Rapport) -> str:
    """What a screen reader hears while the page is open: a new fault, or that it will not be done in time."""
    if not rapport.loopt:
        return ""
    parts = [_fault(each, loopt=True) for each in rapport.storingen if each.tot is None]
    if rapport.niet_op_tijd or rapport.nacht.uitgelopen_op is not None:
        parts.append(f"De nacht is niet op tijd klaar: het venster sluit om {klok(rapport.sluit_op)}.")
    return " ".join(parts)


def faults(rapport: Rapport) -> list[str]:
    """Each fault as a sentence: when, what we did, how it ended."""
    return [_fault(each, loopt=rapport.loopt) for each in rapport.storingen]


def _fault(storing: Storing, *, loopt: bool) -> str:
    naam, code = las(storing.las_type), f" (code {storing.code})" if storing.code else ""
    if storing.tot is None and not loopt:
        return f"Vanaf {klok(storing.van)} antwoordde {naam} niet goed{code}, tot na het einde van deze nacht."
    if storing.tot is None:
        return (
            f"Sinds {klok(storing.van)} antwoordt {naam} niet goed{code}. We laten {naam} met rust en kijken elke vijf "
            "minuten of het weer gaat. Daarna gaat alles vanzelf verder."
        )
    took = duur(int((storing.tot - storing.van) / timedelta(seconds=1)))
    return (
        f"Om {klok(storing.van)} antwoordde {naam} {took} niet goed{code}. We keken elke vijf minuten of het weer ging "
        f"en gingen om {klok(storing.tot)} vanzelf verder."
    )


def lines(rapport: Rapport) -> list[tuple[str, list[Nachtlijn]]]:
    """The charts: of each its title, and the drawing for a desk and for a telephone."""
    if rapport.nacht.begonnen_op is None or not rapport.stukken:
        return []
    return [
        (title, [_line(rapport, title, values, breedte) for breedte in (BREED, SMAL)])
        for title, values in (
            ("Scholen per minuut", [(each.op, each.scholen) for each in rapport.stukken]),
            ("Resultaten per minuut", [(each.op, each.resultaten) for each in rapport.stukken]),
        )
    ]


def caption(rapport: Rapport) -> str:
    """What a point is, and what is dotted."""
    together = -(-len(rapport.punten) // MOST_POINTS) or 1
    minutes = aantal(together * (PUNT // timedelta(minutes=1)), "minuut", "minuten")
    dotted = " De stippellijn is onze verwachting." if rapport.klaar_rond else ""
    return f"Elk punt is {minutes}.{dotted}"


def reden(row: Reden) -> tuple[str, str]:
    """A refusal in its first sentence, and who acts."""
    known = {str(each): each for kind in (FaultCode, Weigerreden, EigenCode) for each in kind}
    owner = Owner(row.eigenaar) if row.eigenaar in list(Owner) else Owner.KLANTENSERVICE
    if row.code not in known:
        return "Onbekende reden", WIE[owner]
    sentence = uitleg(Fout(known[row.code], owner), "het LAS").wat
    return sentence.partition(". ")[0].rstrip("."), WIE[owner]


def wacht(row: Redentelling) -> tuple[str, str, str]:
    """Why results stayed here: the reason, what there is to say beside it, and who acts."""
    known = next((words for place, words in WACHT.items() if place == row.waar), None)
    wat, wie = known or (row.waar, WIE[Owner.KLANTENSERVICE])
    parts = [f"nog een keer uiterlijk {moment(row.tot)}"] if row.tot is not None else []
    if 0 < row.klaargezet < row.aantal:
        parts.append(f"{getal(row.klaargezet)} in de lijst; de rest komt daarin zodra het kan gaan")
    return f"{wat[:1].upper()}{wat[1:]}", ", ".join(parts), wie


def reasons(rapport: Rapport, wachtend: Telling | None) -> Iterator[tuple[str, str, str, str, int, int | str]]:
    """The same for the file: what was refused, then what waits."""
    for each in rapport.redenen:
        wat, wie = reden(each)
        yield "geweigerd", wat, each.code, wie, each.aantal, ""
    for row in (wachtend.redenen if wachtend else None) or ():
        wat, _, wie = wacht(row)
        yield "wacht", wat, row.waar, wie, row.aantal, row.scholen


def tabel(rapport: Rapport) -> Iterator[tuple[datetime, int, int, Decimal, int, int, int, Decimal]]:
    """The course as rows, for the table beside the chart and for the file: moment and numbers, the latest first."""
    points = {point.op: point for point in rapport.punten}
    for stuk in reversed(rapport.stukken):
        point = points[stuk.op]
        yield (
            point.op, point.klaar, point.te_gaan, _one_decimal(stuk.scholen),
            point.bevestigd, point.geweigerd, point.onzeker, _one_decimal(stuk.resultaten),
        )  # fmt: skip


def _one_decimal(value: float) -> Decimal:
    return Decimal(f"{value:.1f}")


def _line(rapport: Rapport, title: str, values: list[tuple[datetime, float]], breedte: int) -> Nachtlijn:
    assert rapport.nacht.begonnen_op is not None
    last, least, most = values[-1], min(v for _, v in values), max(v for _, v in values)
    told = "".join(f" {each}" for each in faults(rapport))
    expected = f" Verwacht klaar om {klok(rapport.klaar_rond)}." if rapport.klaar_rond else ""
    sentence = (
        f"{title}, van {klok(rapport.nacht.begonnen_op)} tot {klok(last[0])}: tussen {least:.0f} en {most:.0f}, "
        f"het laatst {last[1]:.0f}.{told}{expected}"
    )
    return nachtlijn(
        sentence,
        breedte,
        rapport.nacht.begonnen_op,
        values,
        storingen=[(each.van, each.tot or last[0], _mark(each, breedte)) for each in rapport.storingen],
        klaar=rapport.klaar_rond,
        loopt=rapport.loopt,
    )


def _mark(storing: Storing, breedte: int) -> str:
    return f"{klok(storing.van)} storing" + (f" {las(storing.las_type)}" if breedte == BREED else "")


def _names(rapport: Rapport) -> str:
    return opsomming([las(row.las_type) for row in rapport.dicht])
