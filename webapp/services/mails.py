"""Mails as rows: written with what causes them, and what a person does to one that nobody tries any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.errors import DomainError
from webapp.models import Account, Daad, DoodAdres, Mail, MailSoort, MailStatus, Overdracht
from webapp.models.ids import AccountId, BatchId, KoppelingId, MailId, SchoolId
from webapp.queue import Job, enqueue
from webapp.services import audit, medewerkers
from webapp.services.beurten import MAILEN
from webapp.services.clock import database_now

ASKED_ANEW = "opnieuw"
"""In the `gegevens` of a mail that its reader asked for again: of that one there may be several."""
_JUST_NOW = timedelta(minutes=5)
_ANEW = frozenset({
    MailSoort.OPENGEZET, MailSoort.INGEDIEND, MailSoort.GOEDGEKEURD, MailSoort.AFGEWEZEN, MailSoort.KOPPELINGSMAIL,
    MailSoort.VASTGEHOUDEN, MailSoort.ONTVANGST, MailSoort.SLEUTEL_GEWEIGERD, MailSoort.OPHALEN_MISLUKT,
    MailSoort.UITGENODIGD,
})  # fmt: skip
"""What says how things stand, and points at nothing but its school and aanlevering: it can be made anew at any time."""


class MailNotGivenUp(DomainError):
    """Only a mail that nobody tries any more can be sent again."""


class AdresDood(DomainError):
    """The address takes no mail: it is corrected or freed first."""


class MailNotToSendAnew(DomainError):
    """It did not go yet, cannot be made anew, or just went again."""


class MailNotInDoubt(DomainError):
    """Only of a mail whose fate is not known can somebody say that it arrived."""


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
    return add_made(
        session,
        Mail(
            soort=soort,
            ontvanger=ontvanger,
            school_id=school_id,
            koppeling_id=koppeling_id,
            batch_id=batch_id,
            account_id=account_id,
            gegevens=gegevens,
        ),
    )


def add_made(session: Session, mail: Mail) -> Mail:
    """Write a mail that was made before, to be read by whoever decides whether it goes."""
    session.add(mail)
    session.flush()
    enqueue(session, Job.SEND_MAIL, mail.id)
    return mail


def also_mailed(session: Session, mail: Mail) -> list[str]:
    """Return who else got this mail about the same aanlevering, by name; nobody of one that was asked for anew."""
    if mail.batch_id is None or ASKED_ANEW in mail.gegevens:
        return []
    others = (Mail.batch_id == mail.batch_id, Mail.soort == mail.soort, Mail.aangemaakt_op == mail.aangemaakt_op)
    query = select(Account.naam).join(Mail, Mail.account_id == Account.id).where(Mail.school_id == mail.school_id)
    query = query.where(*others, Mail.id != mail.id, ~Mail.gegevens.has_key(ASKED_ANEW))
    return list(session.scalars(query.order_by(Mail.id)))


def add_for_beheerders(
    session: Session, soort: MailSoort, school_id: SchoolId, *, behalve: AccountId | None = None, **values: Any
) -> int:
    """Write the mail for every active beheerder of the school but one; return how many there are."""
    beheerders = [each for each in medewerkers.beheerders_of(session, school_id) if each.id != behalve]
    for beheerder in beheerders:
        add(session, soort, beheerder.email, school_id=school_id, account_id=beheerder.id, **values)
    return len(beheerders)


def forget_unsent(session: Session, *where: ColumnElement[bool]) -> None:
    """Take back the mails of these that never went, because what they ask is over. What a worker has now goes."""
    gone = Mail.status.in_((MailStatus.KLAAR, MailStatus.MISLUKT)), _is_free(), *where
    about = Overdracht.mail_id.in_(select(Mail.id).where(*gone))
    session.execute(update(Overdracht).where(Overdracht.school_id.is_not(None), about).values(mail_id=None))
    session.execute(delete(Mail).where(*gone))


def is_dead(address: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that mail to this address stops."""
    return func.lower(DoodAdres.adres) == func.lower(address)


