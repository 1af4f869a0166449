"""The mail catcher: what SMTP was told is kept, is in the table."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import psycopg
import pytest

from sandbox.lokaal import ports
from sandbox.lokaal.mailcatcher import ensure_table, plain_url
from sandbox.lokaal.parts import mailcatcher
from sandbox.lokaal.program import start, stop


@pytest.fixture
def database(owner_url: str) -> str:
    return plain_url(owner_url)


@pytest.fixture
def catcher_port(database: str) -> Iterator[int]:
    with ports.listen_anywhere() as listener:
        program = mailcatcher(listener, {"DATABASE_URL": database})
        process = start(program)
        yield ports.port_of(listener)
        stop(process, program.stop_signal, within=5)
        assert process.returncode == 0


def test_a_mail_is_kept_with_its_envelope(catcher_port: int, database: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        "3 leerlingen controleren",
        "koppeling@a.example",
        "j@b.example",
    )
    message.set_content("Één regel")
    with smtplib.SMTP("127.0.0.1", catcher_port, timeout=20) as smtp:
        smtp.send_message(message, to_addrs=["j@b.example", "k@b.example"])
    with psycopg.connect(database) as connection:
        rows = connection.execute("select envelope_from, envelope_to, raw, received from sandbox.mail").fetchall()
    ((sender, recipients, raw, received),) = rows
    assert (sender, recipients) == ("koppeling@a.example", ["j@b.example", "k@b.example"])
    assert abs(received - datetime.now(UTC)) < timedelta(minutes=1)
    assert b"Subject: 3 leerlingen controleren" in raw


def test_a_mail_that_cannot_be_kept_is_left_with_the_sender(catcher_port: int, database: str) -> None:
    with smtplib.SMTP("127.0.0.1", catcher_port, timeout=20) as smtp:
        smtp.noop()
        with psycopg.connect(database) as connection:
            connection.execute("alter table sandbox.mail rename to weg")
        with pytest.raises(smtplib.SMTPDataError) as refused:
            smtp.sendmail("a@a.example", ["b@b.example"], b"Subject: x\r\n\r\ny\r\n")
    assert refused.value.smtp_code == 451


def test_making_the_table_twice_is_making_it_once(database: str) -> None:
    ensure_table(database)
    ensure_table(database)


def test_the_port_answers_from_the_first_moment(catcher_port: int) -> None:
    with socket.create_connection(("127.0.0.1", catcher_port), timeout=20) as connection:
        assert connection.recv(3) == b"220"
