"""Proposals with their reasons, for every kind of record."""

from __future__ import annotations

from webapp.matching.matchreden import Matchreden
from webapp.matching.values import Kandidaat, Proposal, Zekerheid
from webapp.matching.vetoes import Veto

NIEMAND = "niemand"


def linked(incoming_id: str, existing_id: str, rule: str, redenen: tuple[Matchreden, ...]) -> Proposal:
    """Return a sure link."""
    return Proposal(incoming_id, Zekerheid.ZEKER, existing_id, str(rule), redenen, ())


def doubtful(incoming_id: str, veto: Veto, kandidaten: tuple[Kandidaat, ...]) -> Proposal:
    """Return a question: what stopped a link, and how the best candidate compares."""
    return Proposal(incoming_id, Zekerheid.TWIJFEL, None, str(veto), kandidaten[0].redenen, kandidaten)


def new(incoming_id: str) -> Proposal:
    """Return somebody whom nobody looks like."""
    return Proposal(incoming_id, Zekerheid.NIEUW, None, NIEMAND, (), ())
