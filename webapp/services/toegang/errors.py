"""Why the beheerders of a school stayed as they were, as data; `webapp/woorden/toegang.py` says it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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


class Weigering(StrEnum):
    """Why a login by the account of a board was refused; the trail holds it, and no page says it."""

    AFGEBROKEN = "afgebroken bij het bestuur"
    STAAT = "onbekende of gebruikte state"
    CODE = "code geweigerd"
    ISSUER = "andere issuer"
    TOKEN = "id-token klopt niet"  # noqa: S105  # a reason, no secret
    TENANT = "andere organisatie"
    ONBEKEND = "nergens aan verbonden"
    UITGEZET = "account uitgezet"
    KLANTENSERVICE = "account van klantenservice"


@dataclass(eq=False)
class BestuurGeweigerd(DomainError):
    """Nobody comes in by what the server of the board said."""

    reden: Weigering


class BestuurAntwoordtNiet(DomainError):
    """The server of the board does not answer, or not as the standard says."""


class AlVerbonden(DomainError):
    """The account of the board hangs on an account here already, maybe on this one."""


class NietSterkIngelogd(DomainError):
    """Only who logged in with password and second step may tie an account of a board."""
