"""Who is of which school, with which rol. Klantenservice is of none."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from webapp.models import Account, Leerkracht, Medewerker, Rol, School
from webapp.models.ids import AccountId, GroepId, SchoolId
from webapp.models.leerlinggegevens import leerkracht_groep


@dataclass(frozen=True, slots=True)
class Plaats:
    """One school of an account, and the rol there."""

    school_id: SchoolId
    naam: str
    brin: str
    vestiging: str
    rol: Rol


def of_account(session: Session, account_id: AccountId) -> list[Plaats]:
    """Return the schools of an account, in the order in which it came there."""
    query = (
        select(School.id, School.naam, School.brin, School.vestiging, Medewerker.rol)
        .join(Medewerker, Medewerker.school_id == School.id)
        .where(Medewerker.account_id == account_id, Medewerker.opgeschort_op.is_(None))
        .order_by(Medewerker.sinds, School.id)
    )
    return [Plaats(*row) for row in session.execute(query)]


def rol_of(session: Session, account_id: AccountId, school_id: SchoolId | None) -> Rol | None:
    """Return what this account may do at this school; None when it is not of it."""
    return session.scalar(
        select(Medewerker.rol).where(
            Medewerker.account_id == account_id,
            Medewerker.school_id == school_id,
            Medewerker.opgeschort_op.is_(None),
        )
    )


def groepen_of(session: Session, account_id: AccountId, school_id: SchoolId) -> frozenset[GroepId] | None:
    """Return the groepen that somebody teaches, as the LAS said last; none for who hangs on no leerkracht.

    None stands for all: of a school of which no LAS ever sent a leerkracht.
    """
    was_sent = or_(Leerkracht.las_key.is_not(None), Leerkracht.eckid.is_not(None))
    if not session.scalar(select(exists().where(Leerkracht.school_id == school_id, was_sent))):
        return None
    query = (
        select(leerkracht_groep.c.groep_id)
        .join(Medewerker, Medewerker.leerkracht_id == leerkracht_groep.c.leerkracht_id)
        .where(Medewerker.account_id == account_id, Medewerker.school_id == school_id)
    )
    return frozenset(session.scalars(query))


def naam_of(session: Session, account_id: AccountId | None) -> str | None:
    """Return how somebody of a school is called; None for klantenservice, and for what happens by itself."""
    return session.scalar(select(Account.naam).where(Account.id == account_id, ~Account.is_klantenservice))


def beheerders_of(session: Session, school_id: SchoolId) -> list[Account]:
    """Return the active beheerders of a school, in the order in which they came."""
    query = (
        select(Account)
        .join(Medewerker, Medewerker.account_id == Account.id)
        .where(Medewerker.school_id == school_id, Medewerker.rol == Rol.BEHEERDER, Account.active)
    )
    return list(session.scalars(query.order_by(Medewerker.sinds, Account.id)))
