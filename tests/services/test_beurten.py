"""The one lease: whoever takes a piece of work has it for a minute, and longer only by renewing it."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import func, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from jobs import lease
from webapp.models import Koppeling, Mail, MailSoort, MailStatus
from webapp.models.mail import Mailprobleem
from webapp.services import mailbeurt, mails
from webapp.services.beurten import LEASE, MAILEN, OPHALEN, ZENDEN, Beurt, RowBusy
from webapp.services.clock import database_clock

STRANGER = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def due(session: Session, koppeling: Koppeling) -> Koppeling:
    koppeling.ophalen_op = koppeling.zenden_op = database_clock(session)
    session.flush()
    return koppeling


def lapse(session: Session, row: Koppeling) -> None:
    """As if a minute went by."""
    past = func.clock_timestamp() - text("interval '1 second'")
    session.execute(update(Koppeling).values(ophalen_claim_tot=past, zenden_claim_tot=past))
    session.expire(row)


@pytest.mark.parametrize("beurt", [OPHALEN, ZENDEN], ids=["ophalen", "zenden"])
def test_one_takes_it_and_the_other_waits_until_it_lapses(
    session: Session, due: Koppeling, beurt: Beurt[Koppeling]
) -> None:
    assert beurt.due(session) == [due.id]
    token = beurt.take(session, due.id)
    assert token is not None
    assert (beurt.due(session), beurt.take(session, due.id)) == ([], None)
    assert beurt.locked_if_ours(session, due.id, token) is not None
    lapse(session, due)
    assert beurt.due(session) == [due.id]
    other = beurt.take(session, due.id)
    assert other not in (None, token)
    assert beurt.locked_if_ours(session, due.id, token) is None


def test_it_lasts_a_minute_by_the_clock_of_the_database(session: Session, due: Koppeling) -> None:
    before = database_clock(session)
    ZENDEN.take(session, due.id)
    session.refresh(due)
    assert due.zenden_claim_tot is not None
    assert before + LEASE <= due.zenden_claim_tot <= database_clock(session) + LEASE


def test_it_is_renewed_while_it_is_ours_and_has_not_lapsed(session: Session, due: Koppeling) -> None:
    token = OPHALEN.take(session, due.id)
    assert token is not None
    session.execute(update(Koppeling).values(ophalen_claim_tot=func.clock_timestamp() + text("interval '1 second'")))
    assert OPHALEN.renew(session, due.id, token)
    session.refresh(due)
    assert due.ophalen_claim_tot is not None
    assert due.ophalen_claim_tot > database_clock(session) + LEASE / 2
    assert not OPHALEN.renew(session, due.id, STRANGER)
    lapse(session, due)
    assert not OPHALEN.renew(session, due.id, token), "whoever stood still does not get it back"


def test_given_back_or_put_off_it_is_free(session: Session, due: Koppeling) -> None:
    token = ZENDEN.take(session, due.id)
    assert token is not None
    ZENDEN.give_back(due)
    session.flush()
    assert ZENDEN.due(session) == [due.id]
    ZENDEN.later(due, database_clock(session) + LEASE)
    session.flush()
    assert ZENDEN.due(session) == []
    ZENDEN.later(due, None)
    session.flush()
    assert ZENDEN.due(session) == []


def test_a_worker_renews_for_as_long_as_the_call_takes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed, asked = Event(), []

    def renew(_: object, __: object, row_id: int, token: str) -> bool:
        asked.append((row_id, token))
        renewed.set()
        return False

    monkeypatch.setattr(Beurt, "renew", renew)
    monkeypatch.setattr(lease, "EVERY", LEASE / 6000)
    with app.app_context(), lease.renewing(OPHALEN, 7, STRANGER):
        assert renewed.wait(10)
    assert asked == [(7, STRANGER)], "and stops once the claim is another's"


def test_a_renewal_that_fails_is_tried_again_soon(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes: Iterator[Exception | None] = iter([RowBusy(), OperationalError("", None, Exception()), None])
    done = Event()

    def renew(*_: object) -> bool:
        if (outcome := next(outcomes)) is not None:
            raise outcome
        done.set()
        return False

    monkeypatch.setattr(Beurt, "renew", renew)
    monkeypatch.setattr(lease, "EVERY", LEASE / 60)
    monkeypatch.setattr(lease, "SOON", LEASE / 6000)
    with app.app_context(), lease.renewing(OPHALEN, 7, STRANGER):
        assert done.wait(10)


def mail_in_hand(session: Session) -> tuple[Mail, str]:
    mail = mails.add(session, MailSoort.WACHTWOORD, "iemand@school.example")
    token = mailbeurt.claim(session, mail.id, mailbeurt.Grenzen(1000, 1000))
    assert token is not None
    return mail, token


def test_whoever_lost_a_mail_writes_nothing_about_it(session: Session) -> None:
    mail, token = mail_in_hand(session)
    mail.claim = STRANGER
    session.flush()
    mailbeurt.sent(session, mail.id, token)
    mailbeurt.failed(session, mail.id, token, Mailprobleem.SERVER_WEIGERT, "421", permanent=True)
    session.refresh(mail)
    assert (mail.status, mail.probleem, mail.claim) == (MailStatus.KLAAR, None, STRANGER)


def test_a_mail_that_is_out_or_given_up_on_is_never_due_again(session: Session) -> None:
    mail, token = mail_in_hand(session)
    assert mailbeurt.doubt(session, mail.id, token, mailbeurt.Gezegd("x", "x"))
    mailbeurt.sent(session, mail.id, token)
    given_up, other = mail_in_hand(session)
    mailbeurt.failed(session, given_up.id, other, Mailprobleem.ADRES_GEWEIGERD, "550", permanent=True)
    assert (mail.volgende_op, given_up.volgende_op) == (None, None)
    assert MAILEN.due(session) == []
