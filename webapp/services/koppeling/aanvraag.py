"""An aanvraag until it is opened up: anybody may ask, the mailbox it names confirms, klantenservice puts it right.

Who asks learns nothing of what exists: whatever the BRIN or the address, the same is done and the same mail goes.
Several people may ask for one BRIN; klantenservice sees them side by side, and opens up one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp import vakanties
from webapp.config import AMSTERDAM
from webapp.models import Daad, Koppeling, KoppelingStatus, Mail, MailSoort, School
from webapp.models.ids import AccountId, KoppelingId
from webapp.models.koppeling import MAG, Afwijsreden, KoppelingAct
from webapp.services import audit, mails, sloten
from webapp.services.clock import database_now
from webapp.services.koppeling import herkenning
from webapp.services.koppeling.berichten import to_school
from webapp.services.koppeling.errors import NoAanvraag, NothingChanged, OtherBrin, RemindedToday, TooManyAanvragen
from webapp.services.koppeling.levensloop import locked
from webapp.services.koppeling.sleutel import forget

TERMIJN = timedelta(days=14)
"""How long an aanvraag waits to be confirmed; then it falls away."""
HERINNEREN_NA = (timedelta(days=5), timedelta(days=15))
"""So long after it was opened up or rejected the school is reminded; then it is for klantenservice."""
PER_ADRES = 3
"""How many first mails go to one address in a day, whoever asks for them."""
PER_AFZENDER = 20
"""How many aanvragen one sender makes in a day: as many as a board has schools, fewer than would be a nuisance."""
_DAY = timedelta(days=1)
_COUNTING = 7_212_029
"""The lock under which they are counted, whatever process asks."""


@dataclass(frozen=True)
class Aanvraag:
    """What the public form asks for."""

    schoolnaam: str
    brin: str
    vestiging: str
    contact_naam: str
    contact_email: str


def request(session: Session, aanvraag: Aanvraag, *, afzender: str, per_adres: int = PER_ADRES) -> Koppeling:
    """Write the aanvraag and ask its address to confirm; the same one again is written once."""
    session.execute(select(func.pg_advisory_xact_lock(_COUNTING)))
    same = select(Koppeling).filter_by(status=KoppelingStatus.ONBEVESTIGD, **asdict(aanvraag))
    koppeling = session.scalars(same).first()
    if koppeling is None:
        if _today(session, Koppeling.aangevraagd_op, Koppeling.afzender == afzender) >= PER_AFZENDER:
            raise TooManyAanvragen(PER_AFZENDER)
        koppeling = Koppeling(status=KoppelingStatus.ONBEVESTIGD, afzender=afzender, **asdict(aanvraag))
        session.add(koppeling)
        session.flush()
        audit.record(session, Daad.AANGEVRAAGD, f"koppeling {koppeling.id}", door=None, school_id=None)
    first = and_(Mail.soort == MailSoort.AANVRAAG_BEVESTIGEN, _is(Mail.ontvanger, aanvraag.contact_email))
    if _today(session, Mail.aangemaakt_op, first) < per_adres:
        mails.add(session, MailSoort.AANVRAAG_BEVESTIGEN, aanvraag.contact_email, koppeling_id=koppeling.id)
    return koppeling


def of_mail(session: Session, mail_id: int) -> Mail:
    """Return the first mail that this is the id of; raise NoAanvraag when it is none, or fell away."""
    mail = session.get(Mail, mail_id)
    if mail is None or mail.soort is not MailSoort.AANVRAAG_BEVESTIGEN:
        raise NoAanvraag
    return mail


def confirm(session: Session, mail_id: int, brin: str, *, klantenservice_mail: str) -> Koppeling:
    """Take the aanvraag that the reader of this mail made; a second time changes nothing.

    The BRIN is asked because the mail does not hold it: whoever got the mail for nothing cannot confirm by mistake, and
    neither can a scanner that presses every button.
    """
    koppeling = _own(session, mail_id, brin, Koppeling.status == KoppelingStatus.ONBEVESTIGD)
    if koppeling is None:
        earlier = _own(session, mail_id, brin, Koppeling.status != KoppelingStatus.INGETROKKEN)
        if earlier is None:
            raise OtherBrin(brin)
        return earlier
    for double in session.scalars(select(Koppeling).where(_is_double_of(koppeling)).with_for_update()):
        _end(session, double, door=None)
    koppeling.status = KoppelingStatus.AANGEVRAAGD
    mails.add(session, MailSoort.AANVRAAG_ONTVANGEN, koppeling.contact_email, koppeling_id=koppeling.id)
    mails.add(session, MailSoort.KLANTENSERVICE_AANVRAAG, klantenservice_mail, koppeling_id=koppeling.id)
    audit.record(session, Daad.AANVRAAG_BEVESTIGD, f"koppeling {koppeling.id}", door=None, school_id=None)
    return koppeling


def take_back(session: Session, mail_id: int, brin: str) -> Koppeling:
    """Withdraw the aanvraag of the reader of this mail, unless it was opened up; a second time changes nothing."""
    before = (KoppelingStatus.ONBEVESTIGD, KoppelingStatus.AANGEVRAAGD)
    koppeling = _own(session, mail_id, brin, Koppeling.status.in_(before))
    if koppeling is not None:
        _end(session, koppeling, door=None)
        return koppeling
    earlier = _own(session, mail_id, brin, Koppeling.status == KoppelingStatus.INGETROKKEN)
    if earlier is None:
        raise OtherBrin(brin)
    return earlier


def correct(session: Session, koppeling_id: KoppelingId, gegevens: Aanvraag, *, door: AccountId) -> Koppeling:
    """Put right what was typed. Another school or contact makes it an aanvraag again, to be recognised again.

    What was opened up or submitted for the wrong one is undone with it: the beheerder that was made, and the key.
    """
    koppeling = locked(session, koppeling_id, KoppelingAct.VERBETEREN)
    changed = sorted(name for name, value in asdict(gegevens).items() if getattr(koppeling, name) != value)
    if not changed:
        raise NothingChanged
    school_id, before = koppeling.school_id, koppeling.schoolnaam
    is_other = not set(changed) <= {"schoolnaam", "contact_naam"} or koppeling.status is KoppelingStatus.ONBEVESTIGD
    if is_other:
        herkenning.release(session, koppeling, door=door)
        _start_again(koppeling)
    elif koppeling.school is not None and koppeling.school.naam == before:
        koppeling.school.naam = gegevens.schoolnaam
    for name in changed:
        setattr(koppeling, name, getattr(gegevens, name))
    if is_other:
        mails.add(session, MailSoort.AANVRAAG_ONTVANGEN, koppeling.contact_email, koppeling_id=koppeling.id)
    audit.record(
        session,
        Daad.AANVRAAG_VERBETERD,
        f"koppeling {koppeling.id}",
        door=door,
        school_id=school_id,
        gewijzigd=" en ".join(name.replace("_", " ") for name in changed),
    )
    return koppeling


def withdraw(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """End it before approval; the beheerder that was made for it is one no more, of which alone a mail goes."""
    koppeling = locked(session, koppeling_id, KoppelingAct.INTREKKEN)
    _end(session, koppeling, door=door)
    return koppeling


def reject(
    session: Session, koppeling_id: KoppelingId, *, reden: Afwijsreden, toelichting: str, door: AccountId
) -> Koppeling:
    """Reject with a reason that the school reads. What was opened up may be submitted again."""
    koppeling = locked(session, koppeling_id, KoppelingAct.AFWIJZEN)
    koppeling.status, koppeling.beslist_op = KoppelingStatus.AFGEWEZEN, database_now(session)
    koppeling.afwijsreden, koppeling.reden_afwijzing, koppeling.herinnerd_op = reden, toelichting or None, None
    forget(koppeling)
    for mail in rejection(session, koppeling, reden, toelichting):
        mails.add_made(session, mail)
    audit.about(session, Daad.AFGEWEZEN, koppeling, door=door, afwijsreden=reden)
    return koppeling


def rejection(session: Session, koppeling: Koppeling, reden: Afwijsreden, toelichting: str) -> list[Mail]:
    """Return the mails that rejecting writes, not yet written: klantenservice reads them first."""
    return to_school(session, MailSoort.AFGEWEZEN, koppeling, afwijsreden=reden, toelichting=toelichting)


def remind(session: Session, koppeling_id: KoppelingId, *, door: AccountId | None) -> Koppeling:
    """Mail the school that it is the one to act; at most once a day."""
    koppeling = locked(session, koppeling_id, KoppelingAct.HERINNEREN)
    told = reminder(session, koppeling)
    koppeling.herinnerd_op = database_now(session)
    for mail in told:
        mails.add_made(session, mail)
    audit.about(session, Daad.HERINNERD, koppeling, door=door)
    return koppeling


def reminder(session: Session, koppeling: Koppeling) -> list[Mail]:
    """Return the mails that reminding writes, not yet written; raise RemindedToday when none may go."""
    last = koppeling.herinnerd_op
    if koppeling.school_id is None or (last is not None and database_now(session) - last < _DAY):
        raise RemindedToday(koppeling.schoolnaam)
    return to_school(session, MailSoort.AANVRAAG_HERINNERING, koppeling)


def due(session: Session) -> list[KoppelingId]:
    """Return which aanvragen fall away, and which schools are reminded."""
    now = database_now(session)
    unconfirmed = Koppeling.status == KoppelingStatus.ONBEVESTIGD, Koppeling.aangevraagd_op < now - TERMIJN
    lapsed = session.scalars(select(Koppeling.id).where(*unconfirmed))
    return sorted({*lapsed, *_to_remind(session, now)})


def is_to_remind(since: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether a term has passed since which nobody reminded the school; of two at once one mail goes."""
    passed = [since + each for each in HERINNEREN_NA if since + each < now]
    return bool(passed) and (last is None or (last < passed[-1] and now - last >= _DAY))


