"""What follows from the outcome of one message: for its results, for the school, and for what is sent next. Pure.

`afloop` writes it down. Whatever error there is gets one answer here; a message is taken by the LAS as a whole or not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, auto

from webapp.models import Uitkomst
from webapp.models.fout import Fout, Foutcode, Situatie
from webapp.models.ids import ResultaatId
from webapp.services.versturen.weigering import Kring, Stuk, is_culprit, kring_of, may_be_the_message, split
from webapp.uwlr.codes import Owner
from webapp.uwlr.faults import UwlrError, UwlrRefused, UwlrUnavailable

MAX_REFUSALS = 100
"""Refused messages in one go before a person of klantenservice is asked to look."""
_SET_APART_WITHOUT_SUCCESS = 3
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15, 30, 60))
_LONGEST_COOL_DOWN = 4
"""In cool-downs: after the third unsure answer in a row it stays at this."""


class Lot(Enum):
    """What the results of a message become."""

    BEVESTIGD = auto()
    """The LAS has these versions."""
    TERUG = auto()
    """Surely not processed: back in line."""
    ONZEKER = auto()
    """Perhaps processed, perhaps still to be."""
    GEWANTROUWD = auto()
    """Another worker may have sent meanwhile: which version the LAS took last is unknown."""


class Vervolg(Enum):
    """What the school becomes."""

    VERDER = auto()
    """The LAS takes messages of it: earlier trouble is over."""
    LATER = auto()
    """Again after a pause."""
    AFKOELEN = auto()
    """Again after a cool-down, in which nothing may be sent: the LAS may still be busy with this message."""
    NIEUWE_SLEUTEL = auto()
    """Again at once: only the key that was replaced meanwhile is refused."""
    STOP = auto()
    """Nothing more until somebody has acted."""
    VAN_EEN_ANDER = auto()
    """Left as it is: the claim is not ours any more."""


@dataclass(frozen=True, slots=True)
class Reeks:
    """How the messages of this job went so far."""

    bevestigd: int = 0
    geweigerd: int = 0
    apart: int = 0
    """Culprits that were set apart for what may be the fault of the message."""

    @property
    def is_hopeless(self) -> bool:
        """When everything is refused the fault is in no single result: stop before all of them are set apart."""
        only_refused = self.apart >= _SET_APART_WITHOUT_SUCCESS and not self.bevestigd
        return only_refused or self.geweigerd >= MAX_REFUSALS


@dataclass(frozen=True, slots=True)
class Zender:
    """What is known of the school when the outcome comes in."""

    pogingen: int = 0
    """Tries in a row that came to nothing."""
    is_ours: bool = True
    heeft_andere_sleutel: bool = False
    """Whether the key was replaced while the message was under way."""
    bekend: frozenset[Foutcode] = frozenset()
    """Faults that the school was told of."""


@dataclass(frozen=True, slots=True)
class Zendbesluit:
    """Everything that is done after one message."""

    uitkomst: Uitkomst
    lot: Lot | None
    """None leaves the results to whoever has the claim now."""
    vervolg: Vervolg
    reeks: Reeks = field(default_factory=Reeks)
    wacht: timedelta = timedelta(0)
    fout: Fout | None = None
    """What is wrong with the school."""
    apart: tuple[Kring, Fout] | None = None
    """The culprit was found: it is refused, with all that the same test or leerling would be refused for."""
    delen: tuple[list[ResultaatId], ...] = ()
    """Parts of what was refused, to try first; the last one is the next."""
    meldt: bool = False
    """Whether the beheerders are mailed."""


def decide(
    error: UwlrError | None, stukken: Sequence[Stuk], zender: Zender, reeks: Reeks, *, afkoeling: timedelta
) -> Zendbesluit:
    """Return what follows: None is the confirmation, anything else says what went wrong."""
    uitkomst = _uitkomst(error)
    if not zender.is_ours:
        is_perhaps_there = uitkomst in (Uitkomst.BEVESTIGD, Uitkomst.ONBEKEND)
        return Zendbesluit(uitkomst, Lot.GEWANTROUWD if is_perhaps_there else None, Vervolg.VAN_EEN_ANDER, reeks)
    if error is None:
        return Zendbesluit(uitkomst, Lot.BEVESTIGD, Vervolg.VERDER, replace(reeks, bevestigd=reeks.bevestigd + 1))
    if isinstance(error, UwlrRefused):
        return _refused(error, stukken, zender, reeks)
    if isinstance(error, UwlrUnavailable):
        pause = max(pause_after(zender.pogingen + 1), error.retry_after or timedelta(0))
        return Zendbesluit(uitkomst, Lot.TERUG, Vervolg.LATER, reeks, pause, Fout.of(error))
    cool_down = afkoeling * min(2**zender.pogingen, _LONGEST_COOL_DOWN)
    return Zendbesluit(uitkomst, Lot.ONZEKER, Vervolg.AFKOELEN, reeks, cool_down, Fout.of(error))


def pause_after(pogingen: int) -> timedelta:
    """How long to wait after so many tries in a row that came to nothing."""
    return _PAUSES[min(pogingen, len(_PAUSES)) - 1]


def _refused(error: UwlrRefused, stukken: Sequence[Stuk], zender: Zender, reeks: Reeks) -> Zendbesluit:
    """A final answer: the LAS has nothing of this message and is not busy with it, so there is no cool-down."""
    kring = kring_of(error)
    back = Zendbesluit(Uitkomst.GEWEIGERD, Lot.TERUG, Vervolg.VERDER, replace(reeks, geweigerd=reeks.geweigerd + 1))
    if kring is Kring.KOPPELING:
        if zender.heeft_andere_sleutel:
            return replace(back, vervolg=Vervolg.NIEUWE_SLEUTEL)
        return _stop(back, Fout.of(error), zender.bekend)
    if is_culprit(stukken, error):
        apart = back.reeks.apart + may_be_the_message(error)
        found = (kring, Fout.of(error, Situatie.ALLEEN))
        besluit = replace(back, apart=found, reeks=replace(back.reeks, apart=apart))
    else:
        besluit = replace(back, delen=tuple(split(stukken, error)))
    if besluit.reeks.is_hopeless:
        return _stop(besluit, Fout.of(error, Situatie.TE_VEEL, Owner.KLANTENSERVICE), zender.bekend)
    return besluit


def _stop(besluit: Zendbesluit, fout: Fout, bekend: Collection[Foutcode]) -> Zendbesluit:
    """The school hears of it once, and only when it is the one to act."""
    meldt = fout.eigenaar is Owner.SCHOOL and fout.code not in bekend
    return replace(besluit, vervolg=Vervolg.STOP, fout=fout, meldt=meldt)


def _uitkomst(error: UwlrError | None) -> Uitkomst:
    if error is None:
        return Uitkomst.BEVESTIGD
    if isinstance(error, UwlrRefused):
        return Uitkomst.GEWEIGERD
    return Uitkomst.NIET_VERZONDEN if isinstance(error, UwlrUnavailable) else Uitkomst.ONBEKEND
