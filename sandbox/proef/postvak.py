"""A caught mail, taken apart for the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from sandbox.proef.data import GevangenMail


@dataclass(frozen=True, slots=True)
class GelezenMail:
    """What a mail program shows; a part that the mail does not have is empty."""

    id: int
    van: str
    aan: str
    reply_to: str
    onderwerp: str
    tekst: str
    html: str
    ontvangen: datetime


def read_mail(row: GevangenMail) -> GelezenMail:
    """Take a mail apart; one that is damaged still shows what can be read."""
    message = message_from_bytes(row.raw, policy=default)
    assert isinstance(message, EmailMessage), "the policy makes these"
    return GelezenMail(
        id=row.id,
        van=str(message["From"] or row.envelope_from),
        aan=", ".join(row.envelope_to),
        reply_to=str(message["Reply-To"] or ""),
        onderwerp=str(message["Subject"] or ""),
        tekst=_part(message, "plain"),
        html=_part(message, "html"),
        ontvangen=row.received,
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # a character set that nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("latin-1") if isinstance(payload, bytes) else ""
