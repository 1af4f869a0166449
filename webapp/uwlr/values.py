"""What travels over UWLR, as plain values. No value shows personal data or a key in its `repr`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from webapp.uwlr.resultaten import (
    Leerresultatenbericht,
    OsoResultaat,
    Referentiescore,
    Resultaat,
    Score,
    Toets,
)
from webapp.uwlr.warnings import say

__all__ = [
    "Autorisatie",
    "GeenGegevens",
    "GeenWijzigingen",
    "Groep",
    "Groepskeuze",
    "Leerkracht",
    "Leerling",
    "Leerlinggegevens",
    "Leerlinggegevensverzoek",
    "Leerresultatenbericht",
    "OsoResultaat",
    "Referentiescore",
    "Resultaat",
    "SamengesteldeGroep",
    "School",
    "Score",
    "Structuur",
    "Toets",
    "Verwijzingen",
    "Waarschuwing",
]


ELDERS = "andere_locatie"
"""The warning about leerlingen of another location; its detail is how many."""
ONBRUIKBAAR = "verwijzing_onbruikbaar"
"""The warning about a reference without a usable key, at the record that had it."""


@dataclass(frozen=True, slots=True)
class Autorisatie:
    """The SOAP header of every request: the key of the school, and who we are to the LAS."""

    autorisatiesleutel: str = field(repr=False)
    klantcode: str = field(repr=False)
    klantnaam: str


@dataclass(frozen=True, slots=True)
class Leerlinggegevensverzoek:
    """Which school and school year we ask for: by BRIN and dependance, or by schoolkey, never both."""

    schooljaar: str
    brincode: str | None
    dependancecode: str = "00"
    schoolkey: str | None = None
    xsdversie: str = "2.2"
    gegevenssetid: str | None = None

    def __post_init__(self) -> None:
        if (self.brincode is None) == (self.schoolkey is None):
            raise ValueError("Een verzoek noemt een BRIN of een schoolkey, en niet allebei.")


@dataclass(frozen=True, slots=True)
class Groepskeuze:
    """Which groepen a staged request is about. `zonder_groep` asks for those who are in no groep."""

    groepen: tuple[str, ...] = ()
    samengestelde_groepen: tuple[str, ...] = ()
    zonder_groep: bool = False


@dataclass(frozen=True, slots=True)
class School:
    """The school that the LAS says its answer is about."""

    schooljaar: str
    brincode: str | None
    dependancecode: str = "00"
    schoolkey: str | None = None
    aanmaakdatum: datetime | None = None
    xsdversie: str | None = None


@dataclass(frozen=True, slots=True)
class Groep:
    """A stamgroep. In a combination group (jaargroep C) each pupil has a jaargroep of their own."""

    key: str
    naam: str
    jaargroep: str | None


@dataclass(frozen=True, slots=True)
class SamengesteldeGroep:
    """A group beside the stamgroepen: an instruction group, a plus class."""

    key: str
    naam: str
    omschrijving: str | None = None


class Leerling(NamedTuple):
    """A pupil, with at least one of the two identifiers. Voornamen and voorletters are evidence, not for keeping.

    A tuple, because an aanlevering holds thousands and a tuple is made in a third of the time.
    """

    key: str | None
    eckid: str | None = None
    achternaam: str | None = None
    voorvoegsel: str | None = None
    roepnaam: str | None = None
    voornamen: str | None = None
    voorletters: str | None = None
    geboortedatum: date | None = None
    geslacht: str | None = None
    jaargroep: str | None = None
    groep: str | None = None
    samengestelde_groepen: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Leerling(key={self.key!r})"


class Leerkracht(NamedTuple):
    """A member of staff, with at least one of the two identifiers; often without an e-mail address."""

    key: str | None
    eckid: str | None = None
    achternaam: str | None = None
    voorvoegsel: str | None = None
    roepnaam: str | None = None
    emailadres: str | None = None
    groepen: tuple[str, ...] = ()
    samengestelde_groepen: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Leerkracht(key={self.key!r})"


Verwijzingen = tuple[str | None, tuple[str, ...]]
"""Where a leerling stands: the key of the groep, and those of the samengestelde groepen."""


@dataclass(frozen=True, slots=True)
class Waarschuwing:
    """Something in the aanlevering that was left out, or that a person should look at. Names nobody."""

    soort: str
    onderdeel: str
    key: str | None
    detail: str | None = None
    """What the sentence needs beside: a field, a number, a finding."""

    @property
    def tekst(self) -> str:
        """The sentence in Dutch."""
        return say(self.soort, self.onderdeel, self.detail)


@dataclass(frozen=True, slots=True)
class Leerlinggegevens:
    """One aanlevering, checked.

    `betwiste_leerlingen` and `betwiste_leerkrachten` came in with an identifier that another record also has: process
    none of them, and do not take them for gone either. `gevraagde_groepen` is None when the whole school was asked for;
    otherwise (staged) nobody outside these groepen was asked for, so nobody outside them may be taken for gone.
    """

    school: School
    groepen: tuple[Groep, ...]
    samengestelde_groepen: tuple[SamengesteldeGroep, ...]
    leerlingen: tuple[Leerling, ...]
    leerkrachten: tuple[Leerkracht, ...]
    waarschuwingen: tuple[Waarschuwing, ...] = ()
    betwiste_leerlingen: tuple[Leerling, ...] = ()
    betwiste_leerkrachten: tuple[Leerkracht, ...] = ()
    gevraagde_groepen: frozenset[str] | None = None
    elders_groepen: frozenset[str] = frozenset()
    """Keys of the groepen in which only leerlingen of another location stand."""
    elders_leerkrachten: frozenset[tuple[str | None, str | None]] = frozenset()
    """Key and ECK iD of staff who teach in such groepen and in no other."""

    @property
    def elders(self) -> int:
        """How many leerlingen were not taken, because they are at another location."""
        return sum(int(w.detail or 0) for w in self.waarschuwingen if w.soort == ELDERS)


@dataclass(frozen=True, slots=True)
class Structuur:
    """The groepen of a school without the people in them: the first step of a staged pull."""

    school: School
    groepen: tuple[Groep, ...]
    samengestelde_groepen: tuple[SamengesteldeGroep, ...]
    waarschuwingen: tuple[Waarschuwing, ...] = ()


@dataclass(frozen=True, slots=True)
class GeenWijzigingen:
    """The LAS says that nothing changed since the moment asked; everything stays as it is."""


@dataclass(frozen=True, slots=True)
class GeenGegevens:
    """The LAS found nothing for this school and year; nobody is to be deactivated for it."""
