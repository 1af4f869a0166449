"""One try to send a mail: claimed by one job, the doubt written before it goes, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.models import Aanleiding, Daad, Koppeling, KoppelingStatus, Mail, MailSoort, MailStatus, Werk
from webapp.models.ids import MailId
from webapp.models.mail import Mailprobleem
from webapp.services import audit, mailtijden, schakelaars
from webapp.services.beurten import MAILEN
from webapp.services.clock import database_clock, database_now
from webapp.services.mails import ASKED_ANEW, is_dead, mark_dead

_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 120, 240, 480))
"""How long to wait after each failure; after the last one a person of klantenservice is asked to look."""
_MOST_TRIES = len(_PAUSES) + 5
"""More tries than pauses, because a worker may die halfway; after these a person of klantenservice looks."""
TWIJFEL = timedelta(minutes=30)
"""How long a mail waits that the mail server may have taken without saying so, before it goes once more."""
_MINUTE = timedelta(minutes=1)
_OF_AANLEVERING = (MailSoort.KOPPELINGSMAIL, MailSoort.HERINNERING, MailSoort.VASTGEHOUDEN, MailSoort.OVERGANG)
"""What asks a beheerder to look at what the LAS sent."""
_COUNTING = 7_212_028
"""The lock under which the tries of this minute are counted."""


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


def due(session: Session, *where: ColumnElement[bool]) -> list[int]:
    """Return the mails that nobody is sending and whose time has come, oldest first."""
    return MAILEN.due(session, may_go(), *where)


def claim(session: Session, mail_id: MailId, grenzen: Grenzen) -> str | None:
    """Take the mail for one attempt; return the token, or None when it is out, not due yet, or in other hands."""
    token = MAILEN.take(session, mail_id, may_go())
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


def may_go() -> ColumnElement[bool]:
    """The switch for mail holds all of it, but not a new password: somebody waits for it in front of the screen, and
    klantenservice may need one to lift the switch. After a restore that waits too: it may have been sent before.
    """
    for_password = and_(
        Mail.soort == MailSoort.WACHTWOORD, schakelaars.goes_on(Werk.MAIL, unless=Aanleiding.KLANTENSERVICE)
    )
    return and_(or_(schakelaars.goes_on(Werk.MAIL), for_password), ~_rests())


def waits_for_end_of_pause(session: Session, mail: Mail) -> bool:
    """Whether this mail goes once its koppeling is resumed, and not before."""
    return session.scalar(select(exists().where(Mail.id == mail.id, _rests()))) or False


def _rests() -> ColumnElement[bool]:
    """The condition that a mail is about an aanlevering of a koppeling on pause: it goes, as things are then, later.

    What somebody of the school asked for anew goes: they wait for it.
    """
    paused = Koppeling.id == Mail.koppeling_id, Koppeling.status == KoppelingStatus.GEPAUZEERD
    return and_(Mail.soort.in_(_OF_AANLEVERING), ~Mail.gegevens.has_key(ASKED_ANEW), exists().where(*paused))
