"""The net under every job: what nobody expected is written on the row it was about, and the next school goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import logregel
from webapp.context import settings
from webapp.db import db, in_transaction, is_away, unit_of_work
from webapp.journaal import newest
from webapp.models import Daad
from webapp.muur import alle_scholen
from webapp.services import audit, herkomst

IdT = TypeVar("IdT", bound=int)

log = logging.getLogger(__name__)


def _name(error: Exception) -> str:
    """The class; of a broken constraint also its name, for many things look like one error without it."""
    cause = getattr(error, "orig", None) or error
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return " ".join(filter(None, (type(cause).__name__, constraint)))


def in_trail(about: str, **bij: str) -> Callable[[Session, int, str], None]:
    """Record a line in the trail, and no more: the next round of the sweep tries again."""

    def record(session: Session, row_id: int, klasse: str) -> None:
        audit.record(session, Daad.INTERNE_FOUT, about.format(row_id), door=None, school_id=None, klasse=klasse, **bij)

    return record


def under_net(record: Callable[[Session, IdT, str], None]) -> Callable[[Callable[[IdT], None]], Callable[[IdT], None]]:
    """Wrap a job: `record` writes down the class of an error, lets go of the row and says when it is tried again.

    A database that is away is no fault of the row and cannot be written down: the claim lapses, the sweep rings again.
    """

    def decorate(work: Callable[[IdT], None]) -> Callable[[IdT], None]:
        @wraps(work)
        def run(row_id: IdT) -> None:
            with alle_scholen():
                try:
                    _watch()
                    work(row_id)
                except Exception as error:  # whatever it is: unseen, it would fail for ever
                    logregel.found(outcome=logregel.BROKE)
                    log.error("%s %s", work.__name__, row_id, exc_info=error)
                    if not is_away(error):
                        _record(row_id, _name(error))

        run.is_under_net = True  # type: ignore[attr-defined]  # the architecture test reads it
        return run

    def _watch() -> None:
        """A database that came out of a backup is noticed before anything is done for it."""
        with unit_of_work() as session:
            herkomst.watch(session, newest(settings().journaal))

    def _record(row_id: IdT, klasse: str) -> None:
        db.session.rollback()
        try:
            in_transaction(record, row_id, klasse)
        except SQLAlchemyError as error:
            log.error("%s not written down", klasse, exc_info=error)

    return decorate
