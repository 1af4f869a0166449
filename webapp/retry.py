"""The site itself, which does a request once more when PostgreSQL ended it for the good of another."""

from __future__ import annotations

import logging
from types import TracebackType

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from webapp.db import db, has_committed, is_deadlock, wait_a_moment

log = logging.getLogger(__name__)


class Koppelpunt(Flask):
    """The site. A request that lost a deadlock, before anything of it was kept, is done once more."""

    def dispatch_request(self) -> ResponseReturnValue:
        try:
            return super().dispatch_request()
        except DBAPIError as error:
            if not is_deadlock(error) or has_committed(db.session()):
                raise
        db.session.rollback()
        wait_a_moment()
        return super().dispatch_request()

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> None:
        """Flask would log the address too, which may hold a token."""
        log.error("not caught", exc_info=exc_info)
