"""Where a result stands on its way to the LAS, in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.filters import moment
from webapp.models import Groep, Koppeling, Levering, LeveringStatus, Resultaat

LABELS = {
    LeveringStatus.KLAAR: "Klaar",
    LeveringStatus.ONDERWEG: "Onderweg",
    LeveringStatus.ONBEKEND: "Nog niet bevestigd",
    LeveringStatus.BEVESTIGD: "Bevestigd",
    LeveringStatus.GEWEIGERD: "Geweigerd",
}
"""In the order in which a result goes through them."""
AAN_ZET = {
    "school": "Uw school is aan zet.",
    "klantenservice": "Wij lossen dit op. U hoeft niets te doen.",
    "las": "De leverancier van ParnasSys is aan zet; wij nemen contact op.",
    "niemand": "Dit gaat vanzelf verder. U hoeft niets te doen.",
}


@dataclass(frozen=True)
class Stand:
    """A badge, and the sentence beside it."""

    label: str
    soort: str = ""
    icoon: str = ""
    tekst: str = ""
    wie: str = ""
    code: str = ""


_STANDEN = {
    LeveringStatus.KLAAR: Stand("klaar", "info", "klok", "Gaat met de volgende verzending mee."),
    LeveringStatus.ONDERWEG: Stand("onderweg", "info", "versturen", "Wordt nu verstuurd."),
    LeveringStatus.ONBEKEND: Stand(
        "nog niet bevestigd",
        "pauze",
        "klok",
        "ParnasSys gaf nog geen bevestiging. We sturen het vanzelf opnieuw; dubbel komt het er niet in.",
    ),
}


def groepsnaam(groep: Groep) -> str:
    """Groep 5 stays Groep 5; 5/6 becomes Groep 5/6."""
    return groep.naam if groep.naam.lower().startswith("groep") else f"Groep {groep.naam}"


def stand_of(resultaat: Resultaat, levering: Levering | None, koppeling: Koppeling | None) -> Stand:
    """Return how far one result is."""
    if resultaat.genormeerd_op is None:
        if levering is not None and levering.bevestigd_op is not None:
            return Stand("nog niet genormeerd", "", "pen", "In ParnasSys staat nog de vorige score.")
        return Stand("nog niet genormeerd", "", "pen")
    if levering is None:
        return Stand("blijft hier", "", "stip", _why_not(resultaat, koppeling))
    if levering.status is LeveringStatus.BEVESTIGD and levering.bevestigd_op is not None:
        return Stand("bevestigd", "in-orde", "vinkje", f"In ParnasSys sinds {moment(levering.bevestigd_op)}.")
    if levering.status is LeveringStatus.GEWEIGERD:
        return Stand(
            "geweigerd",
            "fout",
            "let-op",
            levering.fout_tekst or "ParnasSys weigerde dit resultaat.",
            AAN_ZET.get(levering.fout_eigenaar or "", ""),
            levering.fout_code or "",
        )
    return _STANDEN.get(levering.status, Stand(str(levering.status)))


def _why_not(resultaat: Resultaat, koppeling: Koppeling | None) -> str:
    if koppeling is None or koppeling.gestart_op is None:
        return "De koppeling werkt nog niet."
    if resultaat.leerling.las_key is None and resultaat.leerling.eckid is None:
        return "Deze leerling is nog niet gekoppeld."
    return "Genormeerd voordat de koppeling begon."
