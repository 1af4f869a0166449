"""What goes to the LAS, as a school chose it: what was kept, what follows, and what could not be."""

from __future__ import annotations

from datetime import date

from webapp.filters import aantal, datum, moment
from webapp.services.versturen.keuze import Keuze, OverschrevenKeuze
from webapp.services.zendkeuze import Keuzes
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import zeg

NIETS_ANDERS = "Zo staat het al ingesteld. Er is niets veranderd."


@zeg.register
def _(error: OverschrevenKeuze, _namen: Namen) -> str:
    return f"{error.naam} heeft dit intussen gewijzigd. Uw wijziging is niet opgeslagen. Hieronder staat hoe het nu is."


def vanaf_wrong(start: date, *, is_too_early: bool) -> str:
    """What is wrong with the day."""
    if is_too_early:
        return f"De koppeling begon op {datum(start)}: kies die dag of een latere. Er is niets opgeslagen."
    return "Vul de dag in vanaf wanneer resultaten meegaan. Er is niets opgeslagen."


def saved(was: Keuze, now: Keuze, namen: Namen) -> str:
    """What was kept, and what follows for what is in the LAS and what waits."""
    if was.aan and not now.aan:
        return f"Opgeslagen: er gaat niets meer naar {namen.las}. Wat daar al staat, blijft daar."
    said = ["Opgeslagen."]
    if now.aan and not was.aan:
        said = ["Opgeslagen: er gaan weer resultaten mee. Wat u normeerde toen het uit stond, blijft hier."]
    if off := len(now.toetsen_uit - was.toetsen_uit):
        gaat = aantal(off, "toets gaat", "toetsen gaan")
        said.append(f"{gaat} niet meer mee; wat er al van in {namen.las} staat, blijft daar.")
    if on := len(was.toetsen_uit - now.toetsen_uit):
        gaat = aantal(on, "toets gaat", "toetsen gaan")
        said.append(f"{gaat} weer mee; wat u normeerde toen dat niet zo was, blijft hier.")
    if now.binnen_minuut and not was.binnen_minuut:
        said.append("Wat u vanaf nu normeert, gaat binnen een minuut.")
    elif was.binnen_minuut and not now.binnen_minuut:
        said.append("Wat u vanaf nu normeert, gaat in de nacht.")
    return " ".join(said)


def changed(keuzes: Keuzes) -> str:
    """Who changed it last, and when; nothing where it is as in the manual."""
    if keuzes.gewijzigd_op is None:
        return ""
    return f"Laatst gewijzigd door {keuzes.gewijzigd_door}, {moment(keuzes.gewijzigd_op)}."
