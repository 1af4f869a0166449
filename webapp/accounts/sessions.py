"""Logins that really end: the cookie names a row, and once that row has ended no copy of the cookie works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import current_user, logout_user, user_logged_in
from flask_security import user_authenticated
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.models import Account, Daad, Sessie
from webapp.models.ids import AccountId, SchoolId
from webapp.muur import OEFENAAR
from webapp.services import audit

_SEEN_EVERY = timedelta(minutes=1)
_COOKIE_KEY, _OF = "sessie", "van"
_STRONG, _BY_BOARD = "sterk", "via_bestuur"
_SECOND_STEP = {"security.two_factor_token_validation", "security.mf_recovery"}


@dataclass(frozen=True)
class Verlopen:
    """A login that just ended because nobody used it for too long, or because it was too old."""

    account_id: AccountId
    school_id: SchoolId | None


class _Cookie(SecureCookieSessionInterface):
    """Signed with SHA-256, as all that we sign; none is set with a file, which is kept for everybody."""

    digest_method = staticmethod(sha256)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Follow logins and logouts, and check the row before every request."""
    app.session_interface = _Cookie()
    user_logged_in.connect(_begin, app)
    user_authenticated.connect(_ask_again, app)
    app.before_request(_check)
    app.before_request(_begin_anew)
    logout = app.view_functions["security.logout"]

    def leave() -> Any:
        _leave()
        return logout()

    app.view_functions["security.logout"] = leave


def _begin(_app: Flask, user: Account, **_: Any) -> None:
    token, now = token_urlsafe(32), datetime.now(UTC)
    session[_COOKIE_KEY] = token
    if session.get(_OF, user.id) != user.id:  # forms that another left open here are refused from now on
        session.pop("csrf_token", None)
    session[_OF] = user.id
    if request.endpoint != "security.change_password":  # a new password begins another login of the same kind
        session[_STRONG] = request.endpoint in _SECOND_STEP and not is_by_board()
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


def _begin_anew() -> None:
    """Whoever logs in with a password does so by no board, also when they began there."""
    if request.endpoint == "security.login":
        session.pop(_BY_BOARD, None)


def come_by_board() -> None:
    """From here until the login, and during it, somebody proved who they are at their board, and not by a password."""
    session[_BY_BOARD] = True


def is_by_board() -> bool:
    """Whether this login is one by the account of a board."""
    return bool(session.get(_BY_BOARD))


def is_strong() -> bool:
    """Whether whoever is in logged in with a password and the second step."""
    return bool(session.get(_STRONG))


def own_token_hash() -> str:
    """Which login this is; to end all others."""
    return _hash(session[_COOKIE_KEY])


def _ask_again(_app: Flask, **_: Any) -> None:
    """A login is no answer to `are you still there?`: new codes and a new second step ask for the password."""
    session.pop("fs_paa", None)


def _leave() -> None:
    """Somebody logs out: no copy of the cookie works any more."""
    if not current_user.is_authenticated:
        return
    with unit_of_work() as work:
        mine = Sessie.token_hash == _hash(session.get(_COOKIE_KEY, ""))
        ended = update(Sessie).where(mine).values(beeindigd_op=datetime.now(UTC)).returning(Sessie.account_id)
        door = work.scalar(ended)  # also of who is practising, and so is somebody else in this request
        audit.record(work, Daad.UITGELOGD, f"account {door}", door=door, school_id=None)


def _check() -> None:
    """Log out a cookie whose row ended, is unknown, or has been idle or alive too long."""
    if not current_user.is_authenticated:
        return
    now, limits = datetime.now(UTC), settings()
    idle = limits.sessie_klantenservice if current_user.is_klantenservice else limits.sessie_school
    row = db.session.scalar(
        select(Sessie).where(Sessie.token_hash == _hash(session.get(_COOKIE_KEY, "")), Sessie.beeindigd_op.is_(None))
    )
    if row is None or row.account_id != current_user.id:
        logout_user()
        session.clear()
        return
    if row.gezien_op + idle < now or row.begonnen_op + limits.sessie_langst < now:
        # The cookie stays as it is: with it a form that is open, in this tab or another, can still prove what it is.
        g.oefende = row.oefent  # what was practised is not kept: it would be sent on to a real school
        if not row.oefent:
            g.verlopen = Verlopen(row.account_id, row.school_id)
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # Flask-Login's
        return
    g.gekozen_school, oefent = row.school_id, row.oefent
    if row.gezien_op + _SEEN_EVERY < now and not _is_asked_by_script():
        row.gezien_op = now
        db.session.commit()
    if oefent and (oefenaar := db.session.get(Account, OEFENAAR)) is not None:
        g._login_user = oefenaar


def _is_asked_by_script() -> bool:
    """Whether an open page looks by itself: that nobody is behind it any more must still end the login."""
    return request.method == "GET" and request.headers.get("Sec-Fetch-Dest") == "empty"


def choose(work: Session, school_id: SchoolId) -> None:
    """Go on at another school. Forms that are still open were about the one before: they are refused from now on."""
    mine = Sessie.token_hash == own_token_hash()
    work.execute(update(Sessie).where(mine).values(school_id=school_id))
    session.pop("csrf_token", None)


def practise(work: Session, *, on: bool) -> None:
    """Go to the oefenschool, or back to where they were. Forms that are open are about the other: they are refused."""
    mine = Sessie.token_hash == own_token_hash()
    work.execute(update(Sessie).where(mine).values(oefent=on))
    session.pop("csrf_token", None)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
