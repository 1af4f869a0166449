"""What somebody decided about one of our records and stands until it is ended: read for its page, ended elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from webapp.models import Handeling, Keuze, Leerling, Mutatie, Teruggenomen, Uitzondering, Wat
from webapp.models.ids import AccountId, LeerlingId, UitzonderingId
from webapp.services.controle.gegeven import Verhaal
from webapp.services.inname import dubbel
from webapp.services.inname.soorten import AnyKind, Doel
from webapp.services.inname.soorten.groep import GROEP
from webapp.services.inname.soorten.leerling import LEERLING


class Wel(StrEnum):
    """What was decided."""

    NIET_KOPPELEN = "niet koppelen"
    """No night links it with that record of the LAS."""
    ONTKOPPELD = "ontkoppeld"
    """The same, because somebody unlinked them."""
    NIET_PARKEREN = "niet parkeren"
    """No night parks it, though the LAS does not send it."""
    TWEE = "twee"
    """It is another child than that record of ours: they were merged, and parted again."""
    BUITEN = "buiten"
    """The record of the LAS that it was linked with is not imported."""
    BUITEN_MET_GROEP = "buiten met groep"
    """The same, because its groep is not."""


@dataclass(frozen=True, slots=True)
class Besluit:
    """One decision, of whom and when, with what it is about."""

    wat: Wel
    op: datetime
    door: AccountId | None
    nummer: str = ""
    """Of the record of the LAS."""
    naam: str = ""
    """Of the other record of ours, or of what is left out."""
    rij: Teruggenomen | None = None
    ander: Leerling | None = None
    uitzondering_id: UitzonderingId | None = None


def of_record(session: Session, kind: AnyKind, doel: Doel, verhaal: Verhaal) -> list[Besluit]:
    """Return what stands about a record, the newest first."""
    parted = list(_parted(session, doel)) if kind.has_results else []
    found = [*_taken_back(session, kind, doel), *parted, *_left_out(session, kind, doel, verhaal)]
    return sorted(found, key=lambda each: each.op, reverse=True)


def _taken_back(session: Session, kind: AnyKind, doel: Doel) -> Iterator[Besluit]:
    query = (
        select(Teruggenomen, Handeling.wat)
        .outerjoin(Handeling, Handeling.id == Teruggenomen.handeling_id)
        .where(
            Teruggenomen.school_id == doel.school_id,
            Teruggenomen.soort == kind.soort,
            Teruggenomen.record_id == doel.id,
        )
        .order_by(Teruggenomen.id)
    )
    for row, wat in session.execute(query):
        if wat is not Wat.SPLITSEN:
            said = Wel.ONTKOPPELD if wat is Wat.ONTKOPPELEN else Wel.NIET_KOPPELEN
            said = Wel.NIET_PARKEREN if row.is_vertrek else said
            yield Besluit(said, row.op, row.door, nummer=row.las_key or row.eckid or "", rij=row)


def _parted(session: Session, doel: Doel) -> Iterator[Besluit]:
    """Of each pair the last time; those of whom somebody said more stand on the page as that."""
    split, met = aliased(Handeling), Mutatie.na["samengevoegd_met_id"].as_integer()
    query = (
        select(Mutatie.record_id, met, split.op, split.door)
        .join(Handeling, Handeling.id == Mutatie.handeling_id)
        .join(split, split.id == Handeling.teruggedraaid_id)
        .where(
            Mutatie.school_id == doel.school_id,
            Handeling.school_id == doel.school_id,
            split.school_id == doel.school_id,
            Handeling.wat == Wat.SAMENVOEGEN,
            Mutatie.soort == LEERLING.soort,
            or_(Mutatie.record_id == doel.id, met == doel.id),
            Mutatie.na.has_key("samengevoegd_met_id"),
        )
        .order_by(split.id)
    )
    pairs = {one if one != doel.id else other: (op, door) for one, other, op, door in session.execute(query)}
    told = {dubbel.other_of(row, doel.id) for row in dubbel.of_leerling(session, doel.school_id, LeerlingId(doel.id))}
    for id_, other in LEERLING.find(session, doel.school_id, pairs.keys() - told).items():
        if dubbel.became(session, doel.school_id, other.id) != doel.id:
            op, door = pairs[id_]
            yield Besluit(Wel.TWEE, op, door, naam=other.naam, ander=other)


def _left_out(session: Session, kind: AnyKind, doel: Doel, verhaal: Verhaal) -> Iterator[Besluit]:
    """By a number or an ECK iD that it has or had, or by the groep with which its line went along."""
    sides = [side for stap in verhaal.stappen for side in (stap.voor or {}, stap.na)] + [dict(kind.identifiers(doel))]
    had = {side.get(name) for side in sides for name in ("las_key", "eckid")}
    had |= {regel.las_key for regel in verhaal.regels if regel.toegepast_id == doel.id}
    along = {key for r in verhaal.regels if r.via_groep and r.keuze is Keuze.NIET for key in r.groep_keys}
    mine = or_(Uitzondering.las_key.in_(had - {None}), Uitzondering.eckid.in_(had - {None}))
    of_groep = (Uitzondering.soort == GROEP.soort) & Uitzondering.las_key.in_(along)
    which = or_((Uitzondering.soort == kind.soort) & mine, of_groep)
    query = select(Uitzondering).where(Uitzondering.school_id == doel.school_id, which).order_by(Uitzondering.id)
    for row in session.scalars(query):
        wat = Wel.BUITEN if row.soort is kind.soort else Wel.BUITEN_MET_GROEP
        yield Besluit(
            wat, row.besloten_op, row.besloten_door, row.las_key or "", row.omschrijving, uitzondering_id=row.id
        )
