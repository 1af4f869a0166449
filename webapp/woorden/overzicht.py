"""The status line in words: how it stands, what happens next, who acts, and what else is open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from webapp.filters import aantal, moment
from webapp.models import Koppeling
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde
from webapp.services.overzicht.feiten import Feiten
from webapp.woorden.kort import kort
from webapp.woorden.namen import Namen
from webapp.woorden.open_einden import AAN_ZET, NIETS, Zin, gepauzeerd, zin_van

STAPPEN = ("aangevraagd", "opengezet", "ingediend", "goedgekeurd", "eerste import", "elke nacht")
_NIEMAND = "Niemand hoeft iets te doen."
_VOOR_IEDEREEN = frozenset({Einde.ELDERS_AFGELEVERD, Einde.GEWEIGERD, Einde.NAKIJKEN, Einde.NIET_GEKOPPELD})
"""What waits for a beheerder on a page that a leerkracht may open too."""
_VOOR_BEHEERDER = "een beheerder heeft nog iets te doen voor de koppeling"


class Ook(NamedTuple):
    """Something else that is open, in a few words, and the page about it if the reader may open one."""

    tekst: str
    url: str | None


@dataclass(frozen=True)
class Statusregel:
    """Everything the status line shows; it names nothing that its reader may not open."""

    soort: Aan
    label: str
    stap: int
    wat: str
    daarna: str
    wie: str
    actie_url: str | None = None
    actie_tekst: str | None = None
    ook: tuple[Ook, ...] = ()
    stappen: tuple[str, ...] = STAPPEN


def statusregel(feiten: Feiten, namen: Namen) -> Statusregel:
    """Say the facts to a beheerder: the worst in whole sentences, the rest in a few words."""
    ergste, koppeling = feiten.ergste, feiten.koppeling
    label = _label(feiten, namen)
    if ergste is None:
        return Statusregel(feiten.aan, label, feiten.stap, *_in_orde(koppeling))
    zin, rest = zin_van(ergste, koppeling, namen), feiten.einden[1:]
    of_u = next((each for each in rest if each.aan is Aan.U), None)
    if of_u is not None and zin.wie == NIETS:
        page, wie = zin_van(of_u, koppeling, namen), f"U bent ook aan zet: {kort(of_u, namen)}."
        zin = zin._replace(wie=wie, actie_url=page.actie_url, actie_tekst=page.actie_tekst)
        rest = tuple(each for each in rest if each is not of_u)
    ook = tuple(Ook(kort(each, namen), zin_van(each, koppeling, namen).actie_url) for each in rest)
    return Statusregel(feiten.aan, label, feiten.stap, *zin, ook=ook)


@dataclass(frozen=True)
class Punt:
    """One open end on the overview, with its act."""

    wat: str
    daarna: str
    wie: str
    """Who acts, where the heading above it does not say that."""
    url: str | None
    knop: str | None
    is_primair: bool = False


def punten(feiten: Feiten, namen: Namen) -> tuple[list[Punt], list[Punt]]:
    """What waits for a beheerder, and what waits for others, the worst first; one act of all is the first."""
    mine, others = list[Punt](), list[Punt]()
    for einde in feiten.einden:
        zin = zin_van(einde, feiten.koppeling, namen)
        wie = "" if zin.wie in {NIETS, AAN_ZET} else zin.wie
        (mine if einde.aan is Aan.U else others).append(Punt(*zin._replace(wie=wie)))
    first = next((each for each in [*mine, *others] if each.url), None)
    return (
        [replace(each, is_primair=each is first) for each in mine],
        [replace(each, is_primair=each is first) for each in others],
    )


def for_leerkracht(feiten: Feiten, namen: Namen) -> Statusregel:
    """Say the facts to somebody who may not act, and who may not open every page."""
    ergste = feiten.ergste
    if ergste is None:
        return statusregel(feiten, namen)
    label, zin = _label(feiten, namen), zin_van(replace(ergste, wat=""), feiten.koppeling, namen)
    if ergste.aan is Aan.U:
        wat = zin.wat if _may_see(ergste) else f"{_VOOR_BEHEERDER.capitalize()}."
        zin = Zin(wat, "Uw toetsen en resultaten blijven hier bewaard.", "Een beheerder van uw school is aan zet.")
    if feiten.aan is Aan.U:
        label = "wacht op beheerder"
    texts = dict.fromkeys(kort(each, namen) if _may_see(each) else _VOOR_BEHEERDER for each in feiten.einden[1:])
    ook = tuple(Ook(text, None) for text in texts if _may_see(ergste) or text != _VOOR_BEHEERDER)
    return Statusregel(feiten.aan, label, feiten.stap, zin.wat, zin.daarna, zin.wie, ook=ook)


def pauzeregel(feiten: Feiten, shown: Statusregel) -> Statusregel | None:
    """What every page of the school says of a pause: what is shown anyway, unless something worse is open."""
    paused = next((each for each in feiten.einden if each.einde is Einde.GEPAUZEERD), None)
    if paused is None or feiten.koppeling is None:
        return None
    if paused is feiten.ergste:
        return shown
    zin = gepauzeerd(feiten.koppeling, paused.door)
    return Statusregel(Aan.PAUZE, "gepauzeerd", feiten.stap, zin.wat, zin.daarna, zin.wie)


def _may_see(einde: OpenEinde) -> bool:
    """Whether a leerkracht may open the page about it, where it has one."""
    return einde.aan is not Aan.U or einde.einde in _VOOR_IEDEREEN


def for_klantenservice(regel: Statusregel) -> Statusregel:
    """The same line for klantenservice: what the school reads, but with who acts from the other side."""
    label, wie = _OTHER_SIDE.get(regel.soort, (regel.label, _NIEMAND))
    if regel.soort is Aan.PAUZE and regel.wie == NIETS:
        label, wie = regel.label, "Wil de school verder, kies dan Opnieuw aanvragen."  # it ended: nothing goes on
    ook = tuple(Ook(each.tekst, None) for each in regel.ook)
    return replace(regel, wie=wie, actie_url=None, actie_tekst=None, label=label, ook=ook)


_OTHER_SIDE = {
    Aan.U: ("wacht op school", "De school is aan zet."),
    Aan.TESTCENTRUM: ("wacht op ons", "Wij zijn aan zet."),
    Aan.PAUZE: ("gepauzeerd", "Wij kunnen hervatten."),
}


_OVER = {Einde.BEEINDIGD: "beëindigd", Einde.INGETROKKEN: "ingetrokken"}
"""What no longer goes on: not a pause."""


def _label(feiten: Feiten, namen: Namen) -> str:
    if feiten.ergste is not None and feiten.ergste.einde in _OVER:
        return _OVER[feiten.ergste.einde]
    match feiten.aan:
        case Aan.IN_ORDE:
            return "in orde"
        case Aan.U:
            return "wacht op u"
        case Aan.TESTCENTRUM:
            return f"wacht op {namen.testcentrum_kort}"
        case Aan.LAS:
            return f"wacht op {namen.las}"
        case Aan.PAUZE:
            return "gepauzeerd"


def _in_orde(koppeling: Koppeling | None) -> Zin:
    fetched = koppeling.opgehaald_op if koppeling is not None else None
    number = koppeling.opgehaald_leerlingen if koppeling is not None else None
    leerlingen = f", {aantal(number, 'leerling', 'leerlingen')}" if number else ""
    return Zin(
        f"Laatste controle {moment(fetched)}{leerlingen}." if fetched else "Alles is bijgewerkt.",
        "Elke nacht halen wij wijzigingen op en sturen wij resultaten.",
        "Niets te doen. U hoeft deze pagina niet in de gaten te houden.",
    )
