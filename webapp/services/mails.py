"""Mails as rows: written with what causes them, claimed by one job, tried again until they are out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import Account, Daad, Mail, MailSoort, MailStatus, Rol
from webapp.models.ids import AccountId, BatchId, KoppelingId, MailId, SchoolId
from webapp.models.mail import Mailprobleem
from webapp.queue import Job, enqueue
from webapp.services import audit
from webapp.services.beurten import MAILEN
from webapp.services.clock import database_now

_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 120, 240, 480))
"""How long to wait after each failure; after the last one a person of klantenservice is asked to look."""
_MOST_TRIES = len(_PAUSES) + 5
"""More tries than pauses, because a worker may die halfway; after these a person of klantenservice looks."""


class MailNotGivenUp(DomainError):
    """Only a mail that nobody tries any more can be sent again."""


def add(
    session: Session,
    soort: MailSoort,
    ontvanger: str,
    *,
    school_id: SchoolId | None = None,
    koppeling_id: KoppelingId | None = None,
    batch_id: BatchId | None = None,
    account_id: AccountId | None = None,
    **gegevens: Any,
) -> Mail:
    """Write one mail to one address; it is sent once the transaction holds."""
    mail = Mail(
        soort=soort,
        ontvanger=ontvanger,
        school_id=school_id,
        koppeling_id=koppeling_id,
        batch_id=batch_id,
        account_id=account_id,
        gegevens=gegevens,
    )
    session.add(mail)
    session.flush()
    enqueue(session, Job.SEND_MAIL, mail.id)
    return mail


def add_for_beheerders(session: Session, soort: MailSoort, school_id: SchoolId, **values: Any) -> int:
    """Write the mail for every active beheerder of the school; return how many there are."""
    beheerders = beheerders_of(session, school_id)
    for beheerder in beheerders:
        add(session, soort, beheerder.email, school_id=school_id, account_id=beheerder.id, **values)
    return len(beheerders)


def beheerders_of(session: Session, school_id: SchoolId) -> list[Account]:
    """Return the active beheerders of a school, in the order in which they came."""
    query = select(Account).where(Account.school_id == school_id, Account.rol == Rol.BEHEERDER, Account.active)
    return list(session.scalars(query.order_by(Account.id)))


def claim(session: Session, mail_id: MailId) -> str | None:
    """Take the mail for one attempt; return the token, or None when it is out, not due yet, or in other hands."""
    token = MAILEN.take(session, mail_id)
    mail = session.get_one(Mail, mail_id, populate_existing=True) if token is not None else None
    if mail is not None and mail.pogingen > _MOST_TRIES:
        _give_up(mail, Mailprobleem.NIET_GEMAAKT, None)
        return None
    return token


def sent(session: Session, mail_id: MailId, token: str) -> None:
    """Record that SMTP took the mail, while it is still ours to say so."""
    mail = MAILEN.locked_if_ours(session, mail_id, token)
    if mail is not None:
        mail.status, mail.verzonden_op = MailStatus.VERZONDEN, database_now(session)
        mail.probleem = mail.antwoord = None
        MAILEN.later(mail, None)


def failed(
    session: Session, mail_id: MailId, token: str, probleem: Mailprobleem, antwoord: str, *, permanent: bool
) -> None:
    """Record why SMTP did not take the mail, and when the next try is; give up on what can never succeed."""
    mail = MAILEN.locked_if_ours(session, mail_id, token)
    if mail is None:
        return
    if permanent or mail.pogingen > len(_PAUSES):
        _give_up(mail, probleem, antwoord)
    else:
        mail.status, mail.probleem, mail.antwoord = MailStatus.MISLUKT, probleem, antwoord
        MAILEN.later(mail, database_now(session) + _PAUSES[mail.pogingen - 1])


def crashed(session: Session, mail_id: MailId, klasse: str) -> None:
    """Record an error that nobody expected; klantenservice sees it at once, and it is tried again after a pause."""
    mail, counted = MAILEN.locked_after_crash(session, mail_id)
    if mail is None or mail.volgende_op is None:
        return
    mail.pogingen += not counted
    if mail.pogingen > len(_PAUSES):
        _give_up(mail, Mailprobleem.NIET_GEMAAKT, klasse[:64])
    else:
        mail.status, mail.probleem, mail.antwoord = MailStatus.MISLUKT, Mailprobleem.NIET_GEMAAKT, klasse[:64]
        MAILEN.later(mail, database_now(session) + _PAUSES[mail.pogingen - 1])
    audit.record(
        session, Daad.INTERNE_FOUT, f"mail {mail.id}", door=None, school_id=mail.school_id, poging=mail.pogingen
    )


def _give_up(mail: Mail, probleem: Mailprobleem, antwoord: str | None) -> None:
    mail.status, mail.probleem, mail.antwoord = MailStatus.OPGEGEVEN, probleem, antwoord
    MAILEN.later(mail, None)


def again(session: Session, mail_id: MailId, *, door: AccountId) -> Mail:
    """Try once more to send a mail that was given up on, from the first try; raise MailNotGivenUp for any other."""
    mail = session.get(Mail, mail_id, with_for_update=True, populate_existing=True)
    if mail is None or mail.status is not MailStatus.OPGEGEVEN:
        raise MailNotGivenUp
    mail.status, mail.pogingen, mail.volgende_op = MailStatus.KLAAR, 0, database_now(session)
    mail.probleem = mail.antwoord = None
    audit.record(session, Daad.MAIL_OPNIEUW, f"mail {mail.id}", door=door, school_id=mail.school_id)
    enqueue(session, Job.SEND_MAIL, mail.id)
    return mail


def due(session: Session) -> list[int]:
    """Return the mails that nobody is sending and whose time has come, oldest first."""
    return MAILEN.due(session)
