"""Mails as rows: written with what causes them, claimed by one job, tried again until they are out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.errors import DomainError
from webapp.models import Aanleiding, Account, Daad, DoodAdres, Mail, MailSoort, MailStatus, Overdracht, Werk
from webapp.models.ids import AccountId, BatchId, KoppelingId, MailId, SchoolId
from webapp.models.mail import Mailprobleem
from webapp.queue import Job, enqueue
from webapp.services import audit, mailtijden, medewerkers, schakelaars
from webapp.services.beurten import MAILEN
from webapp.services.clock import database_clock, database_now

_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 120, 240, 480))
"""How long to wait after each failure; after the last one a person of klantenservice is asked to look."""
_MOST_TRIES = len(_PAUSES) + 5
"""More tries than pauses, because a worker may die halfway; after these a person of klantenservice looks."""
TWIJFEL = timedelta(minutes=30)
"""How long a mail waits that the mail server may have taken without saying so, before it goes once more."""
_MINUTE = timedelta(minutes=1)
ASKED_ANEW = "opnieuw"
"""In the `gegevens` of a mail that its reader asked for again: of that one there may be several."""
_JUST_NOW = timedelta(minutes=5)
_ANEW = frozenset({
    MailSoort.OPENGEZET, MailSoort.INGEDIEND, MailSoort.GOEDGEKEURD, MailSoort.AFGEWEZEN, MailSoort.KOPPELINGSMAIL,
    MailSoort.VASTGEHOUDEN, MailSoort.ONTVANGST, MailSoort.SLEUTEL_GEWEIGERD, MailSoort.OPHALEN_MISLUKT,
    MailSoort.UITGENODIGD,
})  # fmt: skip
"""What says how things stand, and points at nothing but its school and aanlevering: it can be made anew at any time."""
_COUNTING = 7_212_028
"""The lock under which the tries of this minute are counted."""


class MailNotGivenUp(DomainError):
    """Only a mail that nobody tries any more can be sent again."""


class AdresDood(DomainError):
    """The address takes no mail: it is corrected or freed first."""


class MailNotToSendAnew(DomainError):
    """It did not go yet, cannot be made anew, or just went again."""


class MailNotInDoubt(DomainError):
    """Only of a mail whose fate is not known can somebody say that it arrived."""


@dataclass(frozen=True)
class Grenzen:
    """How many mails may be offered to the mail server in one minute, and from when on those of the night."""

    per_minuut: int
    per_domein: int
    vanaf: time = time()
    """Before which no mail of the night goes; midnight: at once."""


class Gezegd(NamedTuple):
    """What a mail says as it may be kept."""

    onderwerp: str
    tekst: str


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


def claim(session: Session, mail_id: MailId, grenzen: Grenzen) -> str | None:
    """Take the mail for one attempt; return the token, or None when it is out, not due yet, or in other hands."""
    token = MAILEN.take(session, mail_id, _may_go())
    if token is None:
        return None
    mail = session.get_one(Mail, mail_id, populate_existing=True)
    if mail.pogingen > _MOST_TRIES:
        _give_up(mail, Mailprobleem.NIET_GEMAAKT, None)
        return None
    if session.scalar(select(exists().where(is_dead(mail.ontvanger)))):
        _give_up(mail, Mailprobleem.ADRES_DOOD, None)
        return None
    too_early = mailtijden.not_before(mail.soort, mail.school_id, database_clock(session), grenzen.vanaf)
    if (free_at := too_early or _full_until(session, mail, grenzen)) is not None:
        mail.pogingen -= 1
        MAILEN.later(mail, free_at)
        return None
    mail.geprobeerd_op = database_clock(session)
    if mail.status is MailStatus.ONZEKER:
        mail.onzeker_op = mail.onzeker_op or mail.geprobeerd_op
    return token


def _full_until(session: Session, mail: Mail, grenzen: Grenzen) -> datetime | None:
    """When this minute has room again; None when it has. Somebody waits for a password or an alarm."""
    session.execute(select(func.pg_advisory_xact_lock(_COUNTING)))
    if mail.soort in (MailSoort.WACHTWOORD, MailSoort.ALARM):
        return None
    same_domain = _domain(func.lower(Mail.ontvanger)) == _domain(func.lower(mail.ontvanger))
    moments = [
        _nth_last(session, grenzen.per_minuut),
        _nth_last(session, grenzen.per_domein, same_domain),
    ]
    return max((moment + _MINUTE for moment in moments if moment is not None), default=None)


def _nth_last(session: Session, nth: int, *where: ColumnElement[bool]) -> datetime | None:
    """When the nth last try was, if that is less than a minute ago."""
    recent = Mail.geprobeerd_op > func.clock_timestamp() - _MINUTE
    query = select(Mail.geprobeerd_op).where(recent, *where).order_by(Mail.geprobeerd_op.desc())
    return session.scalar(query.offset(nth - 1).limit(1))


def _domain(address: ColumnElement[str]) -> ColumnElement[str]:
    return func.split_part(address, "@", -1)


def is_dead(address: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that mail to this address stops."""
    return func.lower(DoodAdres.adres) == func.lower(address)


