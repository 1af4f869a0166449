"""Flask-Security in Dutch, with our mails, our addresses and limits on guessing."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from typing import Any

from flask import Flask, Response, current_app, request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_security import MailUtil, RoleMixin, Security, SQLAlchemySessionUserDatastore
from flask_security.totp import Totp
from flask_wtf import CSRFProtect
from passlib.totp import TotpMatch

from webapp.accounts import sessions
from webapp.accounts.access import guard
from webapp.accounts.messages import MESSAGES
from webapp.config import Settings
from webapp.crypto import parse_key
from webapp.db import db, unit_of_work
from webapp.models import Account, MailSoort
from webapp.services import mails

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, swallow_errors=True, in_memory_fallback_enabled=True)

RESET_WITHIN = timedelta(days=3)


class _NoRole(RoleMixin):
    """Flask-Security wants a role model; our roles are of a school (`Medewerker`)."""


class RowMailUtil(MailUtil):
    """Flask-Security's mails become rows like every other mail; the secret link is made when it is sent."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        if template.rpartition("/")[2] == "reset_instructions":
            account: Account = kwargs["user"]
            with unit_of_work() as session:
                mails.add(session, MailSoort.WACHTWOORD, account.email, account_id=account.id)


class OnceTotp(Totp):
    """Accepts each code once, so that a code that somebody saw over a shoulder cannot be used again."""

    def get_last_counter(self, user: Account) -> int | None:  # type: ignore[override]  # our own user model
        return user.tf_teller

    def set_last_counter(self, user: Account, tmatch: TotpMatch) -> None:  # type: ignore[override]  # our own user model
        user.tf_teller = tmatch.counter


def init_app(app: Flask, settings: Settings) -> None:
    """Wire login, second factor, reset, CSRF and limits into the app."""
    app.config.update(_config(settings))
    csrf.init_app(app)
    Babel(app, default_locale="nl_NL")
    security = Security(mail_util_cls=RowMailUtil, totp_cls=OnceTotp)
    security.init_app(app, SQLAlchemySessionUserDatastore(db.session, Account, _NoRole), register_blueprint=True)
    sessions.init_app(app)
    app.before_request(guard)
    limiter.init_app(app)
    _limit_guessing(app)


def _config(settings: Settings) -> dict[str, Any]:
    return {
        **MESSAGES,
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_TOTP_SECRETS": {
            str(version): key.hex() for version, key in (parse_key(text) for text in settings.encryption_keys)
        },
        "SECURITY_TOTP_ISSUER": settings.testcentrum,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": _as_email, "case_insensitive": True}}],
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
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/herstelcodes",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/herstelcode",
        "SECURITY_I18N_DIRNAME": "builtin",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Amsterdam",
        "RATELIMIT_STORAGE_URI": _limit_storage(settings.redis_url),
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
        "RATELIMIT_HEADERS_ENABLED": False,
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _as_email(identity: str) -> str | None:
    from flask_security import uia_email_mapper

    return uia_email_mapper(identity)


def _limit_storage(redis_url: str) -> str:
    return redis_url.replace("unix://", "redis+unix://", 1)


def _was_refused(response: Response) -> bool:
    """Flask-Security refuses by showing the form again (200) or by JSON with 400, and accepts by a redirect."""
    return response.status_code >= 400 or (response.status_code == 200 and not response.is_json)


def _fingerprint(email: str) -> str:
    """What stands for an address in Redis, which is to hold no address."""
    secret = str(current_app.secret_key).encode()
    return blake2b(email.strip().lower().encode(), key=secret[:64], digest_size=16).hexdigest()


_BY_ACCOUNT = limiter.limit(
    "10 per 15 minutes",
    key_func=lambda: f"login:{_fingerprint(request.form.get('email', ''))}",
    methods=["POST"],
    deduct_when=_was_refused,
)
_BY_VISITOR = limiter.limit("100 per hour", methods=["POST"], deduct_when=_was_refused)
_BY_CODE = limiter.limit("10 per 15 minutes", methods=["POST"], deduct_when=_was_refused)
_BY_RESET = limiter.limit("10 per hour", methods=["POST"])
_GUESSING = {
    "security.login": (_BY_ACCOUNT, _BY_VISITOR),
    "security.two_factor_token_validation": (_BY_CODE,),
    "security.mf_recovery": (_BY_CODE,),
    "security.forgot_password": (_BY_RESET,),
}
"""Made once, not per app: the limiter counts every limit it is given, so a second app would count double."""


def _limit_guessing(app: Flask) -> None:
    """Ten wrong passwords per address in a quarter of an hour; a right one costs nothing."""
    for endpoint, limits in _GUESSING.items():
        for limit in limits:
            view: Any = app.view_functions[endpoint]
            app.view_functions[endpoint] = limit(view)
