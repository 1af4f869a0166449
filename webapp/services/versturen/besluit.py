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
from webapp.uwlr.faults import BerichtOngeldig, UwlrError, UwlrRefused, UwlrUnavailable

MAX_REFUSALS = 100
"""Refused messages in one go before a person of klantenservice is asked to look."""
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15, 30, 60))
_WITHOUT_CONTROL = 2
"""The whole message and one half; the other half tells whether the LAS takes anything."""
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
class Schuldige:
    """What a refusal is about: it is refused, with all that the same test or leerling would be refused for."""

    kring: Kring
    fout: Fout
    stukken: tuple[Stuk, ...]


@dataclass(frozen=True, slots=True)
class Deel:
    """A part of a refused message: one half, or what was named and the rest."""

    ids: tuple[ResultaatId, ...]
    is_andere_helft: bool = False
    """Whether the half that is sent before it comes first."""


@dataclass(frozen=True, slots=True)
class Reeks:
    """How the messages of this job went so far, and what is still to be tried.

    Some refusals may be trouble of the LAS: they are doubted until it confirms something. A result is set apart for
    such a refusal only when a confirmation follows, or when the other half of its message was confirmed right before.
    Where none comes by itself, a result that was confirmed earlier is sent again: the control.
    """

    geweigerd: int = 0
    delen: tuple[Deel, ...] = ()
    """Parts of refused messages that still have to be tried, the next one last."""
    op_rij: int = 0
    """Doubted refusals since the last confirmation."""
    is_beproefd: bool = False
    """Whether the LAS confirmed something in the search that is going on."""
    is_uitgesloten: bool = False
    """Whether one half was confirmed just now, so that what their message was refused for is in the other, the next."""
    verdacht: tuple[Schuldige, ...] = ()
    """Found, but not yet set apart: perhaps it is trouble of the LAS."""
    vraagt_controle: bool = False
    """Whether the next message is the control."""

    def without_next(self) -> Reeks:
        """The same after the next part, when nothing of it was left to send."""
        rest = self.delen[:-1]
        return replace(self, delen=rest, is_uitgesloten=False, vraagt_controle=bool(self.verdacht) and not rest)

    @property
    def needs_control(self) -> bool:
        """Whether it is time to know who is to blame, before more is asked or anything is set apart."""
        is_alone = bool(self.verdacht) and not self.delen
        return is_alone or len(self.verdacht) > 1 or (self.op_rij > 1 and not self.is_beproefd)


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
    heeft_gewerkt: bool = False
    """Whether the LAS took this key before."""
    is_herhaling: bool = False
    """Whether the last message was doubted for this same refusal, and this is the same one after a pause."""
    duurt_een_nacht: bool = False
    """Whether the LAS has refused for a night, with nothing good between."""
    heeft_controle: bool = False
    """Whether there is a confirmed result that can be sent again."""


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
    apart: tuple[Schuldige, ...] = ()
    meldt: bool = False
    """Whether the beheerders are mailed."""
    is_goed: bool = False
    """Whether the LAS did its work: earlier trouble is over."""
    is_storing: bool = False
    """Whether this may be trouble of the LAS, so that its breaker hears of it."""


def decide(
    error: UwlrError | None, stukken: Sequence[Stuk], zender: Zender, reeks: Reeks, *, afkoeling: timedelta
) -> Zendbesluit:
    """Return what follows: None is the confirmation, anything else says what went wrong."""
    uitkomst = _uitkomst(error)
    if not zender.is_ours:
        is_perhaps_there = uitkomst in (Uitkomst.BEVESTIGD, Uitkomst.ONBEKEND)
        return Zendbesluit(uitkomst, Lot.GEWANTROUWD if is_perhaps_there else None, Vervolg.VAN_EEN_ANDER, reeks)
    if reeks.vraagt_controle:
        return _after_control(error, stukken, zender, reeks, afkoeling)
    is_one_half = bool(reeks.delen) and not reeks.delen[-1].is_andere_helft
    reeks = replace(reeks, delen=reeks.delen[:-1])
    if error is None:
        confirmed = _answered(Zendbesluit(uitkomst, Lot.BEVESTIGD, Vervolg.VERDER, reeks))
        return replace(confirmed, reeks=replace(confirmed.reeks, is_uitgesloten=is_one_half))
    if isinstance(error, UwlrRefused):
        return _refused(error, stukken, zender, replace(reeks, geweigerd=reeks.geweigerd + 1))
    if isinstance(error, UwlrUnavailable):
        wacht = max(pause_after(zender.pogingen + 1), error.retry_after or timedelta(0))
        return Zendbesluit(uitkomst, Lot.TERUG, Vervolg.LATER, reeks, wacht, Fout.of(error), is_storing=True)
    cool_down = afkoeling * min(2**zender.pogingen, _LONGEST_COOL_DOWN)
    return Zendbesluit(uitkomst, Lot.ONZEKER, Vervolg.AFKOELEN, reeks, cool_down, Fout.of(error), is_storing=True)


def _after_control(
    error: UwlrError | None, stukken: Sequence[Stuk], zender: Zender, reeks: Reeks, afkoeling: timedelta
) -> Zendbesluit:
    """The control is a result that the LAS has, and keeps whatever it says now; its answer tells who is to blame."""
    if isinstance(error, UwlrRefused) and may_be_the_message(error):
        return replace(_trouble(error, zender, reeks), lot=None)
    if error is None or (isinstance(error, UwlrRefused) and kring_of(error) is not Kring.KOPPELING):
        return _answered(Zendbesluit(_uitkomst(error), None, Vervolg.VERDER, replace(reeks, vraagt_controle=False)))
    return replace(decide(error, stukken, zender, Reeks(), afkoeling=afkoeling), lot=None)


