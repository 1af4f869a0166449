"""Which of our own records a line may be linked with: what matching proposes, and what a person looks up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import Importregel, Keuze
from webapp.services.controle.batch import results_of as results_of
from webapp.services.controle.overname import Houder, holders
from webapp.services.inname.soorten import KINDS, Doel


@dataclass(frozen=True, slots=True)
class Kandidaat:
    """One of our own records that a line may be linked with."""

    doel: Doel
    resultaten: int
    redenen: tuple[str, ...] = ()
    """Codes of how it compares with the line, where matching proposed it."""
    houder: Houder | None = None
    """Who of the LAS has it already."""

    @property
    def bezet(self) -> bool:
        return self.houder is not None


@dataclass(frozen=True, slots=True)
class Omgeving:
    """Who else comes into a question about a line and a candidate, by name."""

    tweelingen: list[str]
    nummer_bij: str | None
    """One of our own records, that holds the number of the line."""


def proposed(session: Session, regel: Importregel) -> list[Kandidaat]:
    """Return the records that matching proposes for a line, best first."""
    reasons = {kandidaat["id"]: kandidaat["redenen"] for kandidaat in regel.kandidaten}
    found = KINDS[regel.soort].find(session, regel.school_id, reasons)
    return _weigh(session, regel, found.values(), reasons)


def around(session: Session, regel: Importregel, kandidaat: Kandidaat) -> Omgeving:
    """Look who else a link of these two would touch."""
    kind, doel = KINDS[regel.soort], kandidaat.doel
    others = [holder for holder in kind.holders(session, regel.school_id, [regel]) if holder.id != doel.id]
    return Omgeving(kind.twins(session, regel, doel), others[0].naam if others else None)


def chosen(session: Session, regel: Importregel) -> Doel | None:
    """Return the record that a line is, or will be, linked with."""
    if regel.keuze is not Keuze.KOPPEL or regel.doel_id is None:
        return None
    return KINDS[regel.soort].find(session, regel.school_id, [regel.doel_id]).get(regel.doel_id)


def search(session: Session, regel: Importregel, text: str, *, everyone: bool) -> list[Kandidaat]:
    """Search our own records for a manual link, the most alike first: near the line, or everywhere."""
    found = KINDS[regel.soort].search(session, regel, text, everyone=everyone)
    return _weigh(session, regel, found, {})


def _weigh(
    session: Session, regel: Importregel, records: Iterable[Doel], reasons: Mapping[int, list[str]]
) -> list[Kandidaat]:
    found = list(records)
    grave = [record.id for record in found] if KINDS[regel.soort].has_results else []
    counts = results_of(session, regel.school_id, grave) if grave else {}
    houders = holders(session, regel, found, _lines_about(session, regel, found))
    return [Kandidaat(r, counts.get(r.id, 0), tuple(reasons.get(r.id, ())), houders.get(r.id)) for r in found]


def _lines_about(session: Session, regel: Importregel, records: Iterable[Doel]) -> Sequence[Importregel]:
    """The lines of the same aanlevering that name one of these records, or its key or ECK iD."""
    found = list(records)
    ids = [record.id for record in found]
    names = [name for record in found for name in (record.las_key, record.eckid) if name is not None]
    query = select(Importregel).where(
        Importregel.school_id == regel.school_id,
        Importregel.batch_id == regel.batch_id,
        Importregel.soort == regel.soort,
        or_(
            is_among(Importregel.doel_id, ids),
            is_among(Importregel.toegepast_id, ids),
            is_among(Importregel.las_key, names),
            is_among(Importregel.eckid, names),
        ),
    )
    return session.scalars(query.order_by(Importregel.id)).all()
