"""The mail that asks the beheerders to review: at most one per batch and one per school per day, in their rhythm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from webapp.models import Importbatch, Importregel, Mail, Mailritme, MailSoort
from webapp.models.ids import SchoolId
from webapp.services import afspraken, mails, vragen
from webapp.services.clock import database_now
from webapp.services.inname import mailritme
from webapp.services.inname.mailritme import Ritme

_OF_THE_DAY = (MailSoort.KOPPELINGSMAIL, MailSoort.VASTGEHOUDEN, MailSoort.HERINNERING, MailSoort.OVERGANG)


def send_once(session: Session, batch: Importbatch) -> None:
    """Write the mail to every beheerder, unless this batch was mailed about, or the school is not to be mailed now.

    The mail about a hold leads to the questions too, so it counts; the next night goes on.
    """
    now = database_now(session)
    if batch.gemaild_op is not None:
        return
    session.flush()
    waits = waiting(session, batch)
    oldest = min((regel.gevraagd_op for regel in waits if regel.gemaild_op is None), default=now)
    if not mailritme.may_mail(ritme_of(session, batch.school_id), oldest, last(session, batch.school_id), now):
        return
    batch.gemaild_op = now
    mark(waits, now)
    mails.add_for_beheerders(
        session, MailSoort.KOPPELINGSMAIL, batch.school_id, koppeling_id=batch.koppeling_id, batch_id=batch.id
    )


def mark(waits: Iterable[Importregel], now: datetime) -> None:
    """Note of what was not mailed about yet that it is now."""
    for regel in waits:
        regel.gemaild_op = regel.gemaild_op or now


def ritme_of(session: Session, school_id: SchoolId) -> Ritme:
    """What the school agreed on about its mails."""
    agreed = afspraken.of_school(session, school_id)
    return Ritme(
        agreed.mail_weekdag if agreed.mailritme is Mailritme.WEEKDAG else None,
        agreed.mail_na_dagen if agreed.mailritme is Mailritme.NA_DAGEN else None,
    )


def last(session: Session, school_id: SchoolId) -> datetime | None:
    """When this school last had such a mail; what somebody asked for does not count."""
    query = select(func.max(Mail.aangemaakt_op)).where(
        Mail.school_id == school_id, Mail.soort.in_(_OF_THE_DAY), ~Mail.gegevens.has_key(mails.ASKED_ANEW)
    )
    return session.scalar(query)


def told_of_turn(session: Session, batch: Importbatch) -> bool:
    """Whether the turn of the year in this aanlevering had a mail of its own."""
    of_turn = exists().where(
        Mail.school_id == batch.school_id, Mail.batch_id == batch.id, Mail.soort == MailSoort.OVERGANG
    )
    return session.scalar(select(of_turn)) or False


def waiting(session: Session, batch: Importbatch) -> Sequence[Importregel]:
    """Return what nobody did anything about."""
    query = select(Importregel).where(
        Importregel.school_id == batch.school_id, Importregel.batch_id == batch.id, vragen.undone()
    )
    return session.scalars(query.order_by(Importregel.id)).all()


def before(session: Session, mail: Mail) -> datetime | None:
    """When this school was last mailed about another aanlevering, or before a reminder; None when never."""
    query = select(func.max(Mail.aangemaakt_op)).where(
        Mail.school_id == mail.school_id,
        Mail.soort.in_((MailSoort.KOPPELINGSMAIL, MailSoort.HERINNERING)),
        ~Mail.gegevens.has_key(mails.ASKED_ANEW),
        Mail.aangemaakt_op < mail.aangemaakt_op,
    )
    if mail.soort is not MailSoort.HERINNERING:
        query = query.where(Mail.batch_id != mail.batch_id)
    return session.scalar(query)
