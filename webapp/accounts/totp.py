"""The code of the authenticator app: each opens once, also when it is sent eight times at the same moment."""

from __future__ import annotations

from typing import Any

from flask_security.totp import Totp
from passlib.exc import TokenError
from passlib.totp import TOTP, AppWallet
from sqlalchemy import or_, update

from webapp.db import count_changed, unit_of_work
from webapp.models import Account


class OnceTotp(Totp):
    """Accepts each code once, so that a code that somebody saw over a shoulder cannot be used again."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        """Encrypt with the last key given, as `webapp.crypto` does; the library would take the highest number."""
        super().__init__(secrets, issuer)
        self._totp = TOTP.using(issuer=issuer, wallet=AppWallet(secrets, default_tag=list(secrets)[-1]))

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Whether this code is right and nobody used it, or a later one, before."""
        try:
            match = self._totp.verify(token, totp_secret, window=window)
        except TokenError:
            return False
        is_newer = or_(Account.tf_teller.is_(None), Account.tf_teller < match.counter)
        used = update(Account).where(Account.id == user.id, is_newer).values(tf_teller=match.counter)
        with unit_of_work() as session:
            return count_changed(session, used, Account.id) > 0

    def again(self, totp_secret: str) -> str | None:
        """The same secret under the newest key; None when no key of ours opens it."""
        try:
            return str(self._totp.from_source(totp_secret).to_json(encrypt=True))
        except (KeyError, ValueError):  # a key that is not in the settings, or no secret at all
            return None
