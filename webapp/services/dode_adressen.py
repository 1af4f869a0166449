"""Addresses that take no mail: how they are found out, and how a person makes them alive again."""

from __future__ import annotations

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import Account, Daad, DoodAdres, Koppeling, Mail, MailStatus
from webapp.models.ids import AccountId, DoodAdresId, MailId, SchoolId
from webapp.models.mail import Mailprobleem
from webapp.services import audit, mails
from webapp.services.beurten import MAILEN
from webapp.services.toegang import adres
from webapp.services.toegang.errors import AdresInGebruik, NotReached

_ABOUT_US = "5.7."
"""RFC 3463: a policy about who sends. That says nothing about the address."""


_OF_THE_ADDRESS = {Mailprobleem.ADRES_DOOD, Mailprobleem.ADRES_GEWEIGERD, Mailprobleem.TERUGGEKOMEN}


class AdresNietDood(DomainError):
    """The address was corrected or freed before."""


class AdresVanKlantenservice(DomainError):
    """It belongs to klantenservice itself, whose accounts nobody changes here."""


def came_back(session: Session, mail_id: MailId, adres: str, status: str) -> bool:
    """Take in a report that this mail could not be delivered to this address; tell whether it was about our mail."""
    mail = session.get(Mail, mail_id, with_for_update=True, populate_existing=True)
    if mail is None or mail.ontvanger.lower() != adres.lower():
        return False
    if mail.status in {MailStatus.VERZONDEN, MailStatus.ONZEKER}:
        mail.status, mail.probleem, mail.antwoord = MailStatus.TERUGGEKOMEN, Mailprobleem.TERUGGEKOMEN, status
        MAILEN.later(mail, None)
    if mail.status is MailStatus.TERUGGEKOMEN and not status.startswith(_ABOUT_US):
        mails.mark_dead(session, mail, status)
    return True


def free(session: Session, adres_id: DoodAdresId, *, door: AccountId) -> str:
    """Try the address again, with all that was not delivered to it; return it."""
    dood = _locked(session, adres_id)
    _revive(session, dood, dood.adres, Daad.ADRES_VRIJGEGEVEN, door)
    return dood.adres


def correct(session: Session, adres_id: DoodAdresId, nieuw: str, *, bereikt: str, door: AccountId) -> str:
    """Replace the address by the right one, also at the account and the contact; send what waited; return it.

    Who logs in with it may be another from now on: how the school was reached is kept, and its beheerders are told.
    """
    dood = _locked(session, adres_id)
    account = session.scalar(select(Account).where(func.lower(Account.email) == dood.adres.lower()).with_for_update())
    if account is not None and account.is_klantenservice:
        raise AdresVanKlantenservice
    other = Account.id != account.id if account is not None else Account.id.is_not(None)
    if session.scalar(select(exists().where(func.lower(Account.email) == nieuw.lower(), other))):
        raise AdresInGebruik
    if account is not None:
        if not bereikt:
            raise NotReached
        account.email = nieuw
        adres.tell_beheerders(session, account, door=door, bereikt=bereikt)
    contact = func.lower(Koppeling.contact_email) == dood.adres.lower()
    for koppeling in session.scalars(select(Koppeling).where(contact).with_for_update(key_share=True)):
        koppeling.contact_email = nieuw
    _revive(session, dood, nieuw, Daad.ADRES_VERBETERD, door)
    return nieuw


def _undelivered(session: Session, adres: str) -> list[Mail]:
    """Return the mails that did not reach this address, locked."""
    query = select(Mail).where(func.lower(Mail.ontvanger) == adres.lower(), Mail.status != MailStatus.VERZONDEN)
    return list(session.scalars(query.order_by(Mail.id).with_for_update().execution_options(populate_existing=True)))


def _locked(session: Session, adres_id: DoodAdresId) -> DoodAdres:
    dood = session.get(DoodAdres, adres_id, with_for_update=True, populate_existing=True)
    if dood is None:
        raise AdresNietDood
    return dood


def _revive(session: Session, dood: DoodAdres, adres: str, daad: Daad, door: AccountId) -> None:
    waiting = _undelivered(session, dood.adres)
    for mail in waiting:
        if not _is_there(session, mail, adres):
            mail.ontvanger = adres
        if mail.probleem in _OF_THE_ADDRESS:
            mails.make_due(session, mail)
    school_id: SchoolId | None = next((mail.school_id for mail in waiting if mail.school_id), None)
    audit.record(session, daad, f"adres {dood.id}", door=door, school_id=school_id, mails=len(waiting))
    session.delete(dood)


def _is_there(session: Session, mail: Mail, adres: str) -> bool:
    """Whether this address has the same mail already: it is never written twice."""
    same = (Mail.soort == mail.soort, Mail.batch_id == mail.batch_id, Mail.ontvanger == adres, Mail.id != mail.id)
    return mail.batch_id is not None and bool(session.scalar(select(exists().where(*same))))