def mark_dead(session: Session, mail: Mail, antwoord: str) -> None:
    """Send nothing more to the address of this mail until a person corrects or frees it."""
    new = insert(DoodAdres).values(adres=mail.ontvanger, antwoord=antwoord).on_conflict_do_nothing()
    if session.scalar(new.returning(DoodAdres.id)) is not None:
        audit.about(session, Daad.ADRES_DOOD, mail, door=None)


def again(session: Session, mail_id: MailId, *, door: AccountId) -> Mail:
    """Try once more to send a mail that waits for a person, from the first try."""
    mail = _waiting(session, mail_id)
    if mail is None:
        raise MailNotGivenUp
    if session.scalar(select(exists().where(is_dead(mail.ontvanger)))):
        raise AdresDood
    make_due(session, mail)
    audit.about(session, Daad.MAIL_OPNIEUW, mail, door=door)
    return mail


def may_go_anew(mail: Mail) -> bool:
    """Whether a mail that went may be sent once more, as it would be now."""
    return mail.status is MailStatus.VERZONDEN and mail.soort in _ANEW and not mail.ontvanger.startswith("gewist-")


def send_anew(session: Session, mail_id: MailId, *, door: AccountId) -> Mail:
    """Write a mail that went once more, for who lost it: as a new one, which no mail server takes for a double."""
    mail = session.get(Mail, mail_id, with_for_update=True, populate_existing=True)
    if mail is None or not may_go_anew(mail):
        raise MailNotToSendAnew
    if session.scalar(select(exists().where(is_dead(mail.ontvanger)))):
        raise AdresDood
    just_now = Mail.aangemaakt_op > func.clock_timestamp() - _JUST_NOW
    same = Mail.soort == mail.soort, func.lower(Mail.ontvanger) == mail.ontvanger.lower()
    if session.scalar(select(exists().where(*same, just_now, Mail.gegevens.has_key(ASKED_ANEW)))):
        raise MailNotToSendAnew
    of = {name: getattr(mail, name) for name in ("school_id", "koppeling_id", "batch_id", "account_id")}
    new = add(session, mail.soort, mail.ontvanger, **of, **{**mail.gegevens, ASKED_ANEW: True})
    audit.about(session, Daad.MAIL_OPNIEUW, new, door=door)
    return new


def make_due(session: Session, mail: Mail) -> None:
    """Begin anew with a mail that nobody tries any more."""
    mail.status, mail.pogingen = MailStatus.KLAAR, 0
    mail.probleem = mail.antwoord = mail.onzeker_op = None
    MAILEN.later(mail, database_now(session))
    enqueue(session, Job.SEND_MAIL, mail.id)


def arrived(session: Session, mail_id: MailId, *, door: AccountId) -> Mail:
    """Record that a mail in doubt arrived, as the school says; raise MailNotInDoubt for any other."""
    mail = _waiting(session, mail_id)
    if mail is None or mail.status is not MailStatus.ONZEKER:
        raise MailNotInDoubt
    mail.status, mail.verzonden_op = MailStatus.VERZONDEN, mail.geprobeerd_op
    mail.probleem = mail.antwoord = None
    audit.about(session, Daad.MAIL_AANGEKOMEN, mail, door=door)
    return mail


def for_a_person() -> ColumnElement[bool]:
    """The condition that nobody tries a mail any more, while it is not known to have arrived."""
    is_asked = and_(Mail.status == MailStatus.ONZEKER, Mail.volgende_op.is_(None), _is_free())
    return or_(Mail.status.in_((MailStatus.OPGEGEVEN, MailStatus.TERUGGEKOMEN)), is_asked)


def _is_free() -> ColumnElement[bool]:
    return or_(Mail.claim_tot.is_(None), Mail.claim_tot < func.clock_timestamp())


def _waiting(session: Session, mail_id: MailId) -> Mail | None:
    query = select(Mail).where(Mail.id == mail_id, for_a_person()).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))
