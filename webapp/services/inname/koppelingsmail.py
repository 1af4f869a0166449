"""The mail that asks the beheerders to review: at most one per batch, and one per school per day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import Importbatch, Mail, MailSoort
from webapp.services import mails
from webapp.services.clock import database_now

_ONE_PER = timedelta(hours=20)


def send_once(session: Session, batch: Importbatch) -> None:
    """Write the mail to every beheerder, unless this batch was mailed about or the school had one today.

    The mail about a hold leads to the questions too, so it counts; the next night goes on.
    """
    now = database_now(session)
    recent = session.scalar(
        select(func.count())
        .select_from(Mail)
        .where(
            Mail.school_id == batch.school_id,
            Mail.soort.in_((MailSoort.KOPPELINGSMAIL, MailSoort.VASTGEHOUDEN)),
            ~Mail.gegevens.has_key(mails.ASKED_ANEW),
            Mail.aangemaakt_op > now - _ONE_PER,
        )
    )
    if batch.gemaild_op is not None or recent:
        return
    batch.gemaild_op = now
    mails.add_for_beheerders(
        session, MailSoort.KOPPELINGSMAIL, batch.school_id, koppeling_id=batch.koppeling_id, batch_id=batch.id
    )


def before(session: Session, mail: Mail) -> datetime | None:
    """When this school was last mailed about another aanlevering; None when never."""
    query = select(func.max(Mail.aangemaakt_op)).where(
        Mail.school_id == mail.school_id,
        Mail.soort == MailSoort.KOPPELINGSMAIL,
        ~Mail.gegevens.has_key(mails.ASKED_ANEW),
        Mail.aangemaakt_op < mail.aangemaakt_op,
        Mail.batch_id != mail.batch_id,
    )
    return session.scalar(query)
