"""The words of the review: kinds, columns and values, what a choice did, what an import came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from webapp.filters import datum_kort
from webapp.models import Importregel, Keuze, Soort
from webapp.services.controle.samenvatting import Summary
from webapp.services.inname.soorten import KINDS, Doel
from webapp.services.inname.soorten.velden import Jaargroep, Veld, Waarde
from webapp.woorden.aantal import aantal


@dataclass(frozen=True, slots=True)
class Soortwoorden:
    """What a kind of record is called."""

    een: str
    meer: str
    """Also the name of its tab, in the address."""

    @property
    def vraag(self) -> str:
        """What is asked about a doubt."""
        return f"Is dit dezelfde {self.een}?"


@dataclass(frozen=True, slots=True)
class Veldwoorden:
    """What a field is called: above a column, and beside its two values in a question."""

    kop: str
    label: str
    soort: str = ""
    """How its column is shown: `getal`, `datum`, or as text."""


SOORTEN: Mapping[Soort, Soortwoorden] = {
    Soort.GROEP: Soortwoorden("groep", "groepen"),
    Soort.LEERKRACHT: Soortwoorden("leerkracht", "leerkrachten"),
    Soort.LEERLING: Soortwoorden("leerling", "leerlingen"),
}
VELDEN: Mapping[Veld, Veldwoorden] = {
    Veld.NAAM: Veldwoorden("Naam", "naam"),
    Veld.GEBOREN: Veldwoorden("Geboren", "geboren", "datum"),
    Veld.GROEP: Veldwoorden("Groep", "groep"),
    Veld.GROEPEN: Veldwoorden("Groepen", "groepen"),
    Veld.JAARGROEP: Veldwoorden("Jaargroep", "jaargroep"),
    Veld.SCHOOLJAAR: Veldwoorden("Schooljaar", "schooljaar"),
    Veld.EMAIL: Veldwoorden("E-mailadres", "e-mail"),
    Veld.LEERLINGEN: Veldwoorden("Leerlingen", "leerlingen", "getal"),
    Veld.RESULTATEN: Veldwoorden("Resultaten", "resultaten", "getal"),
}
CATEGORIE_OF = {Keuze.NIEUW: "nieuw", Keuze.KOPPEL: "bestaand", Keuze.NIET: "niet", None: "bestaand"}
_JAARGROEPEN = {"C": "combinatie", "S": "SBO", "V": "VSO"}


def value(waarde: Waarde) -> str:
    """A value as it is read; nothing where it is unknown."""
    match waarde:
        case None:
            return ""
        case date():
            return datum_kort(waarde)
        case Jaargroep(code):
            return _JAARGROEPEN.get(code or "", code or "–")
        case _:
            return str(waarde)


def heading(veld: Veld) -> str | tuple[str, str]:
    """A column heading for the tables of the house style."""
    woorden = VELDEN[veld]
    return (woorden.kop, woorden.soort) if woorden.soort == "getal" else woorden.kop


def name_of(doel: Doel) -> str:
    """The name of one of our records, also when there is none."""
    return doel.naam or "(zonder naam)"


def sentences(summary: Summary) -> list[str]:
    """What was done, one line per kind that has something."""
    found = []
    for soort, woorden in SOORTEN.items():
        parts = [
            f"{aantal(summary.number(soort, keuze), woorden.een, woorden.meer)} {werkwoord}"
            for keuze, werkwoord in (("nieuw", "toegevoegd"), ("koppel", "gekoppeld"), ("niet", "niet geïmporteerd"))
            if summary.number(soort, keuze)
        ]
        if parts:
            found.append(", ".join(parts))
    return found


def chosen(regel: Importregel, doel: Doel | None) -> str:
    """What a choice did; `doel` is the record that was chosen, if any."""
    naam = regel.weergavenaam or "Dit gegeven"
    if doel is not None:
        return f"{naam} wordt gekoppeld aan {name_of(doel)}."
    if regel.keuze is Keuze.NIEUW:
        return f"{naam} wordt nieuw toegevoegd."
    if regel.keuze is None:
        return f"{naam} is weer een vraag."
    along = " De leerlingen van deze groep gaan mee." if KINDS[regel.soort].takes_along else ""
    return f"{naam} wordt niet geïmporteerd.{along}"


def other_date(regel: Importregel, ours: date) -> str:
    """A word of warning where a person links two birth dates."""
    return f"Let op: de geboortedatum verschilt ({datum_kort(regel.geboortedatum)} en {datum_kort(ours)})."


def answered_already(regel: Importregel, door: str | None) -> str:
    """Say that somebody else was first with this question, and what they chose."""
    keuze = {Keuze.NIEUW: "nieuw toevoegen", Keuze.NIET: "niet importeren"}.get(regel.keuze or Keuze.KOPPEL, "koppelen")
    return (
        f"{door or 'Iemand anders'} beantwoordde de vraag over {regel.weergavenaam or 'dit gegeven'} al: {keuze}. "
        "Uw antwoord is niet bewaard; in de lijst kunt u het aanpassen."
    )


def description(regel: Importregel, groepen: Sequence[str]) -> str:
    """The incoming record in one line: birth date and groepen, or jaargroep."""
    if regel.soort is Soort.GROEP:
        return f"jaargroep {value(Jaargroep(regel.jaargroep))}"
    geboren = [f"geboren {datum_kort(regel.geboortedatum)}"] if regel.geboortedatum else []
    return ", ".join([*geboren, *groepen])
