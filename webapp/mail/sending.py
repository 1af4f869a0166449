"""Handing one mail to the mail server, with Flask-Mail."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

from flask import Flask, current_app
from flask_mail import Mail

from webapp.config import Settings
from webapp.context import settings
from webapp.mail.brief import AdresOnmogelijk, Brief, mailbox
from webapp.mail.message_id import own_domain
from webapp.mail.smtp import MailNotSent, SmtpConnection, not_sent
from webapp.mail.templates import MailMessage
from webapp.models.mail import Mailprobleem


def init_app(app: Flask, settings: Settings) -> None:
    """Configure Flask-Mail from the settings."""
    app.config.update(
        MAIL_SERVER=settings.mail_host,
        MAIL_PORT=settings.mail_port,
        MAIL_USERNAME=settings.mail_username,
        MAIL_PASSWORD=settings.mail_password,
        MAIL_USE_TLS=settings.mail_tls,
        MAIL_DEFAULT_SENDER=settings.mail_from,
        MAIL_SUPPRESS_SEND=False,
    )
    Mail(app)


def send(message: MailMessage, *, message_id: str, before_body: Callable[[], None] = lambda: None) -> None:
    """Hand the mail to SMTP; raise MailNotSent when it was not accepted.

    `before_body` is called when only the mail itself has still to go; what it raises stops the mail.
    """
    try:
        brief = Brief(
            message,
            message_id=message_id,
            sender=mailbox(settings().mail_from_name, settings().mail_from),
            reply_to=mailbox(settings().klantenservice_naam, settings().klantenservice_mail),
        )
    except AdresOnmogelijk as error:
        raise MailNotSent(Mailprobleem.ADRES_GEWEIGERD, "geen adres", permanent=True) from error
    try:
        with SmtpConnection(current_app.extensions["mail"], settings(), before_body, own_domain()) as connection:
            connection.send(brief)
    except (OSError, smtplib.SMTPException) as error:
        raise not_sent(error) from error
