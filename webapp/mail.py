"""A mail is a value: three files per mail, filled in strictly, sent over SMTP with a time-out."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formataddr
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from flask_mail import Connection, Mail, Message
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from webapp.config import PROJECT, Settings
from webapp.filters import FILTERS
from webapp.models.mail import Mailprobleem

SMTP_TIMEOUT_SECONDS = 10
_TEMPLATES = PROJECT / "mail_templates"


@dataclass(frozen=True)
class MailMessage:
    """What goes out: one recipient, a subject of one line, and the same content as text and as html."""

    to: str
    subject: str
    text: str
    html: str


class MailNotSent(Exception):
    """SMTP did not take the mail. `permanent` when trying again will not help (5xx)."""

    def __init__(self, probleem: Mailprobleem, antwoord: str, *, permanent: bool) -> None:
        super().__init__(f"{probleem} ({antwoord})")
        self.probleem, self.antwoord, self.permanent = probleem, antwoord, permanent


class _Connection(Connection):
    """Flask-Mail opens SMTP without a time-out and hangs on a silent server; ours gives up.

    A server that goes away after it took the mail has taken the mail: a failing QUIT is no failure.
    """

    def __exit__(self, *_: object) -> None:
        if self.host is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.host.quit()

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        host = smtplib.SMTP(self.mail.server, self.mail.port, timeout=SMTP_TIMEOUT_SECONDS)
        if self.mail.use_tls:
            host.starttls()
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)
        return host


def init_app(app: Flask, settings: Settings) -> None:
    """Configure Flask-Mail from the settings."""
    app.config.update(
        MAIL_SERVER=settings.mail_host,
        MAIL_PORT=settings.mail_port,
        MAIL_USERNAME=settings.mail_username,
        MAIL_PASSWORD=settings.mail_password,
        MAIL_USE_TLS=settings.mail_tls,
        MAIL_DEFAULT_SENDER=formataddr((settings.mail_from_name, settings.mail_from)),
    )
    Mail(app)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),  # noqa: S701  (text is not html)
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


def render_mail(name: str, *, to: str, **context: Any) -> MailMessage:
    """Fill in the three files of `mail_templates/<name>`; a value that is missing raises, and no mail goes out."""
    settings: Settings = current_app.extensions["settings"]
    shared = {
        "testcentrum": settings.testcentrum,
        "klantenservice_naam": settings.klantenservice_naam,
        "klantenservice_mail": settings.klantenservice_mail,
        "klantenservice_telefoon": settings.klantenservice_telefoon,
    }
    subject, text, html = (
        _environment().get_template(f"{name}/{part}").render({**shared, **context})
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return MailMessage(to=to, subject=" ".join(subject.split()), text=text, html=html)


def send(message: MailMessage, *, message_id: str) -> None:
    """Hand the mail to SMTP; raise MailNotSent when it was not accepted."""
    settings: Settings = current_app.extensions["settings"]
    mail = Message(
        message.subject,
        recipients=[message.to],
        body=message.text,
        html=message.html,
        reply_to=formataddr((settings.klantenservice_naam, settings.klantenservice_mail)),
        extra_headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    mail.msgId = message_id
    extension = current_app.extensions["mail"]
    try:
        with _Connection(extension) as connection:
            connection.send(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise MailNotSent(Mailprobleem.ADRES_GEWEIGERD, str(code), permanent=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise MailNotSent(Mailprobleem.SERVER_WEIGERT, str(error.smtp_code), permanent=False) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotSent(Mailprobleem.SERVER_ONBEREIKBAAR, type(error).__name__, permanent=False) from error
