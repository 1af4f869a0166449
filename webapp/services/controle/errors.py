"""Why the review refused something, as data; `webapp/woorden/controle.py` says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webapp.errors import DomainError
from webapp.models import Keuze


class BatchClosed(DomainError):
    """The aanlevering is no longer open."""


class ChoiceTooLate(BatchClosed):
    """A colleague finished it or a newer one took over, before this choice arrived."""


class Replaced(BatchClosed):
    """A newer aanlevering took over, with the answers that were given."""


@dataclass(eq=False)
class AlreadyDone(BatchClosed):
    """Somebody imported this aanlevering before; a second click finds this."""

    door: str | None


class ChoiceImpossible(DomainError):
    """The choice would break a rule; nothing is saved."""


class NoQuestion(ChoiceImpossible):
    """Matching did not doubt, so this line cannot become a question again."""


class NoTarget(ChoiceImpossible):
    """There is no record to link with: none was chosen, and matching found none."""


@dataclass(eq=False)
class TargetTaken(ChoiceImpossible):
    """A person linked the chosen record with another: that answer has to be opened first."""

    naam: str
    door: str | None


@dataclass(eq=False)
class PartOfExchange(ChoiceImpossible):
    """The line is one question with others, whom the LAS exchanged: it cannot be answered alone."""

    namen: tuple[str, ...]


class OnlyLater(ChoiceImpossible):
    """More than two were exchanged: nobody can say in one answer who is who."""


@dataclass(eq=False)
class AlreadyAnswered(ChoiceImpossible):
    """Somebody else was first with this line."""

    weergavenaam: str
    keuze: Keuze | None
    """Nothing when they made a question of it again."""
    door: str | None
    op: datetime | None = None


@dataclass(eq=False)
class FoundChanged(ChoiceImpossible):
    """Not as many lines are found any more as the page showed."""

    number: int


class NothingTicked(ChoiceImpossible):
    """No line of the list was ticked."""


@dataclass(eq=False)
class QuestionsOpen(DomainError):
    """Some lines have no answer yet."""

    number: int


class SummaryChanged(DomainError):
    """What would be done is no longer what was shown."""


class ChoicesChanged(SummaryChanged):
    """A colleague chose something, or there are newer gegevens."""


class TwoOnOne(SummaryChanged):
    """Two lines would be linked with one record: no service lets that happen, and the import is the last to look."""


class UndoChanged(SummaryChanged):
    """Undoing the import would do something else by now than the page showed."""


@dataclass(eq=False)
class AlreadyUndone(BatchClosed):
    """Somebody undid this import before; a second click finds this."""

    door: str | None
    op: datetime


class NotUndoable(BatchClosed):
    """It was not imported, too long ago, before this was written down, or the koppeling has ended."""


class LeaversChanged(SummaryChanged):
    """Other leerlingen left than the ones that were counted."""


class NothingHeld(DomainError):
    """What was held is answered, or came back by itself."""


class NoColleague(DomainError):
    """Only somebody else of the same school can be asked; about a hold, another beheerder."""


class NothingToHandOver(DomainError):
    """Somebody answered all of it meanwhile."""


@dataclass(eq=False)
class OnlyLeerlingen(DomainError):
    """A leerkracht knows leerlingen; about other records a beheerder is asked."""

    naam: str


@dataclass(eq=False)
class NameInMessage(DomainError):
    """The message names a leerling, and it would be mailed."""

    woord: str


class HandedOverEnded(DomainError):
    """It was taken back, answered, or its time is over."""


@dataclass(eq=False)
class AlreadyAsked(DomainError):
    """This colleague got this question before."""

    naam: str


class NothingToCheck(DomainError):
    """No aanlevering waits for a beheerder."""


@dataclass(eq=False)
class AskedOften(DomainError):
    """Somebody asked for so many new mails today."""

    aantal: int


class NothingParked(DomainError):
    """Parking was taken back before, or is too long ago."""
