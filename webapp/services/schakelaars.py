"""Three switches: fetching, sending and mail can be stopped, for every LAS or for one, and go on as if nothing was.

Whoever takes work asks here, in the query that finds it and in the one that claims it, and between two messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.errors import DomainError
from webapp.models import Aanleiding, Daad, LasType, Schakelaar, Werk
from webapp.models.ids import AccountId, SchakelaarId
from webapp.services import audit
from webapp.services.clock import database_clock


class EndIsPast(DomainError):
    """It would go on before it stood still."""


class NotLifted(DomainError):
    """It goes on already, or only the command that follows a restore lets it go on."""


@dataclass
class StandsStill(DomainError):
    """This work was switched off; `schakelaar` says why and until when."""

    schakelaar: Schakelaar


def goes_on(
    werk: Werk, las_type: InstrumentedAttribute[LasType] | LasType | None = None, *, unless: Aanleiding | None = None
) -> ColumnElement[bool]:
    """The condition under which this work may be done with this LAS; `unless` names the one reason not to look at."""
    stands = select(Schakelaar.id).where(Schakelaar.werk == werk, _holds())
    if las_type is not None:
        stands = stands.where(or_(Schakelaar.las_type.is_(None), Schakelaar.las_type == las_type))
    if unless is not None:
        stands = stands.where(Schakelaar.aanleiding != unless)
    return ~stands.exists()


def may(session: Session, werk: Werk, las_type: LasType) -> bool:
    """Whether this work may be done with this LAS at this moment."""
    return bool(session.scalar(select(goes_on(werk, las_type))))


def stilgezet(session: Session, werk: Werk | None = None, las_type: LasType | None = None) -> Sequence[Schakelaar]:
    """Return what stands still: of all, or of one kind of work with one LAS; the longest first."""
    query = select(Schakelaar).where(_holds())
    if werk is not None:
        query = query.where(Schakelaar.werk == werk)
    if las_type is not None:
        query = query.where(or_(Schakelaar.las_type.is_(None), Schakelaar.las_type == las_type))
    return session.scalars(query.order_by(Schakelaar.tot.desc().nulls_first(), Schakelaar.id)).all()


def longest(session: Session, werk: Werk, las_type: LasType) -> Schakelaar | None:
    """Return what holds this work longest; None while it goes on."""
    return next(iter(stilgezet(session, werk, las_type)), None)


def must_go_on(session: Session, werk: Werk, las_type: LasType) -> None:
    """Raise StandsStill while this work was switched off."""
    schakelaar = longest(session, werk, las_type)
    if schakelaar is not None:
        raise StandsStill(schakelaar)


def stop(
    session: Session,
    werk: Werk,
    las_type: LasType | None,
    *,
    reden: str,
    tot: datetime | None,
    door: AccountId | None,
    aanleiding: Aanleiding = Aanleiding.KLANTENSERVICE,
) -> None:
    """Stop this work. What was stopped already gets the new reason and end."""
    if tot is not None and tot <= database_clock(session):
        raise EndIsPast
    row = {"reden": reden, "sinds": func.clock_timestamp(), "tot": tot, "door": door}
    new = insert(Schakelaar).values(
        werk=werk, las_type=None if werk is Werk.MAIL else las_type, aanleiding=aanleiding, **row
    )
    session.execute(new.on_conflict_do_update(constraint="uq_schakelaar_werk", set_=row))
    audit.record(
        session,
        Daad.STILGEZET,
        _about(werk, las_type),
        door=door,
        school_id=None,
        reden=reden,
        tot=tot.isoformat(timespec="minutes") if tot else "opgeheven",
    )


def lift(session: Session, schakelaar_id: SchakelaarId, *, door: AccountId) -> Schakelaar:
    """Let it go on now. What waits since a restore goes on by `flask na-terugzetten` only."""
    row = session.scalar(
        select(Schakelaar)
        .where(Schakelaar.id == schakelaar_id, Schakelaar.aanleiding == Aanleiding.KLANTENSERVICE)
        .with_for_update()
    )
    if row is None:
        raise NotLifted
    session.delete(row)
    audit.record(session, Daad.WEER_VERDER, _about(row.werk, row.las_type), door=door, school_id=None, reden=row.reden)
    return row


def _holds() -> ColumnElement[bool]:
    return or_(Schakelaar.tot.is_(None), Schakelaar.tot > func.clock_timestamp())


def _about(werk: Werk, las_type: LasType | None) -> str:
    return f"{werk} {las_type or 'alle'}"
