"""Links that deserve a second look: between exchanged leerlingen, taken from another, or against the evidence.

The summary names each, and their results wait for the next night (`services/nachtrust.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from webapp.matching.matchreden import Matchreden
from webapp.matching.vetoes import Veto
from webapp.models import Importregel, Keuze, Leerling
from webapp.services import vragen
from webapp.services.inname.soorten.leerling import LEERLING

_AGAINST = frozenset({
    Matchreden.ECKID_ANDERS, Matchreden.DATUM_ANDERS, Matchreden.DATUM_BIJNA, Matchreden.DATUM_OMGEWISSELD,
    Matchreden.GESLACHT_ANDERS, Matchreden.VOORNAMEN_STRIJDIG,
})  # fmt: skip


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
    found = []
    for regel in chosen:
        doel = doelen.get(regel.doel_id or 0)
        if doel is None:
            continue
        if vragen.exchanged(regel, regels):
            found.append(Gewaagd(regel, doel, Waarom.RUIL))
        elif LEERLING.is_linked_elsewhere(regel, doel):
            found.append(Gewaagd(regel, doel, Waarom.OVERNAME, was=had.get(doel.id)))
        if redenen := against(regel, doel):
            found.append(Gewaagd(regel, doel, Waarom.BEWIJS, redenen))
    return found


def against(regel: Importregel, doel: Leerling) -> tuple[str, ...]:
    """What speaks against this pair: another ECK iD, birth date or sex, other voornamen, or a twin at hand."""
    proposed = {kandidaat["id"]: kandidaat["redenen"] for kandidaat in regel.kandidaten}
    redenen = {*proposed.get(doel.id, ()), *LEERLING.redenen(regel, doel)}
    found = [str(reden) for reden in Matchreden if reden in redenen & _AGAINST]
    return (*found, *([str(Veto.TWEELING)] if regel.matchregel == Veto.TWEELING else []))
