"""Results and test definitions, as plain values. Import them from `webapp.uwlr.values`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Vocabulaireterm:
    """A term from a published list. A LAS that knows the list refuses terms that are not in it."""

    waarde: str
    vocabulaire: str | None = None
    vocabulairelocatie: str | None = None


@dataclass(frozen=True, slots=True)
class Referentiescore:
    """One normed outcome: `code` from OSO list 11 (IV, AE, DLE, Percentiel...), the group from list 22."""

    code: str
    vergelijkingsgroep: str
    waarde: str
    kwalificatie: str | None = None


@dataclass(frozen=True, slots=True)
class OsoResultaat:
    """A normed result: what was scored, the vaardigheidsscore, and how that compares."""

    aantalopgaven: int | None = None
    aantalgoed: int | None = None
    vaardigheidsscore: Decimal | None = None
    referentiescores: tuple[Referentiescore, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A whole number of points; 0 is a score. The norm stands in the definition of the test."""

    waarde: int


@dataclass(frozen=True, slots=True)
class Resultaat:
    """One taking of one test (or part of it). `key` is given once and never changes: sending it again replaces.

    `leerlingid` is the LAS key of the pupil; without one (known by ECK iD only) UWLR 2.2 cannot carry the result.
    """

    key: str
    leerlingid: str | None
    eckid: str | None
    afnamedatum: date
    toetscode: str
    versie: str | None
    uitkomst: OsoResultaat | Score
    toetsonderdeelcode: str | None = None
    resultaatverwerkerid: str | None = None


@dataclass(frozen=True, slots=True)
class Kleur:
    """The colour a LAS may show a norm in; `transparantie` 1 is solid."""

    rood: int
    groen: int
    blauw: int
    transparantie: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Norm:
    """A range of scores and what it is called: 34 up to and including 38 is II."""

    term: str
    van: int
    tot_en_met: int
    omschrijving: str | None = None
    kleur: Kleur | None = None
    schoolcijfer_vanaf: Decimal | None = None
    schoolcijfer_totenmet: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Normering:
    """How scores become terms. The ranges follow on each other without a gap or overlap."""

    normen: tuple[Norm, ...]
    toetscategorie: Vocabulaireterm | str | None = None
    toetsniveau: Vocabulaireterm | str | None = None
    wegingsfactor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Toetsonderdeel:
    """A part of a test that has results of its own."""

    volgnummer: int
    code: str
    naam: str | None = None
    normering: Normering | None = None


@dataclass(frozen=True, slots=True)
class Toets:
    """The definition of a test. Always complete in a message: all its parts, also those without a result."""

    toetscode: str
    versie: str | None = None
    toetsnaam: str | None = None
    leerjaar: Vocabulaireterm | str | None = None
    vakgebied: Vocabulaireterm | str | None = None
    normering: Normering | None = None
    hierarchie: tuple[str, ...] = ()
    onderdelen: tuple[Toetsonderdeel, ...] = ()


@dataclass(frozen=True, slots=True)
class Leerresultatenbericht:
    """All or nothing. `aanmaakdatum` must be later than that of the message before for this school."""

    schooljaar: str
    brincode: str
    dependancecode: str
    aanmaakdatum: datetime
    auteur: str
    xsdversie: str
    resultaten: tuple[Resultaat, ...]
    toetsen: tuple[Toets, ...]