def _to_remind(session: Session, now: datetime) -> Iterator[KoppelingId]:
    """Schools that are the one to act; not in their holidays, after which the first day comes."""
    query = select(Koppeling, School.vakantieregio).join(School, School.id == Koppeling.school_id)
    today = now.astimezone(AMSTERDAM).date()
    for koppeling, regio in session.execute(query.where(Koppeling.status.in_(MAG[KoppelingAct.HERINNEREN]))):
        since = koppeling.stil_sinds
        is_due = since is not None and is_to_remind(since, koppeling.herinnerd_op, now)
        if is_due and not vakanties.is_vakantie(today, regio):
            yield koppeling.id


def tend(session: Session, koppeling_id: KoppelingId) -> None:
    """Do what time does to an aanvraag: it falls away, or the school is reminded."""
    koppeling = sloten.koppeling(session, koppeling_id)
    if koppeling is None or koppeling_id not in due(session):
        return
    if koppeling.status is not KoppelingStatus.ONBEVESTIGD:
        remind(session, koppeling_id, door=None)
        return
    session.execute(delete(Mail).where(Mail.koppeling_id == koppeling.id))
    session.delete(koppeling)
    audit.record(session, Daad.AANVRAAG_VERVALLEN, f"koppeling {koppeling_id}", door=None, school_id=None)


