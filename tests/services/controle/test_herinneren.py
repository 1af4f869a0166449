"""A question that nobody answers: reminders on school days, then klantenservice; nothing more once anybody did it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.services.conftest import make_beheerder, pupil
from tests.services.controle.test_vastleggen import commit, take_in
from webapp.config import AMSTERDAM
from webapp.models import Account, Importbatch, Keuze, Koppeling, KoppelingStatus, Mail, Mailritme, MailSoort, School
from webapp.models.ids import AccountId
from webapp.services import afspraken, sloten
from webapp.services.controle import doorgeven, herinneren, keuzes
from webapp.services.inname import koppelingsmail
from webapp.services.overzicht import wachtrij
from webapp.services.overzicht.wachtend import Wachtreden
from webapp.vakanties import Regio
from webapp.woorden.mails import compose

Make = Callable[..., Any]
NIGHT = datetime(2027, 2, 8, 2, tzinfo=AMSTERDAM)
"""A Monday; the holiday of the south is the week after."""


class Klok:
    """Looks at the mails of a school at moments that a test chooses."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session, self.now = session, NIGHT.astimezone(UTC)
        for module in (herinneren, koppelingsmail, wachtrij):
            monkeypatch.setattr(module, "database_now", lambda _session: self.now)

    def go_to(self, moment: datetime) -> None:
        """What was written so far was written at the moment that was; then it is this one."""
        self._stamp()
        self.now = moment.astimezone(UTC)

    def _stamp(self) -> None:
        self.session.flush()
        fresh = Mail.aangemaakt_op > datetime(2026, 1, 1, tzinfo=UTC), ~Mail.gegevens.has_key("proef")
        values = {"aangemaakt_op": self.now, "gegevens": Mail.gegevens.concat({"proef": 1})}
        self.session.execute(update(Mail).where(*fresh).values(values))

    def mails(self, batch: Importbatch, until: datetime) -> list[tuple[str, str]]:
        """Look whenever it is time, and return which mails were written on which day."""
        found = list[tuple[str, str]]()
        while batch.herinneren_op <= until:
            self.go_to(max(batch.herinneren_op, self.now))
            before = self._number()
            herinneren.look(self.session, batch.id)
            herinneren.look(self.session, batch.id)  # twice does no more
            self.session.flush()
            if self._number() > before:
                newest = self.session.scalars(select(Mail).order_by(Mail.id.desc()).limit(1)).one()
                found.append((f"{self.now.astimezone(AMSTERDAM):%a %d-%m}", newest.soort))
        self._stamp()
        return found

    def _number(self) -> int:
        return len(self.session.scalars(select(Mail)).all())


@pytest.fixture
def klok(session: Session, monkeypatch: pytest.MonkeyPatch) -> Klok:
    return Klok(session, monkeypatch)


@pytest.fixture
def batch(session: Session, klok: Klok, school: School, koppeling: Koppeling, make_leerling: Make) -> Importbatch:
    """Two questions and somebody who is new, taken in by night."""
    school.vakantieregio, koppeling.status = Regio.ZUID, KoppelingStatus.ACTIEF
    make_leerling("Noor", "Jansen")
    make_leerling("Bas", "Smit")
    found = take_in(
        session, koppeling, pupil("k1", "Noortje", "Jansen"), pupil("k2", "Basje", "Smit"), pupil("k9", "Zoë", "Nieuw")
    )
    assert found is not None
    for regel in found.regels:
        regel.gevraagd_op = klok.now
    found.herinneren_op = klok.now
    session.flush()
    return found


END = datetime(2027, 4, 1, tzinfo=AMSTERDAM)
ALL = [("Wed 10-02", "herinnering"), ("Mon 22-02", "herinnering"), ("Mon 01-03", "herinnering")]


