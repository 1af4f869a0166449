"""What time does to an aanvraag, and nobody presses: it falls away, or the school is reminded."""

from __future__ import annotations

from jobs.net import under_net
from webapp.db import in_transaction
from webapp.models.ids import KoppelingId
from webapp.services.koppeling import aanvraag


@under_net(aanvraag.crashed)
def tend(koppeling_id: int) -> None:
    """Let an aanvraag fall away, or remind the school. Twice does no more than once."""
    in_transaction(aanvraag.tend, KoppelingId(koppeling_id))
