"""Telling the webhook of the settings about one alarm."""

from __future__ import annotations

import logging

from jobs.net import under_net
from webapp.context import settings
from webapp.db import unit_of_work
from webapp.models.ids import AlarmId
from webapp.services.overzicht import alarmeren
from webapp.webhook import WebhookFailed, call
from webapp.woorden import alarmen as woorden

log = logging.getLogger(__name__)


@under_net(alarmeren.crashed)
def call_webhook(alarm_id: AlarmId) -> None:
    """Tell it once. May be killed anywhere: then it is told again, which is better than not at all."""
    url = settings().alarm_webhook
    if url is None:
        return
    with unit_of_work() as session:
        taken = alarmeren.claim_webhook(session, alarm_id)
    if taken is None:
        return
    token, melding = taken
    content = {
        "text": f"{settings().public_url}: {woorden.zin(melding)} {woorden.daarna(melding)}",
        "alarm": str(melding.soort),
        "sinds": melding.sinds.isoformat(),
    }
    try:
        call(url, content)
    except WebhookFailed as error:
        log.warning("alarm %s: the webhook did not take it (%s)", alarm_id, error)
        is_told = False
    else:
        is_told = True
    with unit_of_work() as session:
        alarmeren.webhook_called(session, alarm_id, token, is_told=is_told)
