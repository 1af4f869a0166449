"""Where each result of a school is: said here once, in the database, for every page, count and file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Date, Integer, String, and_, case, cast, func, literal, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager

from webapp.db import is_among
from webapp.models import Groep, Koppeling, Leerling, Levering, LeveringStatus, Resultaat, Toets
from webapp.models.dubbel import not_maybe_another
from webapp.models.fout import Foutcode
from webapp.models.ids import GroepId, ResultaatId, SchoolId, ToetsId
from webapp.models.importbatch import is_held, not_asked_about
from webapp.models.koppeling import MAG, KoppelingAct
from webapp.models.levering import is_refused, waits_for_link
from webapp.schooljaar import days_of, schooljaar_of
from webapp.services.nachtrust import rests
from webapp.services.zendkeuze import goes_along
from webapp.uwlr.codes import Owner


class Waar(StrEnum):
    """Where one result is, or what it waits for; the first that holds."""

    IN_LAS = "in_las"
    ONDERWEG = "onderweg"
    VERTROKKEN = "vertrokken"
    """Its leerling left, and nobody can do what it would need to go."""
    NIET_GENORMEERD = "niet_genormeerd"
    GEWEIGERD = "geweigerd"
    NAKIJKEN = "nakijken"
    GEEN_KOPPELING = "geen_koppeling"
    KEUZE = "keuze"
    """The school lets it stay here; what the LAS may have of it is left there."""
    VOOR_DE_START = "voor_de_start"
    NIET_GEKOPPELD = "niet_gekoppeld"
    KLOPT_NIET = "klopt_niet"
    VASTGEHOUDEN = "vastgehouden"
    GEVRAAGD = "gevraagd"
    """An open question is about its leerling."""
    NA_DE_NACHT = "na_de_nacht"
    """The link is new and daring: it goes in a night that has yet to begin."""
    VOLGEND_JAAR = "volgend_jaar"
    GEPAUZEERD = "gepauzeerd"
    ELDERS = "elders"
    """The LAS has it at another leerling; to the right one it goes as any other."""
    ONBEKEND = "onbekend"
    KLAAR = "klaar"


class Bak(StrEnum):
    """The places, added up: each result is in one of these."""

    IN_LAS = "in-las"
    GAAT = "gaat"
    """Goes by itself with the next message, or is on its way."""
    GEWEIGERD = "geweigerd"
    WACHT = "wacht"
    BLIJFT = "blijft"
    """Does not go, and nothing is wrong."""


_BAK = {
    Waar.IN_LAS: Bak.IN_LAS,
    **dict.fromkeys((Waar.KLAAR, Waar.ONDERWEG, Waar.ONBEKEND, Waar.ELDERS), Bak.GAAT),
    Waar.GEWEIGERD: Bak.GEWEIGERD,
    **dict.fromkeys((Waar.GEEN_KOPPELING, Waar.KEUZE, Waar.VOOR_DE_START, Waar.VERTROKKEN), Bak.BLIJFT),
}
BAKKEN: Mapping[Waar, Bak] = {waar: _BAK.get(waar, Bak.WACHT) for waar in Waar}
WAAR_IN: Mapping[Bak, tuple[Waar, ...]] = {bak: tuple(p for p in Waar if BAKKEN[p] is bak) for bak in Bak}
AANDACHT = (Bak.GEWEIGERD, Bak.WACHT)
TAKEN_IN = func.coalesce(Resultaat.groep_id, Leerling.groep_id)
"""The groep in which it was taken; of before that was kept, the one that the leerling sits in."""


def waar(koppeling: Koppeling | None) -> ColumnElement[str]:
    """Where a result of the school of this koppeling is, joined with its leerling and, if any, its levering.

    What may go by itself is what `volgende.sendable` lets go: a test holds the two together.
    """
    if koppeling is None or koppeling.gestart_op is None:
        return _case(_first(), Waar.GEEN_KOPPELING)
    is_next_year = Resultaat.afnamedatum > days_of(koppeling.schooljaar)[1] if koppeling.schooljaar else not_(true())
    goes_on = literal(koppeling.mag(KoppelingAct.VERSTUREN))
    return _case([*_first(), *_waits(koppeling.gestart_op, is_next_year, goes_on)], Waar.KLAAR)


def waar_overal() -> ColumnElement[str]:
    """The same over all schools: joined with the koppeling of each too, which has started."""
    next_year = func.make_date(cast(func.right(Koppeling.schooljaar, 4), Integer), 8, 1)
    goes_on = Koppeling.status.in_(MAG[KoppelingAct.VERSTUREN])
    waits = _waits(Koppeling.gestart_op, Resultaat.afnamedatum >= next_year, goes_on)
    return _case([*_first(), *waits], Waar.KLAAR)


def _first() -> list[tuple[ColumnElement[bool], Waar]]:
    """What is so with or without a koppeling."""
    is_normed, status = Resultaat.genormeerd_op.is_not(None), Levering.status
    is_newest = or_(Levering.bevestigd >= Resultaat.versie, goes_along(Resultaat.school_id))
    return [
        (and_(is_normed, status == LeveringStatus.BEVESTIGD, is_newest), Waar.IN_LAS),
        (and_(is_normed, status == LeveringStatus.ONDERWEG), Waar.ONDERWEG),
        (not_(is_normed), Waar.NIET_GENORMEERD),
        (is_refused(), Waar.GEWEIGERD),
        (status == LeveringStatus.GEWEIGERD, Waar.VERTROKKEN),
        (status == LeveringStatus.NAKIJKEN, Waar.NAKIJKEN),
    ]


def _waits(
    gestart_op: InstrumentedAttribute[datetime | None] | datetime,
    is_next_year: ColumnElement[bool],
    goes_on: ColumnElement[bool],
) -> list[tuple[ColumnElement[bool], Waar]]:
    """What keeps a result here that the koppeling would send."""
    status = Levering.status
    return [
        (not_(goes_along(Resultaat.school_id)), Waar.KEUZE),
        (and_(status.is_(None), Resultaat.genormeerd_op < gestart_op), Waar.VOOR_DE_START),
        (waits_for_link(gestart_op), Waar.NIET_GEKOPPELD),
        (Leerling.las_key.is_(None), Waar.VERTROKKEN),
        (Leerling.klopt_niet_sinds.is_not(None), Waar.KLOPT_NIET),
        (is_held(Resultaat.leerling_id, Resultaat.school_id), Waar.VASTGEHOUDEN),
        (not_(and_(not_asked_about(Resultaat.school_id), not_maybe_another())), Waar.GEVRAAGD),
        (rests(), Waar.NA_DE_NACHT),
        (is_next_year, Waar.VOLGEND_JAAR),
        (not_(goes_on), Waar.GEPAUZEERD),
        (status == LeveringStatus.ELDERS_AFGELEVERD, Waar.ELDERS),
        (status == LeveringStatus.ONBEKEND, Waar.ONBEKEND),
    ]


def _case(whens: list[tuple[ColumnElement[bool], Waar]], otherwise: Waar) -> ColumnElement[str]:
    return case(*((when, literal(str(then), String)) for when, then in whens), else_=literal(str(otherwise), String))


@dataclass(frozen=True)
class Vraag:
    """Which results of a school are asked for: of which year, in which bakken, taken in which groep (0: in none)."""

    school_id: SchoolId
    koppeling: Koppeling | None
    schooljaar: str | None
    """None: every year."""
    huidig: str
    """The school year of today."""
    groepen: Collection[GroepId] | None = None
    """Those of the reader; None all. This year counts what was taken in them, of earlier years who sits there now."""
    bakken: tuple[Bak, ...] = ()
    groep: int | None = None
    reden: tuple[Waar, str | None] | None = None
    """One place, and the code of a refusal; None any."""

    def all(self) -> Vraag:
        """The same school year of the reader, of everybody and wherever it is."""
        return replace(self, bakken=(), groep=None, reden=None)

    def where(self) -> Iterator[ColumnElement[bool]]:
        """All but the school, which each query names, and the bakken, which need the place."""
        if self.schooljaar is not None:
            yield Resultaat.afnamedatum.between(*days_of(self.schooljaar))
        sees = TAKEN_IN if self.groepen is None or self.schooljaar == self.huidig else Leerling.groep_id
        if self.groepen is not None:
            yield sees.in_(self.groepen)
        if self.groep is not None:
            yield sees.is_not_distinct_from(self.groep or None)
        if self.reden is not None and self.reden[1] is not None:
            yield Levering.fout_code == self.reden[1]

    @property
    def is_at(self) -> list[str]:
        """The places that are asked for."""
        if self.reden is not None:
            return [str(self.reden[0])]
        return [str(waar) for bak in self.bakken or tuple(Bak) for waar in WAAR_IN[bak]]


@dataclass(frozen=True, slots=True)
class Telling:
    """So many results of one test, taken in one groep, at one place."""

    groep_id: GroepId | None
    toets_id: ToetsId
    maand: date
    waar: Waar
    code: Foutcode | None
    eigenaar: Owner | None
    """Why it was refused, and who mends it."""
    aantal: int
    laatste: date
    """The last day on which it was taken."""
    geweigerd: tuple[datetime, datetime] | None
    """When the first and the last of them were refused."""

    @property
    def bak(self) -> Bak:
        return BAKKEN[self.waar]

    @property
    def schooljaar(self) -> str:
        return schooljaar_of(self.maand)


def tel(session: Session, vraag: Vraag) -> list[Telling]:
    """Count what is asked for, so fine that whatever a page says can be added up from it."""
    why = case((Levering.status == LeveringStatus.GEWEIGERD, Levering.fout_code))
    who = case((Levering.status == LeveringStatus.GEWEIGERD, Levering.fout_eigenaar))
    when = case((Levering.status == LeveringStatus.GEWEIGERD, Levering.gewijzigd_op))
    each = (
        select(
            TAKEN_IN.label("groep_id"),
            Resultaat.toets_id,
            cast(func.date_trunc("month", Resultaat.afnamedatum), Date).label("maand"),
            waar(vraag.koppeling).label("waar"),
            why.label("code"),
            who.label("eigenaar"),
            when.label("geweigerd_op"),
            Resultaat.afnamedatum,
        )
        .join(Resultaat.leerling)
        .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
        .where(Resultaat.school_id == vraag.school_id, *vraag.where())
        .subquery()
    )
    keys = (each.c.groep_id, each.c.toets_id, each.c.maand, each.c.waar, each.c.code, each.c.eigenaar)
    first, last = func.min(each.c.geweigerd_op), func.max(each.c.geweigerd_op)
    query = select(*keys, func.count(), func.max(each.c.afnamedatum), first, last).where(each.c.waar.in_(vraag.is_at))
    return [
        Telling(groep_id, toets_id, maand, Waar(where), code, owner, number, day, (since, until) if since else None)
        for groep_id, toets_id, maand, where, code, owner, number, day, since, until in session.execute(
            query.group_by(*keys)
        )
    ]


def per_bak(tellingen: Collection[Telling]) -> Counter[Bak]:
    """Add up by bak: the four numbers that stand on every page."""
    found = Counter[Bak]()
    for telling in tellingen:
        found[telling.bak] += telling.aantal
    return found


def per_maand(tellingen: Collection[Telling]) -> dict[date, Counter[Bak]]:
    """The same by the month in which the tests were taken, named by its first day."""
    found: dict[date, Counter[Bak]] = {}
    for telling in tellingen:
        found.setdefault(telling.maand, Counter())[telling.bak] += telling.aantal
    return found


@dataclass(frozen=True, slots=True)
class Rij:
    """One result, and where it is."""

    resultaat: Resultaat
    levering: Levering | None
    waar: Waar
    groep: Groep | None
    """In which it was taken."""


def rows(session: Session, vraag: Vraag, *, most: int | None = None) -> list[Rij]:
    """Return what is asked for with test and leerling, by groep and name; at `most` so many for one reason."""
    of_whom = Groep.jaargroep, Groep.naam, Groep.id, Leerling.roepnaam, Leerling.achternaam, Leerling.id
    order = (*of_whom, Toets.naam, Resultaat.afnamedatum, Resultaat.id)
    where = waar(vraag.koppeling).label("waar")
    each = (
        select(Resultaat.id, where, Levering.fout_code)
        .join(Resultaat.leerling)
        .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
        .where(Resultaat.school_id == vraag.school_id, *vraag.where())
        .subquery()
    )
    found = (
        select(Resultaat, Levering, each.c.waar, Groep)
        .join(each, each.c.id == Resultaat.id)
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
        .outerjoin(Groep, and_(Groep.school_id == Resultaat.school_id, Groep.id == TAKEN_IN))
        .where(Resultaat.school_id == vraag.school_id, each.c.waar.in_(vraag.is_at))
    )
    if most is not None:
        nth = func.row_number().over(partition_by=(each.c.waar, each.c.fout_code), order_by=order)
        ranked = found.with_only_columns(Resultaat.id, nth.label("nth")).subquery()
        found = found.where(Resultaat.id.in_(select(ranked.c.id).where(ranked.c.nth <= most)))
    eager = contains_eager(Resultaat.leerling).selectinload(Leerling.groep), contains_eager(Resultaat.toets)
    rows = session.execute(found.order_by(*order).options(*eager))
    return [Rij(resultaat, levering, Waar(where), groep) for resultaat, levering, where, groep in rows]


def places(
    session: Session, school_id: SchoolId, koppeling: Koppeling | None, ids: Collection[ResultaatId]
) -> dict[ResultaatId, Waar]:
    """Where each of these results is."""
    query = (
        select(Resultaat.id, waar(koppeling))
        .join(Resultaat.leerling)
        .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
        .where(Resultaat.school_id == school_id, is_among(Resultaat.id, ids))
    )
    return {id_: Waar(found) for id_, found in session.execute(query)} if ids else {}
