"""A mailbox over IMAP: that of undelivered mail, and that in which schools ask for the koppeling."""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from webapp.mail.smtp import tls_context

log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 10
_MOST_AT_ONCE = 100
_MOST_BYTES = 262_144
"""Of a longer mail only the beginning: what matters stands before what is returned with it, or attached to it."""
_MOST_LOOKED_AT = 1_000


class MailboxClosed(Exception):
    """The mailbox could not be read; the text says why, without name or password."""


@dataclass
class Bericht:
    """One unread mail. It stays unread unless its reader says that it is done with it."""

    header: bytes
    whole: Callable[[], bytes]
    is_done: bool = False


def unread_reports(url: str, ca_bestand: Path | None) -> Iterator[bytes]:
    """Give every unread report, and mark each as read once the next one is asked for. Other mail is left alone."""
    for bericht in unread(url, ca_bestand, "HEADER", "Content-Type", "multipart/report"):
        yield bericht.whole()
        bericht.is_done = True


def unread_with_subject(url: str, ca_bestand: Path | None, subject: str) -> Iterator[Bericht]:
    """Give the unread mails with this in their subject, the newest first, as it stands in the mailbox."""
    yield from unread(url, ca_bestand, "SUBJECT", f'"{subject}"', newest_first=True, most=_MOST_LOOKED_AT)


def unread(
    url: str, ca_bestand: Path | None, *criteria: str, newest_first: bool = False, most: int = _MOST_AT_ONCE
) -> Iterator[Bericht]:
    """Give unread mails, and mark one as read when its reader was done with it and asks for the next."""
    try:
        with _opened(url, ca_bestand) as server:
            _ok(server.select(_box(url)))
            uids = (_ok(server.uid("SEARCH", "UNSEEN", *criteria))[0] or b"").decode().split()
            for uid in (uids[::-1] if newest_first else uids)[:most]:
                bericht = Bericht(_fetch(server, uid, "HEADER"), partial(_fetch, server, uid, ""))
                yield bericht
                if bericht.is_done:
                    _ok(server.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
    except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
        raise MailboxClosed(type(error).__name__) from error


def try_out(url: str, ca_bestand: Path | None) -> int:
    """Open the mailbox without touching a mail, and tell how many there are."""
    try:
        with _opened(url, ca_bestand) as server:
            return int(_ok(server.select(_box(url), readonly=True))[0] or b"0")
    except (imaplib.IMAP4.error, OSError, UnicodeError, ValueError) as error:
        raise MailboxClosed(type(error).__name__) from error


def _box(url: str) -> str:
    return f'"{unquote(urlsplit(url).path.strip("/")) or "INBOX"}"'


def _fetch(server: imaplib.IMAP4, uid: str, part: str) -> bytes:
    """The mail or its header, without marking it as read; nothing when somebody just removed it."""
    fetched = _ok(server.uid("FETCH", uid, f"(BODY.PEEK[{part}]<0.{_MOST_BYTES}>)"))
    return next((item[1] for item in fetched if isinstance(item, tuple)), b"")


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