def doubt(session: Session, mail_id: MailId, token: str, said: Gezegd) -> bool:
    """Write, right before the mail itself goes, that it may arrive and what it says; False when another has it by now.

    Whatever kills us from here on, it goes once more after half an hour, and after that it waits for a person.
    """
    mail = MAILEN.locked_if_ours(session, mail_id, token)
    if mail is None:
        return False
    mail.status = MailStatus.ONZEKER
    mail.onderwerp, mail.tekst = said
    mail.volgende_op = None if mail.onzeker_op else database_clock(session) + TWIJFEL
    mail.probleem, mail.antwoord = Mailprobleem.GEEN_ANTWOORD, None
    return True


def withdraw(session: Session, mail_id: MailId, token: str) -> None:
    """Take back a mail that was about to go, because what it asks is over."""
    mail = MAILEN.locked_if_ours(session, mail_id, token)
    if mail is not None:
        session.delete(mail)


def sent(session: Session, mail_id: MailId, token: str) -> None:
    """Record that SMTP took the mail. Whose turn it is by now does not matter while it is still in doubt: it is out."""
    mail = session.get_one(Mail, mail_id, with_for_update=True, populate_existing=True)
    if mail.claim == token or mail.status is MailStatus.ONZEKER:
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
    if permanent:
        mark_dead(session, mail, antwoord)
    if probleem is Mailprobleem.GEEN_ANTWOORD:
        mail.antwoord = antwoord
        MAILEN.give_back(mail)  # `doubt` has written the rest
    elif permanent or mail.pogingen > len(_PAUSES):
        _give_up(mail, probleem, antwoord)
    else:
        mail.status = MailStatus.ONZEKER if mail.onzeker_op else MailStatus.MISLUKT
        mail.probleem, mail.antwoord = probleem, antwoord
        MAILEN.later(mail, database_now(session) + _PAUSES[mail.pogingen - 1])


def crashed(session: Session, mail_id: MailId, klasse: str) -> None:
    """Record an error that nobody expected; klantenservice sees it at once, and it is tried again after a pause."""
    mail, counted = MAILEN.locked_after_crash(session, mail_id)
    if mail is None or mail.volgende_op is None:
        return
    if mail.status is MailStatus.ONZEKER:
        MAILEN.give_back(mail)  # `doubt` has written when it goes once more
        return
    mail.pogingen += not counted
    if mail.pogingen > len(_PAUSES):
        _give_up(mail, Mailprobleem.NIET_GEMAAKT, klasse[:64])
    else:
        mail.status, mail.probleem, mail.antwoord = MailStatus.MISLUKT, Mailprobleem.NIET_GEMAAKT, klasse[:64]
        MAILEN.later(mail, database_now(session) + _PAUSES[mail.pogingen - 1])
    audit.about(session, Daad.INTERNE_FOUT, mail, door=None, poging=mail.pogingen)


def _give_up(mail: Mail, probleem: Mailprobleem, antwoord: str | None) -> None:
    mail.status, mail.probleem, mail.antwoord = MailStatus.OPGEGEVEN, probleem, antwoord
    MAILEN.later(mail, None)


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


def _may_go() -> ColumnElement[bool]:
    """The switch for mail holds all of it, but not a new password: somebody waits for it in front of the screen, and
    klantenservice may need one to lift the switch. After a restore that waits too: it may have been sent before.
    """
    for_password = and_(
        Mail.soort == MailSoort.WACHTWOORD, schakelaars.goes_on(Werk.MAIL, unless=Aanleiding.KLANTENSERVICE)
    )
    return or_(schakelaars.goes_on(Werk.MAIL), for_password)


def for_a_person() -> ColumnElement[bool]:
    """The condition that nobody tries a mail any more, while it is not known to have arrived."""
    is_asked = and_(Mail.status == MailStatus.ONZEKER, Mail.volgende_op.is_(None), _is_free())
    return or_(Mail.status.in_((MailStatus.OPGEGEVEN, MailStatus.TERUGGEKOMEN)), is_asked)


def _is_free() -> ColumnElement[bool]:
    return or_(Mail.claim_tot.is_(None), Mail.claim_tot < func.clock_timestamp())


def _waiting(session: Session, mail_id: MailId) -> Mail | None:
    query = select(Mail).where(Mail.id == mail_id, for_a_person()).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def due(session: Session, *where: ColumnElement[bool]) -> list[int]:
    """Return the mails that nobody is sending and whose time has come, oldest first."""
    return MAILEN.due(session, _may_go(), *where)
