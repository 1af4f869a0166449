"""What a mail of the manual comes to: an unconfirmed aanvraag with the neutral first mail, or a line for a person."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.models import Aanvraagmail, Daad
from webapp.models.aanvraagmail import Onduidelijk
from webapp.models.ids import AanvraagmailId, AccountId
from webapp.services import audit
from webapp.services.clock import database_now
from webapp.services.koppeling.aanvraag import Aanvraag, request
from webapp.services.koppeling.errors import NoAanvraagmail, TooManyAanvragen

_PER_ADRES = 1
"""How many answers one address gets in a day, however many mails it sends."""


def take_in(
    session: Session,
    sleutel: str,
    afzender: str,
    aanvraag: Aanvraag | None,
    onduidelijk: Onduidelijk | None,
    *,
    fingerprint: str,
) -> bool:
    """Act on one mail, once; tell whether it was new. Only its sender is kept, and what became of it."""
    new = insert(Aanvraagmail).values(sleutel=sleutel, afzender=afzender, onduidelijk=onduidelijk)
    id_ = session.scalar(new.on_conflict_do_nothing().returning(Aanvraagmail.id))
    if id_ is None:
        return False
    if aanvraag is not None:
        row = session.get_one(Aanvraagmail, id_)
        try:
            koppeling = request(session, aanvraag, afzender=fingerprint, per_adres=_PER_ADRES)
        except TooManyAanvragen:
            row.onduidelijk = Onduidelijk.TE_VEEL
            return True
        row.koppeling_id = koppeling.id
        audit.record(session, Daad.AANVRAAG_PER_MAIL, f"koppeling {koppeling.id}", door=None, school_id=None)
    return True


def unclear(session: Session) -> list[tuple[Aanvraagmail, int]]:
    """Return what klantenservice has to read itself: the oldest mail of each sender, and how many there are."""
    is_open = (Aanvraagmail.onduidelijk.is_not(None), Aanvraagmail.gezien_op.is_(None))
    per_sender = select(func.min(Aanvraagmail.id), func.count()).where(*is_open).group_by(Aanvraagmail.afzender)
    return [(session.get_one(Aanvraagmail, id_), number) for id_, number in session.execute(per_sender).all()]


def was_read(session: Session, mail_id: AanvraagmailId, *, door: AccountId) -> str:
    """Take the line of this sender out of the queue; return the sender."""
    mail = session.get(Aanvraagmail, mail_id)
    if mail is None:
        raise NoAanvraagmail
    same = update(Aanvraagmail).where(Aanvraagmail.afzender == mail.afzender, Aanvraagmail.gezien_op.is_(None))
    if not session.scalars(same.values(gezien_op=database_now(session)).returning(Aanvraagmail.id)).all():
        raise NoAanvraagmail
    audit.record(session, Daad.AANVRAAGMAIL_GELEZEN, f"aanvraagmail {mail.id}", door=door, school_id=None)
    return mail.afzender
