"""What time does to questions that were handed over: they come back."""

from __future__ import annotations

from jobs.net import in_trail, under_net
from webapp.db import in_transaction
from webapp.models.ids import OverdrachtId
from webapp.services.controle import doorgeven


@under_net(in_trail("overdracht {}", bij="doorgeven"))
def expire(overdracht_id: int) -> None:
    """End one whose time is over. Twice does no more than once."""
    in_transaction(doorgeven.expire, OverdrachtId(overdracht_id))
