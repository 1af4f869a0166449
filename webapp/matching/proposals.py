"""Proposals with their reasons, for every kind of record."""

from __future__ import annotations

from functools import lru_cache

from webapp.matching.values import Kandidaat, Proposal, Reden, Uitkomst, Zekerheid
from webapp.matching.vetoes import VETO_TEKST, Veto

NIEMAND = "niemand"


def linked(incoming_id: str, existing_id: str, rule: str, redenen: tuple[Reden, ...]) -> Proposal:
    """Return a sure link."""
    return Proposal(incoming_id, Zekerheid.ZEKER, existing_id, str(rule), redenen, ())


def doubtful(incoming_id: str, veto: Veto, kandidaten: tuple[Kandidaat, ...]) -> Proposal:
    """Return a question: the veto first, then how the best candidate compares."""
    redenen = (_bezwaar(veto), *kandidaten[0].redenen)
    return Proposal(incoming_id, Zekerheid.TWIJFEL, None, str(veto), redenen, kandidaten)


def new(incoming_id: str) -> Proposal:
    """Return somebody whom nobody looks like."""
    return Proposal(incoming_id, Zekerheid.NIEUW, None, NIEMAND, (), ())


@lru_cache
def _bezwaar(veto: Veto) -> Reden:
    return Reden("koppeling", Uitkomst.BEZWAAR, VETO_TEKST[veto])
