"""What results come to together: takings, the spread over the niveaus, the average, growth. Values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from typing import Self

from webapp.schooljaar import schooljaar_of
from webapp.services.toetsen.normen import NORM, Normpunt, norm_on, percentiel, schooldag

RONDE = timedelta(weeks=6)
"""Long enough for who was ill and catches up, and shorter than what lies between two takings of one test."""


@dataclass(frozen=True, slots=True)
class Ronde:
    """What a groep took of one test within six weeks of the first day, in one school year: one taking."""

    eerste: date
    laatste: date

    def has(self, day: date) -> bool:
        return self.eerste <= day <= self.laatste


def rondes(days: Iterable[date]) -> list[Ronde]:
    """Return the takings that these days make up, newest first."""
    found: list[Ronde] = []
    for day in sorted(set(days)):
        if found and day - found[-1].eerste < RONDE and schooljaar_of(day) == schooljaar_of(found[-1].eerste):
            found[-1] = Ronde(found[-1].eerste, day)
        else:
            found.append(Ronde(day, day))
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Niveauregel:
    """One niveau: how many have it, what share that is, and what the norm expects of as many leerlingen."""

    niveau: str
    aantal: int
    procent: int
    norm_procent: int
    norm_aantal: Decimal


@dataclass(frozen=True)
class Beeld:
    """Normed results of one test, added up."""

    normen: Sequence[Normpunt]
    niveaus: Counter[str] = field(default_factory=Counter)
    dagen: Counter[date] = field(default_factory=Counter)
    som: Decimal = Decimal(0)
    """Of the vaardigheidsscores."""

    def __add__(self, other: Self) -> Beeld:
        return Beeld(self.normen, self.niveaus + other.niveaus, self.dagen + other.dagen, self.som + other.som)

    @property
    def aantal(self) -> int:
        return self.dagen.total()

    @property
    def gemiddelde(self) -> Decimal | None:
        return tenths(self.som / self.aantal) if self.aantal else None

    @property
    def norm(self) -> Normpunt | None:
        """The norm of the days on which these were taken; a day on which more were taken counts more.

        Who catches up is normed by the day of catching up, so one groep can have two norms: this is their mean. None
        when a day has no norm any more.
        """
        return norm_over(self.dagen, self.normen)

    @property
    def percentiel(self) -> int | None:
        """Return where a leerling with the average, as it is shown, would stand among all leerlingen."""
        norm, gemiddelde = self.norm, self.gemiddelde
        return None if norm is None or gemiddelde is None else percentiel(gemiddelde, norm)

    @property
    def regels(self) -> list[Niveauregel]:
        """Every niveau, I first; shares are rounded, so that they may add up to 99 or 101."""
        whole = self.aantal or 1
        return [
            Niveauregel(name, self.niveaus[name], round_half_up(100 * self.niveaus[name], whole), share,
                        tenths(Decimal(share * self.aantal) / 100))
            for name, share in NORM.items()
        ]  # fmt: skip

    @property
    def toeval(self) -> int:
        """How many leerlingen a niveau differs from the norm by chance alone: one standard deviation."""
        return round(sqrt(self.aantal * 0.2 * 0.8))


def norm_over(dagen: Mapping[date, int], normen: Sequence[Normpunt]) -> Normpunt | None:
    """Return the mean norm of these days, each as heavy as the results that it has."""
    found = [(norm_on(normen, schooldag(day)), number) for day, number in dagen.items() if number]
    if not found or any(norm is None or norm.standaardafwijking <= 0 for norm, _ in found):
        return None
    whole = sum(number for _, number in found)
    return Normpunt(
        0,
        sum((norm.gemiddelde * number for norm, number in found if norm), Decimal(0)) / whole,
        sum((norm.standaardafwijking * number for norm, number in found if norm), Decimal(0)) / whole,
    )


@dataclass(frozen=True, slots=True)
class Groei:
    """What vaardigheidsscores rose by, and what the norm rose by between the same days; that may be unknown."""

    verschil: Decimal
    norm: Decimal | None


def mean(groei: Sequence[Groei]) -> Groei | None:
    """Return the average growth of these leerlingen; that of the norm only when it is known of all."""
    if not groei:
        return None
    normen = [each.norm for each in groei if each.norm is not None]
    return Groei(
        tenths(sum((each.verschil for each in groei), Decimal(0)) / len(groei)),
        tenths(sum(normen, Decimal(0)) / len(normen)) if len(normen) == len(groei) else None,
    )


def tenths(value: Decimal) -> Decimal:
    """Round to one decimal, as vaardigheidsscores are written."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def round_half_up(part: int, whole: int) -> int:
    """Divide, and round as people do."""
    return (2 * part + whole) // (2 * whole)
