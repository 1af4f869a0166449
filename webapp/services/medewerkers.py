"""Who is of which school, with which rol. Klantenservice is of none."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Account, Medewerker, Rol, School
from webapp.models.ids import AccountId, SchoolId


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
        select(School, Medewerker.rol)
        .join(Medewerker, Medewerker.school_id == School.id)
        .where(Medewerker.account_id == account_id)
        .order_by(Medewerker.sinds, School.id)
    )
    return [Plaats(s.id, s.naam, s.brin, s.vestiging, rol) for s, rol in session.execute(query)]


def rol_of(session: Session, account_id: AccountId, school_id: SchoolId | None) -> Rol | None:
    """Return what this account may do at this school; None when it is not of it."""
    return session.scalar(
        select(Medewerker.rol).where(Medewerker.account_id == account_id, Medewerker.school_id == school_id)
    )


def beheerders_of(session: Session, school_id: SchoolId) -> list[Account]:
    """Return the active beheerders of a school, in the order in which they came."""
    query = (
        select(Account)
        .join(Medewerker, Medewerker.account_id == Account.id)
        .where(Medewerker.school_id == school_id, Medewerker.rol == Rol.BEHEERDER, Account.active)
    )
    return list(session.scalars(query.order_by(Medewerker.sinds, Account.id)))
