"""One line of the log per request. It holds the rule of an address and never the address: that may be a key."""

from __future__ import annotations

import logging
import re

from flask import Flask, Response, request
from flask.signals import request_finished, request_started

from webapp import logregel
from webapp.muur import school_of_session

_ID = re.compile(r"[0-9a-f-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Look at every request, also at one that no page is for."""
    request_started.connect(_begin, app)
    request_finished.connect(_end, app)


def _begin(_app: Flask, **_: object) -> None:
    """Take the number that the proxy gave it, so that its log and ours can be laid side by side."""
    given = request.headers.get("X-Request-Id", "")
    logregel.begin("request", None, id_=given if _ID.fullmatch(given) else None)


def _end(_app: Flask, response: Response, **_: object) -> None:
    rule = request.url_rule
    is_quiet = request.blueprint == "status" or request.endpoint in {"static", "security.static"}
    if (school_id := school_of_session()) is not None:
        logregel.found(school=school_id)
    logregel.found(act=request.endpoint, outcome=_outcome(response.status_code))
    response.headers["X-Request-Id"] = logregel.end(
        logging.DEBUG if is_quiet and response.status_code < 500 else logging.INFO,
        method=request.method if request.method in _METHODS else "other",
        route=rule.rule if rule is not None else None,
        status=response.status_code,
    )


def _outcome(status: int) -> str:
    if status >= 500:
        return logregel.BROKE
    return logregel.REFUSED if status >= 400 else logregel.DONE
