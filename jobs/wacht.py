"""The watch: looks every five seconds whether all parts live and nothing stays silent, and writes down what it sees.

It runs in a thread of the sweep, not in the web: one watch is enough, and the web may be asked by anybody. It is no
part of a round, because a round waits for a Redis that hangs, and then the row would be old when it is needed. Whether
the rounds themselves go on stands in the same row. When the sweep is gone, the workers look in its place.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from jobs.alarm import call_webhook
from jobs.mails import send_mail
from webapp import logregel
from webapp.context import keyring, settings
from webapp.db import db, unit_of_work
from webapp.muur import alle_scholen
from webapp.onderdelen import check
from webapp.services.clock import database_clock
from webapp.services.overzicht import alarmen, alarmeren, levensteken, metingen
from webapp.services.overzicht.alarmen import Melding
from webapp.woorden import alarmen as woorden

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=5)
SOON = timedelta(seconds=1)
"""After something was wrong: at a start, parts come up one after another."""
_LATE_EVERY = timedelta(minutes=1)
"""It looks at every result that waits, and in an evening those are millions; two days are not missed by a minute."""
_MAIL_EVERY = timedelta(seconds=30)
"""A mail server may well think ill of a caller that says nothing every five seconds."""
_MEASURE_EVERY = timedelta(minutes=1)


class Wacht:
    """Looks, and remembers what the mail server said a moment ago, and what was late."""

    def __init__(self) -> None:
        self._mail: dict[str, str | None] = {}
        self._asked_at = self._measured_at = float("-inf")
        self._late: list[Melding] = []
        self._counted_at = float("-inf")

    def look(self) -> bool:
        """Write down how all is now, and raise what is worst; tell whether all parts were well."""
        problemen = self._problems()
        with alle_scholen(), unit_of_work() as session:
            now = levensteken.looked(session, problemen)
            if monotonic() - self._counted_at > _LATE_EVERY.total_seconds():
                self._late, self._counted_at = list(alarmen.deliveries(session, now)), monotonic()
            meldingen = alarmen.found(session, now, settings(), self._late)
            levensteken.tell(session, [(melding.is_ergst, woorden.zin(melding)) for melding in meldingen])
            alarmeren.keep(session, meldingen, now, settings())
        if monotonic() - self._measured_at > _MEASURE_EVERY.total_seconds():
            self._measured_at = monotonic()
            self.measure(meldingen, now)
        return not any(problemen.values())

    def measure(self, meldingen: list[Melding], now: datetime) -> None:
        """Write down the figures; apart, so that one that cannot be had keeps no alarm from being told."""
        with alle_scholen(), unit_of_work() as session:
            found = metingen.gather(session, settings(), keyring(), meldingen, now)
            levensteken.measured(session, found)

    def _problems(self) -> dict[str, str | None]:
        asks = any(self._mail.values()) or monotonic() - self._asked_at > _MAIL_EVERY.total_seconds()
        found = check(settings(), asks_mail=asks)
        if asks:
            self._asked_at, self._mail = monotonic(), {"mail": found["mail"]}
        return {**found, **self._mail}


def run(app: Flask, stop: Event) -> None:
    """Look until told to stop; whatever goes wrong is tried again, because nobody watches the watch but its row."""
    wacht = Wacht()
    with app.app_context():
        while not stop.is_set():
            is_well = False
            with logregel.event("round", "watch", is_quiet=True):
                try:
                    is_well = wacht.look()
                except SQLAlchemyError as error:
                    logregel.found(outcome=logregel.BROKE)
                    log.warning("the watch saw no database: %s", type(error).__name__)
                finally:
                    db.session.remove()
            stop.wait((EVERY if is_well else SOON).total_seconds())


def in_place_of_the_workers() -> None:
    """What the sweep does after a round: when no worker is left, tell of alarms itself, or nobody hears of that."""
    with alle_scholen(), unit_of_work() as session:
        mail_ids, alarm_ids = alarmeren.untold(session)
    for mail_id in mail_ids:
        send_mail(mail_id)
    for alarm_id in alarm_ids:
        call_webhook(alarm_id)


def in_place_of_the_sweep() -> None:
    """What a worker does now and then: when the sweep says nothing any more, raise the alarm that it cannot raise."""
    with alle_scholen(), unit_of_work() as session:
        now = database_clock(session)
        if alarmen.sweep_is_silent(session, now):
            alarmeren.raise_new(session, alarmen.found(session, now, settings()), now, settings())
