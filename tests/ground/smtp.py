"""A real SMTP server that keeps what it is given, and can be told to refuse."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class SmtpSink:
    """What arrived since the test began. Set `answer` to have the server say something else than yes."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answer = ""
        self.port = 0

    def clear(self) -> None:
        """Begin anew."""
        self.messages.clear()
        self.answer = ""

    def to(self, address: str) -> list[EmailMessage]:
        """The messages to one address."""
        return [message for message in self.messages if address in str(message["To"])]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer:
            return self.answer
        message = message_from_bytes(envelope.original_content or b"", policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 2.0.0 OK"


class _OnFreePort(Controller):
    """aiosmtpd wants to know the port beforehand; a socket that is already bound has one."""

    def __init__(self, handler: SmtpSink) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        handler.port = self._listener.getsockname()[1]
        super().__init__(handler, hostname="127.0.0.1", port=handler.port)

    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)


@pytest.fixture(scope="session")
def smtp_server() -> Iterator[SmtpSink]:
    """The server, on a port that was free; tests take `smtp`, which is empty at their start."""
    sink = SmtpSink()
    controller = _OnFreePort(sink)
    controller.start()
    yield sink
    controller.stop()


@pytest.fixture
def smtp(smtp_server: SmtpSink) -> Iterator[SmtpSink]:
    """The mails that this test sends."""
    smtp_server.clear()
    yield smtp_server
    smtp_server.clear()
