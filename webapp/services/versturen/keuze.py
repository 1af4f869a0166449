"""What a school lets go to its LAS, changed by a beheerder with a line of the trail; never with effect on before.

What is put off stays here, and what the LAS has of it is left there. What was normed while it was off stays here when
it is on again: that is not sent with effect on before either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import Bezorging, Daad, Levering, LeveringStatus, Resultaat, Toets, Uitgezet, Zendkeuze
from webapp.models.ids import AccountId, SchoolId, ToetsId
from webapp.services import audit, sloten, zendkeuze
from webapp.services.clock import database_clock
from webapp.services.versturen import herzending
from webapp.services.versturen.klaarzetten import prepare
from webapp.services.zendkeuze import Keuzes, goes_along, is_asked_for


@dataclass
class OverschrevenKeuze(DomainError):
    """Somebody else changed the choices since the page was opened."""

    naam: str


@dataclass(frozen=True)
class Keuze:
    """What a beheerder chooses on the page."""

    aan: bool
    binnen_minuut: bool
    vanaf: datetime | None
    toetsen_uit: frozenset[ToetsId]


def chosen(keuzes: Keuzes) -> Keuze:
    """The same of what stands."""
    return Keuze(keuzes.alles_uit is None, keuzes.binnen_minuut, keuzes.vanaf, frozenset(keuzes.toetsen_uit))


def change(session: Session, school_id: SchoolId, wanted: Keuze, *, seen: datetime | None, door: AccountId) -> bool:
    """Write what differs, with the trail; whether anything did. `seen` is the last change that the page showed."""
    sloten.hold(session, school_id)
    stood = zendkeuze.of_school(session, school_id)
    was = chosen(stood)
    if wanted == was:
        return False
    if stood.gewijzigd_op != seen:
        raise OverschrevenKeuze(stood.gewijzigd_door)
    now = database_clock(session)
    row = session.scalar(select(Zendkeuze).where(Zendkeuze.school_id == school_id)) or Zendkeuze(school_id=school_id)
    session.add(row)
    row.binnen_minuut, row.vanaf, row.gewijzigd_op, row.gewijzigd_door = wanted.binnen_minuut, wanted.vanaf, now, door
    off = wanted.toetsen_uit - was.toetsen_uit, was.toetsen_uit - wanted.toetsen_uit
    if wanted.aan != was.aan:
        _switch(session, school_id, None, on=wanted.aan, now=now, door=door)
    for toets_ids, on in zip(off, (False, True), strict=True):
        for toets_id in sorted(toets_ids):
            _switch(session, school_id, toets_id, on=on, now=now, door=door)
    session.flush()
    herzending.take_out(session, school_id)
    _take_back(session, school_id)
    prepare(session, school_id)
    told: dict[str, int | str] = {
        "versturen": int(wanted.aan),
        "binnen_minuut": int(wanted.binnen_minuut),
        "vanaf": "" if wanted.vanaf is None else wanted.vanaf.isoformat(timespec="minutes"),
        "toetsen_uit": _codes(session, off[0]),
        "toetsen_aan": _codes(session, off[1]),
    }
    audit.record(session, Daad.VERZENDKEUZE, f"school {school_id}", door=door, school_id=school_id, **told)
    return True


def _switch(
    session: Session, school_id: SchoolId, toets_id: ToetsId | None, *, on: bool, now: datetime, door: AccountId
) -> None:
    if not on:
        session.add(Uitgezet(school_id=school_id, toets_id=toets_id, sinds=now, door=door))
        return
    session.execute(
        update(Uitgezet)
        .where(
            Uitgezet.school_id == school_id, Uitgezet.toets_id.is_not_distinct_from(toets_id), Uitgezet.tot.is_(None)
        )
        .values(tot=now)
    )


def _take_back(session: Session, school_id: SchoolId) -> None:
    """What was ready and the LAS can have nothing of is not ready any more; `prepare` adds it when it may go again."""
    may_be_there = exists().where(Bezorging.school_id == school_id, Bezorging.resultaat_id == Levering.resultaat_id)
    kept = select(Resultaat.id).where(
        Resultaat.school_id == school_id, ~goes_along(Resultaat.school_id), ~is_asked_for(Resultaat.school_id)
    )
    session.execute(
        delete(Levering)
        .where(
            Levering.school_id == school_id,
            Levering.status == LeveringStatus.KLAAR,
            Levering.bevestigd == 0,
            Levering.pogingen == 0,
            ~may_be_there.correlate(Levering),
            Levering.resultaat_id.in_(kept),
        )
        .execution_options(synchronize_session=False)
    )


def _codes(session: Session, toets_ids: frozenset[ToetsId]) -> str:
    found = session.scalars(select(Toets.code).where(Toets.id.in_(toets_ids)).order_by(Toets.code))
    return " ".join(found)
