"""The beheerders of a school among themselves: who there are, and removing one. There is always one left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import Account, Daad, MailSoort, Medewerker, Rol
from webapp.models.ids import AccountId, SchoolId
from webapp.services import audit, mails, medewerkers
from webapp.services.toegang.errors import LastBeheerder
from webapp.services.toegang.toetreden import hold_as_beheerder, withdraw_all_by


@dataclass(frozen=True, slots=True)
class Persoon:
    """Somebody of the school."""

    account_id: AccountId
    naam: str
    email: str
    rol: Rol
    sinds: datetime
    is_actief: bool
    """Whether they can log in at all."""


def everybody(session: Session, school_id: SchoolId) -> list[Persoon]:
    """Return the people of a school, in the order in which they came."""
    query = (
        select(Account, Medewerker)
        .join(Medewerker, Medewerker.account_id == Account.id)
        .where(Medewerker.school_id == school_id)
        .order_by(Medewerker.sinds, Account.id)
    )
    return [
        Persoon(account.id, account.naam, account.email, here.rol, here.sinds, account.active)
        for account, here in session.execute(query)
    ]


def find(session: Session, school_id: SchoolId, account_id: AccountId) -> Persoon:
    """Return one of them; raise NotAllowed for anybody else, as if they did not exist."""
    found = next((each for each in everybody(session, school_id) if each.account_id == account_id), None)
    if found is None:
        raise NotAllowed
    return found


def remove(session: Session, school_id: SchoolId, account_id: AccountId, *, door: AccountId) -> Persoon:
    """Take the school from somebody, at once; also from whoever asks. Raise LastBeheerder when nobody would be left.

    Two who remove each other at the same moment: the second is no beheerder any more, and is told so.
    """
    hold_as_beheerder(session, school_id, door)
    person = find(session, school_id, account_id)
    others = [each for each in medewerkers.beheerders_of(session, school_id) if each.id != account_id]
    if not others:
        raise LastBeheerder
    _take_out(session, school_id, person, door)
    return person


def take_back(
    session: Session, school_id: SchoolId, account_ids: Collection[AccountId], door: AccountId | None
) -> None:
    """Take the school from whom it was given by mistake, also when nobody is left."""
    for person in everybody(session, school_id):
        if person.account_id in account_ids:
            _take_out(session, school_id, person, door)


def _take_out(session: Session, school_id: SchoolId, person: Persoon, door: AccountId | None) -> None:
    """Whom they invited is not any more. Of a beheerder all beheerders hear, and who it was too."""
    before = medewerkers.beheerders_of(session, school_id)
    session.delete(session.get_one(Medewerker, (person.account_id, school_id)))
    session.flush()
    withdraw_all_by(session, school_id, person.account_id, door=door)
    about = f"account {person.account_id}"
    audit.record(session, Daad.MEDEWERKER_WEG, about, door=door, school_id=school_id, rol=person.rol)
    if person.rol is Rol.BEHEERDER:
        _tell(session, school_id, person, before, door)


def was_put_off(session: Session, account: Account, *, door: AccountId | None) -> None:
    """After the account of a beheerder was put off: the others hear of it, and whom they invited is not any more."""
    for plaats in medewerkers.of_account(session, account.id):
        withdraw_all_by(session, plaats.school_id, account.id, door=door)
        if plaats.rol is Rol.BEHEERDER:
            _tell(session, plaats.school_id, account, medewerkers.beheerders_of(session, plaats.school_id), door)


def _tell(
    session: Session,
    school_id: SchoolId,
    gone: Persoon | Account,
    beheerders: Collection[Account],
    door: AccountId | None,
) -> None:
    """Mail them, and who it is about, that this one is no beheerder any more, and by whom."""
    for address in dict.fromkeys([*(each.email for each in beheerders), gone.email]):
        mails.add(
            session,
            MailSoort.BEHEERDERS_GEWIJZIGD,
            address,
            school_id=school_id,
            wie=gone.naam,
            adres=gone.email,
            wat="weg",
            door=medewerkers.naam_of(session, door),
        )
