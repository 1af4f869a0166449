"""The end of a koppeling: asked by the school, or decided by klantenservice; and asking anew afterwards."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import BatchStatus, Daad, Importbatch, Koppeling, KoppelingStatus, Mail, MailSoort
from webapp.models.ids import AccountId, KoppelingId, SchoolId
from webapp.models.importbatch import OPEN
from webapp.models.koppeling import ENDED, KoppelingAct
from webapp.services import audit, mails, sloten
from webapp.services.clock import database_now
from webapp.services.koppeling.berichten import to_school
from webapp.services.koppeling.errors import AlreadyCoupled, EndNotAsked, NoContact
from webapp.services.koppeling.levensloop import locked, school_id_of, tell_colleagues
from webapp.services.koppeling.sleutel import forget
from webapp.services.toegang import toetreden


def ask_end(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """Ask klantenservice to end the koppeling; meanwhile it goes on. Asking twice changes nothing."""
    koppeling = locked(session, koppeling_id, KoppelingAct.EINDE_VRAGEN)
    if koppeling.einde_gevraagd_op is None:
        koppeling.einde_gevraagd_op = database_now(session)
        tell_colleagues(session, koppeling, door, "einde")
        audit.about(session, Daad.EINDE_GEVRAAGD, koppeling, door=door)
    return koppeling


def go_on(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """Take back that the koppeling is to end."""
    koppeling = locked(session, koppeling_id, KoppelingAct.EINDE_VRAGEN)
    if koppeling.einde_gevraagd_op is not None:
        koppeling.einde_gevraagd_op = None
        audit.about(session, Daad.EINDE_INGETROKKEN, koppeling, door=door)
    return koppeling


def end(session: Session, koppeling_id: KoppelingId, *, door: AccountId, reden: str = "") -> Koppeling:
    """End it, because the school asked or for this reason; records and results stay, the key is thrown away.

    What was not imported never will be: a new koppeling asks anew.
    """
    koppeling = locked(session, koppeling_id, KoppelingAct.BEEINDIGEN)
    if koppeling.einde_gevraagd_op is None and not reden:
        raise EndNotAsked
    koppeling.status = KoppelingStatus.BEEINDIGD
    koppeling.ophalen_op = koppeling.zenden_op = None
    forget(koppeling)
    school_id = school_id_of(koppeling)
    _close_review(session, school_id)
    toetreden.withdraw_all(session, school_id, door=door)
    mails.forget_unsent(session, Mail.koppeling_id == koppeling_id)
    for mail in end_told(session, koppeling, reden):
        mails.add_made(session, mail)
    audit.about(session, Daad.BEEINDIGD, koppeling, door=door)
    return koppeling


def end_told(session: Session, koppeling: Koppeling, reden: str) -> list[Mail]:
    """Return the mails that ending it writes, not yet written."""
    return to_school(session, MailSoort.BEEINDIGD, koppeling, reden=reden)


def ask_again(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """Make a new aanvraag of one that ended, because the school wants to go on: it is opened up as any other.

    The aanvraag that is there already is returned, so that a double press makes one.
    """
    over = locked(session, koppeling_id, KoppelingAct.OPNIEUW_AANVRAGEN)
    if not over.contact_email:
        raise NoContact(over.schoolnaam)
    same_school = Koppeling.brin == over.brin, Koppeling.vestiging == over.vestiging, Koppeling.status.not_in(ENDED)
    for other in session.scalars(select(Koppeling).where(*same_school).order_by(Koppeling.id)):
        if other.status is KoppelingStatus.AANGEVRAAGD and other.contact_email == over.contact_email:
            return other
        if other.school_id is not None:
            raise AlreadyCoupled(other.schoolnaam, other.status)
    new = Koppeling(
        status=KoppelingStatus.ONBEVESTIGD, schoolnaam=over.schoolnaam, brin=over.brin, vestiging=over.vestiging,
        contact_naam=over.contact_naam, contact_email=over.contact_email, las_type=over.las_type,
    )  # fmt: skip
    session.add(new)
    session.flush()
    new.status = KoppelingStatus.AANGEVRAAGD  # klantenservice spoke with the school: no mailbox has to confirm
    audit.record(session, Daad.AANGEVRAAGD, f"koppeling {new.id}", door=door, school_id=over.school_id)
    return new


def _close_review(session: Session, school_id: SchoolId) -> None:
    """Close what waits for a beheerder, with all that is held; the nightly erasing takes the names from then on."""
    sloten.lock(session, school_id)
    open_ = select(Importbatch).where(Importbatch.school_id == school_id, Importbatch.status.in_(OPEN))
    for batch in session.scalars(open_):
        batch.status, batch.verwerkt_op = BatchStatus.VERVANGEN, database_now(session)
        batch.vastgehouden, batch.vastgehouden_op = {}, None
