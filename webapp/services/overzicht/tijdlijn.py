"""What happened to a koppeling: the audit trail and the mails as one story, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from webapp.models import Account, Audit, Daad, Koppeling, Mail, MailSoort, MailStatus
from webapp.models.ids import AccountId, SchoolId
from webapp.models.mail import Mailprobleem
from webapp.services.spoor import is_of

_LIMIT = 100


@dataclass(frozen=True)
class Verrichting:
    """One act of a person, or of the system by itself."""

    op: datetime
    daad: Daad
    tellingen: Mapping[str, object]
    door: str | None
    """The name of who did it, unless that is not for the reader; None when the system did it."""
    door_testcentrum: bool = False
    """Whether the reader is told that the test centre did it, and not who there."""


@dataclass(frozen=True)
class Post:
    """One mail, and how far it came."""

    op: datetime
    soort: MailSoort
    status: MailStatus
    ontvanger: str
    probleem: Mailprobleem | None
    antwoord: str | None


Gebeurtenis = Verrichting | Post


def of_school(session: Session, school_id: SchoolId, *, limit: int) -> list[Gebeurtenis]:
    """Return the newest acts for people of the school; colleagues by name, the test centre as a whole."""
    rows = session.scalars(
        _acts().where(Audit.school_id == school_id).order_by(Audit.op.desc(), Audit.id.desc()).limit(limit)
    ).all()
    names = _names(session, rows)
    return [_for_school(row, names, school_id) for row in rows]


def of_day(session: Session, school_id: SchoolId, day: date, *, limit: int) -> list[Gebeurtenis]:
    """Return everything of one local day for people of the school, also who saw names; the newest first."""
    rows = session.scalars(
        select(Audit)
        .where(Audit.actie.in_(list(Daad)), Audit.school_id == school_id, is_of(day))
        .order_by(Audit.op.desc(), Audit.id.desc())
        .limit(limit)
    ).all()
    names = _names(session, rows)
    return [_for_school(row, names, school_id) for row in rows]


def of_koppeling(session: Session, koppeling: Koppeling) -> list[Gebeurtenis]:
    """Return acts and mails of one koppeling for klantenservice."""
    own = Audit.object == f"koppeling {koppeling.id}"
    scope = own if koppeling.school_id is None else or_(own, Audit.school_id == koppeling.school_id)
    rows = session.scalars(_acts().where(scope).order_by(Audit.op.desc(), Audit.id.desc()).limit(_LIMIT)).all()
    names = _names(session, rows)
    sent = session.scalars(
        select(Mail).where(Mail.koppeling_id == koppeling.id).order_by(Mail.aangemaakt_op.desc()).limit(_LIMIT)
    )
    events: list[Gebeurtenis] = [_act(row, names[row.account_id].naam if row.account_id else None) for row in rows]
    events += map(_post, sent)
    return sorted(events, key=lambda event: event.op, reverse=True)[:_LIMIT]


def _acts() -> Select[Audit]:
    """What changed something. Who only looked is in the logboek of the school: here it would hide the rest."""
    return select(Audit).where(Audit.actie.in_(set(Daad) - {Daad.NAMEN_GEZIEN}))


def _act(row: Audit, door: str | None) -> Verrichting:
    return Verrichting(row.op, row.actie, row.tellingen, door)


def _for_school(row: Audit, names: Mapping[AccountId, Account], school_id: SchoolId) -> Verrichting:
    account = names[row.account_id] if row.account_id is not None else None
    if account is None or not account.is_klantenservice:
        return _act(row, account.naam if account else None)
    return Verrichting(row.op, row.actie, row.tellingen, None, door_testcentrum=True)


def _post(mail: Mail) -> Post:
    moment = mail.verzonden_op or mail.aangemaakt_op
    return Post(moment, mail.soort, mail.status, mail.ontvanger, mail.probleem, mail.antwoord)


def _names(session: Session, rows: Iterable[Audit]) -> dict[AccountId, Account]:
    ids = {row.account_id for row in rows if row.account_id is not None}
    return {account.id: account for account in session.scalars(select(Account).where(Account.id.in_(ids)))}
