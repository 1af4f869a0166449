"""Suppliers that hand in results: made and revoked by who leads klantenservice; who calls, and for which school."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.errors import DomainError, NotAllowed
from webapp.models import Daad, Leverancier, LeverancierSchool, School
from webapp.models.ids import AccountId, LeverancierId, SchoolId
from webapp.services import audit


@dataclass(eq=False)
class SchoolUnknown(DomainError):
    """Klantenservice named a school that is not here."""

    brin: str


@dataclass(eq=False)
class LeverancierExists(DomainError):
    """A supplier of this name has a token that works: a second one would be seen by nobody."""

    naam: str


def make(
    session: Session, naam: str, scholen: Collection[tuple[str, str]], *, door: AccountId, mag_inlezen: bool = False
) -> tuple[Leverancier, str]:
    """Make a supplier for these schools (BRIN and vestiging); return it with its token, which nobody sees again.

    `mag_inlezen` is for the test centre itself: it reads in what it has, of any school.
    """
    token = f"kp_{secrets.token_urlsafe(32)}"
    leverancier = Leverancier(naam=naam, token_hash=_hash(token), mag_inlezen=mag_inlezen)
    try:
        with session.begin_nested():
            session.add(leverancier)
    except IntegrityError:  # a press before this one, or a colleague's at this moment
        raise LeverancierExists(naam) from None
    if mag_inlezen:
        audit.record(session, Daad.INLEZEN_TOEGESTAAN, f"leverancier {leverancier.id}", door=door, school_id=None)
    for brin, vestiging in sorted(set(scholen)):
        school_id = session.scalar(select(School.id).where(School.brin == brin, School.vestiging == vestiging))
        if school_id is None:
            raise SchoolUnknown(f"{brin} {vestiging}")
        session.add(LeverancierSchool(leverancier_id=leverancier.id, school_id=school_id))
        about = f"leverancier {leverancier.id}"
        audit.record(session, Daad.LEVERANCIER_GEMAAKT, about, door=door, school_id=school_id)
    session.flush()
    return leverancier, token


def revoke(session: Session, leverancier_id: LeverancierId, *, door: AccountId) -> Leverancier:
    """End a token at once; what was handed in with it stays."""
    leverancier = session.get(Leverancier, leverancier_id, with_for_update=True)
    if leverancier is None:
        raise NotAllowed
    if leverancier.ingetrokken_op is None:
        leverancier.ingetrokken_op = func.now()
        if leverancier.mag_inlezen:
            audit.record(session, Daad.INLEZEN_GESTOPT, f"leverancier {leverancier_id}", door=door, school_id=None)
        query = select(LeverancierSchool.school_id).where(LeverancierSchool.leverancier_id == leverancier_id)
        for school_id in session.scalars(query.order_by(LeverancierSchool.school_id)).all():
            about = f"leverancier {leverancier_id}"
            audit.record(session, Daad.LEVERANCIER_INGETROKKEN, about, door=door, school_id=school_id)
    session.flush()
    return leverancier


def who(session: Session, token: str) -> LeverancierId | None:
    """Return whose token this is; None for one that is unknown or was revoked. Notes the minute of the call."""
    found = session.scalar(
        select(Leverancier.id).where(Leverancier.token_hash == _hash(token), Leverancier.ingetrokken_op.is_(None))
    )
    if found is not None:
        old = or_(Leverancier.gebruikt_op.is_(None), Leverancier.gebruikt_op < func.now() - timedelta(minutes=1))
        session.execute(update(Leverancier).where(Leverancier.id == found, old).values(gebruikt_op=func.now()))
    return found


def may_read_in(session: Session, leverancier_id: LeverancierId) -> bool:
    """Whether this token may read in what the test centre has, of any school."""
    return bool(session.scalar(select(Leverancier.mag_inlezen).where(Leverancier.id == leverancier_id)))


def school_of(session: Session, leverancier_id: LeverancierId, brin: str, vestiging: str) -> SchoolId | None:
    """Return the school, when this supplier may hand in for it; None for one that is another's or does not exist."""
    query = select(School.id).join(LeverancierSchool, LeverancierSchool.school_id == School.id)
    is_theirs = LeverancierSchool.leverancier_id == leverancier_id
    return session.scalar(query.where(is_theirs, School.brin == brin, School.vestiging == vestiging))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
