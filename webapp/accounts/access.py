"""Every page asks for a login unless it says `@public`; roles narrow it further."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.db import NO_SCHOOL, db, limit_to_school
from webapp.models import Account, Rol
from webapp.models.ids import SchoolId

P = ParamSpec("P")
T = TypeVar("T")
View = Callable[P, T]

_PUBLIC_ENDPOINTS = frozenset({"static"})
_PUBLIC_BLUEPRINTS = frozenset({"security"})


def public(view: View[P, T]) -> View[P, T]:
    """Mark a view as open to visitors; its docstring says why."""
    view.is_public = True  # type: ignore[attr-defined]  # read back by is_public()
    return view


def is_public(endpoint: str | None) -> bool:
    """Tell whether a visitor may reach this endpoint; an unknown address is public, so that it answers 404."""
    if endpoint is None or endpoint in _PUBLIC_ENDPOINTS:
        return True
    if endpoint.split(".")[0] in _PUBLIC_BLUEPRINTS:
        return True
    blueprint = current_app.blueprints.get(endpoint.split(".")[0])
    if blueprint is not None and getattr(blueprint, "is_public", False):
        return True
    return getattr(current_app.view_functions.get(endpoint), "is_public", False)


def guard() -> ResponseReturnValue | None:
    """Before every request: set the wall around the school, and send visitors to the login."""
    account = _account()
    limit_to_school(db.session(), _scope(account))
    if account is None and not is_public(request.endpoint):
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=target), 303)
    return None


def _scope(account: Account | None) -> SchoolId | None:
    """Return the school whose rows may be read: of no school for a visitor, of every school for klantenservice."""
    if account is None:
        return NO_SCHOOL
    return None if account.is_klantenservice else account.school_id or NO_SCHOOL


def _account() -> Account | None:
    return current_user if current_user.is_authenticated else None


def _required(*roles: Rol) -> Callable[[View[P, T]], View[P, T]]:
    """Let these roles in. A colleague of the same school reads who may do this; others get a page that is not found."""

    def decorate(view: View[P, T]) -> View[P, T]:
        @wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
            account = _account()
            if account is None or account.rol not in roles:
                abort(403 if account is not None and account.school_id and Rol.BEHEERDER in roles else 404)
            return view(*args, **kwargs)

        wrapped.roles = roles  # type: ignore[attr-defined]  # the architecture test reads it
        return wrapped

    return decorate


beheerder_required = _required(Rol.BEHEERDER)
"""Only a school's admin: the koppeling and the import."""
school_required = _required(Rol.BEHEERDER, Rol.LEERKRACHT)
"""Anyone of a school: tests and results."""
