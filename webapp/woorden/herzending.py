"""What goes once more after an incident at a LAS, as klantenservice reads of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.filters import aantal, getal, moment
from webapp.models.fout import Foutcode, code_of
from webapp.services.versturen.herzending import NotNow, NotTwice
from webapp.services.versturen.herzendstand import Gevonden, Stand, Stap
from webapp.services.versturen.nazendverslag import Lot
from webapp.uwlr.profiles import PROFILES
from webapp.woorden.weigeringen import register

LOTEN = {
    Lot.BEVESTIGD: "bevestigd",
    Lot.GEWEIGERD: "weer geweigerd",
    Lot.ONDERWEG: "onderweg, of nog niet bevestigd",
    Lot.IN_DE_RIJ: "in de rij",
    Lot.WACHT: "nog te gaan",
    Lot.VRAAG: "wachten op een antwoord van de school",
    Lot.UITGEZET: "gaan niet: uitgezet door de school, of van een later schooljaar",
    Lot.NIET_IN_LAS: "gaan niet: de leerling is niet gekoppeld",
    Lot.STIL: "gaan niet: de koppeling staat stil",
    Lot.ANDERS: "overgeslagen: intussen veranderd",
    Lot.GESTOPT: "gestopt, zoals ze waren",
}
register(
    {
        NotNow: "Deze stap kan nu niet: de vorige is niet goed afgelopen, iemand was eerder, of het is gestopt. "
        "Er is niets veranderd.",
        NotTwice: "Dit LAS weigert een resultaat dat het al heeft: dat is met een school beproefd. "
        "Er is niets veranderd.",
    }
)


@dataclass(frozen=True)
class Stapregel:
    """One step as it is shown."""

    titel: str
    label: str
    soort: str
    tellingen: str


@dataclass(frozen=True)
class Kaart:
    """One herzending as it is shown."""

    id: int
    titel: str
    wie: str
    label: str
    soort: str
    stappen: list[Stapregel]
    volgende: int | None
    """The number of the step that may be let go now."""
    volgende_tekst: str
    begint_weer: bool
    """Whether that step is small again, because in the one before nothing could go."""
    mag_stoppen: bool


def reason(code: Foutcode | None) -> str:
    return "Bevestigd, maar niet te vertrouwen" if code is None else f"Geweigerd: {code}"


def found(each: Gevonden) -> tuple[str, str, str]:
    """Why, how many results, of how many schools."""
    return reason(each.fout_code), getal(each.resultaten), getal(each.scholen)


def cards(standen: Iterable[Stand]) -> list[Kaart]:
    return [_card(stand) for stand in standen]


def chosen(number: int) -> str:
    number_of = aantal(number, "resultaat", "resultaten")
    return f"Klaargezet: {number_of}. Er gaat nog niets; laat hieronder de eerste stap gaan."


def let_go(stap: Stap) -> str:
    return (
        f"{aantal(stap.scholen, 'school gaat', 'scholen gaan')} nu, binnen een halve minuut. Ververs deze pagina om te "
        "zien wat ervan komt."
    )


def stopped(number: int) -> str:
    if not number:
        return "Gestopt. Er was niets dat nog niet weg was."
    return f"Gestopt: {aantal(number, 'resultaat is', 'resultaten zijn')} weer zoals daarvoor."


def _card(stand: Stand) -> Kaart:
    herzending, volgende = stand.herzending, stand.volgende
    las, code = PROFILES[herzending.las_type].naam, herzending.fout_code
    wat = reason(None if code is None else code_of(code))
    tijd = f"Van {moment(herzending.van)} tot {moment(herzending.tot)}."
    wie = f"Klaargezet door {herzending.wie.naam}, {moment(herzending.gevraagd_op)}. {tijd}"
    label, soort = _label(stand)
    return Kaart(
        id=herzending.id,
        titel=f"{las}: {wat[:1].lower()}{wat[1:]}",
        wie=wie,
        label=label,
        soort=soort,
        stappen=[_step(stand, stap) for stap in stand.stappen],
        volgende=volgende.nummer if volgende else None,
        volgende_tekst=_let_go(volgende) if volgende else "",
        begint_weer=volgende is not None and volgende.begint_weer,
        mag_stoppen=herzending.gestopt_op is None and not stand.is_klaar,
    )


def _let_go(stap: Stap) -> str:
    return f"Stap {stap.nummer}: {aantal(stap.scholen, 'school', 'scholen')} laten gaan"


def _label(stand: Stand) -> tuple[str, str]:
    if stand.herzending.gestopt_op is not None:
        return "gestopt", ""
    if stand.is_klaar:
        return "klaar", "in-orde"
    return ("loopt", "info") if stand.herzending.stap else ("klaargezet", "pauze")


def _step(stand: Stand, stap: Stap) -> Stapregel:
    is_gone = stap.nummer <= stand.herzending.stap
    label, soort = ("nog niet", "pauze") if not is_gone else ("loopt", "info")
    if is_gone and stap.ended_well:
        label, soort = ("goed", "in-orde") if stap.proved else ("er ging niets", "pauze")
    counts = [f"{getal(stap.tellingen[lot])} {tekst}" for lot, tekst in LOTEN.items() if stap.tellingen[lot]]
    return Stapregel(
        f"Stap {stap.nummer}: {aantal(stap.scholen, 'school', 'scholen')}", label, soort, ", ".join(counts)
    )
