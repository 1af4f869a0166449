"""Which school and which beheerder belong to an aanvraag: shown before opening up, made while doing so."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.models import (
    Account,
    Groep,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Mail,
    MailSoort,
    Medewerker,
    Rol,
    School,
)
from webapp.models.ids import AccountId, SchoolId
from webapp.models.koppeling import ENDED
from webapp.services import medewerkers
from webapp.services.koppeling import register
from webapp.services.koppeling.register import Inschrijving
from webapp.services.toegang import beheerders, toetreden


@dataclass(frozen=True)
class Herkenning:
    """What opening up would find; None is what it would make."""

    school: School | None
    account: Account | None
    is_beheerder: bool = False
    """Whether the account is a beheerder already, of this school or of others."""
    is_back: bool = False
    """Whether the account is of no school because its aanvraag was corrected or withdrawn: then it may ask again."""
    is_new_here: bool = True
    """Whether the contact becomes beheerder by opening up."""
    andere_beheerders: int = 0
    """How many beheerders the school that was found has who can log in, beside the contact."""
    is_empty: bool = False
    """Whether the school that was found has nobody and nothing: only an aanvraag made it."""
    koppeling: Koppeling | None = None
    """The koppeling that the school has already."""
    register: Inschrijving | None = None
    """What the register says of the BRIN; None when there is no register."""

    @property
    def asks_the_school(self) -> bool:
        """Whether the school is one we know and the contact is not of it: its beheerders decide."""
        return self.school is not None and self.is_new_here and not self.is_empty

    @property
    def is_new_account(self) -> bool:
        """Whether the contact is still to choose a password."""
        return self.account is None or (self.is_back and self.account.password is None)

    @property
    def is_contact_of_other(self) -> bool:
        """Whether the mail address belongs to somebody who cannot be the beheerder: then nothing is opened.

        A beheerder of another school may well be: a director of two vestigingen.
        """
        return self.account is not None and not (self.account.active and (self.is_beheerder or self.is_back))

    @property
    def merk(self) -> str:
        """A mark that stays the same as long as the same school and account are found."""
        naam = "" if self.school is not None or self.register is None else f"-{self.register.naam}"
        return f"{self.school.id if self.school else 0}-{self.account.id if self.account else 0}{naam}"

    def naam_of(self, koppeling: Koppeling) -> str:
        """How the school is called: as we know it, as the register has it, or as somebody typed it."""
        if self.school is not None:
            return self.school.naam
        return (self.register.naam if self.register is not None else None) or koppeling.schoolnaam


def recognise(session: Session, koppeling: Koppeling) -> Herkenning:
    """Look up the school by BRIN and vestiging, and the contact by mail address; change nothing."""
    school = session.scalar(
        select(School).where(School.brin == koppeling.brin, School.vestiging == koppeling.vestiging)
    )
    account = session.scalar(select(Account).where(func.lower(Account.email) == koppeling.contact_email.lower()))
    plaatsen = medewerkers.of_account(session, account.id) if account is not None else []
    here = [plaats for plaats in plaatsen if school is not None and plaats.school_id == school.id]
    has = select(Koppeling).where(Koppeling.school_id == school.id, Koppeling.status.not_in(ENDED)) if school else None
    return Herkenning(
        school,
        account,
        is_beheerder=any(plaats.rol is Rol.BEHEERDER for plaats in here or plaatsen),
        is_back=account is not None and not plaatsen and _was_taken_back(session, account),
        is_new_here=not here,
        andere_beheerders=len(medewerkers.beheerders_of(session, school.id)) if school is not None else 0,
        is_empty=school is not None and _is_empty(session, school.id),
        koppeling=session.scalar(has) if has is not None else None,
        register=register.of_koppeling(session, koppeling),
    )


def find_or_make(session: Session, koppeling: Koppeling, found: Herkenning) -> tuple[School, Account]:
    """Return the school and the beheerder, made now where they were unknown; a new account has no password yet."""
    school = found.school or School(naam=found.naam_of(koppeling), brin=koppeling.brin, vestiging=koppeling.vestiging)
    session.add(school)
    session.flush()
    account = found.account or Account(
        email=koppeling.contact_email,
        naam=koppeling.contact_naam,
        fs_uniquifier=uuid4().hex,
    )
    session.add(account)
    session.flush()
    if found.is_new_here:
        session.add(Medewerker(account_id=account.id, school_id=school.id, rol=Rol.BEHEERDER))
        session.flush()
    return school, account


def _is_empty(session: Session, school_id: SchoolId) -> bool:
    held = (Medewerker.school_id, Groep.school_id, Leerling.school_id, Leerkracht.school_id)
    return not session.scalar(select(or_(*(exists().where(column == school_id) for column in held))))


def release(session: Session, koppeling: Koppeling, *, door: AccountId | None) -> None:
    """Take the school from whom opening up this koppeling made its beheerder; who was one before stays one."""
    if koppeling.school_id is not None:
        made = select(Mail.account_id).where(Mail.koppeling_id == koppeling.id, _made_a_beheerder())
        beheerders.take_back(session, koppeling.school_id, [id_ for id_ in session.scalars(made) if id_], door)
        toetreden.no_longer_asks(session, koppeling.school_id, koppeling.contact_email)


def _was_taken_back(session: Session, account: Account) -> bool:
    again = (Koppeling.status == KoppelingStatus.INGETROKKEN) | Koppeling.school_id.is_(None)
    query = select(Koppeling.id).join(Mail, Mail.koppeling_id == Koppeling.id)
    return session.scalar(query.where(Mail.account_id == account.id, _made_a_beheerder(), again).limit(1)) is not None


def _made_a_beheerder() -> ColumnElement[bool]:
    return and_(Mail.soort == MailSoort.OPENGEZET, Mail.gegevens["nieuw_hier"].as_boolean())
