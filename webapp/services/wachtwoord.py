"""A new password by mail."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.models import Account, Daad, MailSoort
from webapp.services import audit, mails

_NOBODY = "niemand@koppelpunt.invalid"


def ask(session: Session, account: Account | None, wie: str) -> None:
    """Mail a link to whoever may log in. For anybody else the same is done, and taken back: no clock tells them apart.

    `wie` is how the trail names who was asked for, an account or the hash of an address.
    """
    knows = account is not None and account.active
    savepoint = session.begin_nested()
    mails.add(
        session,
        MailSoort.WACHTWOORD,
        account.email if account is not None and knows else _NOBODY,
        account_id=account.id if account is not None and knows else None,
    )
    if knows:
        savepoint.commit()
    else:
        savepoint.rollback()
    audit.record(session, Daad.WACHTWOORD_GEVRAAGD, wie, door=None, school_id=None)
