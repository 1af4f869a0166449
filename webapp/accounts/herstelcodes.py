"""Recovery codes: shown once, kept as hashes, and each opens once."""

from __future__ import annotations

from hashlib import sha256
from secrets import choice
from typing import Any

from flask_security import MfRecoveryCodesUtil
from sqlalchemy import update

from webapp.accounts.gebeurtenissen import record
from webapp.db import count_changed, unit_of_work
from webapp.models import Account, Daad

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike."""
_NUMBER, _PIECES, _PIECE = 10, 4, 4
"""Sixteen of 31 letters: 79 bits, so that a plain hash cannot be turned back."""


class Herstelcodes(MfRecoveryCodesUtil):
    """In the place of the library's, which keeps them in clear."""

    def create_recovery_codes(self, user: Account) -> list[str]:  # type: ignore[override]  # our own user model
        """Make new codes, which replace the old; what is returned is shown, and then gone."""
        codes = ["-".join(_piece() for _ in range(_PIECES)) for _ in range(_NUMBER)]
        user.mf_recovery_codes = [hashed(code) for code in codes]
        record(Daad.HERSTELCODES_GEMAAKT, user)
        return codes

    def get_recovery_codes(self, user: Any) -> list[str]:
        """Nobody can read them back."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Whether this is a code that nobody used before; from now on it is used."""
        asked, codes = hashed(code), Account.mf_recovery_codes
        used = update(Account).where(Account.id == user.id, codes.contains([asked])).values(
            mf_recovery_codes=codes.op("-")(asked)
        )  # fmt: skip
        with unit_of_work() as session:
            return count_changed(session, used, Account.id) > 0

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """`check_recovery_code` did."""
        return True


def hashed(code: str) -> str:
    """What is kept of a code; capitals, dashes and spaces do not matter."""
    return sha256("".join(filter(str.isalnum, code)).lower().encode()).hexdigest()


def _piece() -> str:
    return "".join(choice(_LETTERS) for _ in range(_PIECE))
