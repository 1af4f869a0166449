"""What people ask of sending: now, once more, or what was refused again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from webapp.db import count_changed, is_among
from webapp.errors import DomainError, NotAllowed
from webapp.models import Daad, Koppeling, Leerling, Levering, LeveringStatus, Resultaat, Werk
from webapp.models.fout import Foutcode
from webapp.models.ids import AccountId, ResultaatId, SchoolId
from webapp.models.koppeling import KoppelingAct
from webapp.models.levering import IN_DOUBT, is_refused
from webapp.queue import Job, enqueue
from webapp.schooljaar import days_of
from webapp.services import audit, schakelaars, sloten
from webapp.services.clock import database_clock
from webapp.services.koppeling.errors import NoSleutel
from webapp.services.versturen.klaarzetten import prepare as prepare
from webapp.services.versturen.volgende import can_leave, sendable
from webapp.uwlr.codes import Owner

_ON_ITS_WAY = IN_DOUBT | {LeveringStatus.ELDERS_AFGELEVERD}


class CannotSend(DomainError):
    """Nothing can be sent now."""


class NotRunning(CannotSend):
    """The koppeling is not active."""


class NothingReady(CannotSend):
    """No result waits for the next message."""


class MustBeChecked(CannotSend):
    """After a restore the school compares this result with the LAS first."""


class StaysHere(CannotSend):
    """The LAS has it, and nothing of it may go now."""


class OnItsWay(CannotSend):
    """This result is being sent; if need be it goes along once more by itself."""


@dataclass(frozen=True)
class Gepland:
    """What will be sent, and not before when."""

    aantal: int
    vanaf: datetime
    wacht: bool
    """Whether a doubtful earlier message must be waited out first."""


def send_now(session: Session, koppeling: Koppeling, *, door: AccountId | None) -> Gepland:
    """Make sending due at once; raise NothingReady, NotRunning, NoSleutel, or StandsStill when switched off."""
    sloten.koppeling(session, koppeling.id)
    if koppeling.school_id is None or not koppeling.mag(KoppelingAct.VERSTUREN):
        raise NotRunning
    if koppeling.sleutel is None:
        raise NoSleutel
    schakelaars.must_go_on(session, Werk.VERSTUREN, koppeling.las_type)
    prepare(session, koppeling.school_id)
    aantal = count_sendable(session, koppeling.school_id)
    if not aantal:
        raise NothingReady
    now = database_clock(session)
    koppeling.zenden_op, koppeling.minuut_sinds = now, None  # all of it: no groep waits for another norming
    if koppeling.zend_fout is not None:
        koppeling.zend_fout = replace(koppeling.zend_fout, eigenaar=Owner.NIEMAND)
    audit.about(session, Daad.NU_VERSTUREN, koppeling, door=door, resultaten=aantal)
    enqueue(session, Job.PUSH_RESULTATEN, koppeling.id)
    wacht = koppeling.niet_voor is not None and koppeling.niet_voor > now
    return Gepland(aantal, koppeling.niet_voor if wacht and koppeling.niet_voor else now, wacht)


def count_sendable(session: Session, school_id: SchoolId) -> int:
    """Return how many results of this school wait for the next message."""
    query = select(func.count()).select_from(Levering).join(Levering.resultaat).join(Resultaat.leerling)
    return session.scalar(query.where(Levering.school_id == school_id, sendable())) or 0


def find(session: Session, school_id: SchoolId, resultaat_id: ResultaatId) -> Levering:
    """Return the levering of a result of this school; raise NotAllowed for any other, as if it did not exist."""
    levering = session.scalar(
        select(Levering).where(Levering.school_id == school_id, Levering.resultaat_id == resultaat_id)
    )
    if levering is None:
        raise NotAllowed
    return levering


def send_again(session: Session, school_id: SchoolId, resultaat_id: ResultaatId, *, door: AccountId | None) -> Levering:
    """Put one refused or confirmed result back in line, for the coming night; raise OnItsWay while it is.

    Raise MustBeChecked for one that the school has to compare first, StaysHere for a confirmed one that could not go.
    """
    sloten.hold(session, school_id)
    levering = find(session, school_id, resultaat_id)
    if levering.status in _ON_ITS_WAY:
        raise OnItsWay
    if levering.status is LeveringStatus.NAKIJKEN:
        raise MustBeChecked
    if levering.status is LeveringStatus.BEVESTIGD and not _can_leave(session, levering):
        raise StaysHere
    put_back(levering)
    audit.record(session, Daad.OPNIEUW_VERSTUREN, f"resultaat {resultaat_id}", door=door, school_id=school_id)
    prepare(session, school_id)
    return levering


def _can_leave(session: Session, levering: Levering) -> bool:
    query = (
        select(Levering.resultaat_id)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .where(Levering.school_id == levering.school_id, Levering.resultaat_id == levering.resultaat_id, can_leave())
    )
    return session.scalar(query) is not None


def put_back(levering: Levering) -> None:
    """Put a refused or confirmed result back in line: it goes again under the same key, to the same leerling."""
    levering.status, levering.bevestigd, levering.fout = LeveringStatus.KLAAR, 0, None


def refused_again(session: Session, school_id: SchoolId, code: str, schooljaar: str, *, door: AccountId | None) -> int:
    """Put back in line all that was refused in a school year for this reason; return how many. Twice is once.

    Only what the school mends: a new try does not help where somebody else has to act first.
    """
    sloten.hold(session, school_id)
    is_here = exists().where(Leerling.school_id == school_id, Leerling.id == Resultaat.leerling_id, is_refused())
    freed = count_changed(
        session,
        update(Levering)
        .where(
            Levering.school_id == school_id,
            Levering.fout_code == code,
            Levering.fout_eigenaar == Owner.SCHOOL,
            Levering.resultaat_id == Resultaat.id,
            Resultaat.afnamedatum.between(*days_of(schooljaar)),
            is_here,
        )
        .values(status=LeveringStatus.KLAAR, bevestigd=0, fout=None),
        Levering.resultaat_id,
    )
    if freed:
        about = f"school {school_id}"
        audit.record(
            session, Daad.OPNIEUW_VERSTUREN, about, door=door, school_id=school_id, resultaten=freed, code=code
        )
        prepare(session, school_id)
    return freed


def free_checked(levering: Levering) -> None:
    """Its score was saved again: from here on it goes as any other, over what the LAS has."""
    levering.status, levering.fout = LeveringStatus.KLAAR, None


def free_refused(
    session: Session, koppeling: Koppeling, *, door: AccountId | None, code: Foutcode | None = None
) -> int:
    """Put every refused result of a school back in line and end the stop on sending; return how many that are.

    With a code only what was refused for that, and only a stop for that.
    """
    sloten.koppeling(session, koppeling.id)
    if koppeling.school_id is None:
        return 0
    freed = count_changed(
        session,
        update(Levering)
        .where(Levering.school_id == koppeling.school_id, Levering.status == LeveringStatus.GEWEIGERD, *_with(code))
        .values(status=LeveringStatus.KLAAR, fout=None),
        Levering.resultaat_id,
    )
    is_for_this = code is None or koppeling.zend_fout_code == code
    if is_for_this and koppeling.sleutel is not None:  # else it stops until the school gives another one
        koppeling.zend_fout = None
    audit.about(session, Daad.VRIJGEGEVEN, koppeling, door=door, resultaten=freed)
    prepare(session, koppeling.school_id)
    return freed


def count_refused(session: Session, school_ids: Collection[SchoolId], code: Foutcode) -> int:
    """How many results of these schools freeing them with this code puts back in line."""
    is_refused = Levering.status == LeveringStatus.GEWEIGERD, *_with(code)
    query = select(func.count()).select_from(Levering).where(is_among(Levering.school_id, school_ids), *is_refused)
    return session.scalar(query) or 0


def _with(code: Foutcode | None) -> tuple[ColumnElement[bool], ...]:
    return () if code is None else (Levering.fout_code == code,)
