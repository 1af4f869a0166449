"""The words of the summary: what the button does, what deserves a second look, and what changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from webapp.filters import aantal, datum_kort, getal, klok, opsomming, woord
from webapp.matching.matchreden import Matchreden
from webapp.matching.words import REDENEN, VETOES
from webapp.models import Importregel, Keuze, Soort
from webapp.services.controle.gewaagd import Gewaagd, Waarom
from webapp.services.controle.intussen import Wijziging
from webapp.services.controle.samenvatting import Summary
from webapp.services.controle.verschil import Verschil
from webapp.services.inname.soorten import KINDS
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.woorden.controle import SOORTEN, name_of, said

_DOET = {Keuze.NIEUW: ("voegt", "toe"), Keuze.KOPPEL: ("koppelt", ""), Keuze.NIET: ("laat", "weg")}
_DATUM = frozenset({Matchreden.DATUM_ANDERS, Matchreden.DATUM_BIJNA, Matchreden.DATUM_OMGEWISSELD})
_GEWAAGD = {Waarom.BEWIJS: "tegen het bewijs in", Waarom.OVERNAME: "overgenomen", Waarom.RUIL: "verwisseld"}
WACHT_MEE = "Wacht mee met een vraag die nog openstaat."
INTUSSEN_NIETS = "Wat u importeert is hetzelfde gebleven."


def zin(summary: Summary) -> str:
    """U voegt 97 leerlingen en 1 groep toe en koppelt 1 leerling."""
    parts = []
    for keuze, (verb, after) in _DOET.items():
        if what := opsomming([_aantal(soort, n) for soort in reversed(Soort) if (n := summary.number(soort, keuze))]):
            parts.append(" ".join(filter(None, (verb, what, after))))
    return f"U {opsomming(parts)}." if parts else "U bevestigt wat automatisch is gekoppeld."


def knop(summary: Summary) -> str:
    """The one button that writes, with its number."""
    for soort in reversed(Soort):
        if number := summary.number(soort, Keuze.NIEUW) + summary.number(soort, Keuze.KOPPEL):
            return f"Gegevens importeren ({_aantal(soort, number)})"
    return "Gegevens importeren"


def gewaagd_kop(links: Iterable[Gewaagd]) -> str:
    """The heading above links that deserve a second look, of what there is."""
    found = {link.waarom for link in links}
    return opsomming([_GEWAAGD[waarom] for waarom in reversed(Waarom) if waarom in found]).capitalize()


def gewaagd(links: Iterable[Gewaagd]) -> list[tuple[Importregel, str, str]]:
    """Each line whose link deserves a second look: who with whom, and why, in one sentence each."""
    per_regel: dict[Importregel, list[Gewaagd]] = {}
    for link in links:
        per_regel.setdefault(link.regel, []).append(link)
    return [
        (regel, f"{regel.weergavenaam} met {name_of(each[0].doel)}", " ".join(map(_why, each)))
        for regel, each in per_regel.items()
    ]


def _why(link: Gewaagd) -> str:
    match link.waarom:
        case Waarom.RUIL:
            if link.regel.ruil is not None and link.doel.id == link.regel.ruil["naam"]:
                return "De nummers zijn verwisseld: iedere leerling houdt de eigen resultaten."
            return f"Het nummer blijft leidend: de resultaten van {name_of(link.doel)} komen op deze naam."
        case Waarom.OVERNAME:
            van = f" van {link.was.weergavenaam}" if link.was is not None else ""
            return f"Deze koppeling wordt overgenomen{van}."
        case Waarom.BEWIJS:
            return " ".join(_against(link, reden) for reden in link.redenen)


def _against(link: Gewaagd, reden: str) -> str:
    ours = LEERLING.other_date(link.regel, link.doel) if reden in _DATUM else None
    if ours is not None:
        return f"Geboren {datum_kort(link.regel.geboortedatum)} en {datum_kort(ours)}."
    text = VETOES.get(reden) or REDENEN.get(reden, reden)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def blijft_open(rings: Sequence[Sequence[Importregel]]) -> str:
    """What putting questions aside does, said once above them."""
    blijft = woord(len(rings), "Deze vraag blijft openstaan en houdt", "Deze vragen blijven openstaan en houden")
    leerlingen = sum(len(ring) for ring in rings if KINDS[ring[0].soort].has_results)
    wie = woord(leerlingen, "de leerling", "de leerlingen")
    wacht = f" Nieuwe resultaten van {wie} om wie het gaat, wachten." if leerlingen else ""
    return f"{blijft} niemand tegen.{wacht}"


def collega(name: str, number: int, last: datetime | None) -> str:
    """Youssef el Amrani beantwoordde 1 vraag, het laatst om 10:38."""
    when = f", het laatst om {klok(last)}" if last is not None else ""
    return f"{name} gaf {aantal(number, 'antwoord', 'antwoorden')}{when}."


def wijzigingen(changes: Iterable[Wijziging]) -> list[str]:
    """What colleagues chose while the page was open; one act for a whole list is one sentence."""
    acts: dict[tuple[str, str, str], list[str]] = {}
    for each in changes:
        act = each.door or "Iemand", klok(each.op), said(each.keuze)
        acts.setdefault(act, []).append(each.weergavenaam or "een gegeven")
    return [f"{wie} koos om {tijd} bij {_some(names)}: {keuze}." for (wie, tijd, keuze), names in acts.items()]


def verschil(found: Verschil, las: str) -> list[str]:
    """What a newer aanlevering changed."""
    sets = ((f"nieuw in {las}", found.nieuw), (f"anders in {las}", found.anders), (f"niet meer in {las}", found.weg))
    return [f"{_count(regels)} {what}: {_names(regels)}." for what, regels in sets if regels]


def _count(regels: Sequence[Importregel]) -> str:
    return opsomming([_aantal(s, n) for s in reversed(Soort) if (n := sum(r.soort is s for r in regels))])


_MOST_NAMES = 5


def _names(regels: Sequence[Importregel]) -> str:
    return _some([regel.weergavenaam or "(zonder naam)" for regel in regels])


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - _MOST_NAMES
    return opsomming([*names[:_MOST_NAMES], f"nog {getal(more)}"] if more > 0 else names)


def _aantal(soort: Soort, number: int) -> str:
    return aantal(number, SOORTEN[soort].een, SOORTEN[soort].meer)
