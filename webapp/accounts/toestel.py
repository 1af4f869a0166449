"""The device that logged in before: others who guess at the same account do not make it wait."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from flask import Flask, Response, after_this_request, current_app, request
from flask_login import user_logged_in
from itsdangerous import BadData

from webapp.links import serializer
from webapp.models import Account
from webapp.models.ids import AccountId

_REMEMBERED = timedelta(days=365)
_MOST = 10
"""Accounts that one device remembers: a school has a shared computer."""


def init_app(app: Flask) -> None:
    """Give every device that logs in a mark; the mark opens nothing."""
    user_logged_in.connect(_remember, app)


def known_to(account_id: AccountId) -> str | None:
    """The name of this device, when this account logged in on it before."""
    name, accounts = _read()
    return name if account_id in accounts else None


def _remember(_app: Flask, user: Account, **_: Any) -> None:
    name, accounts = _read()
    mine = [user.id, *(each for each in accounts if each != user.id)][:_MOST]
    mark = serializer("toestel.v1").dumps([name or token_urlsafe(16), mine])

    @after_this_request
    def set_mark(response: Response) -> Response:
        is_secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(_cookie(), str(mark), max_age=_REMEMBERED, secure=is_secure, httponly=True, samesite="Lax")
        return response


def _read() -> tuple[str, list[AccountId]]:
    try:
        name, accounts = serializer("toestel.v1").loads(
            request.cookies.get(_cookie(), ""), max_age=int(_REMEMBERED.total_seconds())
        )
    except BadData:
        return "", []
    return name, accounts


def _cookie() -> str:
    return "__Host-toestel" if current_app.config["SESSION_COOKIE_SECURE"] else "toestel"
