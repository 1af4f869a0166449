"""A new school year that the LAS has and that waits: put off to a day, or undone by a person.

Meanwhile nothing changes: each night only looks what the turn would do, for the page "Overgaan". When the day comes,
the night goes over by itself; what was undone waits until somebody says that it may.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.errors import DomainError
from webapp.models import Daad, Handeling, Importbatch, Koppeling, Leerling, Overgang, Wat
from webapp.models.ids import AccountId, SchoolId
from webapp.models.overgang import Vooruitblik
from webapp.schooljaar import days_of, next_schooljaar, schooljaar_of
from webapp.services import afspraken, audit, sloten
from webapp.services.clock import database_now
from webapp.services.inname import overgang
from webapp.services.inname.vertrek import Stand
from webapp.services.inname.voorstellen import Gelezen
from webapp.services.koppeling import levensloop
from webapp.uwlr.values import Leerlinggegevens

_LONGEST = timedelta(days=91)
"""So long after its first day, or from now on, a school year may be put off."""


class NoSuchDay(DomainError):
    """The turn cannot be put off to this day."""

    def __init__(self, eerste: date, laatste: date) -> None:
        self.eerste, self.laatste = eerste, laatste


class NothingWaits(DomainError):
    """No school year waits for somebody to say that it may begin."""


class ChosenMeanwhile(DomainError):
    """Somebody chose otherwise about the turn since the page was made."""


def of_school(session: Session, school_id: SchoolId) -> Overgang | None:
    """Return the year that waits at this school."""
    return session.scalar(select(Overgang).where(Overgang.school_id == school_id))


def last_turn(session: Session, school_id: SchoolId) -> tuple[Handeling, Importbatch] | None:
    """Return the newest turn of this school, as far as it is kept, with its aanlevering."""
    query = (
        select(Handeling, Importbatch)
        .join(Importbatch, Importbatch.id == Handeling.batch_id)
        .where(Handeling.school_id == school_id, Importbatch.school_id == school_id, Handeling.wat == Wat.OVERGANG)
    )
    row = session.execute(query.order_by(Handeling.id.desc()).limit(1)).first()
    return None if row is None else (row[0], row[1])


def has_begun_with(session: Session, batch: Importbatch) -> bool:
    """Whether the school year began with this aanlevering and was not taken back."""
    turned = last_turn(session, batch.school_id) if batch.overgegaan is not None else None
    return turned is not None and turned[1] is batch and turned[0].teruggedraaid_id is None


def waits(session: Session, school_id: SchoolId, schooljaar: str) -> bool:
    """Whether this year may not begin tonight, though the LAS has it."""
    row = of_school(session, school_id)
    if row is not None and row.schooljaar == schooljaar and row.teruggedraaid_op is not None:
        return True
    vanaf = afspraken.of_school(session, school_id).overgaan_vanaf
    return vanaf is not None and today(session) < vanaf


def today(session: Session) -> date:
    """The date at school."""
    return database_now(session).astimezone(AMSTERDAM).date()


def days(session: Session, koppeling: Koppeling) -> tuple[date, date]:
    """The first and the last day to which the next turn may be put off."""
    day, fetched = today(session), koppeling.schooljaar or ""
    year = schooljaar_of(day) if fetched < schooljaar_of(day) else next_schooljaar(schooljaar_of(day))
    begin, _ = days_of(year)
    return max(day + timedelta(days=1), begin), max(day, begin) + _LONGEST


def look_ahead(
    session: Session,
    school_id: SchoolId,
    per_kind: Sequence[Gelezen],
    before: Sequence[Stand],
    gegevens: Leerlinggegevens,
) -> None:
    """Write down what the turn would do by tonight's answer. Under the lock of the school."""
    row = of_school(session, school_id) or Overgang(school_id=school_id)
    row.schooljaar, row.gezien_op = gegevens.school.schooljaar, database_now(session)
    row.vooruitblik = overgang.look_ahead(per_kind, before, gegevens)
    session.add(row)


def chosen(session: Session, school_id: SchoolId) -> str:
    """What a person chose last about the turn, for a page to bring back."""
    row = of_school(session, school_id)
    return _chosen(
        afspraken.of_school(session, school_id).overgaan_vanaf, row.teruggedraaid_op if row is not None else None
    )


