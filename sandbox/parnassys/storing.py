"""How the simulated ParnasSys can be told to misbehave, per school; nobody meets all of this on one real day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from webapp.uwlr.codes import FaultCode


class Storing(StrEnum):
    """What goes wrong when a message for the school comes in."""

    TRAAG = "traag"
    WEG = "weg"
    DRUPPELT = "druppelt"
    HTML = "html"
    AFGEKAPT = "afgekapt"
    ANDERE_SCHOOL = "andere_school"
    ANDER_SCHOOLJAAR = "ander_schooljaar"
    HALVE_SCHOOL = "halve_school"
    ANTWOORD_KWIJT = "antwoord_kwijt"
    FAULT = "fault"
    """Together with a FaultCode."""


@dataclass(frozen=True, slots=True)
class Gekozen:
    """What a school has switched on."""

    storing: Storing
    fault: FaultCode | None = None

    @property
    def code(self) -> str:
        """As it is kept and posted: `html`, or `fault:Client.LeerlingOngeldig`."""
        return f"{self.storing}:{self.fault}" if self.fault else str(self.storing)

    @property
    def is_instead(self) -> bool:
        """Whether the message is not looked at."""
        return self.fault is not None or self.storing in (Storing.WEG, Storing.HTML)

    @property
    def naam(self) -> str:
        """As a person reads it."""
        return f"Fault {self.fault}" if self.fault else NAMES[self.storing][0]


NAMES = {
    Storing.TRAAG: ("Traag", "Antwoordt pas na tien seconden."),
    Storing.WEG: ("Weg", "Antwoordt met HTTP 503; er wordt niets verwerkt."),
    Storing.DRUPPELT: ("Druppelt", "Stuurt het antwoord een paar tekens tegelijk, een minuut lang."),
    Storing.HTML: ("Html met 200", "Stuurt een inlogpagina in plaats van een antwoord; er wordt niets verwerkt."),
    Storing.AFGEKAPT: ("Afgekapt", "Verwerkt het bericht en stuurt de helft van het antwoord."),
    Storing.ANDERE_SCHOOL: ("Andere school", "Geeft bij het ophalen de gegevens onder een ander BRIN."),
    Storing.ANDER_SCHOOLJAAR: ("Ander schooljaar", "Geeft bij het ophalen de gegevens van het vorige schooljaar."),
    Storing.HALVE_SCHOOL: ("Halve school", "Geeft bij het ophalen de helft van de leerlingen."),
    Storing.ANTWOORD_KWIJT: ("Antwoord kwijt", "Verwerkt het bericht en verbreekt dan de verbinding."),
}


def parse_storing(code: str) -> Gekozen | None:
    """Read what `Gekozen.code` wrote; None for anything else."""
    name, _, fault = code.partition(":")
    if name not in list(Storing) or (name == Storing.FAULT) != (fault in list(FaultCode)):
        return None
    return Gekozen(Storing(name), FaultCode(fault) if fault else None)
