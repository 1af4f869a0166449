"""Results of last school year that go after all: what there is, what was approved, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webapp.filters import aantal, getal, moment
from webapp.models import Koppeling
from webapp.services.versturen.aanbod import Aanbod, Vak
from webapp.services.versturen.nazending import ChangedMeanwhile, NothingChosen, NotTaken, is_taken
from webapp.services.versturen.nazendverslag import Lot, Stand, Verslag
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register

VAKKEN = {
    Vak.KAN: ("Kan mee", "Nog niet door ons verstuurd, en de leerling is gekoppeld."),
    Vak.VRAAG: ("Wacht op een antwoord", "Over de leerling staat een vraag open."),
    Vak.VAN_VANDAAG: (
        "Koppeling van vandaag",
        "Deze kunt u kiezen vanaf de eerstvolgende nacht.",
    ),
    Vak.UITGEZET: ("Stuurt u niet", "Zet de toets, of het versturen, eerst aan bij Wat er naar {las} gaat."),
    Vak.NIET_IN_LAS: ("Leerling niet in {las}", "Deze resultaten blijven hier bewaard en gaan niet mee."),
    Vak.VERSTUURD: ("Al eerder door ons verstuurd", "Deze gaan niet nog een keer."),
    Vak.IN_DE_RIJ: ("Gaat al vanzelf, of is geweigerd", "Bij Resultaten naar {las} staat hoe het ermee is."),
    Vak.GEPLAND: ("Al akkoord gegeven", "Hierboven staat hoe ver het is."),
}
"""In the order in which the page names them."""
LOTEN = {
    Lot.BEVESTIGD: "in {las}",
    Lot.ONDERWEG: "onderweg, of nog niet bevestigd",
    Lot.IN_DE_RIJ: "in de rij",
    Lot.WACHT: "gaan de komende nacht",
    Lot.VRAAG: "wachten op een antwoord over de leerling",
    Lot.GEWEIGERD: "geweigerd",
    Lot.ANDERS: "opnieuw genormeerd en daarom gewoon in de rij",
    Lot.VERANDERD: "blijven hier: score of koppeling is niet meer wat u goedkeurde",
    Lot.UITGEZET: "blijven hier zolang het versturen van deze toets uitstaat",
    Lot.NIET_IN_LAS: "blijven hier: de leerling staat niet meer in {las}",
    Lot.GESTOPT: "blijven hier: gestopt",
}
STANDEN = {
    Stand.GEPLAND: ("gepland", "pauze"),
    Stand.LOOPT: ("loopt", "info"),
    Stand.KLAAR: ("klaar", "in-orde"),
    Stand.GESTOPT: ("gestopt", ""),
}
"""A word and the kind of its badge."""
register(
    {
        NotTaken: "{las} neemt geen resultaten van een ander schooljaar aan. Er is niets veranderd.",
        NothingChosen: "Er is niets gekozen dat mee kan. Er is niets veranderd.",
        ChangedMeanwhile: "Er is intussen iets veranderd: dit zijn de nieuwe aantallen. Uw akkoord geldt daarvoor "
        "niet: geef het opnieuw als het klopt.",
    }
)
GEEN_TOETS = "Vink ten minste één toets en één groep aan waarvan resultaten mee kunnen. Er is niets gepland."
GEEN_BEREIKT = "Schrijf op hoe u weet dat de school dit wil, en zet het vinkje. Er is niets gepland."
GEEN_AKKOORD = "Zet het vinkje om akkoord te geven. Er is niets gepland."


def in_the_way(koppeling: Koppeling, namen: Namen) -> str:
    """Why nothing of last year is offered; nothing when it is."""
    if not koppeling.is_running:
        return "De koppeling werkt nu niet. Zodra die verdergaat, kunt u hier kiezen."
    if is_taken(koppeling) is False:
        return (
            f"{namen.las_voorop} neemt geen resultaten van een ander schooljaar aan: dat is met een school beproefd. "
            "Uw resultaten blijven hier bewaard."
        )
    return ""


def untried(koppeling: Koppeling, namen: Namen) -> str:
    """That nobody knows yet whether the LAS takes them; nothing once it was tried."""
    if is_taken(koppeling) is not None:
        return ""
    return (
        f"Nog geen school heeft dit met {namen.las} beproefd. Weigert {namen.las} de resultaten, dan leest u dat hier "
        "en is er niets kwijt."
    )


def counts(aanbod: Aanbod, namen: Namen) -> list[tuple[str, str, str]]:
    """What there is: in a few words, how many, and what that means; what does not occur is left out."""
    return [
        (label.format(las=namen.las), getal(aanbod.tellingen[vak]), tekst.format(las=namen.las))
        for vak, (label, tekst) in VAKKEN.items()
        if aanbod.tellingen[vak] or vak is Vak.KAN
    ]


def consequences(aanbod: Aanbod, namen: Namen, nacht_uur: int) -> Iterator[str]:
    """What a yes does, and what it does not."""
    leerlingen = aantal(len({rij.leerling_id for rij in aanbod.gaat}), "leerling", "leerlingen")
    number = aantal(len(aanbod.gaat), "resultaat gaat", "resultaten gaan")
    yield (
        f"{number} in de eerstvolgende nacht (na {nacht_uur}:00 uur) naar {namen.las}, onder schooljaar "
        f"{aanbod.schooljaar}. Het gaat om {leerlingen}."
    )
    yield (
        "Wat tot die nacht verandert, gaat niet mee: een andere score, een andere koppeling, of een leerling over wie "
        "een vraag openstaat."
    )
    if stays := aanbod.tellingen[Vak.NIET_IN_LAS]:
        yield f"{aantal(stays, 'resultaat blijft', 'resultaten blijven')} hier: de leerling staat niet in {namen.las}."
    yield f"Stoppen kan tot een resultaat weg is. Wat in {namen.las} staat, kunnen wij daar niet weghalen."


def approved(number: int, namen: Namen, nacht_uur: int) -> str:
    return (
        f"{aantal(number, 'resultaat gaat', 'resultaten gaan')} komende nacht na {nacht_uur}:00 uur naar {namen.las}. "
        "Hier staat hoe ver het is; stoppen kan ook hier."
    )


def stopped(number: int) -> str:
    if not number:
        return "Gestopt. Alles was al weg, of hield al op; er is niets teruggehaald."
    return f"Gestopt: {aantal(number, 'resultaat blijft', 'resultaten blijven')} hier. Er is niets gewist."


def told(
    verslagen: Iterable[Verslag], namen: Namen, *, is_ours: bool = False
) -> list[tuple[Verslag, str, str, list[str]]]:
    """Each with its title, who, and its counts."""
    return [(each, _title(each), _who(each, is_ours=is_ours), _lines(each, namen)) for each in verslagen]


def _title(verslag: Verslag) -> str:
    number = aantal(verslag.tellingen.total(), "resultaat", "resultaten")
    return f"{number} van {verslag.nazending.schooljaar}"


def _who(verslag: Verslag, *, is_ours: bool) -> str:
    """Who approved and stopped it, and when; to a school, klantenservice has one name."""
    nazending = verslag.nazending
    asked = nazending.bereikt is not None and not is_ours
    door = "de klantenservice, op uw verzoek" if asked else nazending.wie.naam
    said = f"Akkoord van {door}, {moment(nazending.akkoord_op)}."
    if nazending.gestopt_op is not None:
        said += f" Gestopt {moment(nazending.gestopt_op)}."
    return said


def _lines(verslag: Verslag, namen: Namen) -> list[str]:
    """The counts, each with what they are; together they are all that was approved."""
    return [
        f"{getal(verslag.tellingen[lot])} {tekst.format(las=namen.las)}"
        for lot, tekst in LOTEN.items()
        if verslag.tellingen[lot]
    ]