def _chosen(vanaf: date | None, teruggedraaid_op: datetime | None) -> str:
    return " ".join(each.isoformat() for each in (vanaf, teruggedraaid_op) if each is not None)


def begun(session: Session, school_id: SchoolId, schooljaar: str) -> None:
    """This year is taken in, also where a person chose it: it does not wait any more."""
    row = of_school(session, school_id)
    if row is not None and row.schooljaar <= schooljaar:
        session.delete(row)


def undone(session: Session, koppeling: Koppeling, batch: Importbatch, *, door: AccountId) -> None:
    """The turn was undone: the koppeling is in the year before it, and the new one waits for a person."""
    assert koppeling.school_id is not None
    assert batch.overgegaan is not None
    row = of_school(session, koppeling.school_id) or Overgang(school_id=koppeling.school_id)
    row.schooljaar, row.vooruitblik, row.gezien_op = batch.schooljaar, {}, None
    row.teruggedraaid_op, row.teruggedraaid_door = database_now(session), door
    session.add(row)
    koppeling.schooljaar = batch.overgegaan["was"]
    koppeling.vorm = {**koppeling.vorm, "schooljaar": batch.overgegaan["was"]}


def go_over(session: Session, school_id: SchoolId, *, gezien: str | None = None, door: AccountId) -> None:
    """Let the year that waits begin, with a fetch that is due at once. `gezien` is what the page had as `chosen`."""
    sloten.lock(session, school_id)
    koppeling, row = sloten.koppeling_of(session, school_id), of_school(session, school_id)
    if koppeling is None or row is None:
        raise NothingWaits
    _check(session, school_id, gezien, None)
    row.teruggedraaid_op = row.teruggedraaid_door = None
    afspraken.put_off(session, school_id, None)
    audit.about(session, Daad.NU_OVERGAAN, koppeling, door=door, schooljaar=row.schooljaar)
    levensloop.fetch_now(session, koppeling)


def put_off(
    session: Session, school_id: SchoolId, vanaf: date | None, *, gezien: str | None = None, door: AccountId
) -> None:
    """Let the next year begin from this day on, and not before; None lets it begin as soon as the LAS has it."""
    sloten.lock(session, school_id)
    koppeling, row = sloten.koppeling_of(session, school_id), of_school(session, school_id)
    if koppeling is None:
        raise NothingWaits
    eerste, laatste = days(session, koppeling)
    if vanaf is not None and not eerste <= vanaf <= laatste:
        raise NoSuchDay(eerste, laatste)
    _check(session, school_id, gezien, vanaf)
    if row is not None:
        row.teruggedraaid_op = row.teruggedraaid_door = None
    afspraken.put_off(session, school_id, vanaf)
    audit.about(session, Daad.OVERGAAN_UITGESTELD, koppeling, door=door, vanaf=str(vanaf or ""))


def _check(session: Session, school_id: SchoolId, gezien: str | None, vanaf: date | None) -> None:
    """Refuse an old page; but not the same choice once more."""
    if gezien is not None and chosen(session, school_id) not in (gezien, _chosen(vanaf, None)):
        raise ChosenMeanwhile


@dataclass(frozen=True, slots=True)
class Verhuizing:
    """One leerling of ours, with the groep that they go to; None for who leaves."""

    leerling: Leerling
    naar: str | None


def who(session: Session, school_id: SchoolId, vooruitblik: Vooruitblik) -> dict[str | None, list[Verhuizing]]:
    """Who goes where, by the groep that they go to; who leaves last."""
    query = select(Leerling).where(Leerling.school_id == school_id).order_by(Leerling.roepnaam, Leerling.id)
    verder, weg = vooruitblik.get("verder", {}), set(vooruitblik.get("weg", ()))
    found: dict[str | None, list[Verhuizing]] = {naam: [] for naam in vooruitblik.get("nieuw", {})}
    for leerling in session.scalars(query):
        naar = verder.get(str(leerling.id))
        if naar is not None or leerling.id in weg:
            found.setdefault(naar, []).append(Verhuizing(leerling, naar))
    return dict(sorted(found.items(), key=lambda each: (each[0] is None, each[0] or "")))
