"""Reports of undelivered mail (RFC 3464): of which mail, to which address, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message

from webapp.mail.message_id import mail_id_of
from webapp.models.ids import MailId


@dataclass(frozen=True)
class Undelivered:
    """One address for which a mail server gave up on one mail of ours."""

    mail_id: MailId
    adres: str
    status: str
    """As in RFC 3463: `5.1.1` is a mailbox that does not exist."""


def read(raw: bytes) -> list[Undelivered]:
    """Return what was given up on for good; nothing of a delay, or of a mail that is not ours.

    Anybody may write one, so nothing that it holds may keep the next from being read.
    """
    try:
        return _read(message_from_bytes(raw))
    except RecursionError:  # mails in mails in mails: no mail server writes that
        return []


def _read(report: Message) -> list[Undelivered]:
    if report.get_content_type() != "multipart/report":
        return []
    parts = list(report.walk())
    mail_id = next((found for text in _message_ids(parts) if (found := mail_id_of(text)) is not None), None)
    if mail_id is None:
        return []
    return [
        Undelivered(mail_id, adres, status)
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for fields in _blocks(part)
        if (status := _status(fields)) is not None
        for adres in _recipients(fields)
    ]


def _message_ids(parts: list[Message]) -> Iterator[str]:
    """What the returned mail, or its headers alone, is called."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            yield from (str(inner.get("Message-ID", "")) for inner in _blocks(part))
        elif kind in {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}:
            content = part.get_payload(decode=True) or b""
            headers = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
            yield str(message_from_string(headers.lstrip()).get("Message-ID", ""))


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _status(fields: Message) -> str | None:
    found = _PERMANENT.match(str(fields.get("Status", "")).strip())
    is_final = str(fields.get("Action", "")).strip().lower() == "failed"
    return found[0] if found and is_final else None


def _recipients(fields: Message) -> set[str]:
    """The address as we wrote it and as it became; `rfc822;` stands before each."""
    found = (str(fields.get(name, "")).rpartition(";")[2].strip(" <>") for name in _RECIPIENTS)
    return {address for address in found if "@" in address}


_PERMANENT = re.compile(r"5\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")
_RECIPIENTS = ("Original-Recipient", "Final-Recipient")
