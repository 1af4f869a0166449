"""Which school and which beheerder belong to an aanvraag: shown before opening up, made while doing so."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import Account, Koppeling, Rol, School


@dataclass(frozen=True)
class Herkenning:
    """What opening up would find; None is what it would make."""

    school: School | None
    account: Account | None
    andere_beheerders: int = 0
    """How many beheerders the school that was found has, before the contact becomes one."""

    @property
    def is_contact_of_other(self) -> bool:
        """Whether the mail address belongs to somebody who is no beheerder of this school: then nothing is opened."""
        found = self.account
        if found is None:
            return False
        is_own = self.school is not None and found.school_id == self.school.id
        return not (is_own and found.active and found.rol is Rol.BEHEERDER)

    @property
    def merk(self) -> str:
        """A mark that stays the same as long as the same school and account are found."""
        return f"{self.school.id if self.school else 0}-{self.account.id if self.account else 0}"


def recognise(session: Session, koppeling: Koppeling) -> Herkenning:
    """Look up the school by BRIN and vestiging, and the contact by mail address; change nothing."""
    school = session.scalar(
        select(School).where(School.brin == koppeling.brin, School.vestiging == koppeling.vestiging)
    )
    account = session.scalar(select(Account).where(func.lower(Account.email) == koppeling.contact_email.lower()))
    return Herkenning(school, account, _beheerders(session, school) if school is not None and account is None else 0)


def find_or_make(session: Session, koppeling: Koppeling, found: Herkenning) -> tuple[School, Account]:
    """Return the school and the beheerder, made now where they were unknown; a new account has no password yet."""
    school = found.school or School(naam=koppeling.schoolnaam, brin=koppeling.brin, vestiging=koppeling.vestiging)
    session.add(school)
    session.flush()
    account = found.account or Account(
        email=koppeling.contact_email,
        naam=koppeling.contact_naam,
        rol=Rol.BEHEERDER,
        school_id=school.id,
        fs_uniquifier=uuid4().hex,
    )
    session.add(account)
    session.flush()
    return school, account


def _beheerders(session: Session, school: School) -> int:
    query = select(func.count()).select_from(Account)
    return session.scalar(query.where(Account.school_id == school.id, Account.rol == Rol.BEHEERDER)) or 0
