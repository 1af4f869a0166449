"""A small IMAP server with one mailbox: what the reader of reports needs, and strict about it."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.policy import default

_LOGIN = re.compile(r'LOGIN "?(?P<name>[^" ]+)"? "(?P<password>[^"]*)"')
_FETCH = re.compile(r"UID FETCH (?P<uid>\d+) \(BODY\.PEEK\[(?P<part>(?:HEADER)?)\]<0\.(?P<bytes>\d+)>\)")
_SUBJECT = re.compile(r'UID SEARCH UNSEEN SUBJECT "(?P<subject>[^"]+)"')
_STORE = re.compile(r"UID STORE (?P<uid>\d+) \+FLAGS \(\\Seen\)")


@dataclass
class Mailbox:
    """Its messages, by UID from 1, and which of them are read."""

    password: str
    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    fetched: list[int] = field(default_factory=list)
    """Of which the whole was asked for."""
    store_fails: bool = False
    """Whether it hangs up when a mail is to be marked as read: the reader was killed there, as far as it can tell."""

    def unseen_reports(self) -> list[int]:
        return [
            uid
            for uid, raw in enumerate(self.messages, 1)
            if uid not in self.seen and "multipart/report" in str(BytesHeaderParser().parsebytes(raw)["Content-Type"])
        ]

    def unseen_with(self, subject: str) -> list[int]:
        """As RFC 3501 says: within the subject as a person reads it, in any case."""
        return [
            uid for uid, raw in enumerate(self.messages, 1) if uid not in self.seen and subject.lower() in _subject(raw)
        ]


def _subject(raw: bytes) -> str:
    return str(BytesHeaderParser(policy=default).parsebytes(raw)["Subject"]).lower()


class _Handler(socketserver.StreamRequestHandler):
    box: Mailbox
    tls: ssl.SSLContext | None

    def setup(self) -> None:
        if self.tls is not None:
            self.request = self.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            tag, _, command = line.partition(" ")
            self._say(f"{tag} {self._do(command)}")
            if command == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _do(self, command: str) -> str:
        box = self.box
        if command == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif command == "LOGOUT":
            self._say("* BYE")
        elif found := _LOGIN.fullmatch(command):
            return "OK in" if found["password"] == box.password else "NO [AUTHENTICATIONFAILED] wrong"
        elif command in {'SELECT "INBOX"', 'EXAMINE "INBOX"'}:
            self._say(f"* {len(box.messages)} EXISTS")
        elif command == "UID SEARCH UNSEEN HEADER Content-Type multipart/report":
            self._say(" ".join(["* SEARCH", *map(str, box.unseen_reports())]))
        elif found := _SUBJECT.fullmatch(command):
            self._say(" ".join(["* SEARCH", *map(str, box.unseen_with(found["subject"]))]))
        elif found := _FETCH.fullmatch(command):
            uid, part, raw = int(found["uid"]), found["part"], box.messages[int(found["uid"]) - 1]
            if part:
                raw = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            else:
                box.fetched.append(uid)
            raw = raw[: int(found["bytes"])]
            self.wfile.write(f"* {uid} FETCH (UID {uid} BODY[{part}]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        elif box.store_fails and _STORE.fullmatch(command):
            raise ConnectionResetError
        elif found := _STORE.fullmatch(command):
            box.seen.add(int(found["uid"]))
        else:
            return "BAD what"
        return "OK done"


@contextmanager
def running_imap(password: str, tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """Serve one mailbox until the block ends."""
    box = Mailbox(password)
    handler = type("Handler", (_Handler,), {"box": box, "tls": tls})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is no news
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield box
        server.shutdown()
        thread.join()
