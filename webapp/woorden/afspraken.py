"""The words about the vaste afspraken of a school."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from webapp.filters import aantal, datum, getal, moment, opsomming, woord
from webapp.models import Afspraken
from webapp.services.afspraken import OverschrevenAfspraken, Wijziging
from webapp.services.inname.soorten.velden import Jaargroep
from webapp.services.inname.vanzelf import BASISSCHOOL, OF_NO_YEAR
from webapp.services.overzicht.scheelt import Cijfers
from webapp.tekening import Stapels, stapels
from webapp.woorden.controle import value
from webapp.woorden.namen import Namen
from webapp.woorden.voorpagina import MAANDEN
from webapp.woorden.weigeringen import zeg

WEEKDAGEN = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag")
LEAD = (
    "U zegt één keer wat vanzelf mag. Daarna vragen wij alleen nog wat alleen u weet. "
    "Geen enkele afspraak maakt een verkeerde koppeling."
)
BEWAARD = "Uw afspraken zijn bewaard. Ze gelden vanaf de volgende aanlevering."
NIETS_ANDERS = "Zo staan uw afspraken al. Er is niets veranderd."
LATER = "Goed, wij vragen er niet meer naar. De vaste afspraken staan bij Koppelen met LAS."
GEEN_JAARGROEP = "Kies welke groepen niet meedoen, of kies Alle groepen doen mee. Er is niets opgeslagen."
TOCH_JAARGROEP = (
    "U koos Alle groepen doen mee, en vinkte ook groepen aan. Hieronder staat nu Deze groepen niet. Klopt dat, bewaar "
    "dan nog eens; doen alle groepen mee, haal dan ook de vinkjes weg. Er is niets opgeslagen."
)
_TEKSTEN: Mapping[tuple[str, str], tuple[str, str]] = {
    ("nieuwe_leerlingen", "ja"): (
        "Ja, voeg ze toe",
        "Een leerling die wij nog niet kennen, staat de volgende dag in de groep. Hooguit tien tegelijk, anders vragen "
        "wij het. Het ergste is een dubbele, en die draait u terug.",
    ),
    ("nieuwe_leerlingen", "nee"): (
        "Nee, vraag het elke keer",
        "Zo staat het in de handleiding. U krijgt er mail over, hooguit één per dag.",
    ),
    ("jaargroepen", "alle"): ("Alle groepen doen mee", "Elke leerling die {las} stuurt, kan binnenkomen."),
    ("jaargroepen", "niet"): (
        "Deze groepen niet",
        "Nieuwe leerlingen en hun eigen leerkrachten komen niet binnen, ook volgend jaar niet. In een combinatiegroep "
        "telt de jaargroep van de leerling. Wie er al is, blijft. Wie naar een hogere groep gaat, is dan nieuw.",
    ),
    ("nieuwe_leerkrachten", "ja"): (
        "Toevoegen zonder inlog",
        "Zij zijn zichtbaar bij hun groep. Inloggen kan pas als u ze uitnodigt.",
    ),
    ("nieuwe_leerkrachten", "nee"): ("Altijd eerst vragen", "Zij wachten bij de controle tot u kiest."),
    ("alleen_op_het_spel", "ja"): (
        "Nee, alleen als er resultaten zijn",
        "Lijkt een leerling op iemand zonder resultaten, dan voegen wij deze als nieuw toe. Krijgt een van beiden een "
        "score, dan vragen wij het alsnog.",
    ),
    ("alleen_op_het_spel", "nee"): ("Ja, vraag alles", "Ook over leerlingen zonder één resultaat."),
    ("mailritme", "meteen"): ("Meteen, hooguit één per dag", "Zo staat het in de handleiding."),
    ("mailritme", "weekdag"): ("Eén keer per week", "Er wacht niets langer dan zeven dagen."),
    ("mailritme", "na_dagen"): ("Pas als een vraag blijft openstaan", "Voor wie zelf elke week kijkt."),
}
"""Each answer, and small under it what it comes to."""
_KLEUTERS = ("1", "2")
_JA_NEE = {
    "nieuwe_leerlingen": ("nieuwe leerlingen vanzelf toevoegen", "nieuwe leerlingen elke keer vragen"),
    "nieuwe_leerkrachten": ("nieuwe leerkrachten toevoegen zonder inlog", "nieuwe leerkrachten eerst vragen"),
    "alleen_op_het_spel": ("alleen vragen als er resultaten zijn", "alles vragen"),
}


@zeg.register
def _(error: OverschrevenAfspraken, _namen: Namen) -> str:
    return (
        f"{error.naam} heeft de afspraken intussen gewijzigd. Uw wijziging is niet opgeslagen. "
        "Hieronder staat hoe het nu is."
    )


def teksten(las: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Each answer with what it comes to, in the name of the LAS."""
    return {key: (tekst, uitleg.format(las=las)) for key, (tekst, uitleg) in _TEKSTEN.items()}