def _answered(besluit: Zendbesluit) -> Zendbesluit:
    """The LAS does its work, so what it refused before is to blame itself."""
    reeks = besluit.reeks
    searches = replace(reeks, op_rij=0, verdacht=(), is_beproefd=bool(reeks.delen), is_uitgesloten=False)
    return replace(besluit, reeks=searches, apart=(*reeks.verdacht, *besluit.apart), is_goed=True)


def pause_after(pogingen: int) -> timedelta:
    """How long to wait after so many tries in a row that came to nothing."""
    return _PAUSES[min(pogingen, len(_PAUSES)) - 1]


def _refused(error: UwlrRefused, stukken: Sequence[Stuk], zender: Zender, reeks: Reeks) -> Zendbesluit:
    """A final answer: the LAS has nothing of this message and is not busy with it, so there is no cool-down."""
    kring = kring_of(error)
    back = Zendbesluit(Uitkomst.GEWEIGERD, Lot.TERUG, Vervolg.VERDER, reeks)
    if kring is Kring.KOPPELING:
        if zender.heeft_andere_sleutel:
            return replace(back, vervolg=Vervolg.NIEUWE_SLEUTEL)
        if zender.heeft_gewerkt or error.may_be_disturbance:
            return _trouble(error, zender, reeks)
        return _stop(back, Fout.of(error), zender.bekend)
    besluit = _doubted(error, stukken, zender, back) if may_be_the_message(error) else _named(error, stukken, back)
    if reeks.geweigerd >= MAX_REFUSALS and besluit.vervolg is Vervolg.VERDER:
        return _stop(besluit, Fout.of(error, Situatie.TE_VEEL, Owner.KLANTENSERVICE), zender.bekend)
    return besluit


def _named(error: UwlrRefused, stukken: Sequence[Stuk], back: Zendbesluit) -> Zendbesluit:
    """The refusal says what is wrong: of a LAS that does its work, or of our own check, which asks no LAS."""
    if is_culprit(stukken, error):
        besluit = replace(back, apart=(Schuldige(kring_of(error), Fout.of(error, Situatie.ALLEEN), tuple(stukken)),))
    else:
        besluit = replace(back, reeks=_halved(back.reeks, stukken, error))
    if not isinstance(error, BerichtOngeldig):
        return _answered(besluit)
    is_due = bool(besluit.reeks.verdacht) and not besluit.reeks.delen
    return replace(besluit, reeks=replace(besluit.reeks, vraagt_controle=is_due))


def _doubted(error: UwlrRefused, stukken: Sequence[Stuk], zender: Zender, back: Zendbesluit) -> Zendbesluit:
    """Search on while the LAS shows in between that it does its work; else it is trouble, and nobody is blamed."""
    must_be_it = back.reeks.is_uitgesloten
    reeks = replace(back.reeks, op_rij=back.reeks.op_rij + 1, is_uitgesloten=False)
    may_search = zender.heeft_controle or zender.is_herhaling or reeks.is_beproefd or reeks.op_rij > 1
    if not may_search:
        return _trouble(error, zender, reeks)  # the control is the same message after a pause
    if is_culprit(stukken, error):
        found = Schuldige(kring_of(error), Fout.of(error, Situatie.ALLEEN), tuple(stukken))
        if must_be_it:
            return replace(back, reeks=reeks, apart=(found,))
        reeks = replace(reeks, verdacht=(*reeks.verdacht, found))
    else:
        reeks = _halved(reeks, stukken, error)
    if not reeks.needs_control:
        return replace(back, reeks=reeks)
    if zender.heeft_controle:
        return replace(back, reeks=replace(reeks, vraagt_controle=True))
    if not reeks.delen or reeks.op_rij > _WITHOUT_CONTROL:
        return _trouble(error, zender, reeks)
    other_half_first = (*reeks.delen[1:], reeks.delen[0])
    return replace(back, reeks=replace(reeks, delen=other_half_first))


def _trouble(error: UwlrRefused, zender: Zender, reeks: Reeks) -> Zendbesluit:
    """Taken for trouble of the LAS, which passes; only when it lasts a night, somebody has to act."""
    back = Zendbesluit(Uitkomst.GEWEIGERD, Lot.TERUG, Vervolg.LATER, Reeks(reeks.geweigerd), is_storing=True)
    if not zender.duurt_een_nacht:
        return replace(
            back, wacht=pause_after(zender.pogingen + 1), fout=Fout.of(error, Situatie.TWIJFEL, Owner.NIEMAND)
        )
    if kring_of(error) is Kring.KOPPELING:
        return _stop(back, Fout.of(error), zender.bekend)
    return _stop(back, Fout.of(error, Situatie.TE_VEEL, Owner.KLANTENSERVICE), zender.bekend)


def _halved(reeks: Reeks, stukken: Sequence[Stuk], error: UwlrRefused) -> Reeks:
    other, one = split(stukken, error)
    return replace(reeks, delen=(*reeks.delen, Deel(tuple(other), is_andere_helft=True), Deel(tuple(one))))


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
