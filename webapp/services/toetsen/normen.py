"""Continuous norming as arithmetic: what a raw score means on the day it was made. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import floor
from statistics import NormalDist

from webapp.errors import DomainError
from webapp.schooljaar import days_of, schooljaar_of

_NIVEAUS = ((80, "I"), (60, "II"), (40, "III"), (20, "IV"), (0, "V"))
NIVEAUS = tuple(name for _, name in _NIVEAUS)
"""The highest first."""
NORM = {name: above - least for (least, name), above in zip(_NIVEAUS, (100, 80, 60, 40, 20), strict=True)}
"""How many of a hundred pupils the norm has at each niveau, the highest first.

The norms that we get have a mean and a standard deviation, and no shares. None are needed: I to V are fifths by
definition, I the highest 20 % of all pupils and V the lowest (mens-en-samenleving.infonu.nl/onderwijs/111294).
"""
_STANDARD = NormalDist()


class CannotNorm(DomainError):
    """The test says nothing about this score or this day."""


@dataclass(eq=False)
class NoVaardigheidsscore(CannotNorm):
    """The table of the test does not go as far as this raw score."""

    ruwe_score: int


class NoNormen(CannotNorm):
    """The test has no norms that can be used."""


@dataclass(eq=False)
class OutsideNormen(CannotNorm):
    """The norms of this school year run from one day to another, and this day is not among them."""

    dag: date
    van: date
    tot_en_met: date


@dataclass(frozen=True, slots=True)
class Normpunt:
    """Mean and standard deviation of the vaardigheidsscore on one day of the school year."""

    schooldag: int
    gemiddelde: Decimal
    standaardafwijking: Decimal


@dataclass(frozen=True, slots=True)
class Normuitkomst:
    """What a raw score comes to."""

    vaardigheidsscore: Decimal
    percentiel: int
    niveau: str


def schooldag(day: date) -> int:
    """Return the days since 1 August of the school year that `day` falls in."""
    return (day - _first_day(day)).days


def norm_on(normen: Sequence[Normpunt], dag: int) -> Normpunt | None:
    """Return the norm of a day: a straight line between the two it lies between; None outside the first and last."""
    ordered = sorted(normen, key=lambda norm: norm.schooldag)
    for norm in ordered:
        if norm.schooldag == dag:
            return norm
    for before, after in pairwise(ordered):
        if before.schooldag < dag < after.schooldag:
            share = Decimal(dag - before.schooldag) / (after.schooldag - before.schooldag)
            return Normpunt(
                dag,
                before.gemiddelde + share * (after.gemiddelde - before.gemiddelde),
                before.standaardafwijking + share * (after.standaardafwijking - before.standaardafwijking),
            )
    return None


def percentiel(vaardigheidsscore: Decimal, norm: Normpunt) -> int:
    """Return how many of a hundred pupils score lower, from 1 to 99.

    Rounded down, so that the niveau of the percentiel that people see is the niveau of the exact one.
    """
    z = (vaardigheidsscore - norm.gemiddelde) / norm.standaardafwijking
    return min(99, max(1, floor(100 * _STANDARD.cdf(float(z)))))


def niveau(rang: int) -> str:
    """Return I (the highest fifth) to V (the lowest fifth) for a percentiel."""
    return next(name for least, name in _NIVEAUS if rang >= least)


def interpret(
    ruwe_score: int, afnamedatum: date, vaardigheidsscores: Sequence[Decimal], normen: Sequence[Normpunt]
) -> Normuitkomst:
    """Norm one raw score; raise CannotNorm when the test has no norm for the score or the day."""
    if not 0 <= ruwe_score < len(vaardigheidsscores):
        raise NoVaardigheidsscore(ruwe_score)
    norm = norm_on(normen, schooldag(afnamedatum))
    if norm is None or norm.standaardafwijking <= 0:
        raise _no_norm(afnamedatum, normen)
    score = vaardigheidsscores[ruwe_score]
    rang = percentiel(score, norm)
    return Normuitkomst(score, rang, niveau(rang))


def _first_day(day: date) -> date:
    return days_of(schooljaar_of(day))[0]


def _no_norm(afnamedatum: date, normen: Sequence[Normpunt]) -> CannotNorm:
    days = [norm.schooldag for norm in normen]
    if not days or min(days) <= schooldag(afnamedatum) <= max(days):
        return NoNormen()
    first, last = (_first_day(afnamedatum) + timedelta(days=day) for day in (min(days), max(days)))
    return OutsideNormen(afnamedatum, first, last)
