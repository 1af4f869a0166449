"""Reading the reports of undelivered mail. Reading one twice changes nothing, so no turn is taken."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from redis.exceptions import RedisError

from jobs.net import in_trail, under_net
from webapp.context import redis, settings
from webapp.db import in_transaction
from webapp.mail import reports
from webapp.mail.mailbox import MailboxClosed, unread_reports
from webapp.onderdelen import RETOUR_KEY
from webapp.services import dode_adressen

log = logging.getLogger(__name__)

EVERY_SECONDS = 300
_RUNG_KEY = "koppelpunt:retour-gebeld"


@under_net(in_trail("postvak retour"))
def read_reports(_: int) -> None:
    """Mark every address of which a report says that it takes no mail."""
    url = settings().mail_retour_url
    if url is None:
        return
    try:
        for raw in unread_reports(url, settings().mail_ca_bestand):
            for found in reports.read(raw):
                is_ours = in_transaction(dode_adressen.came_back, found.mail_id, found.adres, found.status)
                log.info("mail %s came back: %s (ours: %s)", found.mail_id, found.status, is_ours)
    except MailboxClosed as error:
        log.warning("the mailbox of undelivered mail cannot be read: %s", error)
        return
    redis().set(RETOUR_KEY, datetime.now(UTC).isoformat())


def due() -> list[int]:
    """Return one piece of work every five minutes, where a mailbox is set."""
    return every_five_minutes(settings().mail_retour_url, _RUNG_KEY)


def every_five_minutes(url: str | None, key: str) -> list[int]:
    """Return one piece of work now and then, where this mailbox is set; without Redis nothing can be rung anyway."""
    if url is None:
        return []
    try:
        return [0] if redis().set(key, 1, nx=True, ex=EVERY_SECONDS) else []
    except RedisError:
        return []
