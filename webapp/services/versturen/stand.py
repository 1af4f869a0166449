"""What is on its way to the LAS, as the school sees it: per leerling and test, and how sending itself stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Date, cast, func, select, true
from sqlalchemy.orm import Session, contains_eager

from webapp.models import (
    Groep,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Levering,
    LeveringStatus,
    Resultaat,
    Schakelaar,
    Toets,
    Verzending,
    Werk,
)
from webapp.models.fout import Fout
from webapp.models.ids import GroepId, SchoolId
from webapp.schooljaar import days_of, schooljaar_of
from webapp.services import schakelaars, zekering, zendkeuze
from webapp.services.versturen import leveringen, minuut
from webapp.services.zendkeuze import Keuzes, Uit
from webapp.uwlr.codes import Owner

_name = func.concat_ws(" ", Leerling.roepnaam, Leerling.voorvoegsel, Leerling.achternaam)


def count(
    session: Session, school_id: SchoolId, schooljaar: str, *, groepen: Collection[GroepId] | None
) -> Counter[LeveringStatus]:
    """Count the leveringen of a school year per status, of everybody or of those in `groepen`."""
    query = (
        select(Levering.status, func.count())
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .where(*_of(school_id, schooljaar, groepen))
    )
    return Counter(dict(session.execute(query.group_by(Levering.status)).all()))


def per_month(session: Session, school_id: SchoolId, schooljaar: str) -> dict[date, Counter[LeveringStatus]]:
    """The same count by the month in which the tests were taken, named by its first day; together they are `count`."""
    month = cast(func.date_trunc("month", Resultaat.afnamedatum), Date)
    query = (
        select(month, Levering.status, func.count())
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .where(*_of(school_id, schooljaar, None))
    )
    found: dict[date, Counter[LeveringStatus]] = {}
    for first, status, number in session.execute(query.group_by(month, Levering.status)):
        found.setdefault(first, Counter())[status] = number
    return found


@dataclass(frozen=True)
class Vraag:
    """Which leveringen of a school year are looked at: of whom, in which groep (0: in none), and how far."""

    schooljaar: str
    status: LeveringStatus | None = None
    naam: str = ""
    groep: int | None = None

    def where(self, school_id: SchoolId, groepen: Collection[GroepId] | None) -> Iterator[ColumnElement[bool]]:
        """Of the whole school, or of `groepen`."""
        yield from _of(school_id, self.schooljaar, groepen)
        if self.status is not None:
            yield Levering.status == self.status
        if self.groep is not None:
            yield Leerling.groep_id == (self.groep or None)
        for part in self.naam.split():
            yield _name.icontains(part, autoescape=True)


def per_groep(
    session: Session, school_id: SchoolId, vraag: Vraag, *, groepen: Collection[GroepId] | None
) -> list[tuple[Groep | None, Counter[LeveringStatus]]]:
    """What is asked for, counted by groep and status, in the order of `rows`."""
    query = (
        select(Groep, Levering.status, func.count())
        .select_from(Levering)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .outerjoin(Leerling.groep)
        .where(*vraag.where(school_id, groepen))
        .group_by(Groep.id, Levering.status)
        .order_by(Groep.jaargroep, Groep.naam, Levering.status)
    )
    found: dict[Groep | None, Counter[LeveringStatus]] = {}
    for groep, status, number in session.execute(query):
        found.setdefault(groep, Counter())[status] = number
    return list(found.items())


def rows(session: Session, school_id: SchoolId, vraag: Vraag, *, groepen: Collection[GroepId] | None) -> list[Levering]:
    """Return the leveringen (or those of `groepen`) with result, test, leerling and groep, by groep and name."""
    query = (
        select(Levering)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .outerjoin(Leerling.groep)
        .where(*vraag.where(school_id, groepen))
        .order_by(Groep.jaargroep, Groep.naam, Leerling.roepnaam, Leerling.achternaam, Leerling.id, Toets.naam)
        .options(
            contains_eager(Levering.resultaat).options(
                contains_eager(Resultaat.leerling).contains_eager(Leerling.groep), contains_eager(Resultaat.toets)
            )
        )
    )
    return list(session.scalars(query))


def schooljaren(session: Session, school_id: SchoolId, today: date) -> list[str]:
    """Return this school year and the earlier ones that have leveringen, newest first."""
    first = session.scalar(
        select(func.min(Resultaat.afnamedatum))
        .select_from(Levering)
        .join(Levering.resultaat)
        .where(Levering.school_id == school_id)
    )
    newest = int(schooljaar_of(today)[:4])
    oldest = min(newest, int(schooljaar_of(first or today)[:4]))
    return [f"{year}-{year + 1}" for year in range(newest, oldest - 1, -1)]


class Zending(StrEnum):
    """How sending stands for one school."""

    UIT = "uit"
    UITGEZET = "uitgezet"
    """By the school itself."""
    GEPAUZEERD = "gepauzeerd"
    GESTOPT = "gestopt"
    BEZIG = "bezig"
    WACHT = "wacht"
    NACHT = "nacht"
    MINUUT = "minuut"
    """Shortly after the last norming: by the clock, or when there is room at the LAS."""
    NIETS = "niets"
    STILGEZET = "stilgezet"
    LAS_GEPAUZEERD = "las_gepauzeerd"


@dataclass(frozen=True)
class Verzendstand:
    """How sending stands, how much waits, and from when it goes on."""

    stand: Zending
    klaar: int
    vanaf: datetime | None = None
    fout: Fout | None = None
    laatste: Verzending | None = None
    schakelaar: Schakelaar | None = None
    """Why it waits, when it was switched off."""
    uit: Uit | None = None
    """By whom and since when, where the school itself sends nothing."""
    wachten: int = 0
    """How many cannot go yet while nothing else can: their leerling is not linked, or their year has not begun."""
    wacht_op_beurt: bool = False
    """Whether nights pass over this school for now, so that it may not be the coming one."""
    binnen_minuut: bool = False
    """Whether what is normed goes within a minute."""
    koelt_af: bool = False
    """Whether it waits because the LAS may still be busy with the last message."""
    is_druk: bool = False
    """Whether it waits because so many schools send to this LAS at once."""


def verzendstand(session: Session, koppeling: Koppeling | None, now: datetime) -> Verzendstand:
    """Say whether results of this school are being sent, wait, or are stopped, and for whom."""
    if koppeling is None or koppeling.school_id is None or not koppeling.is_running:
        is_paused = koppeling is not None and koppeling.status is KoppelingStatus.GEPAUZEERD
        return Verzendstand(Zending.GEPAUZEERD if is_paused else Zending.UIT, 0)
    klaar = leveringen.count_sendable(session, koppeling.school_id)
    laatste = session.scalar(
        select(Verzending)
        .where(Verzending.school_id == koppeling.school_id, Verzending.koppeling_id == koppeling.id)
        .order_by(Verzending.id.desc())
        .limit(1)
    )
    fout = koppeling.zend_fout
    if fout is not None and (koppeling.zenden_op is None or fout.eigenaar is Owner.SCHOOL):
        return Verzendstand(Zending.GESTOPT, klaar, None, fout, laatste)
    uit = zendkeuze.of_school(session, koppeling.school_id).alles_uit
    if uit is not None:
        return Verzendstand(Zending.UITGEZET, 0, laatste=laatste, uit=uit)
    is_busy = koppeling.zenden_claim is not None and koppeling.zenden_claim_tot is not None
    if not is_busy:
        schakelaar = schakelaars.longest(session, Werk.VERSTUREN, koppeling.las_type)
        if schakelaar is not None:
            return Verzendstand(Zending.STILGEZET, klaar, None, None, laatste, schakelaar)
        if klaar and zekering.of_las(session, koppeling.las_type) is not None:
            return Verzendstand(Zending.LAS_GEPAUZEERD, klaar, laatste=laatste)
    wachten = 0 if klaar else _count_waiting(session, koppeling.school_id)
    is_minuut = minuut.is_on(session, koppeling.school_id)
    niets = Verzendstand(Zending.NIETS, klaar, laatste=laatste, wachten=wachten, binnen_minuut=is_minuut)
    if koppeling.zenden_op is None:
        wacht = koppeling.wacht_op_beurt_sinds is not None
        return replace(niets, stand=Zending.NACHT, wacht_op_beurt=wacht) if klaar else niets
    vanaf = max(koppeling.zenden_op, koppeling.niet_voor or koppeling.zenden_op)
    if is_busy or vanaf <= now:
        return Verzendstand(Zending.BEZIG, klaar, laatste=laatste)
    if not klaar and fout is None:
        return niets
    if fout is None and koppeling.minuut_sinds is not None:
        is_druk = vanaf > koppeling.minuut_sinds + minuut.UITERLIJK
        return replace(niets, stand=Zending.MINUUT, vanaf=vanaf, is_druk=is_druk)
    koelt_af = koppeling.niet_voor is not None and koppeling.niet_voor > now
    return Verzendstand(Zending.WACHT, klaar, vanaf, fout, laatste, koelt_af=koelt_af)


def _count_waiting(session: Session, school_id: SchoolId) -> int:
    query = select(func.count()).where(Levering.school_id == school_id, Levering.status == LeveringStatus.KLAAR)
    return session.scalar(query) or 0


class Blijft(StrEnum):
    """Why a result that was normed has no levering: it stays here."""

    GEEN_KOPPELING = "geen_koppeling"
    NIET_GEKOPPELD = "niet_gekoppeld"
    VOOR_DE_START = "voor_de_start"


def why_here(resultaat: Resultaat, koppeling: Koppeling | None, keuzes: Keuzes) -> Blijft | Uit:
    """Say why this result need not go to the LAS; what the school chose itself comes before what waits."""
    if koppeling is None or koppeling.gestart_op is None:
        return Blijft.GEEN_KOPPELING
    if (uit := keuzes.why_stays(resultaat)) is not None:
        return uit
    if resultaat.leerling.las_key is None and resultaat.leerling.eckid is None:
        return Blijft.NIET_GEKOPPELD
    return Blijft.VOOR_DE_START


def _of(school_id: SchoolId, schooljaar: str, groepen: Collection[GroepId] | None) -> tuple[ColumnElement[bool], ...]:
    mine = true() if groepen is None else Leerling.groep_id.in_(groepen)
    return Levering.school_id == school_id, Resultaat.afnamedatum.between(*days_of(schooljaar)), mine
