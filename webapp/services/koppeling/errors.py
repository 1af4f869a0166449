"""Why an act on a koppeling was refused, as data; `webapp/woorden/koppeling.py` says it."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.errors import DomainError
from webapp.models import KoppelingStatus
from webapp.services.koppeling.bewijzen import Bewijs


class KoppelingNotReady(DomainError):
    """The act does not fit the state the koppeling is in."""


class NoKoppeling(KoppelingNotReady):
    """There is no such koppeling."""


class NoSchool(KoppelingNotReady):
    """The aanvraag has no school yet: it was not opened up."""


class NoSleutel(KoppelingNotReady):
    """The koppeling has no autorisatiesleutel."""


class NotApproved(KoppelingNotReady):
    """Nothing is fetched before klantenservice approves."""


class Stopped(KoppelingNotReady):
    """The exchange waits for a person to mend what went wrong."""


class PausedByKlantenservice(KoppelingNotReady):
    """Klantenservice stopped it for a reason: the school asks there."""


class EndNotAsked(KoppelingNotReady):
    """The school did not ask for the end, or took it back a moment ago."""


@dataclass(eq=False)
class NotGreen(KoppelingNotReady):
    """Something speaks against approval, and nobody said that they know."""

    schoolnaam: str
    bewijzen: tuple[Bewijs, ...]


@dataclass(eq=False)
class AlreadyFetched(KoppelingNotReady):
    """The first aanlevering was read in: an approval is not taken back any more."""

    schoolnaam: str


class EndOfPauseIsPast(KoppelingNotReady):
    """It would go on before it rests."""


@dataclass(eq=False)
class NoContact(KoppelingNotReady):
    """Of an aanvraag of long ago nobody knows any more who asked."""

    schoolnaam: str


class RecognisedOther(KoppelingNotReady):
    """By now another school or account is found than the one that was shown."""


@dataclass(eq=False)
class AlreadyDecided(KoppelingNotReady):
    """Somebody else was first, or a button was pressed twice."""

    schoolnaam: str
    status: KoppelingStatus


@dataclass(eq=False)
class ContactOfOther(KoppelingNotReady):
    """The mail address of the contact belongs to an account that is no beheerder of this school."""

    email: str
    schoolnaam: str


@dataclass(eq=False)
class SchooljaarUnchanged(KoppelingNotReady):
    """The koppeling fetches this school year already."""

    schooljaar: str | None


@dataclass(eq=False)
class ExterneNummersLeft(DomainError):
    """Keys of an earlier administration would spoil the first match."""

    number: int


class CannotClear(DomainError):
    """The external numbers stay as they are."""


class NumbersInUse(CannotClear):
    """The koppeling runs: these numbers are the living links."""


class NumbersChanged(CannotClear):
    """There are more or fewer of them than the beheerder saw."""


class NoAanvraag(DomainError):
    """The mail of this link asked nobody to confirm, or what it was about fell away."""


class NoAanvraagmail(DomainError):
    """A colleague read it before."""


class NothingChanged(DomainError):
    """What was typed is what stood there."""


@dataclass(eq=False)
class OtherBrin(DomainError):
    """No aanvraag of this address is for that BRIN."""

    brin: str


@dataclass(eq=False)
class TooManyAanvragen(DomainError):
    """One sender asks more often in a day than a board has schools."""

    number: int


@dataclass(eq=False)
class RemindedToday(KoppelingNotReady):
    """The school got the reminder within a day, or nobody there was ever told to act."""

    schoolnaam: str


@dataclass(eq=False)
class AlreadyCoupled(KoppelingNotReady):
    """The school has a koppeling, and a school has one."""

    schoolnaam: str
    status: KoppelingStatus
