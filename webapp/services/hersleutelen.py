"""Encrypt anew, under the newest key, all that lies under an older one, and tell which keys are still needed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Update, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, undefer

from webapp.crypto import DecryptionFailed, Keyring
from webapp.models import Account, Bewaard, Daad, Koppeling
from webapp.services import audit

BATCH = 500
Hersleutelaar = Callable[[str], str | None]
"""Encrypts the secret of an authenticator anew; None when it cannot be opened."""


@dataclass
class Stand:
    """How far it is: what was encrypted anew, what could not be opened, and the last row that was looked at."""

    gedaan: int = 0
    onleesbaar: int = 0
    laatste: int = 0
    is_klaar: bool = False


def koppelingen(session: Session, stand: Stand, keyring: Keyring) -> None:
    """Do one batch of autorisatiesleutels. A key that a school replaces meanwhile is left alone: it is new."""
    is_older = or_(func.get_byte(Koppeling.sleutel, 0) != keyring.current, Koppeling.sleutel_merk.is_(None))
    query = (
        select(Koppeling)
        .where(Koppeling.sleutel.is_not(None), is_older, Koppeling.id > stand.laatste)
        .options(undefer(Koppeling.sleutel))
    )
    rows = session.scalars(query.order_by(Koppeling.id).limit(BATCH)).all()
    for row in rows:
        assert row.sleutel is not None
        try:
            sleutel = keyring.decrypt(row.sleutel, row.identity)
        except DecryptionFailed:
            stand.onleesbaar += 1
            continue
        same = Koppeling.id == row.id, Koppeling.sleutel == row.sleutel
        new = {"sleutel": keyring.encrypt(sleutel, row.identity), "sleutel_merk": keyring.mark(sleutel)}
        stand.gedaan += _changed(session, update(Koppeling).where(*same).values(new))
    _went_on(stand, [row.id for row in rows])


def tweede_stappen(session: Session, stand: Stand, again: Hersleutelaar, current: str) -> None:
    """Do one batch of secrets of authenticators."""
    query = select(Account.id, Account.tf_totp_secret).where(
        Account.tf_totp_secret.is_not(None), Account.id > stand.laatste
    )
    rows = session.execute(query.order_by(Account.id).limit(BATCH)).all()
    for id_, old in rows:
        assert old is not None
        if version_of(old) == current:
            continue
        new = again(old)
        if new is None:
            stand.onleesbaar += 1
            continue
        same = Account.id == id_, Account.tf_totp_secret == old
        stand.gedaan += _changed(session, update(Account).where(*same).values(tf_totp_secret=new))
    _went_on(stand, [row.id for row in rows])


def in_use(session: Session) -> Counter[str]:
    """How many values lie under each key, by its number."""
    seen: Counter[str] = Counter()
    for value in (Koppeling.sleutel, Bewaard.inhoud):
        version = func.get_byte(value, 0)
        for number, count in session.execute(select(version, func.count()).where(value.is_not(None)).group_by(version)):
            seen[str(number)] += count
    secrets = session.scalars(select(Account.tf_totp_secret).where(Account.tf_totp_secret.is_not(None)))
    seen.update(version_of(secret) for secret in secrets if secret is not None)
    return seen


def record(session: Session, gedaan: int) -> None:
    """Write down that it was done."""
    audit.record(session, Daad.HERSLEUTELD, "sleutels", door=None, school_id=None, aantal=gedaan)


def version_of(totp_secret: str) -> str:
    """The number of the key under which the secret of an authenticator lies; `passlib` writes it beside it."""
    try:
        return str(json.loads(totp_secret)["enckey"]["t"])
    except (ValueError, KeyError, TypeError):
        return "onbekend"


def _went_on(stand: Stand, ids: Sequence[int]) -> None:
    stand.is_klaar = len(ids) < BATCH
    stand.laatste = max(ids, default=stand.laatste)


def _changed(session: Session, query: Update) -> int:
    result = session.execute(query.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount
