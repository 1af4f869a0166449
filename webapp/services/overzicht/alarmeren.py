"""Telling the worst of what `alarmen` finds: once per cause, as a row with its mails and its webhook, until it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.models import Alarm, Alarmsoort, Daad, Mail, MailSoort
from webapp.models.ids import AlarmId, MailId
from webapp.queue import Job, enqueue
from webapp.services import audit, mailbeurt, mails
from webapp.services.beurten import MELDEN
from webapp.services.clock import database_now
from webapp.services.overzicht.alarmen import Melding

SAME_CAUSE = timedelta(hours=1)
"""What comes back so soon after it was over comes and goes, and was told."""
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 120))
"""Between two calls of the webhook."""


def keep(session: Session, meldingen: Sequence[Melding], now: datetime, settings: Settings) -> list[Alarm]:
    """Note what is over, and raise what is worst and was not raised yet; return what is new."""
    causes = {melding.oorzaak for melding in meldingen if melding.is_ergst}
    for alarm in session.scalars(select(Alarm).where(Alarm.voorbij_op.is_(None))):
        if alarm.oorzaak not in causes:
            alarm.voorbij_op, alarm.webhook_op = now, None
    session.flush()
    return raise_new(session, meldingen, now, settings)


def raise_new(session: Session, meldingen: Sequence[Melding], now: datetime, settings: Settings) -> list[Alarm]:
    """Raise what is worst and was not raised yet; return what is new."""
    worst = {melding.oorzaak: melding for melding in meldingen if melding.is_ergst}
    raised = (_raise(session, melding, settings) for melding in worst.values() if not _is_back(session, melding, now))
    return [alarm for alarm in raised if alarm is not None]


def _is_back(session: Session, melding: Melding, now: datetime) -> bool:
    """Whether its last alarm was over a short while ago only; then that goes on."""
    last = select(func.max(Alarm.id)).where(Alarm.oorzaak == melding.oorzaak).scalar_subquery()
    again = update(Alarm).where(Alarm.id == last, Alarm.voorbij_op > now - SAME_CAUSE)
    return session.scalar(again.values(voorbij_op=None).returning(Alarm.id)) is not None


def _raise(session: Session, melding: Melding, settings: Settings) -> Alarm | None:
    """Write it with its mails, unless another did: the index on open causes has the last word."""
    values = {
        "soort": melding.soort,
        "oorzaak": melding.oorzaak,
        "gegevens": {**melding.gegevens, "wat": melding.wat},
        "sinds": melding.sinds,
        "webhook_op": func.now() if settings.alarm_webhook else None,
        "webhook_pogingen": 0,
    }
    new = insert(Alarm).values(values).on_conflict_do_nothing().returning(Alarm.id)
    alarm_id = session.scalar(new)
    if alarm_id is None:
        return None
    for adres in settings.alarm_mail:
        mails.add(
            session,
            MailSoort.ALARM,
            adres,
            alarm=str(melding.soort),
            wat=melding.wat,
            sinds=melding.sinds.isoformat(),
            telling=dict(melding.gegevens),
        )
    if settings.alarm_webhook:
        enqueue(session, Job.CALL_WEBHOOK, alarm_id)
    return session.get_one(Alarm, alarm_id)


def due(session: Session) -> list[int]:
    """Return the alarms of which the webhook is still to be told."""
    return MELDEN.due(session)


def untold(session: Session) -> tuple[list[MailId], list[AlarmId]]:
    """Return the mails and alarms that are still to be told of, when no worker is left to do it; else nothing."""
    is_open = exists().where(Alarm.soort == Alarmsoort.WORKER, Alarm.voorbij_op.is_(None))
    if not session.scalar(select(is_open)):
        return [], []
    mail_ids = mailbeurt.due(session, Mail.soort == MailSoort.ALARM)
    return [MailId(each) for each in mail_ids], [AlarmId(each) for each in due(session)]


def claim_webhook(session: Session, alarm_id: AlarmId) -> tuple[str, Melding] | None:
    """Take an alarm to tell of; return the token and what to say, or None when that is done or in other hands."""
    token = MELDEN.take(session, alarm_id)
    return None if token is None else (token, of_row(session.get_one(Alarm, alarm_id, populate_existing=True)))


def webhook_called(session: Session, alarm_id: AlarmId, token: str, *, is_told: bool) -> None:
    """Record that it was told, or when it is tried again; after the last pause the mail has to do."""
    alarm = MELDEN.locked_if_ours(session, alarm_id, token)
    if alarm is not None:
        _try_later(session, alarm, is_over=is_told)


def crashed(session: Session, alarm_id: AlarmId, klasse: str) -> None:
    """Record an error that nobody expected; the mail about this alarm has gone its own way."""
    alarm, _ = MELDEN.locked_after_crash(session, alarm_id)
    if alarm is None or alarm.webhook_op is None:
        return
    _try_later(session, alarm, is_over=False)
    audit.record(session, Daad.INTERNE_FOUT, f"alarm {alarm.id}", door=None, school_id=None, klasse=klasse)


def _try_later(session: Session, alarm: Alarm, *, is_over: bool) -> None:
    if is_over or alarm.webhook_pogingen >= len(_PAUSES):
        MELDEN.later(alarm, None)
    else:
        MELDEN.later(alarm, database_now(session) + _PAUSES[max(alarm.webhook_pogingen, 1) - 1])


def of_row(alarm: Alarm) -> Melding:
    """Return what an alarm was about, so that it can be said."""
    gegevens = {name: value for name, value in alarm.gegevens.items() if name != "wat"}
    return Melding(alarm.soort, alarm.sinds, alarm.gegevens["wat"], gegevens)
