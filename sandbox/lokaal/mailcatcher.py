"""A mail server that delivers to nobody: every mail becomes a row in `sandbox.mail`, for the mailbox page."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys

import psycopg
from aiosmtpd.smtp import SMTP, Envelope, Session
from psycopg import sql

from webapp.rollen import ROLES

MAX_BYTES = 10_000_000
TABLE = """
create schema if not exists sandbox;
create table if not exists sandbox.mail (
    id bigint generated always as identity primary key,
    received timestamptz not null default now(),
    envelope_from text not null,
    envelope_to text[] not null,
    raw bytea not null
);
"""
TABLE_LOCK = 0x6B6F7070


class Catcher:
    """Answers SMTP. A mail is taken once its row is committed, and not a moment earlier."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store the mail; when that fails the sender keeps it and tries again."""
        try:
            await asyncio.to_thread(
                store, self._database_url, envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content or b""
            )
        except psycopg.Error as error:
            print(f"mail niet bewaard, de afzender probeert het opnieuw: {type(error).__name__}", file=sys.stderr)
            return "451 4.3.0 De database is even weg, probeer het later opnieuw"
        return "250 2.0.0 Bewaard"


def store(database_url: str, sender: str, recipients: list[str], raw: bytes) -> None:
    """Write one mail to the mailbox."""
    with psycopg.connect(database_url, connect_timeout=5) as connection:
        connection.execute(
            "insert into sandbox.mail (envelope_from, envelope_to, raw) values (%s, %s, %s)", (sender, recipients, raw)
        )


def ensure_table(database_url: str) -> None:
    """Make the table when it is not there; ParnasSys, which once shared the schema, waits for the same lock."""
    with psycopg.connect(database_url, connect_timeout=5) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", (TABLE_LOCK,))
        connection.execute(TABLE)
        for role in ROLES:
            connection.execute(sql.SQL("grant usage on schema sandbox to {}").format(sql.Identifier(role)))
            connection.execute(sql.SQL("grant select, insert on sandbox.mail to {}").format(sql.Identifier(role)))


def plain_url(database_url: str) -> str:
    """The address without SQLAlchemy's name of a driver."""
    return database_url.replace("postgresql+psycopg://", "postgresql://", 1)


async def serve(listener: socket.socket, database_url: str) -> None:
    """Take mail until SIGTERM."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    catcher = Catcher(database_url)
    server = await loop.create_server(
        lambda: SMTP(catcher, hostname="localhost", data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, loop=loop),
        sock=listener,
    )
    await stopped.wait()
    server.close()


def main() -> None:
    """Serve the socket that the supervisor opened."""
    parser = argparse.ArgumentParser(prog="mailcatcher", description=__doc__)
    parser.add_argument("--fd", type=int, required=True, help="file descriptor of a listening socket")
    database_url = plain_url(os.environ["DATABASE_URL"])
    listener = socket.socket(fileno=parser.parse_args().fd)
    asyncio.run(serve(listener, database_url))


if __name__ == "__main__":
    main()
