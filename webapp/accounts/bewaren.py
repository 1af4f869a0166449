"""What was typed or pressed when a login had just ended: kept for the same account, sent on when that asks for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from flask import Flask, flash, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, func

from webapp.accounts.own import me
from webapp.accounts.sessions import Verlopen
from webapp.context import keyring
from webapp.crypto import DecryptionFailed
from webapp.db import db, unit_of_work
from webapp.models import Bewaard
from webapp.models.ids import AccountId, SchoolId
from webapp.verzoek import came_from

_KEPT = timedelta(hours=1)
_LARGEST = 256 * 1024
"""Bytes of a form that are kept; a whole groep with its scores is a tenth of it."""
_COOKIE_KEY = "bewaard"
_ON_THE_WAY = {"scholen.switch"}
"""Buttons between the login and the page that goes on."""
_KEPT_FOR_YOU = (
    "U was te lang weg en bent uitgelogd. Wat u net deed, is bewaard: log in en ga verder. Er is nog niets opgeslagen."
)
_LOST = "U bent uitgelogd. Wat u net deed, is niet bewaard: log in en doe het opnieuw."
_PRACTISED = (
    "U was te lang weg en bent uitgelogd. U oefent niet meer: na het inloggen bent u weer bij wat echt is. Verder "
    "oefenen kan: kies bij Hulp Oefenen."
)
_TOO_LARGE = "U was te lang weg en bent uitgelogd. Er is niets opgeslagen. Log in en doe het opnieuw."


@dataclass(frozen=True)
class Formulier:
    """A form that was sent when its login had ended."""

    path: str
    velden: list[tuple[str, str]]
    school_id: SchoolId | None


def init_app(app: Flask) -> None:
    """Forget what was kept as soon as its owner sends anything: they went on, with it or without."""

    @app.before_request
    def forget() -> None:
        is_other = (
            request.endpoint is None or request.endpoint.startswith("security.") or request.endpoint in _ON_THE_WAY
        )
        if request.method == "POST" and not is_other and (kept_id := session.pop(_COOKIE_KEY, None)):
            with unit_of_work() as work:
                work.execute(delete(Bewaard).where(Bewaard.id == kept_id))


def keep(verlopen: Verlopen) -> ResponseReturnValue:
    """Keep the form of this request for the account whose login has just ended, and ask it to log in."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if request.files or (request.content_length or _LARGEST) >= _LARGEST:
        flash(_TOO_LARGE, "fout")
        return redirect(url_for("security.login"), 303)
    kept_id = str(uuid4())
    content = json.dumps([request.full_path.rstrip("?"), fields, verlopen.school_id])
    sealed = keyring().encrypt(content, _identity(kept_id, verlopen.account_id))
    with unit_of_work() as work:
        work.execute(delete(Bewaard).where(Bewaard.tot < func.now()))
        row = Bewaard(id=kept_id, account_id=verlopen.account_id, inhoud=sealed, tot=func.now() + _KEPT)
        work.add(row)
    session[_COOKIE_KEY] = kept_id
    flash(_KEPT_FOR_YOU, "info")
    return _to_login(url_for("verder.show"))


def lose() -> ResponseReturnValue:
    """Of a login that somebody ended nothing is kept: say so, and lead through the login back to the page."""
    flash(_LOST, "fout")
    return _to_login(came_from())


def end_practice() -> ResponseReturnValue:
    """After the login whoever practised is at what is real, where the page that was open is not: lead to none."""
    flash(_PRACTISED, "info")
    return _to_login(None)


def _to_login(then: str | None) -> ResponseReturnValue:
    login = url_for("security.login", next=then)
    if request.accept_mimetypes.best == "application/json":  # script goes there itself, as after any answer
        return jsonify(verder=login)
    return redirect(login, 303)


def kept() -> Formulier | None:
    """Return what this account sent from this browser; never what another did."""
    row = db.session.get(Bewaard, session.get(_COOKIE_KEY)) if _COOKIE_KEY in session else None
    if row is None or row.account_id != me() or row.tot < db.session.scalar(func.now()):
        return None
    try:
        path, fields, school_id = json.loads(keyring().decrypt(row.inhoud, _identity(row.id, me())))
    except DecryptionFailed:  # its key was taken out of the settings
        return None
    return Formulier(path, [(name, value) for name, value in fields], school_id)


def _identity(kept_id: str, account_id: AccountId) -> str:
    return f"bewaard:{kept_id}:{account_id}"
