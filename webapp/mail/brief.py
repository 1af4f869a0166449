"""The bytes of a mail: the message of the standard library, in the Message that Flask-Mail sends."""

from __future__ import annotations

from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formatdate, quote
from typing import Any

from flask_mail import Message

from webapp.mail.templates import MailMessage

_EOL = "\r\n"
_LINE = 76
"""RFC 2047: a line that holds an encoded word is no longer."""
_LONGEST_WORD = 60


class AdresOnmogelijk(ValueError):
    """This is no address that a mail can be sent to."""


class Brief(Message):
    """One mail to one address, with exactly one From, To and Reply-To."""

    def __init__(self, message: MailMessage, *, message_id: str, sender: Address, reply_to: Address) -> None:
        to = mailbox("", message.to)
        super().__init__(
            message.subject, recipients=[to.addr_spec], body=message.text, html=message.html, sender=sender.addr_spec
        )
        self.msgId = message_id
        self._headers: dict[str, str | Address] = {
            "From": sender,
            "To": to,
            "Reply-To": reply_to,
            "Subject": message.subject,
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        }

    def _message(self) -> EmailMessage:  # type: ignore[override]  # Flask-Mail builds a MIMEBase
        message = EmailMessage(policy=_Lines(linesep=_EOL))
        for name, value in self._headers.items():
            message[name] = value
        message["Date"] = formatdate(self.date)
        message.set_content(self.body, cte="quoted-printable")
        message.add_alternative(self.html, subtype="html", cte="quoted-printable")
        return message


def mailbox(name: str, address: str) -> Address:
    """Name and address as they may stand in a header, the domain in ASCII; raise AdresOnmogelijk when they cannot."""
    local, _, domain = address.rpartition("@")
    try:
        found = Address(name, addr_spec=f"{local}@{domain.encode('idna').decode()}")
    except (ValueError, IndexError, MessageError) as error:
        raise AdresOnmogelijk from error
    if not found.addr_spec.isascii() or not found.username or not found.domain:
        raise AdresOnmogelijk
    return found


class _Lines(EmailPolicy):
    """Breaks headers in lines by itself.

    The standard library forgets the quotes of a name that it breaks (seen in 3.11 to 3.13), so that one comma makes two
    senders of one, and starts a header with an empty line when its first word is long.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Keep a subject as it was typed: the standard library reads `=?utf-8?q?...?=` in it as something else."""
        return (name, value) if name == "Subject" else super().header_store_parse(name, value)

    def fold(self, name: str, value: Any) -> str:
        if name == "Subject":
            written = _text(str(value), name)
        elif hasattr(value, "addresses"):
            written = f",{_EOL} ".join(_mailbox(address, name) for address in value.addresses)
        else:
            written = str(value)
        return f"{name}: {written}{_EOL}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


def _text(text: str, header: str) -> str:
    is_plain = _is_plain(text) and all(len(word) <= _LONGEST_WORD for word in text.split())
    return Header(text, "us-ascii" if is_plain else "utf-8", _LINE, header).encode(linesep=_EOL)


def _mailbox(address: Address, header: str) -> str:
    if not address.display_name:
        return address.addr_spec
    name = address.display_name
    if _is_plain(name) and len(name) <= _LONGEST_WORD:
        return f'"{quote(name)}" <{address.addr_spec}>'
    return f"{Header(name, 'utf-8', _LINE, header).encode(linesep=_EOL)}{_EOL} <{address.addr_spec}>"


def _is_plain(text: str) -> bool:
    """Whether this may stand in a header as it is: a reader takes `=?` for the beginning of an encoded word."""
    return text.isascii() and text.isprintable() and "=?" not in text
