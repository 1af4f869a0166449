"""Sending one mail: compose, hand to SMTP, record."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from jobs.context import settings
from jobs.lease import renewing
from jobs.net import under_net
from webapp.db import unit_of_work
from webapp.mail import MailNotSent, send
from webapp.models import Mail
from webapp.models.ids import MailId
from webapp.services import mails
from webapp.services.beurten import MAILEN
from webapp.woorden.mails import compose

log = logging.getLogger(__name__)


@under_net(mails.crashed)
def send_mail(mail_id: MailId) -> None:
    """Send one mail. Safe to run twice: a crash before SMTP's answer costs at most one duplicate, never a mail."""
    with unit_of_work() as session:
        token = mails.claim(session, mail_id)
    if token is None:
        return
    with unit_of_work() as session:
        message = compose(session, session.get_one(Mail, mail_id))
    try:
        with renewing(MAILEN, mail_id, token):
            send(message, message_id=_message_id(mail_id))
    except MailNotSent as error:
        log.warning("mail %s not sent: %s", mail_id, error)
        with unit_of_work() as session:
            mails.failed(session, mail_id, token, error.probleem, error.antwoord, permanent=error.permanent)
    else:
        with unit_of_work() as session:
            mails.sent(session, mail_id, token)


def _message_id(mail_id: MailId) -> str:
    """Return the Message-ID: the same for every try, so that a mail server recognises a duplicate."""
    return f"<koppelpunt-mail-{mail_id}@{urlsplit(settings().public_url).hostname}>"
