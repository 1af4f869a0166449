"""Beside a card and in a list: with whom a question is, what was advised, and the way to hand it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from webapp.models.ids import BatchId, RegelId
from webapp.services.controle.doorgegeven import Bij
from webapp.woorden import doorgeven as woorden


@dataclass(frozen=True, slots=True)
class Gezegd:
    """One advice."""

    tekst: str
    opmerking: str
    op: datetime


@dataclass(frozen=True, slots=True)
class Bijschrift:
    """What `controle/_advies.html` and `_doorgegeven.html` show of the questions on one card."""

    adviezen: list[Gezegd]
    wacht: str
    terug_url: str
    doorgeef_url: str


def bijschrift(batch_id: BatchId, regel_ids: Sequence[RegelId], found: Mapping[RegelId, Bij]) -> Bijschrift:
    """The questions of one card together: with twins they are two."""
    mine = [found[id_] for id_ in regel_ids if id_ in found]
    said = [bij.advies for bij in mine if bij.advies is not None]
    waits = next((bij for bij in mine if bij.wacht), None)
    return Bijschrift(
        [Gezegd(woorden.advies(each), each.opmerking or "", each.op) for each in said],
        woorden.wacht(waits) if waits is not None else "",
        url_for("controle.take_hand_over_back", batch_id=batch_id, overdracht_id=waits.overdracht_id) if waits else "",
        url_for("controle.to_whom", batch_id=batch_id, regel=list(regel_ids)),
    )
