"""Aanvragen without a form: what schools mail, and what time does to an aanvraag that nobody touches."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from jobs.net import in_trail, under_net
from jobs.retour import every_five_minutes
from webapp.context import redis, settings
from webapp.db import in_transaction
from webapp.mail import aanvraag as brieven
from webapp.mail.mailbox import MailboxClosed, unread_with_subject
from webapp.models.ids import KoppelingId
from webapp.onderdelen import AANVRAGEN_KEY
from webapp.services.koppeling import aanvraagmail, termijnen
from webapp.verzoek import fingerprint

log = logging.getLogger(__name__)

_RUNG_KEY = "koppelpunt:aanvragen-gebeld"


@under_net(in_trail("koppeling {}", bij="aanvraag"))
def tend(koppeling_id: int) -> None:
    """Do what time does to a koppeling. Twice does no more than once."""
    in_transaction(termijnen.tend, KoppelingId(koppeling_id))


@under_net(in_trail("postvak aanvragen"))
def read_mail(_: int) -> None:
    """Act on the mails of the manual, and on no other. Each is a row first and read then: twice does no more."""
    found = settings()
    if found.aanvraag_imap_url is None:
        return
    own = frozenset(address.lower() for address in (found.mail_from, found.klantenservice_mail, *found.alarm_mail))
    try:
        for mail in unread_with_subject(found.aanvraag_imap_url, found.mail_ca_bestand, found.aanvraag_onderwerp):
            if brieven.is_ours_to_read(
                mail.header, onderwerp=found.aanvraag_onderwerp, authserv_id=found.mail_authserv_id, own=own
            ):
                bericht = brieven.read(mail.whole())
                if bericht is not None:
                    _take_in(bericht)
                    mail.is_done = True
    except MailboxClosed as error:
        log.warning("the mailbox of klantenservice cannot be read: %s", error)
        return
    redis().set(AANVRAGEN_KEY, datetime.now(UTC).isoformat())


def _take_in(bericht: brieven.Bericht) -> None:
    is_new = in_transaction(
        aanvraagmail.take_in,
        bericht.sleutel,
        bericht.afzender,
        bericht.aanvraag,
        bericht.onduidelijk,
        fingerprint=fingerprint(bericht.afzender),
    )
    log.info("a mail with an aanvraag: %s (new: %s)", bericht.onduidelijk or "clear", is_new)


def due() -> list[int]:
    """Return one piece of work every five minutes, where a mailbox is set."""
    return every_five_minutes(settings().aanvraag_imap_url, _RUNG_KEY)
