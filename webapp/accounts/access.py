"""Every page asks for a login unless it says `@public`; roles narrow it further."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import bewaren, oefenend
from webapp.accounts.own import is_oefenend, own_place, own_school, own_schools
from webapp.db import db
from webapp.models import Account, Rol
from webapp.muur import ALLE_SCHOLEN, limit_to_school
from webapp.services.medewerkers import Plaats

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
    account: Account | None = current_user if current_user.is_authenticated else None
    is_klantenservice = account is not None and account.is_klantenservice
    limit_to_school(db.session(), ALLE_SCHOLEN if is_klantenservice else own_school())
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    if account is None and not is_public(request.endpoint):
        if g.get("oefende"):
            return bewaren.end_practice()
        if request.method == "POST":
            verlopen = g.get("verlopen")
            return bewaren.keep(verlopen) if verlopen is not None else bewaren.lose()
        if "verlopen" in g:
            flash("U was te lang weg en bent uitgelogd. Log in, dan gaat u verder op deze pagina.", "info")
        return redirect(url_for("security.login", next=target), 303)
    if is_oefenend() and (refusal := oefenend.refusal()) is not None:
        return refusal
    if target is not None and (other := _asked_for()) is not None:
        return render_template("school/wisselen.html", plaats=other, verder=target)
    return None


def _asked_for() -> Plaats | None:
    """The other school of the same person that the address asks for, as those in mails do: looking does not switch."""
    asked = request.args.get("school")
    others = (plaats for plaats in own_schools() if plaats.school_id != own_school())
    return next((plaats for plaats in others if str(plaats.school_id) == asked), None) if asked else None


def _required(*roles: Rol) -> Callable[[View[P, T]], View[P, T]]:
    """Let these roles in. A colleague of the same school reads who may do this; others get a page that is not found."""

    def decorate(view: View[P, T]) -> View[P, T]:
        @wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
            place = own_place()
            if place is None or place.rol not in roles:
                abort(403 if place is not None else 404)
            return view(*args, **kwargs)

        wrapped.roles = roles  # type: ignore[attr-defined]  # the architecture test reads it
        return wrapped

    return decorate


beheerder_required = _required(Rol.BEHEERDER)
"""Only a school's admin: the koppeling and the import."""
school_required = _required(Rol.BEHEERDER, Rol.LEERKRACHT)
"""Anyone of a school: tests and results."""
