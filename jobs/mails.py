"""Sending one mail: compose, hand to SMTP, record."""

from __future__ import annotations

import logging
from functools import partial

from jobs.lease import renewing
from jobs.net import under_net
from webapp.context import settings
from webapp.db import in_transaction, unit_of_work
from webapp.mail.message_id import message_id
from webapp.mail.sending import send
from webapp.mail.smtp import MailNotSent
from webapp.models import Mail
from webapp.models.ids import MailId
from webapp.muur import ALLE_SCHOLEN, of_school
from webapp.services import mailbeurt
from webapp.services.beurten import MAILEN
from webapp.services.controle import herinneren
from webapp.woorden.mails import compose
from webapp.woorden.mailtekst import kept

log = logging.getLogger(__name__)


@under_net(mailbeurt.crashed)
def send_mail(mail_id: MailId) -> None:
    """Send one mail. Safe to run twice, and to be killed: the doubt is written first, so one double is the most."""
    grenzen = mailbeurt.Grenzen(settings().mail_per_minuut, settings().mail_per_domein, settings().mail_vanaf)
    token = in_transaction(mailbeurt.claim, mail_id, grenzen)
    if token is None:
        return
    with unit_of_work() as session:
        mail = session.get_one(Mail, mail_id)
        with of_school(mail.school_id or ALLE_SCHOLEN):
            if herinneren.is_over(session, mail):
                mailbeurt.withdraw(session, mail_id, token)
                return
            message = compose(session, mail)
    try:
        with renewing(MAILEN, mail_id, token):
            send(message, message_id=message_id(mail_id), before_body=partial(_doubt, mail_id, token, kept(message)))
    except _Lost:
        log.warning("mail %s not sent: another has it", mail_id)
    except MailNotSent as error:
        log.warning("mail %s not sent: %s", mail_id, error)
        in_transaction(mailbeurt.failed, mail_id, token, error.probleem, error.antwoord, permanent=error.permanent)
    else:
        in_transaction(mailbeurt.sent, mail_id, token)


class _Lost(Exception):
    """The claim has lapsed and another took it, or a person did."""


def _doubt(mail_id: MailId, token: str, said: mailbeurt.Gezegd) -> None:
    if not in_transaction(mailbeurt.doubt, mail_id, token, said):
        raise _Lost
