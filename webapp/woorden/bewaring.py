"""Why a leerling cannot be erased now, and what the nightly erasing did and will do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from webapp.filters import aantal, datum, klok, moment
from webapp.models import Opruiming, School, Wissing
from webapp.services.bewaring.wissen import VraagOpen, WordtVerstuurd
from webapp.services.reservekopie import BegonNogNiet
from webapp.woorden.namen import Namen
from webapp.woorden.tijdlijn import counted
from webapp.woorden.weigeringen import register, zeg

register(
    {
        WordtVerstuurd: "Er worden net resultaten van deze school naar {las} gestuurd. Er is niets gewist. "
        "Probeer het over een paar minuten opnieuw.",
        BegonNogNiet: "Dit begin is nog niet geweest. Er is niets genoteerd.",
    }
)


@zeg.register
def _(error: VraagOpen, namen: Namen) -> str:
    if error.is_beantwoord:
        return (
            f"De school heeft gezegd wie deze leerling in {namen.las} is, maar dat nog niet geïmporteerd. Er is niets "
            "gewist. Vraag de school om bij Beheer > Koppelen met LAS op Gegevens importeren te drukken; daarna kan "
            "het wel."
        )
    return (
        f"De school heeft nog niet gezegd of een leerling in {namen.las} deze leerling is. Er is niets gewist. Vraag "
        "de school om die vraag te beantwoorden bij Beheer > Koppelen met LAS en te importeren; daarna kan het wel."
    )


_SOORTEN = ("leerlingen", "resultaten", "leveringen", "open_regels", "regels", "uitzonderingen")


def what_goes(wissing: Wissing) -> str:
    """How many rows of each kind are erased with a leerling."""
    counts = wissing.aantallen
    return ", ".join(counted(name, counts[name]) for name in _SOORTEN if counts.get(name))


def in_las(wissing: Wissing) -> list[str]:
    """What the school has to remove in the LAS by hand."""
    rows = [(each["toets"], date.fromisoformat(each["afnamedatum"]), each["sleutel"]) for each in wissing.in_las]
    return [f"{toets}, {datum(day)} (resultaat {sleutel})" for toets, day, sleutel in rows]


def proof(wissing: Wissing) -> str:
    """That a leerling was erased, without saying who."""
    return f"Bewijs {wissing.id}: leerling {wissing.leerling_id} is gewist op {datum(wissing.op)}, {klok(wissing.op)}."


GEEN_SCHOOL = "Wij kennen geen school met dit BRIN en deze vestiging. Er is niets veranderd."
GEEN_LEERLING = "Bij deze school is geen leerling met dit nummer. Er is niets veranderd."


@dataclass(frozen=True)
class Rij:
    """The erasing of one school on a page."""

    titel: str
    straks: str
    gewist: str


def rij(opruiming: Opruiming, school: School | None) -> Rij:
    """Say what will be erased, and what was."""
    regels, wanneer = opruiming.straks.get("regels", 0), opruiming.straks_op
    straks = f"namen van {aantal(regels, 'regel', 'regels')} vanaf {datum(wanneer)}" if wanneer is not None else "niets"
    if opruiming.fout is not None and opruiming.volgende_op is not None:
        again = moment(opruiming.volgende_op)
        straks = f"Mislukt door een fout in ons programma ({opruiming.fout}). Vanzelf opnieuw {again}."
    gewist = ", ".join(f"{number} {name}" for name, number in opruiming.gewist.items()) or "niets"
    klaar = f"{moment(opruiming.klaar_op)}: " if opruiming.klaar_op is not None else ""
    return Rij(str(school) if school else "Van geen school", straks, f"{klaar}{gewist}")
