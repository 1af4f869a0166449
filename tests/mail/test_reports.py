"""Reports of undelivered mail, as mail servers write them, and what comes of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs import retour, sweep
from tests.ground.imapserver import Mailbox, running_imap
from tests.uwlr.certificates import Authority
from webapp import onderdelen
from webapp.db import unit_of_work
from webapp.mail import reports
from webapp.mail.message_id import mail_id_of, message_id
from webapp.models import DoodAdres, Mail, MailSoort, MailStatus
from webapp.models.ids import MailId
from webapp.queue import Job
from webapp.services import mailbeurt, mails

PASSWORD = "geheim van de postbus"
POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mail.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: koppeling@testcentrum.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4Xy.1/mail.example"

--4Xy.1/mail.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4Xy.1/mail.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
X-Postfix-Queue-ID: 4Xy
Arrival-Date: Thu, 26 Nov 2026 09:00:00 +0100 (CET)

Final-Recipient: rfc822; {adres}
Original-Recipient: rfc822;{adres}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.regenboog.example
Diagnostic-Code: smtp; 550 5.1.1 <{adres}>: Recipient address rejected

--4Xy.1/mail.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: "Koppeling Boom testcentrum" <koppeling@testcentrum.example>
To: {adres}
Subject: Ingediend
Message-ID: {message_id}

tekst
--4Xy.1/mail.example--
"""
EXCHANGE = """\
From: postmaster@regenboog.example
To: koppeling@testcentrum.example
Date: Thu, 26 Nov 2026 09:00:00 +0000
Content-Type: multipart/report; report-type="delivery-status"; boundary=b1
MIME-Version: 1.0
Subject: Onbestelbaar: Ingediend

--b1
Content-Type: multipart/alternative; boundary=b2

--b2
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Uw bericht is niet bezorgd =E9n wordt niet opnieuw geprobeerd.
--b2--

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01.eurprd01.prod.example

Final-Recipient: rfc822;{adres}
Action: {action}
Status: {status}
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound

--b1
Content-Type: text/rfc822-headers
Content-Transfer-Encoding: 7bit

Subject: Ingediend
Message-ID: {message_id}
From: koppeling@testcentrum.example

--b1--
"""


@pytest.fixture
def mail(session: Session) -> Mail:
    """A mail that the mail server took."""
    with unit_of_work() as work:
        row = mails.add(work, MailSoort.INGEDIEND, "weg@regenboog.example")
        token = mailbeurt.claim(work, row.id, mailbeurt.Grenzen(9, 9))
        assert token is not None
        assert mailbeurt.doubt(work, row.id, token, mailbeurt.Gezegd("x", "x"))
        mailbeurt.sent(work, row.id, token)
    return row


def report(mail: Mail, form: str = POSTFIX, status: str = "5.1.1", action: str = "failed", adres: str = "") -> bytes:
    text = form.format(adres=adres or mail.ontvanger, status=status, action=action, message_id=message_id(mail.id))
    return text.replace("\n", "\r\n").encode()


@contextmanager
def reading(app: Flask, *raw: bytes) -> Iterator[Mailbox]:
    """A mailbox with these messages, in the settings."""
    before = app.extensions["settings"]
    with running_imap(PASSWORD) as box:
        box.messages += raw
        url = f"imap://koppelpunt:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{box.port}/INBOX"
        app.extensions["settings"] = replace(before, mail_retour_url=url)
        try:
            yield box
        finally:
            app.extensions["settings"] = before


@pytest.mark.parametrize("form", [POSTFIX, EXCHANGE])
def test_a_permanent_failure_marks_the_address_and_brings_the_mail_back(
    app: Flask, session: Session, mail: Mail, form: str
) -> None:
    with reading(app, report(mail, form)) as box:
        retour.read_reports(0)
        assert box.seen == {1}
        retour.read_reports(0)
        assert box.fetched == [1], "once"
    session.expire_all()
    assert (mail.status, mail.antwoord, mail.volgende_op) == (MailStatus.TERUGGEKOMEN, "5.1.1", None)
    assert [dood.adres for dood in session.scalars(select(DoodAdres))] == ["weg@regenboog.example"]


@pytest.mark.parametrize(
    "values",
    [{"action": "delayed", "status": "4.4.1"}, {"action": "delivered", "status": "2.0.0"}, {"action": "relayed"}],
)
def test_a_delay_or_a_delivery_changes_nothing(
    app: Flask, session: Session, mail: Mail, values: dict[str, str]
) -> None:
    with reading(app, report(mail, **values)):
        retour.read_reports(0)
    session.expire_all()
    assert mail.status is MailStatus.VERZONDEN
    assert session.scalars(select(DoodAdres)).all() == []


