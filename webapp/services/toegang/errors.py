"""Why the beheerders of a school stayed as they were, as data; `webapp/woorden/toegang.py` says it."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.errors import DomainError


class NobodyToAsk(DomainError):
    """The school has no beheerder who can log in: klantenservice reaches it by telephone."""


class NotReached(DomainError):
    """Klantenservice has to say how it reached the school, before it lets somebody in."""


class LastBeheerder(DomainError):
    """Without this one nobody could let another in."""


class NobodyToInvite(DomainError):
    """None of those that were chosen has an address and no account."""


class ToetredingOver(DomainError):
    """It was accepted, refused or withdrawn before."""


@dataclass(eq=False)
class AlreadyMedewerker(DomainError):
    """Whoever has this address is one already."""

    email: str


class AdresInGebruik(DomainError):
    """Another account has this address."""
