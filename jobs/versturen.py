"""Sending the results of one school to its LAS, message by message."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from jobs.context import keyring, settings
from jobs.las import client_for
from webapp.db import unit_of_work
from webapp.queue import JOB_TIMEOUT_SECONDS, Job, enqueue
from webapp.services.versturen import afloop, beurt
from webapp.services.versturen.afloop import Vervolg
from webapp.services.versturen.beurt import Opdracht
from webapp.services.versturen.weigering import may_be_the_message
from webapp.uwlr.faults import UwlrError, UwlrRefused

log = logging.getLogger(__name__)

SEND_WITHIN_SECONDS = 5.0
"""A message leaves this soon after it was written down, or not at all: later another worker may have the school."""
MAX_REFUSALS = 100
"""Refused messages in one go before a person of klantenservice is asked to look."""
_SET_APART_WITHOUT_SUCCESS = 3
_MARGIN_SECONDS = 30


def push_resultaten(koppeling_id: int) -> None:
    """Send all that is due for one school. Safe to run twice, and no transaction is open during a call."""
    with unit_of_work() as session:
        token = beurt.claim(session, koppeling_id, settings=settings())
    if token is not None:
        _Push(koppeling_id, token).run()


@dataclass
class _Push:
    koppeling_id: int
    token: str
    parts: list[list[int]] = field(default_factory=list)
    """Parts of refused messages that still have to be tried, the next one last."""
    confirmed: int = 0
    refused: int = 0
    set_apart: int = 0
    begun: float = field(default_factory=lambda: _awake())

    def run(self) -> None:
        """Go on until nothing is due, the school is closed, or the time of one job is over."""
        while not self._is_late():
            written = _awake()
            part = self.parts.pop() if self.parts else None
            opdracht = self._begin(part)
            if opdracht is None and part is None:
                return
            if opdracht is not None and not self._deliver(opdracht, written):
                return
        self._pass_on()

    def _begin(self, part: list[int] | None) -> Opdracht | None:
        with unit_of_work() as session:
            return beurt.begin(
                session, self.koppeling_id, self.token, settings=settings(), keyring=keyring(), only=part
            )

    def _deliver(self, opdracht: Opdracht, written: float) -> bool:
        """Send and record one message; tell whether to go on."""
        if _awake() - written > SEND_WITHIN_SECONDS:
            with unit_of_work() as session:
                afloop.never_sent(session, opdracht)
            return False
        error = _send(opdracht)
        with unit_of_work() as session:
            vervolg = afloop.settle(session, opdracht, error, settings=settings())
        self.parts.extend(vervolg.stukken)
        return vervolg.verder and not self._gave_up(error, vervolg)

    def _gave_up(self, error: UwlrError | None, vervolg: Vervolg) -> bool:
        """Stop when everything is refused, and tell so: the fault is then in no single result."""
        if not isinstance(error, UwlrRefused):
            self.confirmed += error is None
            return False
        self.refused += 1
        self.set_apart += vervolg.geweigerd and may_be_the_message(error)
        hopeless = self.set_apart >= _SET_APART_WITHOUT_SUCCESS and not self.confirmed
        if not hopeless and self.refused < MAX_REFUSALS:
            return False
        with unit_of_work() as session:
            afloop.give_up(session, self.koppeling_id, self.token, error)
        return True

    def _is_late(self) -> bool:
        """Tell whether the job must end now, before RQ cuts it off in the middle of a message."""
        rest = JOB_TIMEOUT_SECONDS - 2 * settings().zend_deadline.total_seconds() - _MARGIN_SECONDS
        return _awake() - self.begun > rest

    def _pass_on(self) -> None:
        with unit_of_work() as session:
            beurt.release(session, self.koppeling_id, self.token)
            enqueue(session, Job.PUSH_RESULTATEN, self.koppeling_id)


def _send(opdracht: Opdracht) -> UwlrError | None:
    try:
        client_for(opdracht.las_type, settings()).send_leerresultaten(opdracht.bericht, opdracht.autorisatie)
    except UwlrError as error:
        log.warning("koppeling %s, verzending %s: %s", opdracht.koppeling_id, opdracht.verzending_id, error.code)
        return error
    return None


def _awake() -> float:
    """Return the seconds of a clock that also runs while the machine sleeps, where the system has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