def test_a_failure_further_on_says_nothing_about_our_address(app: Flask, session: Session, mail: Mail) -> None:
    with reading(app, report(mail, EXCHANGE, adres="een-van-de-lijst@elders.example")):
        retour.read_reports(0)
    session.expire_all()
    assert mail.status is MailStatus.VERZONDEN


def test_a_policy_against_the_sender_brings_the_mail_back_and_leaves_the_address(
    app: Flask, session: Session, mail: Mail
) -> None:
    with reading(app, report(mail, status="5.7.1")):
        retour.read_reports(0)
    session.expire_all()
    assert mail.status is MailStatus.TERUGGEKOMEN
    assert session.scalars(select(DoodAdres)).all() == []


def test_nobody_else_can_write_a_report(session: Session, mail: Mail) -> None:
    real = report(mail)
    for forged in (
        re.sub(rb"<mail\.\d+\.[\w-]+@", b"<mail.%d.AAAA@" % mail.id, real),
        re.sub(rb"<mail\.\d+\.", b"<mail.%d." % (mail.id + 1), real),
        real.replace(b"@localhost>", b"@elders.example>"),
        real.replace(b"multipart/report", b"multipart/mixed"),
    ):
        assert reports.read(forged) == []
    assert [found.mail_id for found in reports.read(real)] == [mail.id]


def test_a_report_that_is_cut_short_or_broken_is_read_as_far_as_it_goes(session: Session, mail: Mail) -> None:
    raw = report(mail)
    for end in range(0, len(raw), 7):
        reports.read(raw[:end])
    for nth in range(0, len(raw), 11):
        reports.read(raw[:nth] + b"\xff\x00\r\n" + raw[nth:])
    assert reports.read(b"") == []


DEEP = b"From: a@b.example\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n" + (
    b"Content-Type: message/rfc822\r\n\r\n" * 5_000
)


def test_a_report_that_a_stranger_made_up_keeps_nobody_from_the_others(
    app: Flask, session: Session, mail: Mail
) -> None:
    long = report(mail, status=f"5.1.1{'1' * 100}")
    with reading(app, DEEP, long, report(mail)) as box:
        retour.read_reports(0)
        assert box.seen == {1, 2, 3}
    session.expire_all()
    assert (mail.status, mail.antwoord) == (MailStatus.TERUGGEKOMEN, "5.1.1")


def test_other_mail_in_the_mailbox_stays_unread(app: Flask, mail: Mail) -> None:
    vraag = b"From: a@school.example\r\nSubject: Vraag\r\nContent-Type: text/plain\r\n\r\nHallo\r\n"
    with reading(app, vraag, report(mail)) as box:
        retour.read_reports(0)
        assert (box.seen, box.fetched) == ({2}, [2])


def test_a_message_id_is_the_same_for_every_try_and_only_ours(session: Session) -> None:
    assert message_id(MailId(42)) == message_id(MailId(42))
    assert mail_id_of(message_id(MailId(42))) == 42
    assert [mail_id_of(text) for text in ("", "<mail.42@localhost>", "<mail.42.x@localhost>", "<42@elders>")] == [
        None
    ] * 4


def test_the_mailbox_is_read_over_verified_tls(
    app: Flask, mail: Mail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    before = app.extensions["settings"]
    for days, is_read in ((5, True), (-1, False)):
        with running_imap(PASSWORD, tls=authority.server("imap", days=days)) as box:
            box.messages.append(report(mail))
            url = f"imaps://koppelpunt:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{box.port}/INBOX"
            here = replace(before, mail_retour_url=url, mail_ca_bestand=authority.bundle)
            monkeypatch.setitem(app.extensions, "settings", here)
            retour.read_reports(0)
            assert bool(box.seen) is is_read


def test_the_sweep_rings_for_it_now_and_then_and_health_tells_when_it_fails(
    app: Flask, session: Session, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    assert sweep.sweep()[Job.READ_REPORTS] == 0, "no mailbox is set"
    with reading(app) as box:
        assert [sweep.sweep()[Job.READ_REPORTS] for _ in range(2)] == [1, 0]
        box.password = "anders"
        retour.read_reports(0)
        assert "cannot be read" in caplog.text
        assert PASSWORD not in caplog.text
        found = onderdelen.check(app.extensions["settings"])
        assert found["retourmail"] == "nog niet gelezen"
        box.password = PASSWORD
        retour.read_reports(0)
        assert onderdelen.check(app.extensions["settings"])["retourmail"] is None
