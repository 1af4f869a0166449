"""Invented tests with invented norms, so that the sandbox has something to score. No real child was ever normed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import log

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Norm, Toets

_PREFIX = "VB-"
INVENTED = "verzonnen"
"""Every name says so, wherever it is shown or sent: these norms say nothing about a real child."""
_SHARE_RIGHT = 0.62
"""What an average pupil of this year has right halfway the year."""
_STRETCH = 1.3
"""So that the scores of a class lie about as far apart as its norm says."""
_GROWTH = ((0, 0.0), (92, 0.34), (184, 0.62), (273, 0.84), (365, 1.0))
"""Schooldag, and which share of a year's growth pupils have made by then: fast in autumn, slower in spring."""


@dataclass(frozen=True, slots=True)
class _Vak:
    code: str
    naam: str
    vakgebied: str
    """A term that UWLR recommends; sent without its vocabulary, so that no LAS has to know it."""
    opgaven: int
    begin: float
    groei: float
    spreiding: float


_REKENEN = _Vak("RW", "Rekenen-wiskunde", "Rekenen en wiskunde", 40, 62, 21, 13)
_LEZEN = _Vak("BL", "Begrijpend lezen", "Begrijpend/studerend lezen", 35, 110, 14, 16)
_SPELLING = _Vak("SP", "Spelling", "Spelling", 30, 95, 18, 12)
_TECHNISCH = _Vak("TL", "Technisch lezen", "Voortgezet technisch lezen", 60, 80, 12, 11)
_TESTS = (
    (_TECHNISCH, 3),
    (_REKENEN, 4),
    (_SPELLING, 4),
    (_REKENEN, 5),
    (_LEZEN, 5),
    (_REKENEN, 6),
    (_SPELLING, 6),
    (_REKENEN, 7),
    (_LEZEN, 7),
    (_REKENEN, 8),
)


def ensure_invented(session: Session) -> list[Toets]:
    """Add the invented tests that are not there yet; leave those that are as they stand."""
    known = {toets.code: toets for toets in session.scalars(select(Toets).where(Toets.code.startswith(_PREFIX)))}
    invented = [known.get(_code(vak, leerjaar)) or _invent(vak, leerjaar) for vak, leerjaar in _TESTS]
    session.add_all(invented)
    session.flush()
    return invented


def _code(vak: _Vak, leerjaar: int) -> str:
    return f"{_PREFIX}{vak.code}-{leerjaar}"


def _invent(vak: _Vak, leerjaar: int) -> Toets:
    begin = vak.begin + vak.groei * (leerjaar - 3)
    return Toets(
        code=_code(vak, leerjaar),
        versie="2026",
        naam=f"{vak.naam} groep {leerjaar} ({INVENTED})",
        vakgebied=vak.vakgebied,
        leerjaar=str(leerjaar),
        aantal_opgaven=vak.opgaven,
        vaardigheidsscores=[
            _tenths(begin + vak.groei * 0.62 + _STRETCH * vak.spreiding * _distance(score, vak.opgaven))
            for score in range(vak.opgaven + 1)
        ],
        normen=[
            Norm(
                schooldag=dag, gemiddelde=_tenths(begin + vak.groei * groei), standaardafwijking=_tenths(vak.spreiding)
            )
            for dag, groei in _GROWTH
        ],
    )


def _distance(score: int, opgaven: int) -> float:
    """How far a raw score lies from an average one: every next item right counts, the last ones most."""
    share = (score + 0.5) / (opgaven + 1)
    return log(share / (1 - share)) - log(_SHARE_RIGHT / (1 - _SHARE_RIGHT))


def _tenths(number: float) -> Decimal:
    return Decimal(f"{number:.1f}")
