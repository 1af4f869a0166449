"""The Message-ID of a mail: the same for every try, so that a mail server knows a double.

It is signed, because it is the proof that a report of undelivered mail is about a mail of ours."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import urlsplit

from itsdangerous import BadSignature, Signer

from webapp.context import settings
from webapp.models.ids import MailId

_OURS = re.compile(r"<?mail\.([0-9]+\.[\w-]+)@([\w.-]+)>?")


def message_id(mail_id: MailId) -> str:
    """Return the Message-ID, of our own domain."""
    return f"<mail.{_signer().sign(str(mail_id)).decode()}@{own_domain()}>"


def mail_id_of(text: str) -> MailId | None:
    """Return whose Message-ID this is; None when it is not one of ours."""
    found = _OURS.fullmatch(text.strip())
    if found is None or found[2] != own_domain():
        return None
    try:
        return MailId(int(_signer().unsign(found[1])))
    except BadSignature:
        return None


def own_domain() -> str:
    """The name of this installation to other mail servers."""
    return urlsplit(settings().public_url).hostname or "localhost"


def _signer() -> Signer:
    return Signer(list(settings().secret_keys), salt="message-id.v1", key_derivation="hmac", digest_method=sha256)
