"""The words of the last changes: one line per thing that an act did, with names that are links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from webapp.filters import aantal, opsomming, woord
from webapp.models import Soort, Wat
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import AccountId, BatchId, HandelingId
from webapp.services.overzicht.wijzigingen import FEW, Aard, Deel, Wijziging
from webapp.woorden.controle import SOORTEN
from webapp.woorden.terugdraaien import later

Naar = Callable[[Soort, int], str]
"""The address of a record."""


@dataclass(frozen=True, slots=True)
class Regel:
    """One line: names with their address, then what is said of them."""

    op: datetime
    namen: tuple[tuple[str, str], ...]
    tekst: str
    """What became of them; of an act of a person, who did what, before the names."""
    onder: str = ""
    batch_id: BatchId | None = None
    """The aanlevering where all of it stands."""
    is_import: bool = False
    """Whether a person imported it, and may take it back."""
    leerlingen: int = 0
    """How many leerlingen are named."""
    is_van_iemand: bool = False
    """Whether a person did it: their act is read before the names."""
    vanzelf: HandelingId | None = None
    """The night that did this by itself, where it can be taken back."""


_BY_PERSON = {
    Wat.IMPORT: "importeerde",
    Wat.VERTREK: "bevestigde het vertrek van",
    Wat.PARKEREN: "parkeerde",
    Wat.TERUGHALEN: "haalde terug:",
    Wat.ADRESSEN: "vulde adressen in van",
    Wat.NUMMERS_WISSEN: "maakte de externe nummers leeg van",
    Wat.TERUGDRAAIEN: "draaide een import terug:",
    Wat.SAMENVOEGEN: "voegde samen:",
    Wat.SPLITSEN: "haalde weer uit elkaar:",
    Wat.ONTKOPPELEN: "ontkoppelde",
    Wat.TERUGNEMEN: "nam terug wat was gedaan met",
    Wat.ONGEWOON: "beantwoordde wat was vastgehouden over",
}
_AANTALLEN = {
    Aard.NIEUW: "nieuw",
    Aard.WEG: "weer weg",
    Aard.VERTROKKEN: "vertrokken",
    Aard.TERUG: "terug",
    Aard.GEKOPPELD: "gekoppeld",
    Aard.NUMMER: "met een ander nummer",
    Aard.NAAM: "met een andere naam",
    Aard.GROEP: "in een andere groep",
    Aard.ANDERS: "bijgewerkt",
}
GOES_BACK = frozenset({Aard.NIEUW, Aard.VERTROKKEN, Aard.GEKOPPELD})
"""What a night did that the LAS does not do again by itself."""
_VANZELF = {Aard.NIEUW: "Vanzelf toegevoegd.", Aard.NAAM: "Vanzelf bijgewerkt."}
_QUIET = frozenset({Aard.ANDERS, Aard.NUMMER})
"""What a night does without anybody needing to know."""


def lines(wijziging: Wijziging, namen_van: Mapping[AccountId, str], naar: Naar) -> Iterator[Regel]:
    """What one act did. Of a person it is one line, of the night one per thing."""
    act = wijziging.handeling
    if act.wat is Wat.OVERGANG:
        yield _turned(wijziging)
        return
    if act.door is None or act.wat not in _BY_PERSON:
        for deel in wijziging.delen:
            if deel.aard not in _QUIET:
                yield _by_itself(deel, wijziging, naar)
        return
    soort = next(soort for soort in reversed(Soort) if wijziging.aantal(soort))
    wie = namen_van.get(act.door, "Een oud-collega")
    named = _named(wijziging, soort, naar)
    wat = [] if named else [aantal(wijziging.aantal(soort), SOORTEN[soort].een, SOORTEN[soort].meer)]
    others = [
        aantal(wijziging.aantal(other), SOORTEN[other].een, SOORTEN[other].meer)
        for other in reversed(Soort)
        if other is not soort and wijziging.aantal(other)
    ]
    per_aard = Counter({deel.aard: deel.aantal for deel in wijziging.delen if deel.soort is soort})
    counts = [f"{number} {_AANTALLEN[aard]}" for aard, number in per_aard.items()] if act.wat is Wat.IMPORT else []
    back = f"{later(act.wat).capitalize()}." if act.teruggedraaid_id is not None else ""
    under = "; ".join(filter(None, (opsomming(counts), f"ook {opsomming(others)}" if others else "")))
    yield Regel(
        act.op,
        named,
        " ".join([wie, _BY_PERSON[act.wat], *wat]),
        " ".join(filter(None, (under and f"{under[:1].upper()}{under[1:]}.", back))),
        act.batch_id,
        is_import=act.wat is Wat.IMPORT,
        leerlingen=len(named) * SOORTEN[soort].has_results,
        is_van_iemand=True,
    )


def _turned(wijziging: Wijziging) -> Regel:
    """The turn of a school year."""
    act, back = wijziging.handeling, wijziging.handeling.teruggedraaid_id is not None
    undone = f" {later(act.wat).capitalize()}." if back else ""
    leerlingen = Counter({deel.aard: deel.aantal for deel in wijziging.delen if SOORTEN[deel.soort].has_results})
    gone, new = leerlingen[Aard.VERTROKKEN], leerlingen[Aard.NIEUW]
    counts = [f"{gone} vertrokken", f"{leerlingen.total() - gone - new} naar hun nieuwe groep"]
    under = f"{opsomming([*counts, *([f'{new} nieuw'] if new else [])])}.{undone}"
    return Regel(act.op, (), "Het nieuwe schooljaar begon", under, act.batch_id, vanzelf=None if back else act.id)


def _named(wijziging: Wijziging, soort: Soort, naar: Naar) -> tuple[tuple[str, str], ...]:
    """Everybody of a kind to whom an act did something, when they are few and still here."""
    named = {id_: naam for deel in wijziging.delen if deel.soort is soort for id_, naam in deel.namen.items()}
    if not len(named) == wijziging.aantal(soort) <= FEW:
        return ()
    return tuple((_title(soort, naam), naar(soort, id_)) for id_, naam in named.items())


def _by_itself(deel: Deel, wijziging: Wijziging, naar: Naar) -> Regel:
    act, soort = wijziging.handeling, SOORTEN[deel.soort]
    called = [(id_, deel.heette.get(id_, naam)) for id_, naam in deel.namen.items() if len(deel.namen) == deel.aantal]
    named = tuple((_title(deel.soort, naam), naar(deel.soort, id_)) for id_, naam in called)
    tekst, onder = _said(deel)
    if act.wat in VANZELF and deel.aard in _VANZELF:
        onder = _VANZELF[deel.aard]
    if not named:
        tekst = f"{aantal(deel.aantal, soort.een, soort.meer)} {tekst}"
    if act.teruggedraaid_id is not None:
        onder = f"{onder} {later(act.wat).capitalize()}.".strip()
    goes_back = act.wat in VANZELF and act.teruggedraaid_id is None and deel.aard in GOES_BACK
    return Regel(
        act.op, named, tekst, onder, act.batch_id, leerlingen=len(named) * soort.has_results,
        vanzelf=act.id if goes_back else None,
    )  # fmt: skip


def _said(deel: Deel) -> tuple[str, str]:
    """What became of them, and small under it what belongs to it."""
    number, has_results = deel.aantal, SOORTEN[deel.soort].has_results
    is_, gaat = woord(number, "is", "zijn"), woord(number, "ging", "gingen")
    match deel.aard:
        case Aard.NIEUW:
            naar = {naar for _, naar in deel.groepen}
            one = next(iter(naar)) if len(naar) == 1 and has_results else ""
            return f"{is_} nieuw{f' in {_groep(one)}' if one else ''}", ""
        case Aard.WEG:
            return f"{is_} weer weg", ""
        case Aard.VERTROKKEN:
            blijft = "De resultaten blijven bewaard." if has_results else ""
            return f"{is_} vertrokken", blijft
        case Aard.GEKOPPELD:
            return f"{is_} vanzelf gekoppeld", ""
        case Aard.TERUG:
            return f"{is_} weer terug", ""
        case Aard.NAAM:
            if number == 1 and deel.heette:
                return f"heet nu {next(iter(deel.namen.values()))}", ""
            return woord(number, "kreeg een andere naam", "kregen een andere naam"), ""
        case Aard.GROEP:
            return _moved(deel, gaat)
        case _:
            return f"{is_} bijgewerkt", ""


def _moved(deel: Deel, gaat: str) -> tuple[str, str]:
    """36 leerlingen gingen van groep 8 naar 8a en 8b; small under it how many to each."""
    van, naar = Counter[str](), Counter[str]()
    for (was, is_), number in deel.groepen.items():
        van[was] += number
        naar[is_] += number
    if set(naar) == {""}:
        return woord(deel.aantal, "staat in geen groep meer", "staan in geen groep meer"), ""
    if len(van) > 1 or not next(iter(van)) or len(naar) > _FEW_GROEPEN or "" in naar:
        if len(naar) == 1 and "" not in naar:
            return f"{gaat} naar {_groep(next(iter(naar)))}", ""
        return f"{gaat} naar een andere groep", ""
    to = sorted(naar)
    if len(to) == 1:
        return f"{gaat} van {_groep(next(iter(van)))} naar {_groep(to[0])}", ""
    each = opsomming([str(naar[groep]) for groep in to])
    return f"{gaat} van {_groep(next(iter(van)))} naar {opsomming(to)}", f"{each}."


_FEW_GROEPEN = 4


def _title(soort: Soort, naam: str) -> str:
    return f"G{_groep(naam)[1:]}" if SOORTEN[soort].is_in_name else naam


def _groep(naam: str) -> str:
    """groep 5, in the middle of a sentence."""
    return f"groep {naam[6:] if naam.lower().startswith('groep ') else naam}"
