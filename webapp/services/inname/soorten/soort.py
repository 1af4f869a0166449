"""A kind of record: what every kind has, and what each must say of itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from heapq import nsmallest
from operator import attrgetter
from typing import Any, ClassVar, Generic, Literal, TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from webapp import matching
from webapp.db import is_among
from webapp.matching.folding import words
from webapp.models import (
    Groep,
    Importregel,
    Leerkracht,
    Leerling,
    Lidmaatschap,
    Soort,
    Teruggenomen,
    Uitgezonderd,
    Uitzondering,
)
from webapp.models.ids import GroepId, SchoolId
from webapp.models.importbatch import Voorgesteld
from webapp.models.leerlinggegevens import Gekoppeld
from webapp.models.regel import AnyRegel
from webapp.services.inname.soorten.velden import Veld, Vergelijking, Waarde
from webapp.services.inname.vorm import Beeld
from webapp.uwlr.values import Leerlinggegevens
from webapp.uwlr.verminkt import is_verminkt

Doel = Groep | Leerkracht | Leerling
"""One of our records, of whichever kind: what a line of the review is, or will be, linked with."""

RecordT = TypeVar("RecordT", bound=Gekoppeld)
_T = TypeVar("_T")
_MOST_FOUND = 50
_MOST_WEIGHED = 200


@dataclass(frozen=True, slots=True)
class Inkomend:
    """One record of an aanlevering: the line is kept, `waarde` lives only while matching (it has the voornamen)."""

    regel: AnyRegel
    waarde: matching.Persoon | matching.Groepsgegeven
    has_lost_groepen: bool = False
    """Whether a reference to a groep could not be read, so that a groep that is not named may well be meant."""

    @property
    def identity(self) -> str:
        return identity(self.regel.las_key, self.regel.eckid)


@dataclass(frozen=True, slots=True)
class Gevonden:
    """What looking up by a name found of one kind."""

    doelen: Sequence[Doel]
    aantal: int
    gelijkenis: int
    """How well the first fits."""


def identity(las_key: str | None, eckid: str | None) -> str:
    """One text that names a record of the LAS."""
    return f"key:{las_key}" if las_key else f"eckid:{eckid}"


def is_same(one: AnyRegel | Doel, other: AnyRegel | Doel) -> bool:
    """Whether two name the same record of the LAS: by their keys where both have one, else by their ECK iD."""
    if one.las_key is not None and other.las_key is not None:
        return one.las_key == other.las_key
    return one.eckid is not None and one.eckid == other.eckid


def is_worse(theirs: str | None, ours: str | None) -> bool:
    """Whether a name came in a broken encoding, and ours did not."""
    return theirs is not None and is_verminkt(theirs) and ours is not None and not is_verminkt(ours)


def put(record: object, **values: object) -> None:
    """Set what is another value: on an object of SQLAlchemy setting the same one costs as much."""
    for name, value in values.items():
        if getattr(record, name) != value:
            setattr(record, name, value)


def proven(thing: object, type_: type[_T]) -> _T:
    """Return `thing` as this type, which the kind itself knows and a caller that took it from `KINDS` does not."""
    if not isinstance(thing, type_):
        raise TypeError(f"{type_.__name__} expected, got {type(thing).__name__}")
    return thing


class Kind(ABC, Generic[RecordT]):
    """Groepen, leerkrachten or leerlingen. Reads and changes rows of the named school only."""

    soort: ClassVar[Soort]
    meer: ClassVar[str]
    """What the trail counts them as."""
    table: type[RecordT]

    has_email: ClassVar[bool] = False
    """Whether the review asks for an e-mail address."""
    has_results: ClassVar[bool] = False
    """Whether test results hang on a record, so that a wrong link is grave."""
    takes_along: ClassVar[bool] = False
    """Whether leaving a record out leaves out the leerlingen in it, and the leerkrachten of nothing else."""
    follows_groep: ClassVar[bool] = False
    """Whether a new record stays out when its groep is left out."""
    is_searched_nearby: ClassVar[bool] = False
    """Whether a search looks in the jaargroep of the line and the one below it first."""
    gevuld: ClassVar[tuple[str, ...]]
    """Fields of a line that a LAS fills for everybody or for nobody; a voorvoegsel is had by some."""
    company: ClassVar[tuple[Soort, ...]] = ()
    """Who else the page of a record names: whoever is `within` the same groepen."""
    list_columns: ClassVar[tuple[Veld, ...]]
    search_columns: ClassVar[tuple[Veld, ...]]

    # Taking in

    @abstractmethod
    def incoming(self, school_id: SchoolId, gegevens: Leerlinggegevens) -> list[Inkomend]:
        """Return the records of this kind, in the order of the aanlevering."""

    @abstractmethod
    def match(
        self, binnen: Sequence[Inkomend], ours: Sequence[Doel], schooljaar: str, groepsnamen: Mapping[int, str]
    ) -> list[matching.Proposal]:
        """Propose for each incoming record which of ours it is; `groepsnamen`: what our groepen are called there."""

    @abstractmethod
    def waarde(self, doel: Doel) -> matching.Persoon | matching.Groepsgegeven:
        """What matching looks at in one of our records."""

    def remaining(self, regel: Importregel, doel: Doel, others: Sequence[Doel], schooljaar: str) -> list[Voorgesteld]:
        """Who of these others may be meant by the record of the LAS that `doel` was linked with, best first."""
        [proposal] = self.match([Inkomend(regel, self.waarde(doel))], others, schooljaar, {})
        found = [(kandidaat.id, kandidaat.redenen) for kandidaat in proposal.kandidaten]
        if proposal.existing_id is not None:
            found = [(proposal.existing_id, proposal.redenen)]
        return [{"id": int(id_), "redenen": list(redenen)} for id_, redenen in found]

    def exchanges(self, _binnen: Sequence[Inkomend], _ours: Sequence[Doel]) -> list[list[matching.Verwisseling]]:
        """Find among these lines who were exchanged with one another."""
        return []

    def contested(self, _gegevens: Leerlinggegevens) -> frozenset[str]:
        """Identifiers that came in twice: nothing is done with them, and nobody who has one is taken for gone."""
        return frozenset()

    def is_elsewhere(self, _regel: AnyRegel, _gegevens: Leerlinggegevens) -> bool:
        """Whether a record belongs to another location, by the leerlingen it goes with."""
        return False

    def is_unchanged(self, _regel: AnyRegel, _doel: Doel) -> bool:
        """Whether a line says of our record what we knew already."""
        return False

    def was_asked(self, _doel: Doel, _gevraagd: frozenset[str]) -> bool:
        """Whether this record was asked for, when only these groepen (by LAS key) were."""
        return True

    def is_filled(self, regel: AnyRegel, veld: str) -> bool:
        """Whether a line says something in a field."""
        return bool(getattr(regel, veld))

    def beeld(self, _thing: Doel | AnyRegel) -> Beeld | None:
        """What tells it from others; None for a groep, which a LAS may make anew under any key."""
        return None

    def number_of(self, things: Iterable[AnyRegel | Uitzondering]) -> int:
        """How many of these are of this kind."""
        return sum(each.soort is self.soort for each in things)

    def groepen_of(self, _record: RecordT) -> Sequence[Groep]:
        """The groepen that somebody stands in or works for."""
        return ()

    def groepen_of_doel(self, doel: Doel) -> Sequence[Groep]:
        """The same, of a record that was taken from `KINDS`."""
        return self.groepen_of(self._mine(doel))

    def groep_ids(self, doel: Doel) -> frozenset[int]:
        """The ids of those groepen."""
        return frozenset(groep.id for groep in self.groepen_of(self._mine(doel)))

    def end_with_schooljaar(self, _records: Iterable[Doel]) -> frozenset[int]:
        """Ids of those who are not expected in the next school year."""
        return frozenset()

    def is_left_out(self, regel: AnyRegel, uitzondering: Uitgezonderd, _schooljaar: str) -> bool:
        """Whether a line is about whom a beheerder left out under its key: a LAS may give that to somebody else."""
        if regel.eckid is not None and uitzondering.eckid is not None:
            return regel.eckid == uitzondering.eckid
        return words(regel.weergavenaam[:300]) == words(uitzondering.omschrijving)

    def redenen(self, _regel: AnyRegel, _doel: Doel) -> tuple[matching.Matchreden, ...]:
        """How a line compares with one of our records, also one that matching did not propose."""
        return ()

    # Writing

    @abstractmethod
    def new(self, regel: AnyRegel, school_id: SchoolId) -> RecordT:
        """Make the empty record that a line of the aanlevering asks for."""

    @abstractmethod
    def _take_over(self, record: RecordT, regel: AnyRegel, schooljaar: str, groepen: dict[str, Groep]) -> None:
        """Take over the fields of this kind. A value that the LAS leaves out stays as it was."""

    def write(self, doel: Doel, regel: AnyRegel, *, schooljaar: str, groepen: dict[str, Groep]) -> bool:
        """Take over what the LAS says; return whether anything changed.

        `groepen` holds our groep for each key that we know; a groep that is written joins it. An identifier that the
        LAS leaves out stays too: a first key says nothing against the ECK iD that we had, nor a first ECK iD against
        the key. But both come from one record of the LAS. When the line is about another record than ours was linked
        with (`is_another`), what we had goes; and what another line carries is that one's (`free_keys`, called first).
        """
        record = self._mine(doel)
        before = self._state(record)
        if self.is_another(record, regel):
            self.unlink(doel)
        if regel.las_key and regel.las_key != record.las_key:
            record.las_key = regel.las_key
        put(record, status=Lidmaatschap.ACTIEF, afwezig_sinds=None, vertrokken_op=None)
        self._take_over(record, regel, schooljaar, groepen)
        return self._state(record) != before

    def keep_groepen(self, _doel: Doel, _regel: AnyRegel) -> None:
        """Add to the line the groepen that our record has: what the aanlevering says of them is not whole."""

    def free_keys(self, session: Session, targets: Iterable[tuple[Doel, AnyRegel]], regels: Iterable[AnyRegel]) -> None:
        """Take away identifiers that do not belong to a record any more, so that two can swap without clashing halfway.

        `regels` are all lines of this kind in the aanlevering: an identifier belongs to the one that carries it.
        """
        carriers = {identifier: regel for regel in regels for identifier in self.identifiers(regel)}
        freed = False
        for doel, regel in targets:
            record = self._mine(doel)
            if self.is_another(record, regel):
                self.unlink(doel)
                freed = True
            for name, value in self.identifiers(doel):
                if carriers.get((name, value), regel) is not regel:
                    setattr(record, name, None)
                    freed = True
        if freed:
            session.flush()

    def unlink(self, doel: Doel) -> None:
        """Let go of the LAS record; the record itself and all its results stay."""
        self.give_up(doel, "las_key")

    def give_up(self, doel: Doel, name: Literal["las_key", "eckid"]) -> None:
        """Let go of one identifier; the other stays whose it is."""
        setattr(self._mine(doel), name, None)

    def depart(self, doel: Doel, now: datetime) -> None:
        """Park a record that the LAS no longer sends: it keeps its key, its name and its results."""
        record = self._mine(doel)
        record.status, record.afwezig_sinds, record.vertrokken_op = Lidmaatschap.VERTROKKEN, None, now

    def miss(self, doel: Doel, since: datetime) -> None:
        """Keep a record that the LAS no longer sends where it is, and free to be linked anew."""
        record = self._mine(doel)
        record.afwezig_sinds = record.afwezig_sinds or since

    def come_back(self, doel: Doel, _groep_id: int | None) -> None:
        """Undo that."""
        record = self._mine(doel)
        record.status, record.vertrokken_op = Lidmaatschap.ACTIEF, None

    def leave(self, _doel: Doel, _groep_ids: frozenset[int]) -> None:
        """Take somebody out of these groepen."""

    def join(self, _doel: Doel, _groepen: Sequence[Groep]) -> None:
        """Undo that, as far as they did not move since."""

    # Finding

    @abstractmethod
    def _name(self) -> ColumnElement[str]:
        """The name of a record in SQL."""

    def _called(self) -> ColumnElement[str]:
        """What people may type to find it."""
        return self._name()

    def all_of(
        self, session: Session, school_id: SchoolId, *, groepen: Collection[GroepId] | None = None
    ) -> Sequence[RecordT]:
        """Return every record of a school, leavers too; `groepen` limits it to what is `within` them."""
        query = self._of(school_id).options(*self._loaded()).order_by(self.table.id)
        if groepen is not None:
            query = query.where(self.within(groepen))
        return session.scalars(query).unique().all()

    def values(
        self, session: Session, school_id: SchoolId, names: Sequence[str], *those: ColumnElement[bool]
    ) -> dict[int, dict[str, Any]]:
        """Return these fields of every record that meets the conditions, by id, without reading them whole."""
        columns = (self._column(name, school_id) for name in names)
        query = select(self.table.id, *columns).where(*self._counts(school_id), *those)
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in session.execute(query)}

    def _column(self, name: str, _school_id: SchoolId) -> ColumnElement[Any]:
        found: ColumnElement[Any] = getattr(self.table, name)
        return found

    def find(
        self,
        session: Session,
        school_id: SchoolId,
        ids: Iterable[int],
        *,
        groepen: Collection[GroepId] | None = None,
    ) -> dict[int, RecordT]:
        """Return the records with these ids, by id, in the order of `ids`; what is not of this school is not found.

        `groepen` limits it to what is `within` them.
        """
        wanted = list(ids)
        if not wanted:
            return {}
        query = self._of(school_id).options(*self._loaded()).where(is_among(self.table.id, wanted))
        if groepen is not None:
            query = query.where(self.within(groepen))
        found = {record.id: record for record in session.scalars(query).unique()}
        return {id_: found[id_] for id_ in wanted if id_ in found}

    def is_linked_elsewhere(self, regel: Importregel, doel: Doel) -> bool:
        """Whether a record is linked with another of the LAS than this line is about, who still comes."""
        is_here = doel.status is Lidmaatschap.ACTIEF and doel.afwezig_sinds is None
        return is_here and bool(self.identifiers(doel)) and not is_same(doel, regel)

    def holders(self, session: Session, school_id: SchoolId, regels: Collection[Importregel]) -> Sequence[RecordT]:
        """Return our records that hold an identifier of one of these lines."""
        return session.scalars(self._of(school_id).where(self._holds(regels))).all()

    def search(self, session: Session, regel: Importregel, text: str, *, everyone: bool) -> Sequence[RecordT]:
        """Return our records whose name fits what was typed, near the line or everywhere, the most alike first.

        Without words the name of the line itself is looked for, of which one word is enough.
        """
        query = select(self.table.id, self._name()).where(*self._counts(regel.school_id))
        if not everyone:
            query = query.where(*self._nearby(regel))
        names = dict(session.execute(query).all())
        typed = text.strip()
        fits = matching.find_names(typed or regel.weergavenaam, names, every=bool(typed))
        best = nsmallest(_MOST_WEIGHED, fits, key=lambda id_: (-fits[id_], names[id_].casefold(), id_))
        found = self.find(session, regel.school_id, best).values()
        weight = {doel.id: (-fits[doel.id], -self.likeness(regel, doel), best.index(doel.id)) for doel in found}
        return sorted(found, key=lambda doel: weight[doel.id])[:_MOST_FOUND]

    def look_up(
        self, session: Session, school_id: SchoolId, text: str, groepen: Collection[GroepId] | None
    ) -> Gevonden:
        """Find by what was typed, leavers too and behind the others; `groepen` limits the reader, None to nothing."""
        query = select(self.table.id, self._called(), self.table.status).where(*self._counts(school_id))
        if groepen is not None:
            query = query.where(self.within(groepen))
        rows = {id_: (name, status is Lidmaatschap.VERTROKKEN) for id_, name, status in session.execute(query)}
        fits = matching.find_names(text, {id_: name for id_, (name, _) in rows.items()})
        best = nsmallest(_MOST_FOUND, fits, key=lambda id_: (-fits[id_], rows[id_][1], rows[id_][0].casefold(), id_))
        found: list[Doel] = list(self.find(session, school_id, best).values())  # type: ignore[arg-type]  # as in `_mine`
        return Gevonden(found, len(fits), fits[best[0]] if best else 0)

    @abstractmethod
    def within(self, groepen: Collection[GroepId]) -> ColumnElement[bool]:
        """The condition that a record is one of these groepen, or stands or works in one."""

    def present_in(self, session: Session, school_id: SchoolId, groepen: Collection[GroepId]) -> Sequence[RecordT]:
        """Return who stands or works in these groepen now, by name."""
        here = self.within(groepen), self.table.status == Lidmaatschap.ACTIEF
        query = self._of(school_id).options(*self._loaded()).where(*here).order_by(self._name(), self.table.id)
        return session.scalars(query).unique().all()

    def place(self, doel: Doel) -> Collection[GroepId]:
        """The groepen that a record is, or stands or works in."""
        return [groep.id for groep in self.groepen_of(self._mine(doel))]

    def known(self, _doel: Doel) -> tuple[tuple[Veld, Waarde], ...]:
        """What tells a record from another of the same name, beside its groepen."""
        return ()

    def likeness(self, _regel: Importregel, _doel: RecordT) -> int:
        """How much a line and one of our records are alike, beside the name that was typed."""
        return 0

    # The review

    @abstractmethod
    def line_values(self, regel: Importregel, *, groep: str, leerlingen: int) -> tuple[Waarde, ...]:
        """The values of a line under `list_columns`."""

    @abstractmethod
    def search_values(self, doel: Doel, *, resultaten: int) -> tuple[Waarde, ...]:
        """The values of one of our records under `search_columns`."""

    @abstractmethod
    def compare(self, regel: Importregel, doel: Doel, *, groep: str) -> list[Vergelijking]:
        """What came in beside what we have, field by field, after the name."""

    def twins(self, _session: Session, _regel: Importregel, _doel: Doel) -> list[str]:
        """Names of others, here or in the same aanlevering, with the surname and the birth date of this line."""
        return []

    def other_date(self, _regel: Importregel, _doel: Doel) -> date | None:
        """The birth date of our record where it and the one of the line are known and differ."""
        return None

    def _mine(self, doel: Doel) -> RecordT:
        return proven(doel, self.table)

    def _of(self, school_id: SchoolId) -> Select[RecordT]:
        return select(self.table).where(*self._counts(school_id))

    def _counts(self, school_id: SchoolId) -> tuple[ColumnElement[bool], ...]:
        """The conditions of a record of this school that is one of its own."""
        return (self.table.school_id == school_id,)

    def _loaded(self) -> tuple[ORMOption, ...]:
        """What belongs to a record and is read with it."""
        return ()

    def _holds(self, regels: Collection[Importregel]) -> ColumnElement[bool]:
        return is_among(self.table.las_key, [regel.las_key for regel in regels if regel.las_key])

    def _nearby(self, _regel: Importregel) -> tuple[ColumnElement[bool], ...]:
        return ()

    def is_another(self, record: RecordT, regel: AnyRegel) -> bool:
        """Whether a line is about another record of the LAS than the one that ours is linked with."""
        return regel.las_key is not None and record.las_key not in (None, regel.las_key)

    @staticmethod
    def identifiers(thing: Doel | AnyRegel | Teruggenomen) -> list[tuple[str, str]]:
        """What names a record of the LAS, by column."""
        found = (("las_key", thing.las_key), ("eckid", thing.eckid))
        return [(name, value) for name, value in found if value is not None]

    def _state(self, record: RecordT) -> tuple[object, ...]:
        """Everything that a write may change."""
        return self._columns(record)

    @cached_property
    def _columns(self) -> Callable[[RecordT], tuple[object, ...]]:
        names = (column.key for column in self.table.__table__.columns)
        return attrgetter(*(name for name in names if name != "gewijzigd_op"))
