"""Scores of one groep from a file: the template, what a filled one would do, and doing it, all of it or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import csvbestand
from webapp.csvbestand import Regel
from webapp.errors import DomainError
from webapp.models import Groep, Leerling, Toets
from webapp.models.ids import AccountId, GroepId, SchoolId, ToetsId
from webapp.services import sloten
from webapp.services.toetsen import afnames, voortgang
from webapp.services.toetsen.afnames import Afgenomen, Gevolg, Voornemen
from webapp.services.toetsen.controleletters import code_of, fit, plain, read_code
from webapp.services.toetsen.invoer import parse_date, parse_score
from webapp.services.toetsen.rooster import find_groep, is_of_other_year, leerlingen_of

COLUMNS = ("code", "naam", "toets", "toetsnaam", "afnamedatum", "tijd", "score")
_DUTCH_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::\d{2})?")


class RowWrong(DomainError):
    """One row of the file does not count."""


class CodeUnreadable(RowWrong):
    """No code of ours stands there."""


class CodeOfOther(RowWrong):
    """Code and name do not belong together: a typing error, or a column that slid by."""


class NameLost(RowWrong):
    """A spreadsheet saved a letter of the name as a question mark, because its encoding has none for it."""


class NameChanged(RowWrong):
    """The leerling was called so when the template was made, and is not any more."""


class NotInGroep(RowWrong):
    """This leerling does not sit in this groep, or no more."""


@dataclass(eq=False)
class NoSuchToets(RowWrong):
    """No test has this code, or it is called otherwise."""

    code: str


class TimeUnreadable(RowWrong):
    """What stands there is no time of day."""


class RowTwice(RowWrong):
    """The same leerling stands there twice for the same test."""


class FileChanged(DomainError):
    """What the file would do is not what the page showed."""


@dataclass(frozen=True)
class Uitslag:
    """One row that counts, and what it would do."""

    nummer: int
    leerling: str
    toets: str
    voornemen: Voornemen


@dataclass(frozen=True)
class Regelfout:
    """One row that does not count, and why."""

    nummer: int
    naam: str
    fout: DomainError


@dataclass(frozen=True)
class Nagekeken:
    """What a file would do, before anything is written."""

    groep: Groep
    uitslagen: tuple[Uitslag, ...]
    fouten: tuple[Regelfout, ...]
    leeg: int
    """Rows without a score: nothing was entered there."""

    def of(self, gevolg: Gevolg) -> list[Uitslag]:
        """The rows that do this."""
        return [uitslag for uitslag in self.uitslagen if uitslag.voornemen.gevolg is gevolg]

    @property
    def te_bewaren(self) -> int:
        return len(self.uitslagen) - len(self.of(Gevolg.ONGEWIJZIGD))

    @property
    def digest(self) -> str:
        """What stands for all that the page shows: the same again, or something changed meanwhile."""
        shown = [
            (each.nummer, each.voornemen.afname, each.voornemen.gevolg, each.voornemen.was) for each in self.uitslagen
        ]
        return sha256(repr(shown).encode()).hexdigest()


@dataclass(frozen=True)
class Lezer:
    """Who reads the file, with what they may open and which secrets made the codes."""

    school_id: SchoolId
    groep_id: GroepId
    groepen: Collection[GroepId] | None
    """The groepen that they may open; None all."""
    secrets: Sequence[str]
    dag: str
    """The day of rows that name none, as it was typed."""
    now: datetime
    today: date


def template(session: Session, lezer: Lezer) -> list[tuple[str, ...]]:
    """Return the rows of an empty file: each leerling of the groep for each test of their year, by test and name."""
    groep = find_groep(session, lezer.school_id, lezer.groep_id, groepen=lezer.groepen)
    leerlingen = [leerling for leerling, _ in leerlingen_of(session, groep)]
    found = voortgang.of_school(session, lezer.school_id, lezer.today, groepen={groep.id})
    toetsen = [regel.toets for deel in found for regel in deel.regels]
    return [
        (code_of(lezer.secrets, leerling.id, leerling.naam), leerling.naam, toets.code, toets.naam, "", "", "")
        for toets in toetsen
        for leerling in [each for each in leerlingen if not is_of_other_year(each, groep, toets)] or leerlingen
    ]


def check(session: Session, lezer: Lezer, content: bytes) -> Nagekeken:
    """Say what this file would do; raise FileWrong when it is no such file, and DateWrong when `dag` is no day."""
    groep = find_groep(session, lezer.school_id, lezer.groep_id, groepen=lezer.groepen)
    parse_date(lezer.dag, lezer.today)
    regels = csvbestand.read(content, COLUMNS)
    filled = [regel for regel in regels if regel.velden["score"].strip()]
    read = _Reading(session, groep, lezer).read(filled)
    good = {nummer: afname for nummer, _, afname in read if isinstance(afname, Afgenomen)}
    weighed = dict(zip(good, afnames.weigh(session, lezer.school_id, list(good.values()), now=lezer.now), strict=True))
    uitslagen, fouten = [], []
    for (nummer, toets, afname), regel in zip(read, filled, strict=True):
        found = weighed[nummer] if isinstance(afname, Afgenomen) else afname
        if isinstance(found, Voornemen):
            uitslagen.append(Uitslag(nummer, regel.velden["naam"], toets, found))
        else:
            fouten.append(Regelfout(nummer, regel.velden["naam"].strip(), found))
    return Nagekeken(groep, tuple(uitslagen), tuple(fouten), len(regels) - len(filled))


def save(session: Session, lezer: Lezer, content: bytes, *, digest: str, door: AccountId) -> Nagekeken:
    """Write what the page showed; raise FileChanged, and write nothing, when the file would do something else now."""
    sloten.hold(session, lezer.school_id)
    found = check(session, lezer, content)
    if found.fouten or (found.te_bewaren and found.digest != digest):
        raise FileChanged
    voornemens = [uitslag.voornemen for uitslag in found.uitslagen]
    afnames.write(
        session,
        lezer.school_id,
        voornemens,
        normeren=False,
        now=lezer.now,
        door=door,
        bron=f"bestand van groep {found.groep.id}",
    )
    return found


class _Reading:
    """The rows of one file, against the leerlingen of its groep and the tests as they are now."""

    def __init__(self, session: Session, groep: Groep, lezer: Lezer) -> None:
        self.lezer = lezer
        self.leerlingen: dict[int, Leerling] = {leerling.id: leerling for leerling, _ in leerlingen_of(session, groep)}
        self.toetsen: dict[str, Toets] = {toets.code: toets for toets in session.scalars(select(Toets))}

    def read(self, regels: Sequence[Regel]) -> list[tuple[int, str, Afgenomen | DomainError]]:
        """Return of each row its line, the name of its test, and what was taken or what is wrong."""
        found = [(regel.nummer, regel.velden["toetsnaam"].strip(), self._one(regel)) for regel in regels]
        times = Counter(_pairs(afname for _, _, afname in found))
        return [
            (nummer, naam, RowTwice() if any(times[pair] > 1 for pair in _pairs([afname])) else afname)
            for nummer, naam, afname in found
        ]

    def _one(self, regel: Regel) -> Afgenomen | DomainError:
        try:
            leerling, toets = self._leerling(regel), self._toets(regel)
            score = parse_score(regel.velden["score"], toets.aantal_opgaven)
            assert score is not None  # rows without a score were left out
            return Afgenomen(leerling.id, toets.id, self._day(regel), score, _time(regel.velden["tijd"]))
        except DomainError as wrong:
            return wrong

    def _leerling(self, regel: Regel) -> Leerling:
        """By the code, when the name agrees; never by the name, nor by the place in the file."""
        code, naam = read_code(regel.velden["code"]), regel.velden["naam"]
        if code is None:
            raise CodeUnreadable
        leerling_id, letters = code
        if not fit(self.lezer.secrets, leerling_id, letters, naam):
            raise NameLost if "?" in naam else CodeOfOther
        leerling = self.leerlingen.get(leerling_id)
        if leerling is None:
            raise NotInGroep
        if plain(leerling.naam) != plain(naam):
            raise NameChanged
        return leerling

    def _toets(self, regel: Regel) -> Toets:
        toets = self.toetsen.get(regel.velden["toets"].strip())
        if toets is None or plain(toets.naam) != plain(regel.velden["toetsnaam"]):
            raise NoSuchToets(regel.velden["toets"].strip())
        return toets

    def _day(self, regel: Regel) -> date:
        text = regel.velden["afnamedatum"].strip() or self.lezer.dag
        dutch = _DUTCH_DAY.fullmatch(text)
        if dutch is None:
            return parse_date(text, self.lezer.today)
        day, month, year = (int(part) for part in dutch.groups())
        return parse_date(f"{year:04}-{month:02}-{day:02}", self.lezer.today)


def _pairs(found: Iterator[Afgenomen | DomainError] | list[Afgenomen | DomainError]) -> list[tuple[int, ToetsId]]:
    return [(each.leerling_id, each.toets_id) for each in found if isinstance(each, Afgenomen)]


def _time(text: str) -> time | None:
    if not text.strip():
        return None
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise TimeUnreadable
    return time(int(found[1]), int(found[2]))
