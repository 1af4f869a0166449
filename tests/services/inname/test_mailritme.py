"""When a school may be mailed about its questions, as tables."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from webapp import vakanties
from webapp.config import AMSTERDAM
from webapp.models import MailSoort
from webapp.services import mailtijden
from webapp.services.inname import mailritme
from webapp.services.inname.mailritme import Ritme, Wacht
from webapp.vakanties import Regio


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "regio", "expected"),
    [
        ("2026-11-27", None, True),
        ("2026-11-28", None, False),  # a Saturday
        ("2026-10-16", Regio.NOORD, False),
        ("2026-10-16", Regio.ZUID, True),
        ("2026-10-16", None, False),  # unknown: quiet where any of the three is
        ("2026-10-23", Regio.NOORD, True),
        ("2027-01-01", Regio.MIDDEN, False),
        ("2027-03-29", Regio.MIDDEN, False),  # tweede Paasdag
        ("2027-05-07", Regio.MIDDEN, False),  # after Hemelvaart
        ("2030-06-20", Regio.ZUID, True),
        ("2030-08-30", Regio.NOORD, False),
        ("2030-09-02", Regio.NOORD, True),
        ("2031-07-15", Regio.NOORD, False),  # not known: July and August
        ("2031-06-30", Regio.NOORD, True),
        ("2030-12-30", Regio.NOORD, False),  # and the two weeks of Christmas
        ("2031-01-03", Regio.NOORD, False),
        ("2031-01-06", Regio.NOORD, True),
    ],
)
def test_which_days_have_school(day: str, regio: Regio | None, *, expected: bool) -> None:
    assert vakanties.is_schooldag(date.fromisoformat(day), regio) is expected


def test_each_region_has_its_five_holidays_of_the_published_lengths() -> None:
    for (year, _regio), periodes in vakanties._PERIODES.items():
        assert [(tot - van).days + 1 for van, tot in periodes] == [9, 16, 9, 9, 44]
        assert all(van.weekday() == 5 for van, _ in periodes), year
        assert all(one[1] < other[0] for one, other in pairwise(periodes))
    assert len(vakanties._PERIODES) == 3 * 5


def test_a_holiday_makes_no_question_older() -> None:
    friday = date(2026, 10, 9)
    assert vakanties.schooldagen(friday, date(2026, 10, 19), Regio.NOORD) == 1
    assert vakanties.schooldagen(friday, date(2026, 10, 13), Regio.ZUID) == 2


ONCE, MONDAY, WEEK = Ritme(), Ritme(weekdag=1), Ritme(na_dagen=7)


@pytest.mark.parametrize(
    ("ritme", "oldest", "last", "now", "expected"),
    [
        (ONCE, "2026-11-27 02:00", None, "2026-11-27 02:00", True),
        (ONCE, "2026-11-27 02:00", "2026-11-26 09:00", "2026-11-27 02:00", False),  # one a day
        (ONCE, "2026-11-27 02:00", "2026-11-26 02:00", "2026-11-27 02:00", True),
        (MONDAY, "2026-11-27 02:00", None, "2026-11-27 02:00", False),
        (MONDAY, "2026-11-27 02:00", None, "2026-11-30 02:00", True),
        (ONCE, "2026-11-27 01:05", "2026-11-27 01:05", "2026-11-27 22:30", False),  # fetched once more that evening
        (MONDAY, "2026-11-29 02:00", "2026-11-30 01:05", "2026-11-30 09:00", False),
        (MONDAY, "2026-11-29 02:00", "2026-11-30 01:05", "2026-12-01 02:00", True),  # a hold had the Monday
        (MONDAY, "2026-11-30 02:00", "2026-11-30 01:05", "2026-12-01 02:00", False),
        (WEEK, "2026-11-21 02:00", None, "2026-11-27 02:00", False),
        (WEEK, "2026-11-20 02:00", None, "2026-11-27 02:00", True),
        (WEEK, "2026-11-20 02:13", None, "2026-11-27 01:58", True),  # a night earlier on the clock
        (WEEK, "2027-03-22 02:30", None, "2027-03-29 01:30", True),  # the clock went forward
    ],
)
def test_the_rhythm_of_a_school(ritme: Ritme, oldest: str, last: str | None, now: str, *, expected: bool) -> None:
    assert mailritme.may_mail(ritme, _at(oldest), _at(last) if last else None, _at(now)) is expected


@pytest.mark.parametrize("ritme", [ONCE, MONDAY, Ritme(weekdag=5), Ritme(na_dagen=2), Ritme(na_dagen=10)], ids=str)
def test_whatever_comes_there_is_one_mail_a_day_and_no_question_waits_longer_than_was_agreed(ritme: Ritme) -> None:
    """Nights, fetches by day, holds that mail at once, holidays and summer time, over a year."""
    chance, start = random.Random(str(ritme)), datetime(2026, 9, 1, tzinfo=AMSTERDAM)
    longest = ritme.na_dagen or (1 if ritme.weekdag is None else 7)
    wacht, last, look, asking = list[Wacht](), None, start.astimezone(UTC), list[date]()
    for day in range(365):
        night = (start + timedelta(days=day, hours=1, minutes=chance.randrange(240))).astimezone(UTC)
        evening = (start + timedelta(days=day, hours=20, minutes=chance.randrange(230))).astimezone(UTC)
        moments = [("hold", night)] * (chance.random() < 0.15) + [("night", night), ("look", night)]
        moments += [("hold", evening)] * (chance.random() < 0.15) + [("night", evening)] * (chance.random() < 0.3)
        for what, moment in moments:
            now = moment
            if what == "hold":
                last = now
                continue
            if what == "look":
                if look.astimezone(AMSTERDAM).date() > now.astimezone(AMSTERDAM).date():
                    continue
                now = look = max(look, now)
                look = mailritme.next_look(3, Regio.ZUID, now)
            elif chance.random() < 0.08:
                wacht.append(Wacht(now, None, 0))
            unmailed = [each.gevraagd_op for each in wacht if each.gemaild_op is None]
            number = None
            if unmailed and mailritme.may_mail(ritme, min(unmailed), last, now):
                number = 0
            elif what == "look":
                number = mailritme.reminder(wacht, ritme, Regio.ZUID, last, now)
            if number is None:
                continue
            here = now.astimezone(AMSTERDAM).date()
            asking, last = [*asking, here], now
            wacht = [
                replace(
                    each,
                    gemaild_op=each.gemaild_op or now,
                    herinnerd=max(each.herinnerd, mailritme.steps(each, Regio.ZUID, here)),
                )
                for each in wacht
            ]
            for since in unmailed:
                waited = (here - since.astimezone(AMSTERDAM).date()).days
                assert waited <= longest + 4, "so many days after each other something was held, at the most"
            wacht = [each for each in wacht if each.herinnerd < 3]
    assert len(asking) == len(set(asking)) > 10


MAILED = Wacht(_at("2026-11-23 02:00"), _at("2026-11-23 02:00"), 0)


@pytest.mark.parametrize(
    ("now", "herinnerd", "expected"),
    [
        ("2026-11-24 10:00", 0, None),
        ("2026-11-25 07:29", 0, None),
        ("2026-11-25 07:30", 0, 1),
        ("2026-11-25 15:59", 0, 1),
        ("2026-11-25 16:00", 0, None),
        ("2026-11-25 10:00", 1, None),
        ("2026-11-28 10:00", 0, None),  # a Saturday
        ("2026-11-30 10:00", 1, 2),
        ("2026-12-07 10:00", 2, 3),
        ("2026-12-07 10:00", 0, 3),  # nobody looked in between: one mail, and not three
        ("2026-12-14 10:00", 3, None),
    ],
)
def test_reminders_go_on_the_second_fifth_and_tenth_school_day(now: str, herinnerd: int, expected: int | None) -> None:
    wacht = Wacht(MAILED.gevraagd_op, MAILED.gemaild_op, herinnerd)
    assert mailritme.reminder([wacht], ONCE, Regio.MIDDEN, MAILED.gemaild_op, _at(now)) == expected


def test_what_was_not_mailed_about_is_not_reminded_of_and_a_rhythm_holds_for_reminders_too() -> None:
    new = Wacht(MAILED.gevraagd_op, None, 0)
    thursday, monday = _at("2026-11-26 10:00"), _at("2026-11-30 10:00")
    assert mailritme.reminder([new], ONCE, None, None, thursday) is None
    assert mailritme.reminder([MAILED], MONDAY, None, MAILED.gemaild_op, thursday) is None
    assert mailritme.reminder([MAILED], MONDAY, None, MAILED.gemaild_op, monday) == 2


def test_the_next_look_is_on_a_school_day_at_the_minute_of_the_school() -> None:
    looks = {mailritme.next_look(school, Regio.NOORD, _at("2026-10-09 12:00")) for school in range(1, 200)}
    assert min(looks) == _at("2026-10-19 07:30")
    assert max(looks) < _at("2026-10-19 09:00")
    assert len(looks) == 90, "spread over every minute"
    early = mailritme.next_look(1, Regio.NOORD, _at("2026-10-09 05:00"))
    assert early.astimezone(AMSTERDAM).date() == date(2026, 10, 9)


def test_a_mail_of_the_night_waits_for_the_minute_of_its_school() -> None:
    night, vanaf = _at("2026-11-27 02:00"), time(6, 30)
    moments = [mailtijden.not_before(MailSoort.KOPPELINGSMAIL, school, night, vanaf) for school in range(1, 91)]
    assert min(filter(None, moments)) == _at("2026-11-27 06:30")
    assert len(set(moments)) == 90
    assert moments == [mailtijden.not_before(MailSoort.KOPPELINGSMAIL, n, night, vanaf) for n in range(1, 91)]
    by_day = _at("2026-11-27 08:00")
    assert mailtijden.not_before(MailSoort.KOPPELINGSMAIL, 89, by_day, vanaf) is None
    assert mailtijden.not_before(MailSoort.OVERGANG, 1, night, vanaf) == moments[0], "the night begins a year too"
    assert mailtijden.not_before(MailSoort.WACHTWOORD, 1, night, vanaf) is None
    assert mailtijden.not_before(MailSoort.KOPPELINGSMAIL, 1, night, time()) is None
    summer = mailtijden.not_before(MailSoort.VASTGEHOUDEN, 90, datetime(2026, 7, 1, 2, tzinfo=UTC), vanaf)
    assert summer == datetime(2026, 7, 1, 4, 30, tzinfo=UTC), "by the clock of Amsterdam"
    assert timedelta(minutes=90) == mailtijden.SPREIDING
