"""Results and test definitions, as plain values. Import them from `webapp.uwlr.values`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


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
    """One taking of one test. `key` is given once and never changes: sending it again replaces.

    `leerlingid` is the LAS key of the pupil; without one (known by ECK iD only) UWLR 2.2 cannot carry the result.
    """

    key: str
    leerlingid: str | None
    eckid: str | None
    afnamedatum: date
    toetscode: str
    versie: str | None
    uitkomst: OsoResultaat | Score


@dataclass(frozen=True, slots=True)
class Toets:
    """The definition of a test."""

    toetscode: str
    versie: str | None = None
    toetsnaam: str | None = None
    leerjaar: str | None = None
    vakgebied: str | None = None


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
