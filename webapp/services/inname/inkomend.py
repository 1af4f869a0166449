"""A delivery as lines of the review, each beside the value that matching looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.matching import Groepsgegeven, Persoon
from webapp.models import Groep, Importregel, Leerkracht, Leerling, Soort
from webapp.uwlr import values as uwlr


@dataclass(frozen=True)
class Inkomend:
    """One record of a delivery. The line is kept; voornamen and voorletters live in `waarde` only while matching."""

    regel: Importregel
    waarde: Persoon | Groepsgegeven

    @property
    def identity(self) -> str:
        return identity(self.regel.las_key, self.regel.eckid)


def identity(las_key: str | None, eckid: str | None) -> str:
    """One text that names a record of the LAS."""
    return f"key:{las_key}" if las_key else f"eckid:{eckid}"


def incoming(school_id: int, soort: Soort, gegevens: uwlr.Leerlinggegevens) -> list[Inkomend]:
    """Return the records of one kind, in the order of the delivery."""
    if soort is Soort.GROEP:
        return [_groep(school_id, groep, gegevens.school.schooljaar) for groep in gegevens.groepen]
    if soort is Soort.LEERKRACHT:
        return [_leerkracht(school_id, leerkracht) for leerkracht in gegevens.leerkrachten]
    namen = {groep.key: groep.naam for groep in gegevens.groepen}
    return [_leerling(school_id, leerling, namen) for leerling in gegevens.leerlingen]


def ours(records: Sequence[Groep | Leerkracht | Leerling]) -> list[Persoon | Groepsgegeven]:
    """Return our own records as matching sees them."""
    return [_own(record) for record in records]


def _groep(school_id: int, groep: uwlr.Groep, schooljaar: str) -> Inkomend:
    regel = Importregel(
        school_id=school_id,
        soort=Soort.GROEP,
        las_key=groep.key,
        naam=groep.naam,
        jaargroep=groep.jaargroep,
        groep_keys=[],
    )
    return Inkomend(regel, Groepsgegeven(groep.key, groep.key, groep.naam, groep.jaargroep, schooljaar))


def _leerkracht(school_id: int, leerkracht: uwlr.Leerkracht) -> Inkomend:
    regel = Importregel(
        school_id=school_id,
        soort=Soort.LEERKRACHT,
        las_key=leerkracht.key,
        eckid=leerkracht.eckid,
        achternaam=leerkracht.achternaam,
        voorvoegsel=leerkracht.voorvoegsel,
        roepnaam=leerkracht.roepnaam,
        email=leerkracht.emailadres,
        groep_keys=list(leerkracht.groepen),
    )
    waarde = Persoon(
        id=identity(leerkracht.key, leerkracht.eckid),
        las_key=leerkracht.key,
        eckid=leerkracht.eckid,
        achternaam=leerkracht.achternaam,
        voorvoegsel=leerkracht.voorvoegsel,
        roepnaam=leerkracht.roepnaam,
        email=leerkracht.emailadres,
    )
    return Inkomend(regel, waarde)


def _leerling(school_id: int, leerling: uwlr.Leerling, groepsnamen: dict[str, str]) -> Inkomend:
    regel = Importregel(
        school_id=school_id,
        soort=Soort.LEERLING,
        las_key=leerling.key,
        eckid=leerling.eckid,
        achternaam=leerling.achternaam,
        voorvoegsel=leerling.voorvoegsel,
        roepnaam=leerling.roepnaam,
        geboortedatum=leerling.geboortedatum,
        geslacht=leerling.geslacht,
        jaargroep=leerling.jaargroep,
        groep_keys=[leerling.groep] if leerling.groep else [],
    )
    waarde = Persoon(
        id=identity(leerling.key, leerling.eckid),
        las_key=leerling.key,
        eckid=leerling.eckid,
        achternaam=leerling.achternaam,
        voorvoegsel=leerling.voorvoegsel,
        roepnaam=leerling.roepnaam,
        voornamen=leerling.voornamen,
        voorletters=leerling.voorletters,
        geboortedatum=leerling.geboortedatum,
        geslacht=leerling.geslacht,
        jaargroep=leerling.jaargroep,
        groep=groepsnamen.get(leerling.groep or ""),
    )
    return Inkomend(regel, waarde)


def _own(record: Groep | Leerkracht | Leerling) -> Persoon | Groepsgegeven:
    if isinstance(record, Groep):
        return Groepsgegeven(str(record.id), record.las_key, record.naam, record.jaargroep, record.schooljaar)
    leerling = record if isinstance(record, Leerling) else None
    return Persoon(
        id=str(record.id),
        las_key=record.las_key,
        eckid=record.eckid,
        achternaam=record.achternaam,
        voorvoegsel=record.voorvoegsel,
        roepnaam=record.roepnaam,
        geboortedatum=leerling.geboortedatum if leerling else None,
        geslacht=leerling.geslacht if leerling else None,
        jaargroep=leerling.jaargroep if leerling else None,
        groep=leerling.groep.naam if leerling and leerling.groep else None,
        email=record.email if isinstance(record, Leerkracht) else None,
    )
