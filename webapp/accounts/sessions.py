"""Logins that really end: the cookie names a row, and once that row has ended no copy of the cookie works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from flask import Flask, g, session
from flask_login import current_user, logout_user, user_logged_in, user_logged_out
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.db import db, unit_of_work
from webapp.models import Account, Sessie
from webapp.models.ids import SchoolId

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)
_COOKIE_KEY = "sessie"


def init_app(app: Flask) -> None:
    """Follow logins and logouts, and check the row before every request."""
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.before_request(_check)


def _begin(_app: Flask, user: Account, **_: Any) -> None:
    token, now = token_urlsafe(32), datetime.now(UTC)
    session[_COOKIE_KEY] = token
    with unit_of_work() as work:
        earlier = select(Sessie.school_id).where(Sessie.account_id == user.id).order_by(Sessie.id.desc()).limit(1)
        work.add(
            Sessie(
                account_id=user.id,
                school_id=work.scalar(earlier),
                token_hash=_hash(token),
                begonnen_op=now,
                gezien_op=now,
            )
        )


def _end(_app: Flask, **_: Any) -> None:
    if token := session.pop(_COOKIE_KEY, None):
        with unit_of_work() as work:
            work.execute(update(Sessie).where(Sessie.token_hash == _hash(token)).values(beeindigd_op=datetime.now(UTC)))


def _check() -> None:
    """Log out a cookie whose row ended, is unknown, or has been idle or alive too long."""
    if not current_user.is_authenticated:
        return
    now = datetime.now(UTC)
    row = db.session.scalar(
        select(Sessie).where(Sessie.token_hash == _hash(session.get(_COOKIE_KEY, "")), Sessie.beeindigd_op.is_(None))
    )
    if (
        row is None
        or row.account_id != current_user.id
        or row.gezien_op + IDLE < now
        or row.begonnen_op + ABSOLUTE < now
    ):
        logout_user()
        session.clear()
        return
    g.gekozen_school = row.school_id
    if row.gezien_op + _SEEN_EVERY < now:
        row.gezien_op = now
        db.session.commit()


def choose(work: Session, school_id: SchoolId) -> None:
    """Go on at another school. Forms that are still open were about the one before: they are refused from now on."""
    mine = Sessie.token_hash == _hash(session[_COOKIE_KEY])
    work.execute(update(Sessie).where(mine).values(school_id=school_id))
    session.pop("csrf_token", None)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
