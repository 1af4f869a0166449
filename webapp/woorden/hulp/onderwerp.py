"""One subject of the help: three sentences (what is so, what happens next, who acts), and steps where there are any."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from webapp.services.overzicht.einde import Einde
from webapp.woorden.namen import Namen


class Bladzijde(StrEnum):
    """What there is help for beside all that may be open at a school."""

    IN_ORDE = "in orde"
    TOETSEN = "toetsen en resultaten"
    WAAR = "waar blijft mijn resultaat"
    MENSEN = "beheerders en leerkrachten"
    DOORGEGEVEN = "een doorgegeven vraag"
    VOOR_BEHEERDER = "een beheerder is aan zet"
    """All that a leerkracht reads of what only a beheerder can do."""
    OEFENEN = "oefenen"
    WACHTRIJ = "wacht op ons"


Wat = Einde | Bladzijde

U = "U bent aan zet."
WIJ = "Wij zijn aan zet. U hoeft niets te doen."
VANZELF = "Niemand: het gaat vanzelf. U hoeft niets te doen."
NIETS = "U hoeft niets te doen. Uw toetsen en resultaten blijven hier bewaard."
BEHEERDER = "Een beheerder van uw school is aan zet. Uw toetsen en resultaten blijven hier bewaard."


@dataclass(frozen=True)
class Stap:
    """One step, with the name of its picture where the LAS shows something."""

    tekst: str
    beeld: str = ""


@dataclass(frozen=True)
class Onderwerp:
    """What is said of one subject; `{las}` and `{testcentrum}` are names."""

    kop: str
    wat: str
    daarna: str
    wie: str
    klantenservice: str
    """What somebody of klantenservice does about it."""
    leerkracht: str = ""
    """Who acts, as a leerkracht reads it; empty for what is not for a leerkracht."""
    stappen: tuple[Stap, ...] = ()

    def named(self, namen: Namen) -> Onderwerp:
        """Return it in the name of this LAS and this test centre."""
        return Onderwerp(
            kop=_filled(self.kop, namen),
            wat=_filled(self.wat, namen),
            daarna=_filled(self.daarna, namen),
            wie=_filled(self.wie, namen),
            klantenservice=_filled(self.klantenservice, namen),
            leerkracht=_filled(self.leerkracht, namen),
            stappen=tuple(Stap(_filled(stap.tekst, namen), stap.beeld) for stap in self.stappen),
        )


def _filled(text: str, namen: Namen) -> str:
    filled = text.replace("{las}", namen.las).replace("{testcentrum}", namen.testcentrum)
    return filled[:1].upper() + filled[1:]


SLEUTEL_MAKEN = (
    Stap("Log in bij {las} en kies Beheer > Koppelingen. Kies daar {testcentrum} UWLR.", "beheer"),
    Stap("Kies linksonder: afnemen.", "afnemen"),
    Stap("Er komt een venster. Kies daarin: bevestigen.", "bevestigen"),
    Stap("Kies: nieuwe autorisatiesleutel instellen.", "instellen"),
    Stap("Kopieer de sleutel. {las} toont die maar één keer.", "kopieren"),
)
SLEUTEL_PLAKKEN = (
    Stap("Kies hier Beheer > Koppelen met LAS. Controleer het BRIN en het schooljaar."),
    Stap("Staan er nog oude externe nummers? Wis die met de knop. Dat raakt geen toetsresultaat."),
    Stap("Plak de autorisatiesleutel. SchoolKey blijft leeg. Kies: Koppeling aanvragen."),
)
