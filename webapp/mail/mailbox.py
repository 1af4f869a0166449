"""The mailbox in which reports of undelivered mail arrive, over IMAP."""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from webapp.mail.smtp import tls_context

log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 10
_MOST_AT_ONCE = 100
_MOST_BYTES = 262_144
"""Of a longer report only the beginning: what matters stands before the returned mail."""


class MailboxClosed(Exception):
    """The mailbox could not be read; the text says why, without name or password."""


def unread_reports(url: str, ca_bestand: Path | None) -> Iterator[bytes]:
    """Give every unread report, and mark each as read once the next one is asked for. Other mail is left alone."""
    try:
        with _opened(url, ca_bestand) as server:
            _ok(server.select(f'"{unquote(urlsplit(url).path.strip("/")) or "INBOX"}"'))
            found = _ok(server.uid("SEARCH", "UNSEEN", "HEADER", "Content-Type", "multipart/report"))
            for uid in (found[0] or b"").split()[:_MOST_AT_ONCE]:
                fetched = _ok(server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{_MOST_BYTES}>)"))
                yield from (item[1] for item in fetched if isinstance(item, tuple))
                _ok(server.uid("STORE", uid.decode(), "+FLAGS", r"(\Seen)"))
    except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
        raise MailboxClosed(type(error).__name__) from error


@contextmanager
def _opened(url: str, ca_bestand: Path | None) -> Iterator[imaplib.IMAP4]:
    address = urlsplit(url)
    host = address.hostname or ""
    server = (
        imaplib.IMAP4_SSL(host, address.port or 993, ssl_context=tls_context(ca_bestand), timeout=_TIMEOUT_SECONDS)
        if address.scheme == "imaps"
        else imaplib.IMAP4(host, address.port or 143, timeout=_TIMEOUT_SECONDS)
    )
    try:
        server.login(unquote(address.username or ""), unquote(address.password or ""))
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def _ok(answer: tuple[str, Any]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    found: list[Any] = data
    return found
