"""Logins in the audit trail: who came in and how, who went, and who changed a password or the second step."""

from __future__ import annotations

from typing import Any

from flask import Flask, request, session
from flask_login import user_logged_in
from flask_security import password_changed, password_reset, tf_code_confirmed, tf_profile_changed

from webapp.accounts import sessions, toestel
from webapp.db import db, unit_of_work
from webapp.models import Account, Daad
from webapp.services import audit, remmen

_MET = {"two_factor_token_validation": "code", "mf_recovery": "herstelcode", "change_password": "nieuw wachtwoord"}
"""What opened, by the page at which it was given; a password everywhere else."""


def init_app(app: Flask) -> None:
    """Write each of them down, in the transaction that does it where there is one."""
    user_logged_in.connect(_logged_in, app)
    password_changed.connect(_changed, app)
    password_reset.connect(_reset, app)
    tf_profile_changed.connect(_second_step, app)
    tf_code_confirmed.connect(_second_step, app)


def record(daad: Daad, account: Account, **tellingen: str) -> None:
    """Write down what somebody did with their own account."""
    audit.record(db.session(), daad, f"account {account.id}", door=account.id, school_id=None, **tellingen)


def _logged_in(_app: Flask, user: Account, **_: Any) -> None:
    endpoint = (request.endpoint or "").rpartition(".")[2]
    device = "bekend" if toestel.known_to(user.id) else "nieuw"
    met = _MET.get(endpoint, "wachtwoord")
    if sessions.is_by_board() and endpoint != "change_password":
        met = f"bestuursaccount en {met}" if endpoint in _MET else "bestuursaccount"
    with unit_of_work():
        record(Daad.INGELOGD, user, met=met, toestel=device)


def _changed(_app: Flask, user: Account, **_: Any) -> None:
    record(Daad.WACHTWOORD_GEWIJZIGD, user)


def _reset(_app: Flask, user: Account, **_: Any) -> None:
    record(Daad.WACHTWOORD_HERSTELD, user)
    remmen.free(db.session(), f"vergeten:{user.id}")


def _second_step(_app: Flask, user: Account, **_: Any) -> None:
    """The library also tells of a login with a code: the second step then was `ready` before."""
    if session.get("tf_state") != "ready":
        record(Daad.TWEEDE_STAP_INGESTELD, user)
