"""Guessing is slowed down, per account and never for all: of passwords, of codes, and of mails for a new password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from hashlib import blake2b
from math import ceil
from typing import Any

from flask import Flask, Response, current_app, make_response, request, session
from flask_login import current_user
from flask_security import uia_email_mapper
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from webapp.accounts import toestel
from webapp.accounts.own import me
from webapp.context import settings
from webapp.db import unit_of_work, was_aside
from webapp.models import Account, Daad
from webapp.models.ids import AccountId
from webapp.services import audit, remmen

View = Callable[..., Any]


@dataclass(frozen=True)
class Wie:
    """Whose password or code is tried: an account, or an address that nobody has."""

    account_id: AccountId | None
    adres: str = ""
    """A hash: the trail and the brakes are to hold no address of a stranger."""

    @property
    def naam(self) -> str:
        """As the audit trail names it."""
        return f"account {self.account_id}" if self.account_id else f"adres {self.adres}"

    def rem(self, soort: str) -> str:
        """The brake that this try is counted on. A device that logged in before has one of its own."""
        device = toestel.known_to(self.account_id) if self.account_id else None
        return f"{soort}:{device or self.account_id or self.adres}"


def of_address(typed: str) -> tuple[Wie, Account | None]:
    """Who logs in with this address, however it is written: found in the way in which the login finds it."""
    datastore = current_app.extensions["security"].datastore
    adres = uia_email_mapper(typed) or typed.strip()
    account = datastore.find_user(case_insensitive=True, email=adres)
    return (Wie(account.id) if account else Wie(None, _hashed(adres))), account


def _hashed(adres: str) -> str:
    return blake2b(adres.lower().encode(), key=settings().password_salt.encode()[:64], digest_size=16).hexdigest()


@dataclass(frozen=True)
class _Deur:
    """One form at which something can be guessed."""

    soort: str
    wie: Callable[[], Wie | None]
    """None when nothing is guessed: the form then refuses by itself."""
    mislukt: Daad | None = None
    first: timedelta = timedelta(seconds=5)
    longest: timedelta = remmen.LONGEST


def _by_address() -> Wie | None:
    """Whoever is logged in already learns nothing here: no password is looked at."""
    return None if current_user.is_authenticated else of_address(request.form.get("email", ""))[0]


def _half_way() -> Wie | None:
    """Whose password was right, and who now proves the second step."""
    datastore = current_app.extensions["security"].datastore
    account = datastore.find_user(fs_uniquifier=session.get("tf_user_id", ""))
    return None if account is None or current_user.is_authenticated else Wie(account.id)


def _logged_in() -> Wie | None:
    return Wie(me()) if current_user.is_authenticated else None


_DEUREN = {
    "security.login": _Deur("inloggen", _by_address, Daad.INLOGGEN_MISLUKT),
    "security.two_factor_token_validation": _Deur("code", _half_way, Daad.TWEEDE_STAP_MISLUKT),
    "security.mf_recovery": _Deur("code", _half_way, Daad.TWEEDE_STAP_MISLUKT),
    "security.verify": _Deur("wachtwoord", _logged_in, Daad.INLOGGEN_MISLUKT),
    "security.change_password": _Deur("wachtwoord", _logged_in, Daad.INLOGGEN_MISLUKT),
    "security.forgot_password": _Deur(
        "vergeten",
        lambda: of_address(request.form.get("email", ""))[0],
        first=timedelta(minutes=15),
        longest=timedelta(hours=4),
    ),
}


def init_app(app: Flask) -> None:
    """Put the brake on every form at which something can be guessed."""
    for endpoint, deur in _DEUREN.items():
        app.view_functions[endpoint] = _braked(app.view_functions[endpoint], deur)


def _braked(view: View, deur: _Deur) -> View:
    @wraps(view)
    def braked(*args: Any, **kwargs: Any) -> Any:
        wie = deur.wie() if request.method == "POST" else None
        if wie is None:
            return view(*args, **kwargs)
        rem = wie.rem(deur.soort)
        with unit_of_work() as work:
            poging = remmen.take(work, rem, first=deur.first, longest=deur.longest)
        was_aside(work)
        if poging.wacht is not None:
            raise TooManyRequests(retry_after=ceil(poging.wacht.total_seconds()))
        response = make_response(view(*args, **kwargs))
        if deur.mislukt is not None:
            with unit_of_work() as work:
                if _was_right(deur, response):
                    remmen.free(work, rem)
                else:
                    _write_down(work, deur, wie, poging)
        return response

    return braked


def _was_right(deur: _Deur, response: Response) -> bool:
    """Flask-Security accepts by a redirect, and refuses by showing the form again; after a right code one is in."""
    is_in = deur.mislukt is not Daad.TWEEDE_STAP_MISLUKT or current_user.is_authenticated
    return is_in and 300 <= response.status_code < 400


def _write_down(work: Session, deur: _Deur, wie: Wie, poging: remmen.Poging) -> None:
    assert deur.mislukt is not None
    door = wie.account_id if current_user.is_authenticated else None
    audit.record(work, deur.mislukt, wie.naam, door=door, school_id=None, bij=deur.soort, poging=poging.nummer)
    if poging.nummer == remmen.FREE:
        audit.record(work, Daad.INLOGGEN_VERTRAAGD, wie.naam, door=door, school_id=None, bij=deur.soort)
