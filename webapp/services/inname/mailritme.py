"""When a school may be mailed about its questions: one rule for the koppelingsmail and the reminders. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from webapp import vakanties
from webapp.config import AMSTERDAM
from webapp.services import mailtijden
from webapp.vakanties import Regio

_VANAF, _TOT = time(7, 30), time(16)
_ONE_PER = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Ritme:
    """What a school agreed on: at once, on a day of the week (1 is Monday), or when a question is so many days old."""

    weekdag: int | None = None
    na_dagen: int | None = None


@dataclass(frozen=True, slots=True)
class Wacht:
    """One thing that waits for a beheerder: since when, since when a mail asks for it, how often it was reminded."""

    gevraagd_op: datetime
    gemaild_op: datetime | None
    herinnerd: int


def may_mail(ritme: Ritme, oldest: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether this school may be mailed about its questions now: at most once a day, and as it agreed.

    `oldest` is since when the oldest waits that no mail asked about, `last` when it was last mailed. What waited on the
    day of the week, while another mail went, goes after it: nothing waits for a second week.
    """
    today, asked = (moment.astimezone(AMSTERDAM).date() for moment in (now, oldest))
    if last is not None and (last > now - _ONE_PER or last.astimezone(AMSTERDAM).date() == today):
        return False
    if ritme.weekdag is not None:
        ago = (today.isoweekday() - ritme.weekdag) % 7
        return ago == 0 or asked < today - timedelta(days=ago)
    return ritme.na_dagen is None or (today - asked).days >= ritme.na_dagen


def reminder(
    wacht: Iterable[Wacht], ritme: Ritme, regio: Regio | None, last: datetime | None, now: datetime
) -> int | None:
    """Which reminder is due now, 1 to 3; None when none is. On a school day between half past seven and four."""
    here = now.astimezone(AMSTERDAM)
    is_day = ritme.weekdag in (None, here.isoweekday()) and vakanties.is_schooldag(here.date(), regio)
    if not (is_day and _VANAF <= here.time() < _TOT):
        return None
    asked = [each for each in wacht if each.gemaild_op is not None]
    due = [stap for each in asked if (stap := steps(each, regio, here.date())) > each.herinnerd]
    oldest = min((each.gevraagd_op for each in asked), default=now)
    return max(due) if due and may_mail(ritme, oldest, last, now) else None


def steps(each: Wacht, regio: Regio | None, today: date) -> int:
    """How many reminders belong to how long this was asked for."""
    return sum(age(each, regio, today) >= after for after in vakanties.HERINNEREN_NA)


def age(each: Wacht, regio: Regio | None, today: date) -> int:
    """How many school days ago it was mailed about."""
    if each.gemaild_op is None:
        return 0
    return vakanties.schooldagen(each.gemaild_op.astimezone(AMSTERDAM).date(), today, regio)


def next_look(school_id: int, regio: Regio | None, now: datetime) -> datetime:
    """When to look again whether a mail is due: on the next school day, each school at its own minute."""
    here = now.astimezone(AMSTERDAM)
    today = mailtijden.of_school(datetime.combine(here, _VANAF, AMSTERDAM), school_id)
    if here < today and vakanties.is_schooldag(here.date(), regio):
        return today
    day = vakanties.next_schooldag(here.date(), regio)
    return mailtijden.of_school(datetime.combine(day, _VANAF, AMSTERDAM), school_id)