def zinnen(
    cijfers: Cijfers, per_jaargroep: Mapping[str, int], niet: Collection[str], stayed_out: int
) -> dict[str, str | tuple[str, str]]:
    """The number beside each question, and what it counts; nothing where there is nothing to go by."""
    found: dict[str, str | tuple[str, str]] = {}
    if (here := _in_jaargroepen(per_jaargroep, niet, stayed_out)) is not None:
        found["jaargroepen"] = here
    if cijfers.sinds is None:
        if cijfers.leerlingen:
            estimate = "nieuwe leerlingen in een jaar, bij scholen van uw grootte."
            found["nieuwe_leerlingen"] = f"ongeveer {getal(cijfers.leerlingen)}", estimate
        return found
    since = f"sinds {datum(cijfers.sinds)}"
    new = aantal(cijfers.leerlingen, "nieuwe leerling", "nieuwe leerlingen")
    days = aantal(cijfers.dagen, "dag", "dagen")
    staff = aantal(cijfers.leerkrachten, "nieuwe leerkracht", "nieuwe leerkrachten")
    doubts, without = aantal(cijfers.twijfels, "twijfel", "twijfels"), getal(cijfers.zonder_resultaten)
    return found | {
        "periode": since,
        "nieuwe_leerlingen": (_minder(cijfers.leerlingen), f"U had {since} {new}, op {days}."),
        "nieuwe_leerkrachten": (_minder(cijfers.leerkrachten), f"U kreeg {since} {staff}."),
        "alleen_op_het_spel": (
            _minder(cijfers.zonder_resultaten),
            f"Van uw {doubts} {since} ging het bij {without} om een leerling zonder resultaten.",
        ),
        "mailritme": (aantal(cijfers.mails, "mail", "mails"), f"Zo veel mails kreeg u {since}."),
    }


def maanden(cijfers: Cijfers, stand: Afspraken) -> Stapels:
    """The questions of each month: what these agreements would have left, and dashed what they would have saved."""
    rows = []
    for each in cijfers.maanden:
        left, naam = each.met(stand), MAANDEN[each.sinds.month - 1] if each.sinds else ""
        tekst = getal(left) if left == each.vragen else f"{getal(left)} van {getal(each.vragen)}"
        rows.append((naam, tekst, left, each.vragen - left))
    said = ", ".join(f"{naam} {tekst}" for naam, tekst, _, _ in rows)
    return stapels(f"Vragen per maand die met deze afspraken overblijven: {said}.", rows)


def _minder(number: int) -> str:
    return f"{aantal(number, 'vraag', 'vragen')} minder"


def jaargroep(code: str) -> str:
    """groep 1, or SBO."""
    return f"groep {code}" if code.isdigit() else value(Jaargroep(code))


def jaargroepen(per_jaargroep: Mapping[str, int], niet: Collection[str]) -> list[tuple[str, str]]:
    """The jaargroepen to choose from: of a basisschool, and those that this school has."""
    codes = (BASISSCHOOL | set(per_jaargroep) | set(niet)) - OF_NO_YEAR
    return [(code, jaargroep(code)) for code in sorted(codes)]


def _in_jaargroepen(per_jaargroep: Mapping[str, int], niet: Collection[str], stayed_out: int) -> tuple[str, str] | None:
    """How many stayed out and how many are here all the same; as an example who is in groep 1 and 2."""
    which = sorted(niet) or _KLEUTERS
    number = sum(per_jaargroep.get(code, 0) for code in which)
    here = f"{woord(number, 'zit', 'zitten')} nu in {_groepen(which)}."
    if niet and stayed_out:
        stay = f" {getal(number)} {here} {woord(number, 'Die blijft', 'Zij blijven')}." if number else ""
        return aantal(
            stayed_out, "leerling", "leerlingen"
        ), f"{woord(stayed_out, 'bleef', 'bleven')} de laatste keer weg.{stay}"
    if not number:
        return None
    stay = f" {woord(number, 'Die blijft', 'Zij blijven')}; alleen nieuwe blijven weg." if niet else ""
    return aantal(number, "leerling", "leerlingen"), f"{here}{stay}"


def _groepen(codes: Collection[str]) -> str:
    """groep 1 en 2"""
    numbers = [code for code in codes if code.isdigit()]
    others = [jaargroep(code) for code in codes if not code.isdigit()]
    return opsomming([*([f"groep {opsomming(numbers)}"] if numbers else []), *others])


def wijziging(each: Wijziging) -> tuple[str, str, str]:
    """When, by whom and what."""
    return moment(each.op), each.door, opsomming(list(_said(each.tellingen)))


def _said(tellingen: Mapping[str, object]) -> Iterator[str]:
    for name, (yes, no) in _JA_NEE.items():
        if name in tellingen:
            yield yes if tellingen[name] else no
    if "jaargroepen_niet" in tellingen:
        codes = str(tellingen["jaargroepen_niet"]).split()
        yield f"{_groepen(codes)} niet" if codes else "alle groepen doen mee"
    if day := tellingen.get("mail_weekdag"):
        yield f"één mail per week, op {WEEKDAGEN[int(str(day)) - 1]}"
    elif days := tellingen.get("mail_na_dagen"):
        yield f"mail als een vraag {getal(int(str(days)))} dagen openstaat"
    elif "mailritme" in tellingen:
        yield "mail meteen"
