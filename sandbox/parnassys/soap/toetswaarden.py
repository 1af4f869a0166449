"""What a results message may say beside what ours say: parts of tests, norms, and terms of a published list."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.uwlr import values


@dataclass(frozen=True, slots=True)
class Vocabulaireterm:
    """A term, and the list that it is from. Of a known list only its own terms are taken."""

    waarde: str
    vocabulaire: str | None


@dataclass(frozen=True, slots=True)
class Norm:
    """A range of scores and what it is called: 34 up to and including 38 is II."""

    term: str
    van: int
    tot_en_met: int


Normering = tuple[Norm, ...]
"""How scores become terms. The ranges follow on each other without a gap or overlap."""


@dataclass(frozen=True, slots=True)
class Toetsonderdeel:
    """A part of a test that has results of its own."""

    code: str
    normering: Normering | None


@dataclass(frozen=True, slots=True)
class Toets:
    """The definition of a test."""

    toetscode: str
    versie: str | None
    toetsnaam: str | None
    leerjaar: str | None
    vakgebied: Vocabulaireterm | None
    normering: Normering | None
    onderdelen: tuple[Toetsonderdeel, ...]


@dataclass(frozen=True, slots=True)
class Resultaat(values.Resultaat):
    """A result of a test or of a part of it."""

    toetsonderdeelcode: str | None = None


@dataclass(frozen=True, slots=True)
class Leerresultatenbericht(values.Leerresultatenbericht):
    """A message as it came in."""

    resultaten: tuple[Resultaat, ...]
    toetsen: tuple[Toets, ...]  # type: ignore[assignment]  # may say more than ours
