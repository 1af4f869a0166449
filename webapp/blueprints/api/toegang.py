"""The door of the API: whose token it is, how often it may call, and what a request may weigh."""

from __future__ import annotations

import re
from hashlib import sha256

from flask import abort, request

from webapp.accounts.setup import limiter
from webapp.db import db, unit_of_work, was_aside
from webapp.models.ids import LeverancierId
from webapp.services.toetsen import leveranciers

MAX_BYTES = 512 * 1024
PER_MINUTE = 60
_BEARER = re.compile(r"Bearer ([A-Za-z0-9._~+/=-]{1,200})", re.IGNORECASE)


def _caller() -> str:
    """Per token, so that one supplier does not slow down another; its hash, since the limiter keeps it in Redis."""
    return "api:" + sha256(request.headers.get("Authorization", "").encode()).hexdigest()


not_too_often = limiter.shared_limit("600 per minute", scope="api")
"""From one address, whatever it says to be."""
not_too_often_with_a_token = limiter.shared_limit(f"{PER_MINUTE} per minute", scope="api", key_func=_caller)


def who() -> LeverancierId:
    """Return whose token came along, or refuse: 401."""
    given = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if given is None:
        abort(401)
    with unit_of_work() as session:
        found = leveranciers.who(session, given[1])
    was_aside(db.session())
    return found or abort(401)


def content() -> bytes:
    """Return the JSON that was sent, or refuse: 413, 415."""
    request.max_content_length = MAX_BYTES
    if request.mimetype != "application/json":
        abort(415)
    return request.get_data()
