"""The address with which somebody logs in: changed by themselves only, once the new one has answered."""

from __future__ import annotations

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import Account, Daad, Mail, MailSoort
from webapp.models.ids import AccountId, MailId
from webapp.services import audit, mails, medewerkers
from webapp.services.toegang.errors import AdresInGebruik


def ask(session: Session, account_id: AccountId, nieuw: str) -> None:
    """Mail a link to the new address; nothing changes before it is followed. Nobody learns whose address it is."""
    account = session.get_one(Account, account_id, with_for_update=True)
    account.nieuw_email = nieuw
    if not _is_of_other(session, account, nieuw):
        mails.add(session, MailSoort.ADRES_BEVESTIGEN, nieuw, account_id=account_id)


def asked_by(session: Session, mail_id: int, account_id: AccountId) -> str:
    """Return the address of this mail while it is the one that this account asked for last; else raise NotAllowed."""
    mail = session.scalar(
        select(Mail).where(
            Mail.school_id.is_(None),
            Mail.id == mail_id,
            Mail.soort == MailSoort.ADRES_BEVESTIGEN,
            Mail.account_id == account_id,
        )
    )
    asked = session.scalar(select(Account.nieuw_email).where(Account.id == account_id))
    if mail is None or asked is None or asked.lower() != mail.ontvanger.lower():
        raise NotAllowed
    return asked


def confirm(session: Session, mail_id: MailId, *, door: AccountId) -> str:
    """Log in with the new address from now on, and tell the old one and the beheerders of every school."""
    account = session.get_one(Account, door, with_for_update=True, populate_existing=True)
    nieuw, oud = asked_by(session, mail_id, door), account.email
    if _is_of_other(session, account, nieuw):
        raise AdresInGebruik
    account.email, account.nieuw_email = nieuw, None
    mails.add(session, MailSoort.ADRES_GEWIJZIGD, oud, account_id=door, wie=account.naam, nieuw=nieuw)
    tell_beheerders(session, account, door=door)
    return nieuw


def tell_beheerders(session: Session, account: Account, *, door: AccountId, **told: str) -> None:
    """Tell the beheerders of every school of this account that its address is another one now."""
    for plaats in medewerkers.of_account(session, account.id):
        about = f"account {account.id}"
        audit.record(session, Daad.ADRES_GEWIJZIGD, about, door=door, school_id=plaats.school_id, **told)
        mails.add_for_beheerders(
            session,
            MailSoort.ADRES_GEWIJZIGD,
            plaats.school_id,
            behalve=account.id,
            wie=account.naam,
            nieuw=account.email,
        )


def _is_of_other(session: Session, account: Account, nieuw: str) -> bool:
    other = exists().where(func.lower(Account.email) == nieuw.lower(), Account.id != account.id)
    return bool(session.scalar(select(other)))
