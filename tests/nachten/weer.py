"""What goes wrong on which day: drawn from the seed, so that a course of years can be played again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from random import Random


class Storing(StrEnum):
    """One kind of trouble."""

    LAS_WEG = "het LAS is weg"
    LAS_LANG_WEG = "het LAS is dagen weg"
    GEEN_ANTWOORD = "het LAS verwerkt, en antwoordt niet"
    NIET_AANGEKOMEN = "het bericht komt niet aan, en niemand weet dat"
    LATE_VERWERKING = "het LAS verwerkt pas nadat wij niet meer wachten"
    SLEUTEL_GEWEIGERD = "het LAS weigert de sleutel"
    NIEMAND = "er loopt geen veger, de hele dag niet"
    LAAT = "de veger begint laat in de nacht"
    OVERDAG = "de veger begint pas overdag"
    HALVERWEGE = "alle werkers sterven midden in een bericht"
    TERUGGEZET = "de database komt uit een reservekopie"


_PER_JAAR: dict[Storing, tuple[float, Sequence[int]]] = {
    Storing.LAS_WEG: (6, (1, 1, 2)),
    Storing.LAS_LANG_WEG: (1, (4, 9)),
    Storing.GEEN_ANTWOORD: (5, (1, 2)),
    Storing.NIET_AANGEKOMEN: (4, (1,)),
    Storing.LATE_VERWERKING: (5, (1, 2)),
    Storing.SLEUTEL_GEWEIGERD: (1, (1, 4)),
    Storing.NIEMAND: (2, (1, 1, 3)),
    Storing.LAAT: (4, (1,)),
    Storing.OVERDAG: (2, (1,)),
    Storing.HALVERWEGE: (4, (1,)),
    Storing.TERUGGEZET: (1.5, (1,)),
}
"""How often in a year, and for how many days: far oftener than in life."""
_DAYS = 365.25
RUSTIG_AAN_HET_EIND = timedelta(days=30)


@dataclass(frozen=True)
class Weer:
    """All that happens; on a day at most one thing of each kind."""

    per_dag: dict[date, set[Storing]]
    kopie_op: dict[date, date] = field(default_factory=dict)
    """Of each day on which the database comes out of a backup: when that was made."""

    def op(self, day: date) -> set[Storing]:
        return self.per_dag.get(day, set())


def draw(seed: int, first: date, last: date) -> Weer:
    """Draw what happens between these days; the first weeks and the last ones are quiet."""
    rng = Random(f"weer {seed}")
    first, until = first + timedelta(days=14), last - RUSTIG_AAN_HET_EIND
    days = (until - first).days
    found: dict[date, set[Storing]] = {}
    copies: dict[date, date] = {}
    if days <= 0:
        return Weer(found)
    for storing, (often, lengths) in _PER_JAAR.items():
        number = often * days / _DAYS
        for _ in range(int(number) + (rng.random() < number % 1)):
            begin = first + timedelta(days=rng.randrange(days))
            for n in range(rng.choice(lengths)):
                found.setdefault(begin + timedelta(days=n), set()).add(storing)
            if storing is Storing.TERUGGEZET:
                copies[begin] = begin - timedelta(days=rng.choice((0, 1, 2)))
    return Weer(found, copies)
