"""The story of a school as klantenservice reads it: what is so, who acts, until when it is waited for, who is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.config import AMSTERDAM
from webapp.filters import datum, moment, weekdag
from webapp.models import Koppeling, KoppelingStatus
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde
from webapp.services.overzicht.feiten import Feiten
from webapp.services.overzicht.verhaal import Persoon
from webapp.services.overzicht.wachtrij import FOUT_NA
from webapp.uwlr.codes import Owner
from webapp.woorden.fouten import uitleg, uitleg_van
from webapp.woorden.kort import kort
from webapp.woorden.namen import Namen
from webapp.woorden.wachtrij import leeftijd


@dataclass(frozen=True)
class Stap:
    """What is so, who acts, and until when klantenservice waits."""

    kop: str
    tekst: str
    termijn: str
    ook: tuple[str, ...]
    """What else is open."""


def stap(feiten: Feiten, namen: Namen, now: datetime) -> Stap:
    """Say the worst that is open in the words of klantenservice."""
    ergste = feiten.ergste
    if ergste is None:
        return Stap("niets te doen", "Alles is bijgewerkt. Vannacht gaat het vanzelf verder.", "", ())
    kop, tekst = _step(ergste, feiten.koppeling, namen)
    sinds = ergste.sinds or (feiten.koppeling.stil_sinds if feiten.koppeling is not None else None)
    wat = kort(ergste, namen)
    if sinds is not None and ergste.einde in _SILENT:
        wat = f"{ergste.einde}, {leeftijd(now - sinds)}"
    since = f", sinds {moment(sinds)}" if sinds is not None else ""
    rest = tuple(kort(each, namen) for each in feiten.einden[1:])
    return Stap(kop, f"{wat[:1].upper()}{wat[1:]}{since}. {tekst}", _term(ergste.einde, sinds, now), rest)


def _step(einde: OpenEinde, koppeling: Koppeling | None, namen: Namen) -> tuple[str, str]:
    if einde.fout is not None:
        said = uitleg(einde.fout, namen.las) if koppeling is None else uitleg_van(koppeling, einde.fout, namen.las)
        kop = _OWNER[einde.fout.eigenaar if einde.aan is not Aan.TESTCENTRUM else Owner.KLANTENSERVICE]
        return kop.format(las=namen.las), f"{said.klantenservice} (code {einde.fout.code})"
    if einde.einde is Einde.GEPAUZEERD and koppeling is not None:
        return _paused(koppeling, einde.door)
    kop, tekst = STAPPEN[einde.einde]
    return kop.format(las=namen.las), tekst.format(las=namen.las)


def _paused(koppeling: Koppeling, door: str | None) -> tuple[str, str]:
    """Who paused it, why, and what ends it."""
    if koppeling.gepauzeerd_door_school:
        return "de school hervat", f"{door or 'Een beheerder'} zette de koppeling op pauze. Er is niets kwijt."
    why = f": {koppeling.pauze_reden.rstrip('.')}." if koppeling.pauze_reden else "."
    who = f"{door or 'Iemand van ons'} zette de koppeling op pauze{why}"
    if koppeling.pauze_tot is None:
        kop, tekst = STAPPEN[Einde.GEPAUZEERD]
        return kop, f"{who} {tekst}"
    end = f"De pauze loopt tot {moment(koppeling.pauze_tot)}; dan gaat alles vanzelf verder."
    return "de pauze loopt af", f"{who} {end} Eerder hervatten kan."


def _term(einde: Einde, sinds: datetime | None, now: datetime) -> str:
    """Until when it is waited for the school, on a working day; empty where there is nobody to call."""
    wait = _BELLEN_NA.get(einde)
    if wait is None or sinds is None:
        return ""
    then = (sinds + wait).astimezone(AMSTERDAM)
    while then.isoweekday() > _VRIJDAG:
        then += timedelta(days=1)
    if then <= now:
        return "Er is nog niets gebeurd: bel de school."
    return f"Bel {weekdag(then).lower()} als er dan niets is."


_VRIJDAG = 5
_SILENT = frozenset({Einde.OPENGEZET, Einde.AFGEWEZEN})
"""The school is to act, and nothing but its age tells that it does not."""
_OWNER = {
    Owner.SCHOOL: "de school lost dit op",
    Owner.KLANTENSERVICE: "wij lossen dit op",
    Owner.LAS: "de leverancier van {las} lost dit op",
    Owner.NIEMAND: "afwachten, wij proberen het vanzelf weer",
}
_BELLEN_NA = {
    Einde.ONBEVESTIGD: timedelta(days=3),
    Einde.OPENGEZET: timedelta(days=10),
    Einde.AFGEWEZEN: timedelta(days=10),
    Einde.SLEUTEL_GEWEIGERD: FOUT_NA,
    Einde.VASTGEHOUDEN: timedelta(days=2),
    Einde.KLOPT_NIET: timedelta(days=2),
    Einde.ELDERS_AFGELEVERD: timedelta(days=2),
    Einde.CONTROLEREN: timedelta(days=14),
    Einde.JAAR_TERUGGENOMEN: timedelta(days=14),
    Einde.TOEGANG_GEVRAAGD: timedelta(days=7),
}
"""So long the school is left to act by itself; it is mailed and reminded meanwhile."""
_VANZELF = "Dit gaat vanzelf verder; de school hoeft niets te doen. Er is niets kwijt."
STAPPEN: dict[Einde, tuple[str, str]] = {
    Einde.ELDERS_AFGELEVERD: (
        "de school ruimt op", "De school verwijdert dit in {las} en vinkt het af. Beoordeel of het een datalek is.",
    ),
    Einde.GEEN_KOPPELING: ("de school vraagt aan", "De school vraagt de koppeling aan met het formulier of per mail."),
    Einde.ONBEVESTIGD: (
        "de school bevestigt", "De aanvrager klikt in de mail. Na 14 dagen zonder klik vervalt de aanvraag.",
    ),
    Einde.AANGEVRAAGD: ("wij zetten open", "Zet de koppeling open in {las} en meld dat hier met Opengezet."),
    Einde.OPENGEZET: (
        "de school vult de sleutel in", "De koppeling staat open in {las}. De school haalt daar de sleutel op.",
    ),
    Einde.INGEDIEND: ("wij keuren goed", "Kijk of de sleutel werkt en of de school klopt; keur goed of wijs af."),
    Einde.AFGEWEZEN: ("de school dient opnieuw in", "De school kreeg de reden in een mail."),
    Einde.GEPAUZEERD: ("wij hervatten", "Er wordt niets opgehaald en niets verstuurd. Er is niets kwijt."),
    Einde.BEEINDIGD: ("niets te doen", "Resultaten blijven bewaard. Wil de school verder, kies dan Opnieuw aanvragen."),
    Einde.INGETROKKEN: ("niets te doen", "Er is niets gewijzigd. Opnieuw aanvragen kan altijd."),
    Einde.SLEUTEL_GEWEIGERD: ("de school maakt een nieuwe sleutel", "De uitwisseling ligt stil. Er is niets kwijt."),
    Einde.OPHALEN_MISLUKT: ("wij lossen dit op", "Kijk in het verhaal hieronder wat er misging."),
    Einde.VASTGEHOUDEN: (
        "de school kiest", "De school kreeg een mail en kiest: klopt, of opnieuw ophalen. Er is niets gewijzigd.",
    ),
    Einde.KLOPT_NIET: (
        "een beheerder antwoordt", "Van deze leerlingen gaat niets naar {las} tot een beheerder zegt om wie het gaat.",
    ),
    Einde.VERSTUREN_MISLUKT: ("wij lossen dit op", "Kijk in het verhaal hieronder wat er misging."),
    Einde.GEWEIGERD: ("kijk naar de redenen", "Hieronder staat per reden wie aan zet is."),
    Einde.NAKIJKEN: (
        "de school kijkt na", "Na een storing bij ons weten wij niet zeker wat {las} heeft. De school vergelijkt.",
    ),
    Einde.CONTROLEREN: (
        "de school controleert", "De school kreeg een mail; wij herinneren na 2, 5 en 10 schooldagen. Niets gewijzigd.",
    ),
    Einde.NIET_GEKOPPELD: ("de school koppelt", "Resultaten wachten tot hun leerling gekoppeld is. Er is niets kwijt."),
    Einde.NIET_IN_LAS: (
        "de school kiest", "Deze leerlingen staan bij ons en niet in {las}. De school parkeert hen of laat hen staan.",
    ),
    Einde.JAAR_TERUGGENOMEN: (
        "de school laat het jaar beginnen", "Tot een beheerder dat doet, halen wij geen wijzigingen op.",
    ),
    Einde.NIEUW_SCHOOLJAAR: ("wachten op {las}", f"Wij vragen er elke nacht naar. {_VANZELF}"),
    Einde.JAAR_UITGESTELD: ("wachten tot die dag", "De school stelde het nieuwe schooljaar zelf uit."),
    Einde.ANDERE_LOCATIE: (
        "wij vragen het na", "Vraag de school of de locatie klopt, en of de sleutel meer locaties opent.",
    ),
    Einde.BLIJFT_LIGGEN: ("wij kijken waarom", "Kijk bij Leveringen wat er met deze resultaten is."),
    Einde.CERTIFICAAT: ("wij vernieuwen het certificaat", "Laat beheer het certificaat terugplaatsen."),
    Einde.STILGEZET: ("wij zetten het weer aan", "Iemand van ons zette dit stil; zie Schakelaars."),
    Einde.LAS_GEPAUZEERD: ("wachten op {las}", f"Meer scholen hebben dit. Wij kijken elke vijf minuten. {_VANZELF}"),
    Einde.NIET_AAN_DE_BEURT: ("wachten op de beurt", f"Wie het langst wacht, gaat eerst. {_VANZELF}"),
    Einde.OPHALEN_HAPERT: ("afwachten", _VANZELF),
    Einde.VERSTUREN_HAPERT: ("afwachten", _VANZELF),
    Einde.NACHT: ("wij kijken waarom", "Kijk bij Nachten wat er gebeurde, of kies Nu ophalen."),
    Einde.MAIL: ("wij vragen het juiste adres", "Bel de school, en verbeter het adres hieronder bij Mensen of Mails."),
    Einde.TOEGANG_GEVRAAGD: ("een beheerder beslist", "Een beheerder zegt ja of nee, op de pagina Beheerders."),
    Einde.OPGESCHORT: (
        "een beheerder beslist", "{las} stuurt deze leerkrachten niet meer. Een beheerder zegt of zij weg zijn.",
    ),
    Einde.EINDE_GEVRAAGD: (
        "wij bellen en beëindigen",
        "Bel de school of het klopt. Beëindigen doet wie leiding geeft; sluit de koppeling daarna ook in {las}.",
    ),
    Einde.EERSTE_KEER: ("afwachten", "De eerste keer ophalen duurt meestal minder dan een minuut."),
}  # fmt: skip


_AFSPRAKEN = ("nieuwe_leerlingen", "jaargroepen_niet", "nieuwe_leerkrachten", "alleen_op_het_spel", "mailritme")
"""The five questions of the page Vaste afspraken."""


def sleutel(koppeling: Koppeling) -> str:
    """Whether its key works, and since when that is known."""
    if koppeling.is_sleutel_geweigerd:
        return "geweigerd"
    if koppeling.gewerkt_op is not None:
        return f"werkte {moment(koppeling.gewerkt_op)}"
    if koppeling.proef_op is None:
        return "nog niet ingevuld" if koppeling.ingediend_op is None else "ingevuld"
    return f"{'werkte' if koppeling.proef_gelukt else 'werkte niet'} bij het invullen, {moment(koppeling.proef_op)}"


def agreed(values: Mapping[str, object], none: Mapping[str, object]) -> str:
    """How many of the vaste afspraken are on."""
    return f"{sum(values[name] != none[name] for name in _AFSPRAKEN)} van {len(_AFSPRAKEN)} aan"


def seen(persoon: Persoon) -> str:
    """When somebody was last here."""
    return "nog niet gezien" if persoon.gezien_op is None else moment(persoon.gezien_op)


def under(koppeling: Koppeling | None, plaats: str, namen: Namen) -> str:
    """Below the name of the school: where it is, its LAS, and since when its koppeling stands as it does."""
    if koppeling is None:
        return "Nog geen koppeling."
    since = _since(koppeling)
    where, when = f"{plaats}. " if plaats else "", f", sinds {datum(since)}" if since is not None else ""
    return f"{where}{namen.las_voorop}, {koppeling.status.replace('_', ' ')}{when}."


def _since(koppeling: Koppeling) -> datetime | None:
    """Since when it is in the state that it is in; of what ended only the story tells."""
    return {
        KoppelingStatus.ONBEVESTIGD: koppeling.aangevraagd_op,
        KoppelingStatus.AANGEVRAAGD: koppeling.aangevraagd_op,
        KoppelingStatus.OPENGEZET: koppeling.opengezet_op,
        KoppelingStatus.INGEDIEND: koppeling.ingediend_op,
        KoppelingStatus.AFGEWEZEN: koppeling.beslist_op,
        KoppelingStatus.GOEDGEKEURD: koppeling.gestart_op,
        KoppelingStatus.ACTIEF: koppeling.gestart_op,
        KoppelingStatus.GEPAUZEERD: koppeling.gepauzeerd_op,
    }.get(koppeling.status)
