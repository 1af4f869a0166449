"""Mails to a school about its koppeling, made before the act that sends them: klantenservice reads them first."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from webapp.models import Koppeling, Mail, MailSoort
from webapp.models.ids import AccountId
from webapp.services import medewerkers


def to_school(session: Session, soort: MailSoort, koppeling: Koppeling, **gegevens: Any) -> list[Mail]:
    """Return a mail to every beheerder, not yet written; before there are any, to the contact."""
    return [
        Mail(
            soort=soort,
            ontvanger=adres,
            school_id=koppeling.school_id,
            koppeling_id=koppeling.id,
            account_id=account_id,
            gegevens=gegevens,
        )
        for adres, account_id in _who(session, koppeling)
    ]


def _who(session: Session, koppeling: Koppeling) -> list[tuple[str, AccountId | None]]:
    if koppeling.school_id is None:
        return [(koppeling.contact_email, None)]
    return [(each.email, each.id) for each in medewerkers.beheerders_of(session, koppeling.school_id)]
