"""Accounts of klantenservice: made and put off, who leads, and a second step that was lost, of a school too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import Account, Daad, MailSoort, Sessie
from webapp.models.ids import AccountId
from webapp.services import audit, mails, medewerkers
from webapp.services.clock import database_now
from webapp.services.toegang import beheerders

_ASKED_FOR = timedelta(days=1)
"""So long a second clerk may confirm what the first asked for."""


class OnbekendAccount(DomainError):
    """Nobody logs in with this address."""


class AdresVanSchool(DomainError):
    """The address is of an account of a school, which cannot be of klantenservice too."""


class AlleenLeiding(DomainError):
    """Only who leads klantenservice may do this."""


class NietZelf(DomainError):
    """Nobody does this to their own account."""


class TweedeCollega(DomainError):
    """Another clerk than the one who asked has to confirm it."""


def must_lead(session: Session, account_id: AccountId) -> None:
    """Refuse who does not lead klantenservice."""
    if not session.scalar(select(Account.is_leiding).where(Account.id == account_id, Account.is_klantenservice)):
        raise AlleenLeiding


def with_address(session: Session, email: str) -> Account:
    """Return who logs in with this address, locked."""
    query = select(Account).where(func.lower(Account.email) == email.lower()).with_for_update()
    account = session.scalar(query)
    if account is None:
        raise OnbekendAccount
    return account


def make(session: Session, email: str, naam: str, *, is_leiding: bool, door: AccountId | None) -> Account:
    """Make an account of klantenservice; one that is there stays as it is, one that was put off begins anew.

    Without a password nobody comes in yet: `invite`, or the link that the command prints, leads to one.
    """
    try:
        account = with_address(session, email)
    except OnbekendAccount:
        account = Account(email=email, naam=naam, is_klantenservice=True, active=False, fs_uniquifier=uuid4().hex)
        session.add(account)
        session.flush()
    if not account.is_klantenservice:
        raise AdresVanSchool
    if not account.active:
        _forget_second_step(account)
        account.active, account.password, account.is_leiding = True, None, False
        _record(session, Daad.ACCOUNT_GEMAAKT, account, door)
    if is_leiding and not account.is_leiding:
        account.is_leiding = True
        _record(session, Daad.LEIDING_GEGEVEN, account, door)
    return account


def invite(session: Session, account: Account) -> None:
    """Mail a link with which a password is chosen, once."""
    mails.add(session, MailSoort.UITNODIGING, account.email, account_id=account.id)


def put_off(session: Session, account: Account, *, door: AccountId | None) -> bool:
    """End every login of this account and let it in no more; False when that is so already.

    Of a beheerder of a school the other beheerders hear.
    """
    if account.id == door:
        raise NietZelf
    if not account.active:
        return False
    account.active = False
    session.flush()
    _end_logins(session, account)
    _record(session, Daad.ACCOUNT_UITGEZET, account, door)
    beheerders.was_put_off(session, account, door=door)
    return True


def clear_second_step(session: Session, account: Account, *, door: AccountId | None) -> bool:
    """Forget the authenticator and the recovery codes, and end every login; False when there was none to forget."""
    if account.tf_totp_secret is None and not account.mf_recovery_codes:
        return False
    _forget_second_step(account)
    account.fs_uniquifier = uuid4().hex
    _end_logins(session, account)
    _record(session, Daad.TWEEDE_STAP_GEWIST, account, door)
    return True


def clear_by_two(session: Session, account: Account, *, door: AccountId) -> bool:
    """The first clerk asks, another one confirms within a day; True when it is done."""
    if account.id == door:
        raise NietZelf
    now = database_now(session)
    is_asked = account.wissen_op is not None and account.wissen_op > now - _ASKED_FOR
    if is_asked and account.wissen_door == door:
        raise TweedeCollega
    if is_asked:
        clear_second_step(session, account, door=door)
        return True
    account.wissen_door, account.wissen_op = door, now
    _record(session, Daad.TWEEDE_STAP_WISSEN_GEVRAAGD, account, door)
    return False


def set_leiding(session: Session, account: Account, *, door: AccountId, is_leiding: bool) -> None:
    """Let somebody lead, or no more. Nobody takes it from themselves, so that there is always one."""
    if account.id == door:
        raise NietZelf
    if account.is_leiding is not is_leiding:
        account.is_leiding = is_leiding
        _record(session, Daad.LEIDING_GEGEVEN if is_leiding else Daad.LEIDING_GENOMEN, account, door)


def locked(session: Session, account_id: AccountId, *, also_of_school: bool = False) -> Account:
    """Return an account of klantenservice, locked; one of a school only to clear its second step."""
    query = select(Account).where(Account.id == account_id).with_for_update()
    if not also_of_school:
        query = query.where(Account.is_klantenservice)
    account = session.scalar(query.execution_options(populate_existing=True))
    if account is None:
        raise OnbekendAccount
    return account


def _forget_second_step(account: Account) -> None:
    account.tf_primary_method = account.tf_totp_secret = account.tf_teller = account.mf_recovery_codes = None
    account.wissen_door = account.wissen_op = None


def _end_logins(session: Session, account: Account) -> None:
    open_ = Sessie.account_id == account.id, Sessie.beeindigd_op.is_(None)
    session.execute(update(Sessie).where(*open_).values(beeindigd_op=datetime.now(UTC)))


def _record(session: Session, daad: Daad, account: Account, door: AccountId | None) -> None:
    """In the trail of each school of the account too: a colleague there may ask why."""
    schools = (plaats.school_id for plaats in medewerkers.of_account(session, account.id))
    for school_id in tuple(schools) or (None,):
        audit.record(session, daad, f"account {account.id}", door=door, school_id=school_id)
