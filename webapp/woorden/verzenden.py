"""What goes to the LAS, as a school chose it: what was kept, what follows, and what could not be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from webapp.config import AMSTERDAM
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
    if now.vanaf != was.vanaf:
        said.append(f"Mee gaat wat u normeert {_since(now.vanaf)}.")
    if now.binnen_minuut and not was.binnen_minuut:
        said.append("Wat meegaat, gaat binnen een minuut na het normeren.")
    elif was.binnen_minuut and not now.binnen_minuut:
        said.append("Wat meegaat, gaat in de nacht.")
    return " ".join(said)


def ahead(vanaf: datetime | None, today: date) -> str:
    """That nothing goes for now, where the day is still to come; nothing otherwise."""
    dag = None if vanaf is None else vanaf.astimezone(AMSTERDAM).date()
    if dag is None or dag <= today:
        return ""
    ask = " Klopt dat jaar?" if dag.year > today.year + 1 else ""
    return f"Let op: wat u normeert vóór {datum(dag)} blijft hier.{ask}"


def _since(vanaf: datetime | None) -> str:
    return "sinds het begin van de koppeling" if vanaf is None else f"vanaf {datum(vanaf.astimezone(AMSTERDAM))}"


def logged(tellingen: Mapping[str, object]) -> str:
    """A choice as the logboek says it: how it stands since, and which toetsen changed."""
    said = ["versturen staat aan" if tellingen.get("versturen") else "versturen staat uit"]
    said.append("binnen een minuut" if tellingen.get("binnen_minuut") else "in de nacht")
    if vanaf := tellingen.get("vanaf"):
        said.append(f"wat genormeerd is {_since(datetime.fromisoformat(str(vanaf)))}")
    for name, word in (("toetsen_uit", "niet meer mee"), ("toetsen_aan", "weer mee")):
        if codes := tellingen.get(name):
            said.append(f"{word}: {codes}")
    return ", ".join(said)


def after_norming(namen: Namen, keuzes: Keuzes, *, binnen_minuut: bool) -> str:
    """What happens to scores once they are normed."""
    if keuzes.alles_uit:
        return f"Uw school verstuurt ze nu niet naar {namen.las}."
    when = "binnen een minuut" if binnen_minuut else "in de nacht"
    return f"Na het normeren gaan ze {when} naar {namen.las}."


def changed(keuzes: Keuzes) -> str:
    """Who changed it last, and when; nothing where it is as in the manual."""
    if keuzes.gewijzigd_op is None:
        return ""
    return f"Laatst gewijzigd door {keuzes.gewijzigd_door}, {moment(keuzes.gewijzigd_op)}."
