"""The played LAS of one school: who is in it, and what happens to them on each day of the year."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import ClassVar

from tests.benchmarks.generator.names import draw_achternaam, draw_origin, draw_voornaam, respell
from tests.benchmarks.generator.schools import Child, make_child, make_twin
from tests.jaar import tarieven
from tests.jaar.kalender import EERSTE, LAATSTE, SCHOOLDAGEN, dagen, is_schooldag
from webapp.schooljaar import next_schooljaar, schooljaar_of
from webapp.uwlr import values as uwlr
from webapp.uwlr.checks import set_apart

_TIENDE = 0.1
"""Newcomers who come from another school, into any jaargroep; the others turn four."""
_GEZIN = 0.38
"""Newcomers with a brother or sister at the school."""
_ZITTENBLIJVEN = 0.015
_LATER = timedelta(days=14)
"""So long the LAS lacks an ECK iD or a birth date that came late, and so long it holds a double."""
_GROEP_8, _TWO_OF_EACH = 8, 230
Wie = tuple[str | None, str | None]


@dataclass
class Kaart:
    """One record of the LAS: of which child, and what it says of it."""

    kind: int
    child: Child
    key: str
    eckid: str | None
    groep: str
    zonder_datum: bool = False


@dataclass
class Juf:
    nr: int
    key: str
    roepnaam: str
    voorvoegsel: str
    achternaam: str
    groep: str

    def record(self) -> uwlr.Leerkracht:
        email = f"{self.roepnaam}.{self.nr}@school.example".lower().replace(" ", "")
        return uwlr.Leerkracht(
            self.key, achternaam=self.achternaam, voorvoegsel=self.voorvoegsel or None, roepnaam=self.roepnaam,
            emailadres=email, groepen=(self.groep,),
        )  # fmt: skip


@dataclass
class Las:
    """The truth. `kaarten` are the records that it delivers."""

    nr: int
    seed: int
    brin: str
    size: int = 0
    """How many leerlingen to begin with; 0 draws it."""
    more: ClassVar[Mapping[str, int]] = {}
    """What happens so often in each school, beside the rates."""
    rng: random.Random = field(init=False)
    kaarten: list[Kaart] = field(default_factory=list)
    juffen: list[Juf] = field(default_factory=list)
    weg: list[Kaart] = field(default_factory=list)
    """Who left; the number of some is given to another."""
    keys: set[str] = field(default_factory=set)
    schooljaar: str = schooljaar_of(EERSTE)
    zonder_groep: str | None = None
    """The groep that is off tonight."""
    _agenda: dict[date, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    _fresh: count[int] = field(default_factory=lambda: count(1))
    _kinderen: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.seed}-{self.nr}")
        drawn = self.rng.randint(120, 320)
        self.size = size = self.size or drawn
        self.groepen = self._groepen_van_het_jaar()
        while len(self.kaarten) < size:
            family = self._family()
            for jaargroep in self.rng.sample(range(1, 9), 1 + (self.rng.random() < _GEZIN)):
                self._enter(family, jaargroep)
        for key in self.groepen:
            self._hire(key)
        self.plan([day for day in dagen() if is_schooldag(day) and day > EERSTE])

    def plan(self, schooldagen: list[date]) -> None:
        """Put all that will happen in a year on its day; these are its days with school, from October on."""
        size, zomer = self.size, schooldagen[-1].year
        per_leerling = tarieven.PER_1000_LEERLINGEN.items()
        expected = [(what, rate * size / 1000, schooldagen) for what, rate in per_leerling]
        expected += [("andere groep", tarieven.ANDERE_GROEP_PER_WEEK * size / 1000 * SCHOOLDAGEN / 5, schooldagen)]
        expected += [(what, float(number), schooldagen) for what, number in self.more.items()]
        expected += [("leerkracht", tarieven.PER_1000_LEERKRACHTEN * len(self.juffen) / 1000, schooldagen)]
        for what, share in (
            ("hernummerd", tarieven.HERNUMMERD),
            ("ander las", tarieven.ANDER_LAS),
            ("groep weg", tarieven.GROEP_NACHT_WEG),
        ):
            nth = round(1 / share)
            turn = self.nr + self.seed + zomer - LAATSTE.year
            expected.append((what, float(turn % nth == nth // 2), schooldagen))
        for what, number, days in expected:
            times = int(number) + (self.rng.random() < number % 1)
            for _ in range(times):
                self._agenda[self.rng.choice(days)].append((what, -1))
        self._agenda[date(zomer, 8, self.rng.randint(9, 25))].append(("nieuw jaar", -1))

    def will(self, what: str, day: date) -> None:
        """Let this happen on a day, beside what was drawn."""
        self._agenda[day].append((what, -1))

    def step(self, day: date) -> None:
        """Let the day happen."""
        self.zonder_groep = None
        for what, kind in self._agenda.pop(day, []):
            getattr(self, f"_{what.replace(' ', '_')}")(day, kind)

    def delivery(self) -> tuple[uwlr.Leerlinggegevens, dict[Wie, Kaart]]:
        """What it answers tonight, and which record is of whom."""
        here = [kaart for kaart in self.kaarten if kaart.groep != self.zonder_groep]
        records = {_record(kaart, self.groepen[kaart.groep][1]): kaart for kaart in here}
        warnings: list[uwlr.Waarschuwing] = []
        apart, shared = set_apart(list(records), "leerling", warnings.append)
        gegevens = uwlr.Leerlinggegevens(
            school=uwlr.School(schooljaar=self.schooljaar, brincode=self.brin),
            groepen=tuple(
                uwlr.Groep(key, naam, jaargroep)
                for key, (naam, jaargroep) in self.groepen.items()
                if key != self.zonder_groep
            ),
            samengestelde_groepen=(),
            leerlingen=apart,
            leerkrachten=tuple(juf.record() for juf in self.juffen if juf.groep != self.zonder_groep),
            waarschuwingen=tuple(warnings),
            betwiste_leerlingen=shared,
        )
        return gegevens, {(each.key, each.eckid): kaart for each, kaart in records.items()}

    def whose(self, leerlingid: str) -> set[int]:
        """Which children the LAS has under this number or ECK iD."""
        return {kaart.kind for kaart in self.kaarten if leerlingid in (kaart.key, kaart.eckid)}

    def is_here(self, kind: int) -> bool:
        return any(kaart.kind == kind for kaart in self.kaarten)

    def _groepen_van_het_jaar(self) -> dict[str, tuple[str, str]]:
        """Every school year they have other numbers."""
        year = self.schooljaar[2:4]
        return {f"{self.nr}-{year}-{naam}": (naam, jaargroep) for naam, jaargroep in _namen(self.size)}

    def _family(self) -> tuple[str, str, str]:
        origin = draw_origin(self.rng)
        return (origin, *draw_achternaam(self.rng, origin))

    def _number(self) -> str:
        while (key := str(self.rng.randrange(10**7, 10**8))) in self.keys:
            pass
        self.keys.add(key)
        return key

    def _enter(self, family: tuple[str, str, str], jaargroep: int, day: date | None = None) -> list[Kaart]:
        """A child comes in, or two at once; `day` is the birthday of who turns four."""
        origin, *naam = family
        child = make_child(self.rng, next(self._kinderen), origin, (naam[0], naam[1]), jaargroep)
        if day is not None and jaargroep == 1:
            child = replace(child, geboortedatum=day.replace(year=day.year - 4, day=min(day.day, 28)))
        born = [child]
        if self.rng.random() < tarieven.TWEELING / (2 - tarieven.TWEELING):
            born.append(replace(make_twin(self.rng, child), nr=next(self._kinderen)))
        return [self._add(each, jaargroep, day) for each in born]

    def _add(self, child: Child, jaargroep: int, day: date | None) -> Kaart:
        kaart = Kaart(child.nr, child, self._number(), child.eckid, self._groep_for(jaargroep))
        late = (day or EERSTE) + _LATER
        if self.rng.random() < tarieven.ZONDER_ECKID:
            kaart.eckid = None
            self._agenda[late].append(("eckid komt", child.nr))
        if self.rng.random() < tarieven.ZONDER_GEBOORTEDATUM:
            kaart.zonder_datum = True
            self._agenda[late].append(("datum komt", child.nr))
        self.kaarten.append(kaart)
        return kaart

    def _groep_for(self, jaargroep: int) -> str:
        return self.rng.choice([key for key, (naam, _) in self.groepen.items() if str(jaargroep) in naam])

    def _hire(self, groep: str) -> None:
        _, voorvoegsel, achternaam = self._family()
        roepnaam = draw_voornaam(self.rng, "2", "nl")
        self.juffen.append(Juf(next(self._fresh), self._number(), roepnaam, voorvoegsel, achternaam, groep))

    def _one(self) -> Kaart:
        return self.rng.choice(self.kaarten)

    def _of(self, kind: int) -> list[Kaart]:
        return [kaart for kaart in [*self.kaarten, *self.weg] if kaart.kind == kind]

    def _nieuw(self, day: date, _: int) -> None:
        other = self._one().child
        is_sibling = self.rng.random() < _GEZIN
        family = (other.origin, other.voorvoegsel, other.achternaam) if is_sibling else self._family()
        self._enter(family, self.rng.randint(1, 8) if self.rng.random() < _TIENDE else 1, day)

    def _vertrokken(self, *_: object) -> None:
        kaart = self._one()
        for each in [each for each in self.kaarten if each.kind == kaart.kind]:
            self.kaarten.remove(each)
        self.weg.append(kaart)

    def _terug(self, *_: object) -> None:
        gone = [kaart for kaart in self.weg if not self.whose(kaart.key) and not self.is_here(kaart.kind)]
        if gone:
            kaart = self.rng.choice(gone)
            self.weg.remove(kaart)
            kaart.groep = self._groep_for(kaart.child.jaargroep)
            self.kaarten.append(kaart)

    def _rename(self, *, first: bool, last: bool) -> None:
        kaart = self._one()
        child = kaart.child
        if first:
            other = respell(self.rng, child.roepnaam)
            other = draw_voornaam(self.rng, child.geslacht, child.origin) if other == child.roepnaam else other
            child = replace(child, roepnaam=other)
        if last:
            voorvoegsel, achternaam = draw_achternaam(self.rng, child.origin)
            if child.voorvoegsel and self.rng.random() < 1 / 2:
                voorvoegsel, achternaam = "", child.achternaam
            child = replace(child, voorvoegsel=voorvoegsel, achternaam=achternaam)
        kaart.child = child

    def _roepnaam(self, *_: object) -> None:
        self._rename(first=True, last=False)

    def _achternaam(self, *_: object) -> None:
        self._rename(first=False, last=True)

    def _roepnaam_en_achternaam(self, *_: object) -> None:
        self._rename(first=True, last=True)

    def _geboortedatum(self, *_: object) -> None:
        kaart = self._one()
        born = kaart.child.geboortedatum + timedelta(days=self.rng.choice((1, -1, 10, 31, 365)))
        kaart.child = replace(kaart.child, geboortedatum=born)

    def _eckid_komt(self, _: date, kind: int) -> None:
        for kaart in self._of(kind):
            kaart.eckid = kaart.eckid or kaart.child.eckid

    def _datum_komt(self, _: date, kind: int) -> None:
        for kaart in self._of(kind):
            kaart.zonder_datum = False

    def _dubbel(self, day: date, _: int) -> None:
        first = self._one()
        eckid = first.eckid if self.rng.random() < 1 / 2 else None
        self.kaarten.append(replace(first, key=self._number(), eckid=eckid))
        self._agenda[day + _LATER].append(("enkel", first.kind))

    def _enkel(self, _: date, kind: int) -> None:
        """The office takes one of the two away, the newer one mostly."""
        both = [kaart for kaart in self.kaarten if kaart.kind == kind]
        if len(both) > 1:
            gone = both[0] if self.rng.random() < _TIENDE else both[-1]
            self.kaarten.remove(gone)
            stays = next(kaart for kaart in both if kaart is not gone)
            stays.eckid = stays.eckid or gone.eckid

    def _andere_groep(self, *_: object) -> None:
        """To the other groep of the same jaargroep; where there is none, one up or down."""
        kaart = self._one()
        others = [key for key in self.groepen if key != kaart.groep]
        same = [key for key in others if str(kaart.child.jaargroep) in self.groepen[key][0]]
        near = {str(kaart.child.jaargroep - 1), str(kaart.child.jaargroep + 1)}
        kaart.groep = self.rng.choice(same or [key for key in others if self.groepen[key][1] in near] or others)
        if not same and self.groepen[kaart.groep][1] != "C":
            kaart.child = replace(kaart.child, jaargroep=int(self.groepen[kaart.groep][1]))

    def _leerkracht(self, *_: object) -> None:
        juf, what = self.rng.choice(self.juffen), self.rng.randrange(3)
        if what < 2:
            self.juffen.remove(juf)
            self._hire(juf.groep)
        else:
            juf.voorvoegsel, juf.achternaam = draw_achternaam(self.rng, "nl")

    def _hernummerd(self, *_: object) -> None:
        for kaart in self.kaarten:
            kaart.key = self._number()

    def _ander_las(self, *_: object) -> None:
        """All numbers are others, of groepen and leerkrachten too."""
        self._hernummerd()
        old = list(self.groepen.items())
        new = {key: f"x{key}" for key, _ in old}
        self.groepen = {new[key]: each for key, each in old}
        for kaart in self.kaarten:
            kaart.groep = new[kaart.groep]
        for juf in self.juffen:
            juf.groep, juf.key = new[juf.groep], self._number()

    def _groep_weg(self, *_: object) -> None:
        self.zonder_groep = self.rng.choice(list(self.groepen))

    def _nieuw_jaar(self, *_: object) -> None:
        """Groep 8 leaves, nearly all others go one up, in groepen with new numbers."""
        self.schooljaar = next_schooljaar(self.schooljaar)
        was = self.groepen
        self.groepen = self._groepen_van_het_jaar()
        for kaart in list(self.kaarten):
            if kaart.child.jaargroep == _GROEP_8:
                self.kaarten.remove(kaart)
                self.weg.append(kaart)
            else:
                up = self.rng.random() >= _ZITTENBLIJVEN
                kaart.child = replace(kaart.child, jaargroep=kaart.child.jaargroep + up)
                kaart.groep = self._groep_for(kaart.child.jaargroep)
        by_name = {naam: key for key, (naam, _) in self.groepen.items()}
        for juf in self.juffen:
            juf.groep = by_name[was[juf.groep][0]]


def _namen(size: int) -> list[tuple[str, str]]:
    """Name and jaargroep of each groep; a large school has two of most."""
    letters = ("A", "B") if size > _TWO_OF_EACH else ("",)
    above = [(f"Groep {n} {letter}".strip(), str(n)) for n in range(3, 9) for letter in letters]
    return [("Groep 1/2 A", "C"), ("Groep 1/2 B", "C"), *above]


def _record(kaart: Kaart, jaargroep: str) -> uwlr.Leerling:
    child = kaart.child
    return uwlr.Leerling(
        key=kaart.key, eckid=kaart.eckid, achternaam=child.achternaam, voorvoegsel=child.voorvoegsel or None,
        roepnaam=child.roepnaam, voornamen=" ".join(child.voornamen),
        geboortedatum=None if kaart.zonder_datum else child.geboortedatum, geslacht=child.geslacht,
        jaargroep=str(child.jaargroep) if jaargroep == "C" else jaargroep, groep=kaart.groep,
    )  # fmt: skip
