"""The words of the one question about leerlingen whom the LAS exchanged."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.filters import aantal, datum, opsomming
from webapp.models import Importregel, Leerling
from webapp.services.controle.ruil import Lid, Ruilantwoord
from webapp.woorden.namen import Namen

WEET_NIET = "weet_niet"
"""No answer: it stays open, and is put aside."""
_EINDE = 4
"""So many characters of an ECK iD are shown."""


def samen(regels: Sequence[Importregel]) -> str:
    """`Jip en Jop Wolters`, or each with a surname of their own; always in the same order."""
    regels = sorted(regels, key=lambda regel: regel.weergavenaam)
    family = {(regel.voorvoegsel, regel.achternaam) for regel in regels}
    if len(family) > 1 or not all(regel.roepnaam for regel in regels):
        return opsomming([regel.weergavenaam for regel in regels])
    last = regels[-1]
    return opsomming([*(regel.roepnaam or "" for regel in regels[:-1]), last.weergavenaam])


def vraag(ring: Sequence[Importregel], namen: Namen) -> str:
    return f"Zijn {samen(ring)} verwisseld in {namen.las}?"


def intro(ring: Sequence[Importregel], leden: Sequence[Lid], namen: Namen) -> str:
    lid = leden[0]
    other = ", en andersom" if len(leden) == 2 else ", en zo verder"
    seen = f"Bij {_nummer(lid.regel)} van {_roep(lid.bij)} staat in {namen.las} nu de naam {_roep(lid.regel)}{other}."
    born = {regel.geboortedatum for regel in ring}
    [day, *more] = born
    if day is None or more:
        return seen
    return f"{seen} {'Beiden' if len(ring) == 2 else 'Zij'} zijn geboren op {datum(day)}."


def eckid(thing: Importregel | Leerling) -> str:
    """The end of an ECK iD; nothing where there is none."""
    return f"ECK iD eindigt op {thing.eckid[-_EINDE:]}" if thing.eckid else ""


def resultaten(lid: Lid, namen: Namen) -> str:
    """What hangs on our record, and what of it the LAS has."""
    here = aantal(lid.resultaten, "resultaat", "resultaten")
    return f"{here}, waarvan {lid.in_las} in {namen.las}" if lid.in_las else here


def knop(antwoord: Ruilantwoord, namen: Namen) -> str:
    if antwoord is Ruilantwoord.OMDRAAIEN:
        return "De nummers zijn verwisseld: draai om"
    return f"De namen zijn in {namen.las} verbeterd: laat het nummer leidend"


def gevolg(antwoord: Ruilantwoord, leden: Sequence[Lid], namen: Namen) -> str:
    """What the answer does to each child and its results."""
    turns = antwoord is Ruilantwoord.OMDRAAIEN
    parts = [_draai_om(leden) if turns else _laat_zo(leden), _elders(antwoord, leden, namen)]
    return " ".join(filter(None, (*parts, "Nieuwe resultaten gaan op zijn vroegst komende nacht.")))


def gevolg_weet_niet(ring: Sequence[Importregel], namen: Namen) -> str:
    """What happens when nobody knows."""
    both = "Beiden" if len(ring) == 2 else "Allen"
    return f"{both} blijven open. Tot iemand kiest, gaan er van hen geen resultaten naar {namen.las}."


def meer_dan_twee(namen: Namen) -> str:
    return (
        f"Meer dan twee leerlingen zijn door elkaar gehaald. Zoek in {namen.las} uit wie wie is, en herstel het daar."
    )


def gegeven(antwoord: Ruilantwoord | None) -> str:
    """The answer that is there already; nothing while it is open."""
    if antwoord is None:
        return ""
    return "nummers omgedraaid" if antwoord is Ruilantwoord.OMDRAAIEN else "het nummer blijft leidend"


def gedaan(ring: Sequence[Importregel], antwoord: Ruilantwoord | None, *, is_later: bool = False) -> str:
    if is_later:
        return f"De vraag over {samen(ring)} is opzijgezet. Hun resultaten wachten tot iemand antwoordt."
    if antwoord is None:
        return f"De vraag over {samen(ring)} staat weer open."
    return f"{samen(ring)}: {gegeven(antwoord)}."


def _roep(thing: Importregel | Leerling) -> str:
    return thing.roepnaam or (thing.weergavenaam if isinstance(thing, Importregel) else thing.naam)


def _nummer(regel: Importregel) -> str:
    wat = regel.ruil["wat"] if regel.ruil is not None else []
    words = {"las_key": "het leerlingnummer", "eckid": "het ECK iD"}
    return opsomming([words[each] for each in wat])


def _draai_om(leden: Sequence[Lid]) -> str:
    own = opsomming([f"{_roep(lid.bij)} {lid.resultaten}" for lid in leden])
    to = [f"{_roep(lid.bij)} bij {_waarbij(lid.regel_op_naam)}" for lid in leden]
    return f"Ieder houdt de eigen resultaten: {own}. Daarna hoort {opsomming(to)}."


def _waarbij(regel: Importregel) -> str:
    return f"nummer {regel.las_key}" if regel.las_key else f"het ECK iD op {(regel.eckid or '')[-_EINDE:]}"


def _laat_zo(leden: Sequence[Lid]) -> str:
    each = [f"de resultaten van {_roep(lid.bij)} ({lid.resultaten}) op naam van {_roep(lid.regel)}" for lid in leden]
    return f"Alleen de namen wisselen. Daarna staan {opsomming(each)}."


def _elders(antwoord: Ruilantwoord, leden: Sequence[Lid], namen: Namen) -> str:
    moved = [(lid, lid.in_las) for lid in leden if lid.in_las and lid.moves(antwoord)]
    if not moved:
        return f"In {namen.las} verandert er niets." if any(lid.in_las for lid in leden) else ""
    each = opsomming([f"{number} van {_roep(lid.bij)}" for lid, number in moved])
    number = sum(number for _, number in moved)
    staan, die, daar = (
        ("staat", "Dat gaat opnieuw naar het juiste kind", "het") if number == 1
        else ("staan", "Die gaan opnieuw naar het juiste kind", "ze")
    )  # fmt: skip
    return f"In {namen.las} {staan} er {each} dan bij het andere kind. {die}; daar haalt u {daar} zelf weg."
