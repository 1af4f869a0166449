"""What time does to questions that nobody answers: the mail in the rhythm of the school, and reminders."""

from __future__ import annotations

from jobs.net import in_trail, under_net
from webapp.db import in_transaction
from webapp.models.ids import BatchId
from webapp.services.controle import herinneren


@under_net(in_trail("importbatch {}", bij="herinneren"))
def remind(batch_id: int) -> None:
    """Look whether a mail is due. Twice does no more than once."""
    in_transaction(herinneren.look, BatchId(batch_id))