def _own(session: Session, mail_id: int, brin: str, where: ColumnElement[bool]) -> Koppeling | None:
    """Of what was asked from the address of this mail for this BRIN: what the mail is about, or else the newest."""
    mail = of_mail(session, mail_id)
    return session.scalar(
        select(Koppeling)
        .where(_is(Koppeling.contact_email, mail.ontvanger), Koppeling.brin == brin, where)
        .order_by((Koppeling.id == mail.koppeling_id).desc(), Koppeling.id.desc())
        .limit(1)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _is_double_of(koppeling: Koppeling) -> ColumnElement[bool]:
    return and_(
        Koppeling.status == KoppelingStatus.AANGEVRAAGD,
        Koppeling.brin == koppeling.brin,
        Koppeling.vestiging == koppeling.vestiging,
        _is(Koppeling.contact_email, koppeling.contact_email),
    )


def _start_again(koppeling: Koppeling) -> None:
    koppeling.status, koppeling.school_id, koppeling.schooljaar = KoppelingStatus.AANGEVRAAGD, None, None
    koppeling.opengezet_op = koppeling.ingediend_op = koppeling.beslist_op = koppeling.herinnerd_op = None
    koppeling.afwijsreden = koppeling.reden_afwijzing = None
    forget(koppeling)


def _end(session: Session, koppeling: Koppeling, *, door: AccountId | None) -> None:
    herkenning.release(session, koppeling, door=door)
    koppeling.status = KoppelingStatus.INGETROKKEN
    forget(koppeling)
    audit.about(session, Daad.AANVRAAG_INGETROKKEN, koppeling, door=door)


def _is(column: InstrumentedAttribute[str], address: str) -> ColumnElement[bool]:
    return func.lower(column) == address.lower()


def _today(session: Session, moment: InstrumentedAttribute[datetime], where: ColumnElement[bool]) -> int:
    """How many rows of the last day."""
    return session.scalar(select(func.count()).where(moment > func.now() - _DAY, where)) or 0
