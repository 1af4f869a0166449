"""The bell of what goes within a minute: looks every second which school's moment has come, and rings once for each.

It runs in a thread of the sweep and not in its round, which comes every half minute and waits for a Redis that hangs.
What it misses, the sweep rings for.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from threading import Event

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from webapp import logregel
from webapp.db import db, unit_of_work
from webapp.muur import alle_scholen
from webapp.queue import Job, ring
from webapp.services.versturen import beurt

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0


def look(rung: Collection[int] = ()) -> set[int]:
    """Ring for whom nobody rang yet; return all that wait for a worker now."""
    with alle_scholen(), unit_of_work() as session:
        due = beurt.due_within_minute(session)
    return {each for each in due if each in rung or ring(Job.PUSH_RESULTATEN, each, is_waited_for=True)}


def run(app: Flask, stop: Event) -> None:
    """Look until told to stop; a database that is away is tried again a second later."""
    rung: set[int] = set()
    with app.app_context():
        while not stop.wait(EVERY_SECONDS):
            with logregel.event("round", "minute", is_quiet=True):
                try:
                    rung = look(rung)
                except SQLAlchemyError as error:
                    logregel.found(outcome=logregel.BROKE)
                    log.warning("the minute saw no database: %s", type(error).__name__)
                finally:
                    db.session.remove()