def test_three_reminders_on_school_days_then_klantenservice(
    session: Session, klok: Klok, batch: Importbatch, school: School, koppeling: Koppeling
) -> None:
    assert [mail.soort for mail in session.scalars(select(Mail))] == [MailSoort.KOPPELINGSMAIL]
    assert klok.mails(batch, END) == ALL, "the week of the holiday makes nothing older"
    numbers = [
        mail.gegevens["herinnering"]
        for mail in session.scalars(select(Mail).order_by(Mail.id))
        if mail.soort == "herinnering"
    ]
    assert numbers == [1, 2, 3]
    klok.now = datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert Wachtreden.ONBEANTWOORD not in {row.reden for row in wachtrij.waiting(session)}
    klok.now = datetime(2027, 3, 2, 12, tzinfo=UTC)
    [row] = [row for row in wachtrij.waiting(session) if row.reden is Wachtreden.ONBEANTWOORD]
    assert (row.koppeling, row.number) == (koppeling, 2)
    mail = session.scalars(select(Mail).order_by(Mail.id.desc()).limit(1)).one()
    message = compose(session, mail)
    assert message.subject.startswith("Herinnering: nog 2 vragen over leerlingen van De Regenboog (sinds 8 februari")
    assert "laatste herinnering" in message.text


def test_where_the_region_is_not_known_no_holiday_of_any_is_disturbed(
    klok: Klok, batch: Importbatch, school: School
) -> None:
    school.vakantieregio = None
    assert [day for day, _ in klok.mails(batch, END)] == ["Wed 10-02", "Mon 01-03", "Mon 08-03"]


def _answer(session: Session, batch: Importbatch, door: AccountId) -> None:
    for regel in list(batch.regels):
        keuzes.choose(session, batch.school_id, regel.id, Keuze.NIEUW, door=door)


def _set_aside(session: Session, batch: Importbatch, door: AccountId) -> None:
    sloten.lock(session, batch.school_id)
    for regel in batch.regels:
        regel.later_door, regel.later_op = door, NIGHT


def _import(session: Session, batch: Importbatch, door: AccountId) -> None:
    _answer(session, batch, door)
    commit(session, batch, session.get_one(Account, door))


def _hand_over(session: Session, batch: Importbatch, door: AccountId) -> None:
    other = session.scalars(select(Account).where(Account.id != door)).one()
    asked = [regel.id for regel in batch.regels if regel.is_vraag]
    doorgeven.hand_over(session, batch.school_id, batch.id, asked, aan=AccountId(other.id), bericht="", door=door)


def _end(session: Session, batch: Importbatch, door: AccountId) -> None:
    session.get_one(Koppeling, batch.koppeling_id).status = KoppelingStatus.GEPAUZEERD


@pytest.mark.parametrize("act", [_answer, _set_aside, _import, _hand_over, _end])
def test_they_stop_when_anybody_did_the_work(
    session: Session,
    klok: Klok,
    batch: Importbatch,
    school: School,
    beheerder: Account,
    act: Callable[[Session, Importbatch, AccountId], None],
) -> None:
    make_beheerder(session, school, "anja@regenboog.example")
    assert klok.mails(batch, datetime(2027, 2, 12, tzinfo=AMSTERDAM)) == ALL[:1]
    reminder = session.scalars(select(Mail).where(Mail.soort == MailSoort.HERINNERING).limit(1)).one()
    assert not herinneren.is_over(session, reminder)
    act(session, batch, AccountId(beheerder.id))
    session.flush()
    assert herinneren.is_over(session, reminder), "one that waits for the mail server is taken back"
    if batch.is_open:
        assert klok.mails(batch, END) == []
    klok.now = datetime(2027, 3, 20, 12, tzinfo=UTC)
    assert Wachtreden.ONBEANTWOORD not in {row.reden for row in wachtrij.waiting(session)}


def test_a_question_keeps_its_age_in_the_next_aanlevering_and_a_new_one_begins_anew(
    session: Session, klok: Klok, batch: Importbatch, koppeling: Koppeling, make_leerling: Make
) -> None:
    assert klok.mails(batch, datetime(2027, 2, 12, tzinfo=AMSTERDAM)) == ALL[:1]
    make_leerling("Eef", "Vos")
    klok.go_to(datetime(2027, 2, 22, 2, tzinfo=AMSTERDAM))
    after = take_in(
        session, koppeling, pupil("k1", "Noortje", "Jansen"), pupil("k2", "Basje", "Smit"), pupil("k3", "Eefje", "Vos")
    )
    assert after is not None
    per = {regel.las_key: (regel.gemaild_op, regel.herinnerd) for regel in after.regels}
    assert per["k1"] == (NIGHT, 1)
    assert per["k3"] == (klok.now, 0), "told of in the koppelingsmail of this night"
    for regel in after.regels:
        regel.gevraagd_op = min(regel.gevraagd_op, klok.now)
    after.herinneren_op = klok.now
    assert [day for day, _ in klok.mails(after, END)] == ["Tue 23-02", "Wed 24-02", "Mon 01-03", "Mon 08-03"]


