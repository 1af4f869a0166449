"""Asking by day whether two leerlingen are one, as soon as one of them has a score."""

from __future__ import annotations

from jobs.net import under_net
from webapp.db import in_transaction
from webapp.models.ids import SchoolId
from webapp.muur import of_school
from webapp.services.controle import zelfde


@under_net(zelfde.crashed)
def ask(school_id: int) -> None:
    """Ask what is due at one school. Twice does no more than once."""
    with of_school(SchoolId(school_id)):
        in_transaction(zelfde.ask, SchoolId(school_id))
