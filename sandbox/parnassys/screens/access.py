"""Logging in to the simulated ParnasSys: as a school, or as the supplier."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Concatenate, ParamSpec

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from sandbox.parnassys.data import ParnassysSchool
from sandbox.parnassys.db import db
from sandbox.parnassys.rules import storingen
from sandbox.parnassys.settings import Settings

COOKIE = "parnassys-nagebootst"
PATH = "/sandbox/parnassys"
SUPPLIER = "aanbieder"
"""The cookie of somebody of the supplier holds this word, that of a school holds its id."""
_SALT = "sandbox.parnassys.login.v1"
_MAX_AGE_SECONDS = 12 * 3600

P = ParamSpec("P")

_FOLDER = Path(__file__).parent.parent

parnassys = Blueprint(
    "parnassys",
    __name__,
    url_prefix=PATH,
    static_folder=str(_FOLDER / "static"),
    static_url_path="/static",
)


def school_required(
    view: Callable[Concatenate[ParnassysSchool, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Give the view the school that is logged in; anyone else goes to the login of ParnasSys."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        who = current_login()
        if isinstance(who, ParnassysSchool):
            return view(who, *args, **kwargs)
        return _to_login()

    return wrapped


def supplier_required(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Only for the supplier, who opens the koppeling for schools."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if current_login() == SUPPLIER:
            return view(*args, **kwargs)
        return _to_login()

    return wrapped


def current_login() -> ParnassysSchool | str | None:
    """The school that is logged in, SUPPLIER, or nobody."""
    if "parnassys_login" not in g:
        g.parnassys_login = _read_cookie()
    who: ParnassysSchool | str | None = g.parnassys_login
    return who


def log_in(response: Response, who: ParnassysSchool | str) -> None:
    """Set the cookie on the answer."""
    settings: Settings = current_app.extensions["settings"]
    token = _serializer(settings).dumps(who if isinstance(who, str) else who.id)
    response.set_cookie(COOKIE, token, path=PATH, httponly=True, samesite="Lax", secure=settings.is_https)


def log_out(response: Response) -> None:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, path=PATH)


def _to_login() -> ResponseReturnValue:
    naar = request.path if request.method == "GET" else None
    return redirect(url_for("parnassys.inloggen", naar=naar), 303)


def _read_cookie() -> ParnassysSchool | str | None:
    settings: Settings = current_app.extensions["settings"]
    try:
        who = _serializer(settings).loads(request.cookies.get(COOKIE, ""), max_age=_MAX_AGE_SECONDS)
    except BadData:
        return None
    return SUPPLIER if who == SUPPLIER else db.session.get(ParnassysSchool, who)


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        settings.secret, salt=_SALT, signer_kwargs={"digest_method": sha256, "key_derivation": "hmac"}
    )


@parnassys.context_processor
def _context() -> dict[str, object]:
    who = current_login()
    school = who if isinstance(who, ParnassysSchool) else None
    return {"ingelogd": who, "las_school": school, "storing": storingen.current(school) if school else None}
