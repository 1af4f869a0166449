"""Flask-Security in Dutch, with our mails, our addresses and limits on guessing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Flask, flash, redirect, session, url_for
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_security import LoginForm, RoleMixin, Security, SQLAlchemySessionUserDatastore, uia_email_mapper
from flask_wtf import CSRFProtect

from webapp.accounts import bewaren, gebeurtenissen, pogingen, sessions, toestel
from webapp.accounts.access import guard
from webapp.accounts.herstelcodes import Herstelcodes
from webapp.accounts.messages import MESSAGES, NO_PASSWORD
from webapp.accounts.totp import OnceTotp
from webapp.accounts.wachtwoorden import NoMail, Wachtwoordregels, forgotten
from webapp.config import Settings
from webapp.crypto import parse_key
from webapp.db import db
from webapp.models import Account

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, swallow_errors=True, in_memory_fallback_enabled=True)

RESET_WITHIN = timedelta(days=3)
_SURE_FOR = timedelta(minutes=10)
"""How long after the password was asked for once more new codes and a new second step may be made."""


class _NoRole(RoleMixin):
    """Flask-Security wants a role model; our roles are of a school (`Medewerker`)."""


class OurLogin(LoginForm):
    """Without the box `remember me`: whoever is away too long logs in again."""

    remember = None


def init_app(app: Flask, settings: Settings) -> None:
    """Wire login, second factor, reset, CSRF and limits into the app."""
    app.config.update(_config(settings))
    csrf.init_app(app)
    Babel(app, default_locale="nl_NL")
    datastore = SQLAlchemySessionUserDatastore(db.session, Account, _NoRole)
    security = Security(
        mail_util_cls=NoMail,
        totp_cls=OnceTotp,
        password_util_cls=Wachtwoordregels,
        mf_recovery_codes_util_cls=Herstelcodes,
    )
    with _last_signs(app, settings):
        security.init_app(app, datastore, register_blueprint=True, login_form=OurLogin)
    _only_pages(app, security)
    sessions.init_app(app)
    toestel.init_app(app)
    gebeurtenissen.init_app(app)
    app.before_request(guard)
    bewaren.init_app(app)
    limiter.init_app(app)
    app.view_functions["security.forgot_password"] = forgotten
    app.view_functions["security.two_factor_token_validation"] = _stay_in(
        app.view_functions["security.two_factor_token_validation"]
    )
    app.view_functions["security.verify"] = _with_password(app.view_functions["security.verify"])
    pogingen.init_app(app)


@contextmanager
def _last_signs(app: Flask, settings: Settings) -> Iterator[None]:
    """The library puts the newest secret first in its list, and the last of a list signs: give them the other way."""
    kept = {name: app.config[name] for name in ("SECRET_KEY", "SECRET_KEY_FALLBACKS")}
    app.config.update(SECRET_KEY=settings.secret_keys[0], SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]))
    yield
    app.config.update(kept)


def _only_pages(app: Flask, security: Security) -> None:
    """No answer in JSON, and no login by a token in a header or an address: a browser, its cookie, and nothing else."""
    security.want_json(lambda _request: False)
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]  # Flask-Login sets it


def _stay_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """The library logs out whoever is in already and comes back to this page, as the Back button does."""

    @wraps(view)
    def code() -> Any:
        is_changing = session.get("tf_state") == "validating_profile" and "tf_totp_secret" in session
        if current_user.is_authenticated and not is_changing:
            return redirect(url_for("overzicht.index"), 303)
        return view()

    return code


def _with_password(view: Callable[..., Any]) -> Callable[..., Any]:
    """Whoever only comes by a board has no password that could be asked for."""

    @wraps(view)
    def confirm() -> Any:
        if current_user.is_authenticated and not current_user.password:
            flash(*NO_PASSWORD)
            return redirect(url_for("overzicht.index"), 303)
        return view()

    return confirm


def _config(settings: Settings) -> dict[str, Any]:
    return {
        **MESSAGES,
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_TOTP_SECRETS": {
            str(version): key.hex() for version, key in (parse_key(text) for text in settings.encryption_keys)
        },
        "SECURITY_TOTP_ISSUER": settings.testcentrum,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": uia_email_mapper, "case_insensitive": True}}],
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_LOGIN_URL": "/inloggen",
        "SECURITY_LOGOUT_URL": "/uitloggen",
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/inloggen",
        "SECURITY_RECOVERABLE": True,
        "SECURITY_RESET_URL": "/wachtwoord-vergeten",
        "SECURITY_RESET_PASSWORD_WITHIN": RESET_WITHIN,
        "SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_VERIFY_URL": "/wachtwoord-bevestigen",
        "SECURITY_CHANGE_URL": "/wachtwoord-wijzigen",
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_SETUP_URL": "/tweede-stap/instellen",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/tweede-stap",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/tweede-stap/hulp",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/tweede-stap/kiezen",
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_FRESHNESS": _SURE_FOR,
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/herstelcodes",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/herstelcode",
        "SECURITY_I18N_DIRNAME": "builtin",
        "SECURITY_CACHE_CONTROL": {},  # it writes `no-store=True`, which no browser knows; webapp/headers.py says it
        "BABEL_DEFAULT_TIMEZONE": "Europe/Amsterdam",
        "RATELIMIT_STORAGE_URI": settings.redis_url.replace("unix://", "redis+unix://", 1),
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
        "RATELIMIT_HEADERS_ENABLED": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # the page of a signed link sends no Referer, and its form must be taken
        "WTF_CSRF_SECRET_KEY": list(settings.secret_keys),
    }
