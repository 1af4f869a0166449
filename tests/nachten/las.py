"""The played LAS of one school for years: it keeps the results that it was sent, and can be in trouble."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from tests.jaar.kalender import LAATSTE, is_schooldag
from tests.jaar.las import Las
from tests.nachten.weer import Storing
from webapp.uwlr import values as uwlr
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrRefused, UwlrUnavailable, UwlrUnsure

NAAM = "ParnasSys"
_AWAY = {Storing.LAS_WEG, Storing.LAS_LANG_WEG}


class WorkerDied(BaseException):
    """Everything of ours died where it stood; no `except` of the product may catch it."""


@dataclass
class Jarenlas(Las):
    """The same LAS in the years after."""

    def plan_until(self, last: date) -> None:
        """Put what happens in every later year on its day."""
        for year in range(LAATSTE.year, last.year):
            days = [date(year, 10, 1) + timedelta(days=n) for n in range(365)]
            self.plan([day for day in days if is_schooldag(day)])


@dataclass(frozen=True)
class Staat:
    """What the LAS has under one resultaat/@key."""

    kind: int
    """The child at whom it stands."""
    score: int
    aanmaakdatum: datetime


@dataclass
class Boek:
    """The results that a LAS has. A message is all or nothing, and later than the one before."""

    las: Las
    staat: dict[str, Staat] = field(default_factory=dict)
    laatste: datetime | None = None
    storingen: set[Storing] = field(default_factory=set)
    berichten: int = 0
    ondervonden: int = 0
    """How often a trouble was met."""
    _later: list[Callable[[], None]] = field(default_factory=list)

    def end_what_was_late(self) -> None:
        """The LAS gets round to what it had not done yet; our cool-down is longer than that."""
        later, self._later = self._later, []
        for each in later:
            each()

    def check(self) -> None:
        """Raise when nobody is served now, also not with a question."""
        if self.storingen & _AWAY:
            self.ondervonden += 1
            raise UwlrUnavailable(Reden.GEEN_VERBINDING, NAAM)
        if Storing.SLEUTEL_GEWEIGERD in self.storingen:
            self.ondervonden += 1
            raise UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG, NAAM)

    def take(self, bericht: uwlr.Leerresultatenbericht) -> None:
        """Take the message, or not, and say so, or not. What it does late it judged when it came, and looks no more."""
        self.check()
        self.berichten += 1
        unsure = self._unsure()
        if unsure is None:
            self._judge(bericht)
            self._write(bericht)
            return
        self.ondervonden += 1
        if unsure is not Storing.NIET_AANGEKOMEN and self._is_good(bericht):
            if unsure is Storing.LATE_VERWERKING:
                self._later.append(partial(self._write, bericht))
            else:
                self._write(bericht)
        if unsure is Storing.HALVERWEGE:
            self.storingen.discard(unsure)
            raise WorkerDied
        raise UwlrUnsure(Reden.TIJD_VERSTREKEN, NAAM)

    def _unsure(self) -> Storing | None:
        kinds = (Storing.HALVERWEGE, Storing.LATE_VERWERKING, Storing.NIET_AANGEKOMEN, Storing.GEEN_ANTWOORD)
        return next((each for each in kinds if each in self.storingen), None)

    def _is_good(self, bericht: uwlr.Leerresultatenbericht) -> bool:
        try:
            self._judge(bericht)
        except UwlrRefused:
            return False
        return True

    def _judge(self, bericht: uwlr.Leerresultatenbericht) -> None:
        if self.laatste is not None and bericht.aanmaakdatum <= self.laatste:
            raise UwlrRefused(FaultCode.ONGELDIG_BERICHT, NAAM)
        unknown = [each.leerlingid for each in bericht.resultaten if not self.las.whose(each.leerlingid or "")]
        if unknown:
            error = UwlrRefused(FaultCode.LEERLING_ONGELDIG, NAAM)
            error.leerlingids = tuple(filter(None, unknown))
            raise error

    def _write(self, bericht: uwlr.Leerresultatenbericht) -> None:
        self.laatste = max(bericht.aanmaakdatum, self.laatste or bericht.aanmaakdatum)
        for each in bericht.resultaten:
            assert isinstance(each.uitkomst, uwlr.OsoResultaat)
            assert each.uitkomst.aantalgoed is not None
            kind = min(self.las.whose(each.leerlingid or ""))
            self.staat[each.key] = Staat(kind, each.uitkomst.aantalgoed, bericht.aanmaakdatum)
