"""Every mail of the product, to a real mail server, with names that break headers: `python -m tests.mailproef`.

What arrives is read as a stranger reads it. The last line is JSON: how many mails, how many defects.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from flask import Flask

from tests.ground.mailserver import running_mailserver
from tests.test_mail_templates import MAILS, SCHOOL
from webapp.config import Omgeving, Settings
from webapp.mail import sending
from webapp.mail.message_id import message_id
from webapp.mail.templates import render_mail
from webapp.models import MailSoort
from webapp.models.ids import MailId

NAMES = (
    "De Regenboog",
    "Boom, testcentrum",
    'De "Regenboog"',
    "Bóöm, schoól 't Küpke",
    '🎉 De 🌈 Regenboog, "groep" 8',
    "De Regenboog, school voor openbaar, bijzonder en speciaal onderwijs, met nog veel meer woorden, en komma's",
    "Ü, " * 30 + "Ü",
    "A" * 120,
    "=?utf-8?q?Bank=2C_directie?=",
    "=?utf-8?q?x=0D=0ABcc:_y@elders.example?=",
    "De Regenboog <ander@elders.example>, naam@x.example",
    "groep: a; b (commentaar) \\ backslash",
)
TO = "m.vandenbrandhof@regenboog.example"
_SETTINGS = Settings(
    omgeving=Omgeving.SANDBOX,
    public_url="https://koppelpunt.example",
    database_url="",
    redis_url="",
    secret_keys=("x" * 32,),
    password_salt="",
    encryption_keys=(),
    parnassys_url="",
    klantcode="",
    mail_host="127.0.0.1",
)


def run() -> tuple[int, list[str]]:
    """Send all of them; return how many arrived, and what was wrong with them."""
    assert {template for template, _ in MAILS.values()} == set(MailSoort), "a mail is missing"
    defects: list[str] = []
    with running_mailserver() as server:
        for naam in NAMES:
            settings = replace(_SETTINGS, mail_port=server.port, mail_from_name=naam, klantenservice_naam=naam)
            with _app(settings).app_context():
                for nth, (name, (template, values)) in enumerate(MAILS.items()):
                    mine = {key: naam for key in ("naam", "schoolnaam") if {**SCHOOL, **values}[key] is not None}
                    message = render_mail(template, to=TO, **{**SCHOOL, **values, **mine})
                    sending.send(message, message_id=message_id(MailId(nth + 1)))
                    found = check(server.delivered[-1], naam, message.subject)
                    defects += [f"{name} van {naam[:20]}: {defect}" for defect in found]
    return len(server.delivered), defects


def check(raw: bytes, naam: str, subject: str) -> Iterator[str]:
    """Tell what a strict reader holds against this mail."""
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    yield from (f"empty header line {line!r}" for line in head if line.rstrip().endswith(b":") or not line.strip())
    yield from (f"line of {len(line)}" for line in raw.split(b"\r\n") if len(line) > 998 or b"\n" in line)
    yield from (f"encoded line of {len(line)}" for line in head if b"=?" in line and len(line) > 76)
    if not raw.isascii():
        yield "not ASCII"
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    yield from map(str, _defects(message))
    for name in ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"):
        if (number := len(message.get_all(name, []))) != 1:
            yield f"{number} times {name}"
    for name, shown in {"From": naam, "To": "", "Reply-To": naam}.items():
        addresses: tuple[Any, ...] = message[name].addresses if name in message else ()
        # 3.11 reads a space between two encoded words of a name, where RFC 2047 has none
        if len(addresses) != 1 or "".join(addresses[0].display_name.split()) != "".join(shown.split()):
            yield f"{name} is {message[name]}"
    if message["Subject"] != subject:
        yield f"Subject is {message['Subject']}"
    if message["Auto-Submitted"] != "auto-generated" or not message["Message-ID"].endswith("@koppelpunt.example>"):
        yield "says not that a machine of ours wrote it"
    if [part.get_content_type() for part in message.walk()] != ["multipart/alternative", "text/plain", "text/html"]:
        yield "no plain text first"


def _defects(message: EmailMessage) -> Iterator[Any]:
    for part in message.walk():
        yield from part.defects
        for _, value in part.items():
            yield from getattr(value, "defects", ())


def _app(settings: Settings) -> Flask:
    app = Flask("mailproef")
    app.extensions["settings"] = settings
    sending.init_app(app, settings)
    return app


def main() -> None:
    """Print every defect, then the count."""
    mails, defects = run()
    for defect in defects:
        print(defect)
    print(json.dumps({"mails": mails, "defects": len(defects)}))
    sys.exit(bool(defects))


if __name__ == "__main__":
    main()
