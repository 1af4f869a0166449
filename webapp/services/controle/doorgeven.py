"""Asking a colleague to look at a hold. It takes nothing from anybody: whoever is first answers."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.models import Account, BatchStatus, Daad, Mail, MailSoort
from webapp.models.ids import AccountId, BatchId, SchoolId
from webapp.services import audit, mails, medewerkers, sloten
from webapp.services.controle.batch import get
from webapp.services.controle.errors import AlreadyAsked, NoColleague, NothingHeld


def colleagues(session: Session, school_id: SchoolId, *, of: AccountId) -> list[Account]:
    """Return the other beheerders of the school."""
    return [account for account in medewerkers.beheerders_of(session, school_id) if account.id != of]


def hand_over(session: Session, school_id: SchoolId, batch_id: BatchId, *, aan: AccountId, door: AccountId) -> Account:
    """Mail a colleague the link to a hold; return whom.

    Raise NothingHeld when it is over, NoColleague for whoever is no other beheerder of this school, and AlreadyAsked
    for a colleague who got this mail before.
    """
    sloten.lock(session, school_id)
    batch = get(session, school_id, batch_id)
    if batch.status is not BatchStatus.VASTGEHOUDEN:
        raise NothingHeld
    colleague = next((each for each in colleagues(session, school_id, of=door) if each.id == aan), None)
    if colleague is None:
        raise NoColleague
    before = exists().where(
        Mail.soort == MailSoort.DOORGEGEVEN, Mail.batch_id == batch.id, Mail.ontvanger == colleague.email
    )
    if session.scalar(select(before)):
        raise AlreadyAsked(colleague.naam)
    mail = mails.add(
        session,
        MailSoort.DOORGEGEVEN,
        colleague.email,
        school_id=school_id,
        koppeling_id=batch.koppeling_id,
        batch_id=batch.id,
        account_id=colleague.id,
        aantallen=batch.onderwerpen,
        door=door,
    )
    audit.record(session, Daad.DOORGEGEVEN, f"mail {mail.id}", door=door, school_id=school_id)
    return colleague