def test_a_question_that_comes_into_an_old_review_is_no_older_than_itself(
    session: Session, klok: Klok, batch: Importbatch, beheerder: Account
) -> None:
    _set_aside(session, batch, beheerder.id)
    klok.go_to(datetime(2027, 3, 1, 9, tzinfo=AMSTERDAM))
    new, batch.herinneren_op = next(each for each in batch.regels if each.is_vraag), klok.now
    new.later_door = new.later_op = new.gemaild_op = None
    new.gevraagd_op = klok.now
    assert klok.mails(batch, datetime(2027, 3, 4, tzinfo=AMSTERDAM)) == [("Wed 03-03", "herinnering")]
    assert new.herinnerd == 1


@pytest.mark.parametrize(
    ("agreed", "days"),
    [
        ({"mailritme": Mailritme.WEEKDAG, "mail_weekdag": 4}, ["Thu 11-02", "Thu 18-02", "Thu 04-03"]),
        ({"mailritme": Mailritme.NA_DAGEN, "mail_na_dagen": 3}, ["Thu 11-02", "Mon 15-02", "Thu 18-02", "Thu 04-03"]),
    ],
)
def test_a_school_gets_its_mail_in_the_rhythm_that_it_chose(
    session: Session,
    klok: Klok,
    school: School,
    koppeling: Koppeling,
    make_leerling: Make,
    beheerder: Account,
    monkeypatch: pytest.MonkeyPatch,
    agreed: dict[str, afspraken.Waarde],
    days: list[str],
) -> None:
    afspraken.change(session, school.id, agreed, seen=None, door=beheerder.id)
    school.vakantieregio = Regio.NOORD
    make_leerling("Noor", "Jansen")
    with monkeypatch.context() as now:  # it is asked by the clock of the database, which is long before
        now.setattr(koppelingsmail, "waiting", lambda *_: [])
        batch = take_in(session, koppeling, pupil("k1", "Noortje", "Jansen"))
    assert batch is not None
    for regel in batch.regels:
        batch.herinneren_op = regel.gevraagd_op = klok.now
    assert session.scalars(select(Mail)).all() == []
    found = klok.mails(batch, datetime(2027, 3, 20, tzinfo=AMSTERDAM))
    assert found == [(day, "herinnering" if nth else "koppelingsmail") for nth, day in enumerate(days)]


def test_a_new_question_waits_its_own_days_whatever_was_mailed_before(
    session: Session, klok: Klok, batch: Importbatch, beheerder: Account
) -> None:
    klok.go_to(NIGHT + timedelta(days=1))
    koppelingsmail.send_once(session, batch)
    session.flush()
    assert len(session.scalars(select(Mail)).all()) == 1, "once about each aanlevering"
    agreed: dict[str, afspraken.Waarde] = {"mailritme": Mailritme.NA_DAGEN, "mail_na_dagen": 3}
    afspraken.change(session, batch.school_id, agreed, seen=None, door=beheerder.id)
    session.execute(delete(Mail))
    for days, mails in ((2, 0), (4, 0), (5, 1)):
        klok.go_to(NIGHT + timedelta(days=days))
        batch.gemaild_op = None
        if days == 2:
            new = koppelingsmail.waiting(session, batch)[0]
            new.gemaild_op, new.gevraagd_op = None, klok.now
        koppelingsmail.send_once(session, batch)
        session.flush()
        assert len(session.scalars(select(Mail)).all()) == mails, days


def test_klantenservice_is_warned_before_the_holidays_are_not_known(session: Session, klok: Klok) -> None:
    klok.now = datetime(2029, 7, 30, tzinfo=UTC)
    assert Wachtreden.VAKANTIES not in {row.reden for row in wachtrij.waiting(session)}
    klok.now += timedelta(days=3)
    assert Wachtreden.VAKANTIES in {row.reden for row in wachtrij.waiting(session)}
