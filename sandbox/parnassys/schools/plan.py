"""What is written down about an invented school; `build` makes the rest up around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.parnassys.schools.values import InventedGroep, InventedSamengesteldeGroep, LeerkrachtBijTestcentrum


@dataclass(frozen=True, slots=True)
class Geboren:
    """A birthday; the year follows from the jaargroep, as it does for most children."""

    dag: int
    maand: int


@dataclass(frozen=True, slots=True)
class Anders:
    """How the test centre wrote a pupil down otherwise than ParnasSys; None means: the same."""

    achternaam: str | None = None
    voorvoegsel_in_achternaam: bool = False
    zonder_voorvoegsel: bool = False
    roepnaam: str | None = None
    geboren: Geboren | None = None
    zonder_geboortedatum: bool = False
    zelfde_jaargroep: bool = False
    """Stayed down: last year in the same jaargroep."""


@dataclass(frozen=True, slots=True)
class Bijzonder:
    """A pupil with a reason to exist: a twin, a namesake, a name that is spelled in two ways."""

    jaargroep: int
    naam: str
    roepnaam: str
    geslacht: str
    geboren: Geboren
    bij_testcentrum: Anders | None = field(default_factory=Anders)
    eckid: bool = True
    in_groep: bool = True


@dataclass(frozen=True, slots=True)
class Leerkrachtplan:
    """A teacher: surname with its voorvoegsel in front, first name, groups, and perhaps an address."""

    naam: str
    roepnaam: str
    groepen: tuple[str, ...] = ()
    samengestelde_groepen: tuple[str, ...] = ()
    emailadres: str | None = None
    bij_testcentrum: LeerkrachtBijTestcentrum | None = None


@dataclass(frozen=True, slots=True)
class Jaarplan:
    """One jaargroep: its group, how many pupils, and how many of them the test centre knows."""

    jaargroep: int
    groep: str
    leerlingen: int
    bekend: int = 0


@dataclass(frozen=True, slots=True)
class Schoolplan:
    """Everything that is chosen for a school; the rest is invented by hashing."""

    naam: str
    brin: str
    eerste_key: int
    groepen: tuple[InventedGroep, ...]
    jaren: tuple[Jaarplan, ...]
    vertrokken: int
    bijzonder: tuple[Bijzonder, ...]
    leerkrachten: tuple[Leerkrachtplan, ...]
    samengestelde_groepen: tuple[InventedSamengesteldeGroep, ...] = ()
    samengesteld_per_jaargroep: tuple[tuple[int, str], ...] = ()
    """Which jaargroep goes to which samengestelde groep, as a whole."""
    plusgroep: str | None = None
    """A samengestelde groep for one in every five pupils from jaargroep 5 on."""
