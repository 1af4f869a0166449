"""The LAS of a story of several nights: who is in it under which number, and what it may do to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.services.conftest import pupil
from webapp.uwlr import values as uwlr

BORN = "2019-01-30"
OURS = (
    ("Jip", "Wolters", BORN, "k1", "e1"), ("Jop", "Wolters", BORN, "k2", None),
    ("Noor", "Maan", "2016-03-12", None, None), ("Ann", "Aarts", "2017-01-11", None, None),
    ("Ben", "Bos", "2017-02-12", "k5", "e5"),
    ("Hanna", "Zwart", "2014-03-13", None, "e6"), ("Tess", "Vink", "2016-05-05", None, None),
)  # fmt: skip
"""Whom we have."""
WIE = (0, 1, 2, 3, 4, 5, 9)
"""Which child of the LAS each of them is, by its place in CHILDREN."""
CHILDREN = (
    ("Jip", "Wolters", BORN), ("Jop", "Wolters", BORN), ("Noor", "Maan", "2016-03-12"),
    ("Ann", "Aarts", "2017-01-11"), ("Ben", "Bos", "2017-02-12"), ("Hannah", "Zwart", "2014-03-13"),
    ("Noor", "Maan", "2016-03-12"), ("Anne", "Aarts", "2017-01-11"), ("Sam", "Smit", "2018-02-02"),
    ("Tess", "Vink", "2016-05-06"), ("Kees", "Kraai", "2015-10-10"),
)  # fmt: skip
NAMESAKES = {2, 6}
"""Without an ECK iD nobody can know that one of them came for the other."""
ZONDER_SCORE = {9}
"""Who has one only when it is given: so a doubt about them can harm no result."""
LAATSTE_JAAR = 2


@dataclass
class Las:
    """Who is in the LAS, under which number and ECK iD, in which groep: the ground truth."""

    number: dict[int, str | None] = field(default_factory=lambda: {n: f"k{n + 1}" for n in range(len(CHILDREN))})
    eckid: dict[int, str | None] = field(
        default_factory=lambda: {n: f"e{n + 1}" if n in (0, 1, 2, 4, 5, 6, 7) else None for n in range(len(CHILDREN))}
    )
    away: set[int] = field(default_factory=lambda: {6, 9, 10})
    in_g6: set[int] = field(default_factory=lambda: {8})
    renamed: set[int] = field(default_factory=set)
    twice: dict[int, uwlr.Leerling] = field(default_factory=dict)
    """Who was typed in once more, under another number."""
    year: int = 0
    """How many times August came."""
    fresh: Any = field(default_factory=lambda: count(20))

    def pupils(self) -> list[tuple[int, uwlr.Leerling]]:
        """Every record, with the child that it is of."""
        main = [(n, self._record(n)) for n in range(len(CHILDREN)) if n not in self.away]
        again = [(n, each) for n, each in self.twice.items() if n not in self.away]
        return main + [(n, each._replace(groep=self._key(5), jaargroep=str(5 + self.year))) for n, each in again]

    def _record(self, nr: int) -> uwlr.Leerling:
        jaar = 6 if nr in self.in_g6 else 5
        return pupil(
            self.number[nr], self.name(nr), *CHILDREN[nr][1:], groep=self._key(jaar), eckid=self.eckid[nr],
            jaargroep=str(jaar + self.year),
        )  # fmt: skip

    def _key(self, jaar: int) -> str:
        return f"g{jaar}" + "n" * self.year

    def answer(self) -> dict[str, Any]:
        """What an answer has beside leerlingen: the school year, and its two groepen, of which only one is known."""
        namen = ("Groep 5", "Zomergroep") if not self.year else (f"Groep {5 + self.year}", f"Groep {6 + self.year}")
        groepen = tuple(
            uwlr.Groep(self._key(jaar), naam, str(jaar + self.year)) for jaar, naam in zip((5, 6), namen, strict=True)
        )
        begin = 2026 + self.year
        return {"groepen": groepen, "school": uwlr.School(schooljaar=f"{begin}-{begin + 1}", brincode="99XX")}

    def name(self, nr: int) -> str:
        return f"{CHILDREN[nr][0]}ke" if nr in self.renamed else CHILDREN[nr][0]

    def change(self, what: str, nr: int, value: Any) -> None:
        getattr(self, f"_{what.replace(' ', '_')}")(nr, value)

    def _weg_of_terug(self, nr: int, _: object) -> None:
        self.away ^= {nr}

    def _andere_groep(self, nr: int, _: object) -> None:
        self.in_g6 ^= {nr}

    def _hernoemen(self, nr: int, _: object) -> None:
        self.renamed ^= {nr}

    def _nummers_ruilen(self, one: int, other: int) -> None:
        if self.number[one] and self.number[other]:
            self.number[one], self.number[other] = self.number[other], self.number[one]

    def _eckids_ruilen(self, one: int, other: int) -> None:
        if self.eckid[one] and self.eckid[other]:
            self.eckid[one], self.eckid[other] = self.eckid[other], self.eckid[one]

    def _ander_nummer(self, nr: int, none: bool) -> None:
        """A new number; or none, when there is an ECK iD to go by."""
        self.number[nr] = None if none and self.eckid[nr] else f"k{next(self.fresh)}"

    def _andere_eckid(self, nr: int, none: bool) -> None:
        if not none or (self.number[nr] and nr not in NAMESAKES):
            self.eckid[nr] = None if none else f"e{next(self.fresh)}"

    def _oud_nummer(self, old: int, new: int) -> None:
        """Who left gives the number to somebody else."""
        if old in self.away and old != new and self.number[old]:
            self.number[new], self.number[old] = self.number[old], f"k{next(self.fresh)}"

    def _augustus(self, *_: object) -> None:
        """The highest jaargroep leaves, and everybody goes one up."""
        if self.year < LAATSTE_JAAR:
            self.away |= self.in_g6
            self.in_g6, self.year = set(), self.year + 1

    def _dubbel(self, nr: int, same_eckid: bool) -> None:
        if self.twice.pop(nr, None) is None:
            eckid = self.eckid[nr] if same_eckid else None
            self.twice[nr] = pupil(f"k{next(self.fresh)}", self.name(nr), *CHILDREN[nr][1:], eckid=eckid)
