"""Links that deserve a second look: between exchanged leerlingen, taken from another, or against the evidence.

The summary names each, and their results wait for the next night (`services/nachtrust.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.matching.matchreden import Matchreden
from webapp.matching.vetoes import Veto
from webapp.models import Importregel, Keuze, Leerling
from webapp.services import vragen
from webapp.services.inname.soorten.leerling import LEERLING

_AGAINST = frozenset({
    Matchreden.ECKID_ANDERS, Matchreden.DATUM_ANDERS, Matchreden.DATUM_BIJNA, Matchreden.DATUM_OMGEWISSELD,
    Matchreden.GESLACHT_ANDERS, Matchreden.VOORNAMEN_STRIJDIG,
})  # fmt: skip

_IS_EXCHANGE = frozenset({Matchreden.ECKID_ANDERS, Veto.TWEELING})
"""What is so of every two who were exchanged."""


class Waarom(StrEnum):
    """What makes a link a daring one; it may be more than one of these."""

    RUIL = "ruil"
    OVERNAME = "overname"
    BEWIJS = "bewijs"


@dataclass(frozen=True, slots=True)
class Gewaagd:
    """A link that the import will make."""

    regel: Importregel
    doel: Leerling
    waarom: Waarom
    redenen: tuple[str, ...] = ()
    """What speaks against it: codes of `webapp.matching`."""
    was: Importregel | None = None
    """Who loses this record, where they are in the aanlevering."""


def links(session: Session, regels: Sequence[Importregel]) -> list[Gewaagd]:
    """Find them among the lines that the import will write; before it writes, while our records are as they were."""
    chosen = [
        r for r in regels if r.soort is LEERLING.soort and r.keuze is Keuze.KOPPEL and r.doel_id != r.toegepast_id
    ]
    if not chosen:
        return []
    doelen = LEERLING.find(session, chosen[0].school_id, {r.doel_id for r in chosen if r.doel_id is not None})
    had = {regel.toegepast_id: regel for regel in regels if regel.toegepast_id is not None}
    others = _with_their_birth(session, chosen)
    found = []
    for regel in chosen:
        doel = doelen.get(regel.doel_id or 0)
        if doel is None:
            continue
        is_exchanged = bool(vragen.exchanged(regel, regels))
        if is_exchanged:
            found.append(Gewaagd(regel, doel, Waarom.RUIL))
        elif LEERLING.is_linked_elsewhere(regel, doel):
            found.append(Gewaagd(regel, doel, Waarom.OVERNAME, was=had.get(doel.id)))
        beside = others[_birth(regel)] - {("regel", regel.id), ("leerling", doel.id)}
        redenen = against(regel, doel, has_twin=bool(beside))
        if is_exchanged:  # that says it already
            redenen = tuple(reden for reden in redenen if reden not in _IS_EXCHANGE)
        if redenen:
            found.append(Gewaagd(regel, doel, Waarom.BEWIJS, redenen))
    return found


def against(regel: Importregel, doel: Leerling, *, has_twin: bool) -> tuple[str, ...]:
    """What speaks against this pair: another ECK iD, birth date or sex, other voornamen, or a twin at hand."""
    proposed = {kandidaat["id"]: kandidaat["redenen"] for kandidaat in regel.kandidaten}
    redenen = {*proposed.get(doel.id, ()), *LEERLING.redenen(regel, doel)}
    found = [str(reden) for reden in Matchreden if reden in redenen & _AGAINST]
    return (*found, *([str(Veto.TWEELING)] if has_twin or regel.matchregel == Veto.TWEELING else []))


_Birth = tuple[str, date] | None


def _birth(record: Importregel | Leerling) -> _Birth:
    if not record.achternaam or record.geboortedatum is None:
        return None
    return record.achternaam.lower(), record.geboortedatum


def _with_their_birth(session: Session, regels: Sequence[Importregel]) -> dict[_Birth, set[tuple[str, int]]]:
    """Who has the surname and the birth date of one of these lines: here, or in the same aanlevering."""
    found: dict[_Birth, set[tuple[str, int]]] = {_birth(regel): set() for regel in regels}
    dates = {birth[1] for birth in found if birth is not None}
    ours = select(Leerling).where(
        Leerling.school_id == regels[0].school_id,
        is_among(Leerling.geboortedatum, dates),
        Leerling.samengevoegd_met_id.is_(None),
    )
    theirs = select(Importregel).where(
        Importregel.school_id == regels[0].school_id,
        Importregel.batch_id == regels[0].batch_id,
        Importregel.soort == LEERLING.soort,
        is_among(Importregel.geboortedatum, dates),
    )
    for name, records in (("leerling", session.scalars(ours)), ("regel", session.scalars(theirs))):
        for record in records:
            if (birth := _birth(record)) is not None and birth in found:
                found[birth].add((name, record.id))
    return found
