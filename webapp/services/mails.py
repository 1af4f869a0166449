"""Mails as rows: written with what causes them, claimed by one job, tried again until they are out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import Account, Daad, Mail, MailSoort, MailStatus, Rol
from webapp.models.mail import Mailprobleem
from webapp.queue import Job, enqueue
from webapp.services import audit
from webapp.services.clock import database_now

LEASE = timedelta(seconds=60)
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 120, 240, 480))
"""How long to wait after each failure; after the last one a person of klantenservice is asked to look."""


class MailNotGivenUp(DomainError):
    """Only a mail that nobody tries any more can be sent again."""


_MOST_TRIES = len(_PAUSES) + 5
"""More tries than pauses, because a worker may die halfway; after these a person of klantenservice looks."""


def add(
    session: Session,
    soort: MailSoort,
    ontvanger: str,
    *,
    school_id: int | None = None,
    koppeling_id: int | None = None,
    batch_id: int | None = None,
    account_id: int | None = None,
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


def add_for_beheerders(session: Session, soort: MailSoort, school_id: int, **values: Any) -> int:
    """Write the mail for every active beheerder of the school; return how many there are."""
    beheerders = beheerders_of(session, school_id)
    for beheerder in beheerders:
        add(session, soort, beheerder.email, school_id=school_id, account_id=beheerder.id, **values)
    return len(beheerders)


def beheerders_of(session: Session, school_id: int) -> list[Account]:
    """Return the active beheerders of a school, in the order in which they came."""
    query = select(Account).where(Account.school_id == school_id, Account.rol == Rol.BEHEERDER, Account.active)
    return list(session.scalars(query.order_by(Account.id)))


def claim(session: Session, mail_id: int, now: datetime) -> Mail | None:
    """Take the mail for one attempt; None when it is out, not due yet, or in other hands."""
    claimed = session.scalar(
        update(Mail)
        .where(
            Mail.id == mail_id,
            Mail.status.in_((MailStatus.KLAAR, MailStatus.MISLUKT)),
            Mail.volgende_op <= now,
            or_(Mail.claim_tot.is_(None), Mail.claim_tot < now),
        )
        .values(claim_tot=now + LEASE, pogingen=Mail.pogingen + 1)
        .returning(Mail.id)
    )
    mail = session.get(Mail, claimed, populate_existing=True) if claimed else None
    if mail is not None and mail.pogingen > _MOST_TRIES:
        mail.status, mail.claim_tot, mail.probleem = MailStatus.OPGEGEVEN, None, Mailprobleem.NIET_GEMAAKT
        return None
    return mail


def sent(session: Session, mail_id: int, now: datetime) -> None:
    """Record that SMTP took the mail."""
    session.execute(
        update(Mail)
        .where(Mail.id == mail_id)
        .values(status=MailStatus.VERZONDEN, verzonden_op=now, claim_tot=None, probleem=None, antwoord=None)
    )


def failed(
    session: Session, mail_id: int, probleem: Mailprobleem, antwoord: str, now: datetime, *, permanent: bool
) -> None:
    """Record why SMTP did not take the mail, and when the next try is; give up on what can never succeed."""
    mail = session.get_one(Mail, mail_id)
    mail.claim_tot, mail.probleem, mail.antwoord = None, probleem, antwoord
    if permanent or mail.pogingen > len(_PAUSES):
        mail.status = MailStatus.OPGEGEVEN
    else:
        mail.status = MailStatus.MISLUKT
        mail.volgende_op = now + _PAUSES[mail.pogingen - 1]


def again(session: Session, mail_id: int, *, door: int) -> Mail:
    """Try once more to send a mail that was given up on, from the first try; raise MailNotGivenUp for any other."""
    mail = session.get(Mail, mail_id, with_for_update=True, populate_existing=True)
    if mail is None or mail.status is not MailStatus.OPGEGEVEN:
        raise MailNotGivenUp
    mail.status, mail.pogingen, mail.volgende_op = MailStatus.KLAAR, 0, database_now(session)
    mail.probleem = mail.antwoord = None
    audit.record(session, Daad.MAIL_OPNIEUW, f"mail {mail.id}", door=door, school_id=mail.school_id)
    enqueue(session, Job.SEND_MAIL, mail.id)
    return mail


def due(session: Session, now: datetime, limit: int = 500) -> list[int]:
    """Return the mails that nobody is sending and whose time has come, oldest first."""
    return list(
        session.scalars(
            select(Mail.id)
            .where(
                Mail.status.in_((MailStatus.KLAAR, MailStatus.MISLUKT)),
                Mail.volgende_op <= now,
                or_(Mail.claim_tot.is_(None), Mail.claim_tot < now),
            )
            .order_by(Mail.volgende_op)
            .limit(limit)
        )
    )
