"""An invented school: as ParnasSys holds it, and as the test centre knew it last year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LeerlingBijTestcentrum:
    """A pupil as the test centre wrote it down, by hand or from an old import, under last year's group."""

    achternaam: str
    voorvoegsel: str | None
    roepnaam: str
    geboortedatum: date | None
    geslacht: str
    groepnaam: str
    jaargroep: str
    extern_nummer: str | None
    """Left over from an old import; has to be cleared before the koppeling is asked for."""


@dataclass(frozen=True, slots=True)
class LeerkrachtBijTestcentrum:
    """A teacher who already has an account at the test centre."""

    achternaam: str
    voorvoegsel: str | None
    roepnaam: str
    emailadres: str


@dataclass(frozen=True, slots=True)
class GroepBijTestcentrum:
    """A group of last year at the test centre."""

    naam: str
    jaargroep: str
    extern_nummer: str | None


@dataclass(frozen=True, slots=True)
class InventedGroep:
    """A stamgroep in ParnasSys; `jaargroep` is C for a combination group."""

    key: str
    naam: str
    jaargroep: str


@dataclass(frozen=True, slots=True)
class InventedSamengesteldeGroep:
    """A group across the stamgroepen, for instruction in one subject."""

    key: str
    naam: str
    omschrijving: str


@dataclass(frozen=True, slots=True)
class InventedLeerling:
    """A pupil in ParnasSys, with its form at the test centre when that one exists."""

    key: str
    eckid: str | None
    achternaam: str
    voorvoegsel: str | None
    voorletters: str
    roepnaam: str
    geboortedatum: date
    geslacht: str
    jaargroep: str
    groep: str | None
    samengestelde_groepen: tuple[str, ...]
    bsn_laatste_vier: str
    """Invented digits: UWLR 2.2 obliges a LAS to send them, and our reader has to drop them."""
    bij_testcentrum: LeerlingBijTestcentrum | None


@dataclass(frozen=True, slots=True)
class InventedLeerkracht:
    """A teacher in ParnasSys, with the account at the test centre when there is one."""

    key: str
    eckid: str | None
    achternaam: str
    voorvoegsel: str | None
    roepnaam: str
    emailadres: str | None
    groepen: tuple[str, ...]
    samengestelde_groepen: tuple[str, ...]
    bij_testcentrum: LeerkrachtBijTestcentrum | None


@dataclass(frozen=True, slots=True)
class InventedSchool:
    """Both sides of one invented school; everything in it follows from the BRIN and the schooljaar."""

    naam: str
    brin: str
    vestiging: str
    schooljaar: str
    groepen: tuple[InventedGroep, ...]
    samengestelde_groepen: tuple[InventedSamengesteldeGroep, ...]
    leerlingen: tuple[InventedLeerling, ...]
    leerkrachten: tuple[InventedLeerkracht, ...]
    groepen_bij_testcentrum: tuple[GroepBijTestcentrum, ...]
    vertrokken: tuple[LeerlingBijTestcentrum, ...]
    """Last year's group 8: known at the test centre, gone from ParnasSys."""
