"""What is here of one school before its files are judged: every record by the test centre's own number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from webapp.models import (
    Account,
    Groep,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Lidmaatschap,
    Medewerker,
    Resultaat,
    School,
    Toetreding,
    Wissing,
)
from webapp.models.ids import LeerlingId, ResultaatId, SchoolId, ToetsId
from webapp.services.inlezen.velden import Bestand, Sleutel

Eigen: TypeAlias = Groep | Leerkracht | Leerling
TABELLEN: dict[Bestand, type[Groep] | type[Leerkracht] | type[Leerling]] = {
    Bestand.GROEPEN: Groep, Bestand.LEERKRACHTEN: Leerkracht, Bestand.LEERLINGEN: Leerling,
}  # fmt: skip


class Hier(NamedTuple):
    """A result that is here."""

    id: ResultaatId
    eigen_nummer: str | None
    leerling_id: LeerlingId
    toets_id: ToetsId
    afnamedatum: date
    afgenomen_om: time | None
    ruwe_score: int
    vaardigheidsscore: Decimal | None
    niveau: str | None
    percentiel: int | None


@dataclass
class Stand:
    """A school as it is; of one that is not here yet all is empty."""

    school: School | None = None
    records: dict[Bestand, dict[str, Eigen]] = field(default_factory=lambda: {each: {} for each in TABELLEN})
    """Those that have a number of the test centre's own."""
    zonder: dict[Bestand, list[Eigen]] = field(default_factory=lambda: {each: [] for each in TABELLEN})
    """Those that have none."""
    resultaten: dict[str, Hier] = field(default_factory=dict)
    afnames: dict[tuple[int, int, date], Hier] = field(default_factory=dict)
    gewist: frozenset[str] = frozenset()
    bekend: frozenset[str] = frozenset()
    """Addresses of whoever is a medewerker, is invited or asked, or ever was, in small letters."""
    is_begonnen: bool = False
    """A koppeling was approved: from then on the LAS owns what is linked with it."""
    is_ingediend: bool = False
    """Numbers of the LAS are made by the koppeling from here on, and by no file."""

    def owned_by_las(self, record: Eigen) -> bool:
        """Whether a file leaves this record as it is: it is linked, or somebody parked or merged it."""
        is_linked = self.is_begonnen and (record.las_key is not None or record.eckid is not None)
        is_away = record.status is not Lidmaatschap.ACTIEF
        is_merged = isinstance(record, Leerling) and (
            record.samengevoegd_met_id is not None or record.geparkeerd_op is not None
        )
        return is_linked or is_away or is_merged

    def family(self, leerling: Leerling) -> list[LeerlingId]:
        """Our records of one child, from this one on; the last is where a new result belongs."""
        found = [leerling.id]
        if leerling.samengevoegd_met_id is None:
            return found
        by_id = {each.id: each for each in self._leerlingen()}
        while (next_ := by_id[found[-1]].samengevoegd_met_id) is not None:
            found.append(next_)
        return found

    def _leerlingen(self) -> Iterable[Leerling]:
        both = (*self.records[Bestand.LEERLINGEN].values(), *self.zonder[Bestand.LEERLINGEN])
        return (each for each in both if isinstance(each, Leerling))

    def every(self, bestand: Bestand) -> Sequence[Eigen]:
        """All records of a kind."""
        return [*self.records[bestand].values(), *self.zonder[bestand]]


def school_of(session: Session, sleutel: Sleutel) -> School | None:
    """The school with this BRIN and vestiging."""
    return session.scalar(select(School).where(School.brin == sleutel[0], School.vestiging == sleutel[1]))


def stand_of(session: Session, school: School | None, *, with_results: bool) -> Stand:
    """Read how a school stands; its results only when a file has some."""
    stand = Stand(school)
    if school is None:
        return stand
    for bestand, table in TABELLEN.items():
        query: Select[Any] = select(table).where(table.school_id == school.id).order_by(table.id)
        if table is Leerkracht:
            query = query.options(selectinload(Leerkracht.groepen))
        for record in session.scalars(query):
            if record.eigen_nummer is None:
                stand.zonder[bestand].append(record)
            else:
                stand.records[bestand][record.eigen_nummer] = record
    if with_results:
        _read_results(session, school.id, stand)
    erased = select(func.unnest(Wissing.afdrukken)).where(Wissing.school_id == school.id)
    stand.gewist = frozenset(session.scalars(erased))
    stand.bekend = _known(session, school.id)
    mine = Koppeling.school_id == school.id
    stand.is_begonnen = bool(session.scalar(select(exists().where(mine, Koppeling.gestart_op.is_not(None)))))
    handed_in = or_(Koppeling.gestart_op.is_not(None), Koppeling.status == KoppelingStatus.INGEDIEND)
    stand.is_ingediend = bool(session.scalar(select(exists().where(mine, handed_in))))
    return stand


def _read_results(session: Session, school_id: SchoolId, stand: Stand) -> None:
    columns = (getattr(Resultaat, name) for name in Hier._fields)
    for row in session.execute(select(*columns).where(Resultaat.school_id == school_id)):
        found = Hier(*row)
        if found.eigen_nummer is not None:
            stand.resultaten[found.eigen_nummer] = found
        stand.afnames[found.leerling_id, found.toets_id, found.afnamedatum] = found


def _known(session: Session, school_id: SchoolId) -> frozenset[str]:
    here = select(Account.email).join(Medewerker, Medewerker.account_id == Account.id)
    asked = select(Toetreding.email).where(Toetreding.school_id == school_id)
    found = [*session.scalars(here.where(Medewerker.school_id == school_id)), *session.scalars(asked)]
    return frozenset(map(str.lower, found))


@dataclass
class Telling:
    """What came of the rows of one file, or will come."""

    nieuw: int = 0
    gewijzigd: int = 0
    ongewijzigd: int = 0
    gelaten: int = 0
    """Different in the file, and left as it is here: the LAS or the school owns it."""
    gewist: int = 0
    """Of leerlingen who were erased on request: they stay out."""

    @property
    def is_werk(self) -> bool:
        return self.nieuw + self.gewijzigd > 0


Tellingen = dict[Bestand, Telling]


def add_up(into: Tellingen, more: Tellingen) -> None:
    """Add the counts of one school to those of all."""
    for bestand, telling in more.items():
        mine = into.setdefault(bestand, Telling())
        for name, number in vars(telling).items():
            setattr(mine, name, getattr(mine, name) + number)


def doubles(values: Iterable[str | None]) -> set[str]:
    """Which of these are there more than once, but for what is empty."""
    return {value for value, count in Counter(filter(None, values)).items() if count > 1}
