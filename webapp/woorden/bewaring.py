"""Why a leerling cannot be erased now, and what the nightly erasing did and will do."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.filters import aantal, datum, moment
from webapp.models import Opruiming, School
from webapp.services.bewaring.wissen import VraagOpen, WordtVerstuurd
from webapp.woorden.weigeringen import register

register(
    {
        WordtVerstuurd: "Er worden net resultaten van deze school naar {las} gestuurd. Er is niets gewist. "
        "Probeer het over een paar minuten opnieuw.",
        VraagOpen: "De school heeft nog niet gezegd of een leerling in {las} deze leerling is, of dat antwoord is nog "
        "niet geïmporteerd. Er is niets gewist. De school beantwoordt de vraag en importeert; daarna kan het wel.",
    }
)


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
