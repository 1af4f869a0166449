"""The site itself, which does a request once more when PostgreSQL ended it for the good of another."""

from __future__ import annotations

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from webapp.db import db, has_committed, is_deadlock, wait_a_moment


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
