"""Writing what the LAS says onto our own records: the same few lines for the night and for the beheerder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from webapp.models import Groep, Importregel, Leerkracht, Leerling, Lidmaatschap, Soort

Doel = Groep | Leerkracht | Leerling
TABLES: dict[Soort, Any] = {
    Soort.GROEP: Groep,
    Soort.LEERKRACHT: Leerkracht,
    Soort.LEERLING: Leerling,
}
"""The table of each kind; Any, because SQLAlchemy has no type for one of three tables."""


def free_keys(session: Session, targets: Iterable[tuple[Doel, Importregel]]) -> None:
    """Take away keys that are about to change hands, so that two records can swap without clashing halfway."""
    changed = False
    for doel, regel in targets:
        if doel.las_key is not None and doel.las_key != regel.las_key:
            doel.las_key, changed = None, True
        if not isinstance(doel, Groep) and doel.eckid is not None and regel.eckid not in (None, doel.eckid):
            doel.eckid, changed = None, True
    if changed:
        session.flush()


def write(doel: Doel, regel: Importregel, *, schooljaar: str, groepen: dict[str, Groep]) -> bool:
    """Take over what the LAS says; return whether anything changed.

    A value that the LAS leaves out stays as it was. `groepen` holds our groep for each key that is settled.
    """
    before = _state(doel)
    doel.las_key = regel.las_key or doel.las_key
    doel.status = Lidmaatschap.ACTIEF
    if isinstance(doel, Groep):
        doel.naam, doel.jaargroep, doel.schooljaar = regel.naam or doel.naam, regel.jaargroep, schooljaar
    else:
        _write_person(doel, regel, groepen)
    return _state(doel) != before


def _write_person(doel: Leerkracht | Leerling, regel: Importregel, groepen: dict[str, Groep]) -> None:
    doel.eckid = regel.eckid or doel.eckid
    if regel.achternaam:
        doel.achternaam, doel.voorvoegsel = regel.achternaam, regel.voorvoegsel
    doel.roepnaam = regel.roepnaam or doel.roepnaam
    settled = [groepen[key] for key in regel.groep_keys if key in groepen]
    if isinstance(doel, Leerkracht):
        doel.email = regel.email_ingevuld or regel.email or doel.email
        if {groep.id for groep in settled} != {groep.id for groep in doel.groepen}:
            doel.groepen = settled
        return
    doel.geboortedatum = regel.geboortedatum or doel.geboortedatum
    doel.geslacht = regel.geslacht or doel.geslacht
    doel.jaargroep = regel.jaargroep or doel.jaargroep
    if settled:
        doel.groep_id = settled[0].id


def new(regel: Importregel, school_id: int) -> Doel:
    """Make the empty record that a line of the delivery asks for."""
    if regel.soort is Soort.GROEP:
        return Groep(school_id=school_id, naam=regel.naam or "")
    doel: Doel = TABLES[regel.soort](school_id=school_id)
    return doel


def unlink(doel: Doel) -> None:
    """Let go of the LAS record; the record itself and all its results stay."""
    doel.las_key = None
    if not isinstance(doel, Groep):
        doel.eckid = None


def depart(doel: Doel) -> None:
    """Park a record that the LAS no longer sends: it keeps its key, its name and its results."""
    doel.status = Lidmaatschap.VERTROKKEN
    if isinstance(doel, Leerling):
        doel.groep_id = None


def _state(doel: Doel) -> tuple[object, ...]:
    columns = [getattr(doel, column.key) for column in doel.__table__.columns if column.key != "gewijzigd_op"]
    if isinstance(doel, Leerkracht):
        columns.append(tuple(sorted(groep.id for groep in doel.groepen)))
    return tuple(columns)
