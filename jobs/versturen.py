"""Sending the results of one school to its LAS, message by message."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.orm import Session

from jobs import journaal, stoppen
from jobs.las import client_for
from jobs.lease import renewing
from jobs.net import under_net
from webapp.context import keyring, settings
from webapp.db import after_commit, in_transaction
from webapp.journaal import Soort
from webapp.models.ids import KoppelingId, ResultaatId
from webapp.queue import JOB_TIMEOUT_SECONDS, Job, ring
from webapp.services.beurten import ZENDEN
from webapp.services.versturen import afloop, beurt
from webapp.services.versturen.besluit import Reeks, Vervolg
from webapp.services.versturen.beurt import Opdracht
from webapp.uwlr.connection import awake
from webapp.uwlr.faults import UwlrError

log = logging.getLogger(__name__)

SEND_WITHIN_SECONDS = 5.0
"""A message leaves within this time after it was written down, or not at all: another worker may have taken over."""
_MARGIN_SECONDS = 30


@under_net(beurt.crashed)
def push_resultaten(koppeling_id: KoppelingId) -> None:
    """Send all that is due for one school. Safe to run twice, and no transaction is open during a call."""
    Push(koppeling_id).run()


@dataclass
class Push:
    """The messages of one job for one school, from when it was taken until it is let go."""

    koppeling_id: KoppelingId
    token: str = ""
    """The claim on the school; empty until it is taken."""
    reeks: Reeks = field(default_factory=Reeks)
    until: float = field(default_factory=lambda: _end_of_job())

    def run(self) -> None:
        """Take the school, and go on until nothing is due, it is closed, or this job has to end."""
        while awake() <= self.until and not stoppen.is_asked():
            if not self.next():
                return
        self.pass_on()

    @property
    def is_searching(self) -> bool:
        """Whether a part of a refused message, or the control, is still to be tried."""
        return bool(self.reeks.delen) or self.reeks.vraagt_controle

    def claim(self) -> bool:
        """Take the school, unless it is not due, or in other hands; whether it is ours."""
        if not self.token:
            self.token = in_transaction(beurt.claim, self.koppeling_id, afkoeling=settings().afkoeling) or ""
        return bool(self.token)

    def next(self, only: Collection[ResultaatId] | None = None) -> bool:
        """Send the next message, of `only` these when told; tell whether to go on."""
        if not self.claim():
            return False
        written, reeks = awake(), self.reeks
        part = reeks.delen[-1].ids if reeks.delen and not reeks.vraagt_controle else only
        opdracht = in_transaction(
            beurt.begin, self.koppeling_id, self.token, settings=settings(), keyring=keyring(),
            only=part, controle=reeks.vraagt_controle,
        )  # fmt: skip
        if opdracht is not None:
            return self._deliver(opdracht, written)
        if part is None:
            return False
        self.reeks = reeks.without_next()
        return True

    def _deliver(self, opdracht: Opdracht, written: float) -> bool:
        """Send and record one message; tell whether to go on. What leaves is in the journal before it does."""
        if not opdracht.mag_weg:
            in_transaction(afloop.never_sent, opdracht)
            return False
        if not journaal.written(opdracht, Soort.GAAT):
            in_transaction(afloop.never_sent, opdracht, was_counted=True, wacht=journaal.PAUSE)
            return False
        if awake() - written > SEND_WITHIN_SECONDS:
            in_transaction(afloop.never_sent, opdracht, was_counted=True)
            return False
        error = _send(opdracht)
        if error is None:
            journaal.written(opdracht, Soort.BEVESTIGD)
        besluit = in_transaction(afloop.settle, opdracht, error, self.reeks, settings=settings())
        self.reeks = besluit.reeks
        return besluit.vervolg is Vervolg.VERDER

    def pass_on(self) -> None:
        """Leave what is left to the next job."""
        in_transaction(self._give_back)

    def _give_back(self, session: Session) -> None:
        if self.token:
            beurt.give_back(session, self.koppeling_id, self.token)
        after_commit(session, lambda: ring(Job.PUSH_RESULTATEN, self.koppeling_id))


def _end_of_job() -> float:
    """RQ cuts a job off in the middle of whatever it does; so it ends by itself before that."""
    return awake() + JOB_TIMEOUT_SECONDS - 2 * settings().zend_deadline.total_seconds() - _MARGIN_SECONDS


def _send(opdracht: Opdracht) -> UwlrError | None:
    lost = partial(afloop.lost_claim, opdracht=opdracht, afkoeling=settings().afkoeling)
    try:
        client = client_for(opdracht.las_type)
        with renewing(ZENDEN, opdracht.koppeling_id, opdracht.claim, lost=lost):
            client.send_leerresultaten(opdracht.bericht, opdracht.autorisatie)
    except UwlrError as error:
        log.warning("koppeling %s, verzending %s: %s", opdracht.koppeling_id, opdracht.verzending_id, error.code)
        return error
    return None
