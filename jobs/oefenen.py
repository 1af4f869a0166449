"""The oefenschool anew, each night."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobs.net import under_net
from webapp.db import in_transaction
from webapp.models.ids import SchoolId
from webapp.muur import of_school
from webapp.services.oefenen import oefenschool


def _leave_it(session: Session, school_id: int, klasse: str) -> None:
    """The school of yesterday stands, and the next round tries again: nothing of practising is an alarm."""


@under_net(_leave_it)
def begin_anew(school_id: int) -> None:
    """Make it anew when it is of another day. Twice does no more than once."""
    with of_school(SchoolId(school_id)):
        in_transaction(oefenschool.ensure)
