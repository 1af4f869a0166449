"""Which school and which beheerder belong to an aanvraag: shown before opening up, made while doing so."""

from __future__ import annotations

from collections.abc import Iterator
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
    probleem: str | None
    """Why it cannot be opened up: the contact belongs to somebody else."""
    waarschuwingen: tuple[str, ...]
    """What a person should look at before deciding."""

    @property
    def merk(self) -> str:
        """Says the same as long as the same school and account are found."""
        return f"{self.school.id if self.school else 0}-{self.account.id if self.account else 0}"


def recognise(session: Session, koppeling: Koppeling) -> Herkenning:
    """Look up the school by BRIN and vestiging, and the contact by mail address; change nothing."""
    school = session.scalar(
        select(School).where(School.brin == koppeling.brin, School.vestiging == koppeling.vestiging)
    )
    account = session.scalar(select(Account).where(func.lower(Account.email) == koppeling.contact_email.lower()))
    return Herkenning(
        school, account, _problem(koppeling, school, account), tuple(_warnings(session, koppeling, school, account))
    )


def settle(session: Session, koppeling: Koppeling, found: Herkenning) -> tuple[School, Account]:
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


def _problem(koppeling: Koppeling, school: School | None, account: Account | None) -> str | None:
    if account is None:
        return None
    if account.rol is Rol.BEHEERDER and account.active and school is not None and account.school_id == school.id:
        return None
    return (
        f"{koppeling.contact_email} is geen beheerder van {school.naam if school else koppeling.schoolnaam}. "
        "Bel de school, en wijzig daarna de contactpersoon van deze aanvraag."
    )


def _warnings(session: Session, koppeling: Koppeling, school: School | None, account: Account | None) -> Iterator[str]:
    if school is None:
        yield (
            f"BRIN {koppeling.brin} met vestiging {koppeling.vestiging} kennen wij nog niet: er komt een nieuwe, lege "
            "school. Klopt het BRIN? Een school die al toetst, staat er al."
        )
        return
    if school.naam.casefold() != koppeling.schoolnaam.casefold():
        yield f"Bij dit BRIN kennen wij “{school.naam}”; in de aanvraag staat “{koppeling.schoolnaam}”."
    if account is None:
        others = session.scalar(
            select(func.count())
            .select_from(Account)
            .where(Account.school_id == school.id, Account.rol == Rol.BEHEERDER)
        )
        beside = f", naast {others} {'andere' if others == 1 else 'anderen'}" if others else ""
        yield (
            f"{koppeling.contact_email} heeft nog geen account en wordt beheerder van een bestaande school{beside}. "
            "Vraag na bij de school of dat klopt."
        )
