"""The link in a mail about a review: whose it is, where it leads by now, and asking for a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import Account, Daad, Importbatch, Mail, MailSoort
from webapp.models.ids import AccountId, BatchId, MailId, RegelId, SchoolId
from webapp.services import audit, mails, sloten
from webapp.services.controle import batch as batches
from webapp.services.controle import doorgegeven, vastgehouden
from webapp.services.controle.errors import AskedOften, NothingToCheck
from webapp.services.inname.batch import open_of

PER_DAG = 3
"""So many new mails one person gets in a day."""
_DAG = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Doel:
    """Where a mail leads a beheerder."""

    batch: Importbatch
    is_about_hold: bool
    is_newer: bool
    """Whether another aanlevering took over the one that it was about."""
    klaar: Importbatch | None
    """The one that was imported: what it was about, or that of which this is the follow-up."""
    regel_id: RegelId | None
    """The first question that was handed over and is still open."""
    van_ander: str | None
    """To whom it was mailed, when that is somebody else."""


def of_mail(session: Session, school_id: SchoolId, mail_id: MailId, *, reader: AccountId) -> Doel:
    """Return where it leads; raise NotAllowed for a mail of another school, or about something else."""
    mail = session.scalar(select(Mail).where(Mail.id == mail_id, Mail.school_id == school_id))
    if mail is None:
        raise NotAllowed
    handed = doorgegeven.of_mail(session, school_id, mail_id)
    batch_id: BatchId | None = mail.batch_id if handed is None else doorgegeven.batch_of(session, handed)
    if batch_id is None:
        raise NotAllowed
    batch = batches.newest(session, batches.get(session, school_id, batch_id))
    to_other = mail.account_id is not None and mail.account_id != reader
    return Doel(
        batch,
        mail.soort in (MailSoort.VASTGEHOUDEN, MailSoort.DOORGEGEVEN),
        batch.id != batch_id,
        None if batch.id == batch_id and batch.is_open else batches.imported_before(session, batch),
        next((regel.id for regel in doorgegeven.open_lines(session, handed)), None) if handed is not None else None,
        session.get_one(Account, mail.account_id).naam if to_other else None,
    )


def follow_for_other(session: Session, school_id: SchoolId, mail_id: MailId, *, door: AccountId) -> Doel:
    """Write in the trail that somebody followed a link that was mailed to a colleague."""
    found = of_mail(session, school_id, mail_id, reader=door)
    if found.van_ander is not None:
        audit.record(session, Daad.LINK_GEVOLGD, f"mail {mail_id}", door=door, school_id=school_id)
    return found


def ask_anew(session: Session, school_id: SchoolId, *, door: AccountId) -> str:
    """Mail a new link to whoever asks, and to nobody else; return the address.

    Raise NothingToCheck when nothing waits, and AskedOften after a few in a day.
    """
    sloten.hold(session, school_id)
    batch = open_of(session, school_id)
    if batch is None:
        raise NothingToCheck
    account = session.get_one(Account, door)
    recent = select(func.count()).where(
        Mail.school_id == school_id,
        Mail.account_id == door,
        Mail.gegevens.has_key(mails.ASKED_ANEW),
        Mail.aangemaakt_op > func.now() - _DAG,
    )
    if (session.scalar(recent) or 0) >= PER_DAG:
        raise AskedOften(PER_DAG)
    only_held = bool(batch.vastgehouden) and not vastgehouden.has_open_lines(session, batch)
    mail = mails.add(
        session,
        MailSoort.VASTGEHOUDEN if only_held else MailSoort.KOPPELINGSMAIL,
        account.email,
        school_id=school_id,
        koppeling_id=batch.koppeling_id,
        batch_id=batch.id,
        account_id=account.id,
        **{mails.ASKED_ANEW: True},
        **({"aantallen": batch.onderwerpen} if only_held else {}),
    )
    audit.about(session, Daad.MAIL_GEVRAAGD, mail, door=door)
    return account.email
