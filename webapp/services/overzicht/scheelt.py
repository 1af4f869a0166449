"""What a school was asked in the last twelve months, and so what each agreement would have saved it.

A school that came in lately has no such year: of it is only said how many are new at schools of its size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.config import AMSTERDAM
from webapp.models import (
    Afspraken,
    Handeling,
    Importbatch,
    Importregel,
    Leerkracht,
    Leerling,
    Lidmaatschap,
    Mail,
    MailSoort,
    Mutatie,
    Resultaat,
    Soort,
    Wat,
    Zekerheid,
)
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import SchoolId
from webapp.models.importbatch import IMPORTED

JAAR, _BEGIN, _ENOUGH = timedelta(days=365), timedelta(days=14), timedelta(days=60)
"""How far is looked back; how long a first import takes, which is not counted; how much history says something."""
NIEUW_PER_LEERLING = 0.14
"""Leerlingen who come in a year, of each at a school: the rate of the played year."""


@dataclass(frozen=True, slots=True)
class Cijfers:
    """What was asked since a day; None when there is no history, and then `leerlingen` is an estimate."""

    sinds: date | None
    leerlingen: int
    dagen: int = 0
    """On so many days somebody was new."""
    leerkrachten: int = 0
    twijfels: int = 0
    zonder_resultaten: int = 0
    """Of the doubts those in which none of ours had a result."""
    mails: int = 0
    maanden: tuple[Cijfers, ...] = ()
    """The same of each month, the oldest first."""

    @property
    def vragen(self) -> int:
        return self.leerlingen + self.leerkrachten + self.twijfels

    def met(self, afspraken: Afspraken) -> int:
        """How many questions would have been left."""
        saved = (
            (afspraken.nieuwe_leerlingen, self.leerlingen),
            (afspraken.nieuwe_leerkrachten, self.leerkrachten),
            (afspraken.alleen_op_het_spel, self.zonder_resultaten),
        )
        return self.vragen - sum(number for is_on, number in saved if is_on)


def of_school(session: Session, school_id: SchoolId, now: datetime) -> Cijfers:
    """Count it."""
    acts = select(func.min(Handeling.op)).where(
        Handeling.school_id == school_id, Handeling.wat.in_(VANZELF | {Wat.IMPORT})
    )
    first = session.scalar(acts)
    begin = max(first + _BEGIN, now - JAAR) if first is not None else now
    if now - begin < _ENOUGH:
        return Cijfers(None, round(NIEUW_PER_LEERLING * sum(per_jaargroep(session, school_id).values())))
    days = (
        *(_new(session, school_id, table, begin) for table in (Leerling, Leerkracht)),
        *_doubts(session, school_id, begin),
    )
    first_day, month, months = begin.astimezone(AMSTERDAM).date(), now.astimezone(AMSTERDAM).date().replace(day=1), []
    while month >= first_day.replace(day=1):
        months.append(
            _counted(
                month, [Counter({day: n for day, n in each.items() if day.replace(day=1) == month}) for each in days]
            )
        )
        month = (month - timedelta(days=1)).replace(day=1)
    mails = _mails(session, school_id, begin)
    return replace(_counted(first_day, days), mails=mails, maanden=tuple(reversed(months)))


def _counted(sinds: date, days: Sequence[Counter[date]]) -> Cijfers:
    """Add up what came on each day: leerlingen, leerkrachten, doubts, and the doubts without a result."""
    leerlingen, leerkrachten, twijfels, zonder_resultaten = (each.total() for each in days)
    return Cijfers(sinds, leerlingen, len(days[0]), leerkrachten, twijfels, zonder_resultaten)


def per_jaargroep(session: Session, school_id: SchoolId) -> Mapping[str, int]:
    """How many linked leerlingen are in each jaargroep now."""
    here = Leerling.status == Lidmaatschap.ACTIEF, Leerling.is_linked(), Leerling.jaargroep.is_not(None)
    query = select(Leerling.jaargroep, func.count()).where(Leerling.school_id == school_id, *here)
    query = query.group_by(Leerling.jaargroep)
    return {jaargroep or "": number for jaargroep, number in session.execute(query.order_by(Leerling.jaargroep))}


def _new(session: Session, school_id: SchoolId, table: type[Leerling | Leerkracht], begin: datetime) -> Counter[date]:
    """How many of a kind were added on each local day."""
    day = _day(Handeling.op)
    query = (
        select(day, func.count())
        .select_from(Mutatie)
        .join(Mutatie.handeling)
        .where(
            Mutatie.school_id == school_id,
            Mutatie.soort == Soort(table.__tablename__),
            Mutatie.voor.is_(None),
            Handeling.wat.in_(VANZELF | {Wat.IMPORT}),
            Handeling.op >= begin,
        )
    )
    found = session.execute(query.group_by(day).order_by(day))
    return Counter({row[0]: row[1] for row in found})


def _doubts(session: Session, school_id: SchoolId, begin: datetime) -> tuple[Counter[date], Counter[date]]:
    """Doubts about a leerling that were answered, by day; and those of which nobody who may be meant has a result."""
    op = func.coalesce(Importbatch.verwerkt_op, Importbatch.opgehaald_op)
    query = (
        select(_day(op), Importregel.kandidaten)
        .join(Importregel.batch)
        .where(
            Importregel.school_id == school_id,
            Importregel.soort == Soort(Leerling.__tablename__),
            Importregel.voorstel == Zekerheid.TWIJFEL,
            Importbatch.status.in_(IMPORTED),
            op >= begin,
        )
        .order_by(Importregel.id)
    )
    found = [(day, {each["id"] for each in kandidaten}) for day, kandidaten in session.execute(query)]
    ids = {id_ for _, each in found for id_ in each}
    with_results = set(
        session.scalars(
            select(Resultaat.leerling_id).where(Resultaat.school_id == school_id, Resultaat.leerling_id.in_(ids))
        )
    )
    return (
        Counter(day for day, _ in found),
        Counter(day for day, each in found if each.isdisjoint(with_results)),
    )


def _mails(session: Session, school_id: SchoolId, begin: datetime) -> int:
    """On how many days a mail asked for something; each beheerder gets their own."""
    query = select(func.count(_day(Mail.aangemaakt_op).distinct())).where(
        Mail.school_id == school_id, Mail.soort == MailSoort.KOPPELINGSMAIL, Mail.aangemaakt_op >= begin
    )
    return session.scalar(query) or 0


def _day(moment: ColumnElement[datetime] | InstrumentedAttribute[datetime]) -> ColumnElement[date]:
    return func.timezone(AMSTERDAM.key, moment).cast(Date)
