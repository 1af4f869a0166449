"""Looking whether a mail about the open questions of a school is due: the first one in its rhythm, then reminders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.models import Daad, Importbatch, Importregel, Koppeling, Mail, MailSoort, School
from webapp.models.ids import AccountId, BatchId, SchoolId
from webapp.models.importbatch import OPEN
from webapp.models.koppeling import RUNNING
from webapp.services import audit, mails, sloten, vragen
from webapp.services.clock import database_now
from webapp.services.controle import batch as batches
from webapp.services.inname import koppelingsmail, mailritme
from webapp.services.inname.mailritme import Wacht
from webapp.vakanties import Regio


def due(session: Session) -> list[int]:
    """Return the open aanleveringen that are to be looked at, longest waiting first."""
    query = select(Importbatch.id).where(
        Importbatch.school_id.is_not(None),
        Importbatch.status.in_(OPEN),
        Importbatch.herinneren_op <= database_now(session),
    )
    return list(session.scalars(query.order_by(Importbatch.herinneren_op).limit(500)))


def look(session: Session, batch_id: BatchId) -> None:
    """Write the mail that is due, if one is, and say when to look again. Twice does no more than once."""
    school_id = session.scalar(select(Importbatch.school_id).where(Importbatch.id == batch_id))
    if school_id is None:
        return
    sloten.lock(session, school_id)
    batch, now = batches.get(session, school_id, batch_id), database_now(session)
    if not batch.is_open or batch.herinneren_op > now:
        return
    regio = session.get_one(School, school_id).vakantieregio
    batch.herinneren_op = mailritme.next_look(school_id, regio, now)
    if session.get_one(Koppeling, batch.koppeling_id).status not in RUNNING:
        return
    waits = koppelingsmail.waiting(session, batch)
    if waits and batch.gemaild_op is None:
        koppelingsmail.send_once(session, batch)
    _remind(session, batch, waits, regio, now)


def _remind(
    session: Session, batch: Importbatch, waits: Collection[Importregel], regio: Regio | None, now: datetime
) -> None:
    ritme, last = koppelingsmail.ritme_of(session, batch.school_id), koppelingsmail.last(session, batch.school_id)
    number = mailritme.reminder((wacht(each) for each in waits), ritme, regio, last, now)
    if number is None:
        return
    today = now.astimezone(AMSTERDAM).date()
    for regel in waits:
        regel.herinnerd = max(regel.herinnerd, mailritme.steps(wacht(regel), regio, today))
    koppelingsmail.mark(waits, now)
    mails.add_for_beheerders(
        session,
        MailSoort.HERINNERING,
        batch.school_id,
        koppeling_id=batch.koppeling_id,
        batch_id=batch.id,
        herinnering=number,
    )
    audit.about(session, Daad.VRAAG_HERINNERD, batch, door=None, herinnering=number, vragen=vragen.count(waits))


def choose_regio(session: Session, school_id: SchoolId, regio: Regio | None, *, door: AccountId) -> None:
    """Note in which region of the school holidays a school is; None when nobody knows."""
    sloten.hold(session, school_id)
    school = session.get_one(School, school_id)
    if school.vakantieregio is not regio:
        school.vakantieregio = regio
        about = f"school {school_id}"
        audit.record(session, Daad.VAKANTIEREGIO, about, door=door, school_id=school_id, regio=regio or "onbekend")


def is_over(session: Session, mail: Mail) -> bool:
    """Whether this is a reminder of what somebody has done meanwhile."""
    if mail.soort is not MailSoort.HERINNERING or mail.school_id is None:
        return False
    batch = batches.of_mail(session, mail.school_id, mail.id)
    is_running = session.get_one(Koppeling, batch.koppeling_id).status in RUNNING
    return not (batch.is_open and is_running and koppelingsmail.waiting(session, batch))


def wacht(regel: Importregel) -> Wacht:
    """What the rule of the mails has to know of a line; one that came after the mail waits since it came."""
    of_batch = regel.batch.gemaild_op
    mailed = regel.gemaild_op or (of_batch and max(of_batch, regel.gevraagd_op))
    return Wacht(regel.gevraagd_op, mailed, regel.herinnerd)
