"""Keeping a claim while the work goes on: a call to a LAS or a mail server may take longer than the lease."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from time import monotonic
from typing import Any

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.db import in_transaction
from webapp.muur import alle_scholen
from webapp.queue import JOB_TIMEOUT_SECONDS
from webapp.services.beurten import Beurt, RowBusy

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=15)
"""A quarter of the lease, so that there is time to try again when it does not succeed."""
SOON = timedelta(seconds=3)
"""After a renewal that failed, because the database was away or somebody held the row."""


@contextmanager
def renewing(
    beurt: Beurt[Any], row_id: int, token: str, *, lost: Callable[[Session], object] | None = None
) -> Iterator[None]:
    """Renew this claim for as long as the block runs; no transaction of its own may hold the row meanwhile.

    A thread of this process does it. When the process hangs or dies, the thread does too, the claim lapses, and another
    worker may take it; a lapsed claim is not renewed. The thread ends by itself when a job can no longer be running.
    When it finds the claim lost, it says so at once with `lost`: the process may die before the call has ended.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the app behind the proxy
    done = Event()
    thread = Thread(target=_renew, args=(app, done, beurt, row_id, token, lost), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew(
    app: Flask,
    done: Event,
    beurt: Beurt[Any],
    row_id: int,
    token: str,
    lost: Callable[[Session], object] | None,
) -> None:
    end, pause = monotonic() + JOB_TIMEOUT_SECONDS, EVERY
    while monotonic() < end and not done.wait(pause.total_seconds()):
        pause = EVERY
        try:
            with app.app_context(), alle_scholen():
                is_ours = in_transaction(beurt.renew, row_id, token)
                if not is_ours and lost is not None:
                    in_transaction(lost)
                if not is_ours:
                    return
        except (SQLAlchemyError, RowBusy) as error:
            log.warning("claim not renewed: %s", type(error).__name__)
            pause = min(SOON, EVERY)
