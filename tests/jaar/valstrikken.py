"""A LAS that sets traps: identifiers that change places, a number that is given out again, twins who come apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from tests.benchmarks.generator.schools import make_twin
from tests.jaar.las import Kaart, Las


@dataclass
class Valstrikkenlas(Las):
    """Each trap so often a year in every school."""

    more: ClassVar[Mapping[str, int]] = {
        "nummers": 3,
        "eckids": 2,
        "allebei": 1,
        "oud nummer": 3,
        "losse tweeling": 2,
    }

    def _two(self) -> tuple[Kaart, Kaart]:
        """Two who may be exchanged: half the time of one family, when there are any."""
        one = self._one()
        family = [each for each in self.kaarten if each.kind != one.kind and _family_of(each) == _family_of(one)]
        others = [each for each in self.kaarten if each.kind != one.kind]
        return one, self.rng.choice(family if family and self.rng.random() < 1 / 2 else others)

    def _nummers(self, *_: object) -> None:
        one, other = self._two()
        one.key, other.key = other.key, one.key

    def _eckids(self, *_: object) -> None:
        one, other = self._two()
        if one.eckid and other.eckid:
            one.eckid, other.eckid = other.eckid, one.eckid

    def _allebei(self, *_: object) -> None:
        one, other = self._two()
        one.key, other.key, one.eckid, other.eckid = other.key, one.key, other.eckid, one.eckid

    def _oud_nummer(self, day: date, _: int) -> None:
        """Who left gave the number to somebody who comes."""
        free = [kaart for kaart in self.weg if not self.whose(kaart.key)]
        if free:
            new = self._enter(self._family(), 1, day)[0]
            new.key = self.rng.choice(free).key

    def _losse_tweeling(self, day: date, _: int) -> None:
        """The other of twins comes later."""
        one = self._one()
        child = replace(make_twin(self.rng, one.child), nr=next(self._kinderen))
        self._add(child, one.child.jaargroep, day)


def _family_of(kaart: Kaart) -> tuple[str, str]:
    return kaart.child.voorvoegsel, kaart.child.achternaam
