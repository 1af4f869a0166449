"""Mail through a mail server that refuses, hangs, answers late or dies: F18 to F21 of the fault matrix."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, text, update
from sqlalchemy.orm import Session

from jobs.mails import send_mail
from tests.ground.mailserver import DIE, DRIP, HANG, STEPS, Mailserver, running_mailserver
from tests.jobs.environment import environ_of
from tests.screens import make_account
from webapp import create_app
from webapp.config import Settings
from webapp.db import db, unit_of_work
from webapp.mail import sending, smtp
from webapp.mail.smtp import MailNotSent
from webapp.mail.templates import MailMessage
from webapp.models import Mail, MailSoort, MailStatus, School
from webapp.models.ids import MailId
from webapp.models.mail import Mailprobleem
from webapp.services import mailbeurt, mails
from webapp.services.beurten import LEASE, MAILEN
from webapp.services.clock import database_clock
from webapp.services.overzicht import wachtrij
from webapp.services.overzicht.wachtend import Wachtreden

BEFORE_THE_DOT = STEPS[:-1]
PROJECT = Path(__file__).resolve().parents[2]
BRIEF = MailMessage(to="a@school.example", subject="Proef", text="tekst", html="<p>html</p>")


@dataclass
class Post:
    """The app, whose mail goes to whichever server a test starts."""

    app: Flask
    session: Session

    @contextmanager
    def to(self, port: int, **values: object) -> Iterator[None]:
        """Send to this port of this machine."""
        before = self.app.extensions["settings"]
        settings = replace(before, mail_port=port, **{"mail_deadline": timedelta(seconds=20), **values})
        self.app.extensions["settings"] = settings
        sending.init_app(self.app, settings)
        try:
            yield
        finally:
            self.app.extensions["settings"] = before
            sending.init_app(self.app, before)

    @contextmanager
    def server(self, does: Mapping[str, str] = {}, deadline: float = 20) -> Iterator[Mailserver]:
        """A server that does this, and mail that goes to it."""
        with running_mailserver(does) as server, self.to(server.port, mail_deadline=timedelta(seconds=deadline)):
            yield server

    def mail(self, ontvanger: str = "marijke@regenboog.example") -> Mail:
        """A mail that is due."""
        with unit_of_work() as session:
            return mails.add(session, MailSoort.INGEDIEND, ontvanger)

    def send(self, mail: Mail) -> Mail:
        """Do the job once; return the row as it is then."""
        send_mail(mail.id)
        self.session.expire_all()
        return mail

    def pass_time(self) -> None:
        """As if every pause and every lease were over."""
        with unit_of_work() as session:
            past = func.clock_timestamp() - text("interval '1 second'")
            session.execute(update(Mail).where(Mail.volgende_op.is_not(None)).values(volgende_op=past))
            session.execute(update(Mail).values(claim_tot=past, geprobeerd_op=past - text("interval '2 minutes'")))

    def waits(self) -> list[Wachtreden]:
        """What klantenservice sees."""
        return [row.reden for row in wachtrij.waiting(self.session)]


@pytest.fixture
def post(app: Flask, session: Session) -> Post:
    return Post(app, session)


def is_due_in(session: Session, mail: Mail, pause: timedelta) -> bool:
    assert mail.volgende_op is not None
    return abs(mail.volgende_op - database_clock(session) - pause) < timedelta(seconds=30)


def test_what_a_mail_said_is_kept_without_its_link(post: Post) -> None:
    account = make_account(post.session)
    with unit_of_work() as session:
        mail = mails.add(session, MailSoort.WACHTWOORD, account.email, account_id=account.id)
    with post.server() as server:
        assert post.send(mail).status is MailStatus.VERZONDEN
    sent = message_from_bytes(server.delivered[0]).as_bytes().decode()
    assert "/wachtwoord" in sent
    assert mail.onderwerp == "Nieuw wachtwoord instellen voor de koppeling van Boom testcentrum"
    assert mail.tekst is not None
    assert "[link: wachtwoord kiezen]" in mail.tekst
    assert "http" not in mail.tekst


# ---- F18: refused, deferred ----


@pytest.mark.fault(18)
@pytest.mark.parametrize("answer", ["421 4.3.2 Closing", "451 4.7.1 Greylisted, try later"])
@pytest.mark.parametrize("step", STEPS)
def test_a_mail_that_is_put_off_at_any_step_goes_later_and_once(post: Post, step: str, answer: str) -> None:
    mail = post.mail()
    with post.server({step: answer}) as server:
        if step == "ehlo":
            server.does["helo"] = answer
        assert post.send(mail).status is MailStatus.MISLUKT
        assert is_due_in(post.session, mail, timedelta(minutes=1))
        assert mail.antwoord is not None
        assert mail.antwoord.startswith(answer[:3])
        server.does.clear()
        post.pass_time()
        assert post.send(mail).status is MailStatus.VERZONDEN
        assert len(server.delivered) == 1
    assert post.waits() == []


@pytest.mark.fault(18)
def test_a_server_that_is_away_is_tried_for_more_than_four_hours_before_a_person_looks(post: Post) -> None:
    mail, tried_for = post.mail(), timedelta()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with post.to(port):
        while post.send(mail).status is not MailStatus.OPGEGEVEN:
            assert mail.status is MailStatus.MISLUKT
            assert mail.volgende_op is not None
            tried_for += mail.volgende_op - database_clock(post.session)
            post.pass_time()
    assert tried_for > timedelta(hours=4)
    assert (mail.probleem, mail.pogingen) == (Mailprobleem.SERVER_ONBEREIKBAAR, 9)
    assert post.waits() == [Wachtreden.MAIL]


# ---- F19: one address of several ----


@pytest.mark.fault(19)
@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("rcpt", "550 5.1.1 No such user"),
        ("rcpt", "550 unknown"),
        ("rcpt", "552 5.2.2 Mailbox full"),
        ("body", "550 5.1.1 No such user"),
    ],
)
def test_one_bad_address_keeps_no_other_from_its_mail(post: Post, step: str, answer: str) -> None:
    bad, good = post.mail("weg@regenboog.example"), post.mail("marijke@regenboog.example")
    with post.server() as server:
        server.does[step] = answer
        assert post.send(bad).status is MailStatus.OPGEGEVEN
        server.does.clear()
        assert post.send(good).status is MailStatus.VERZONDEN
        assert (bad.probleem, bad.volgende_op) == (Mailprobleem.ADRES_GEWEIGERD, None)
        assert post.waits() == [Wachtreden.ADRES], "once, whatever waits for the address"
        seen = len(server.in_the_clear)
        assert post.send(post.mail("WEG@regenboog.example")).probleem is Mailprobleem.ADRES_DOOD
        assert len(server.in_the_clear) == seen, "nothing more is tried"
    assert post.waits() == [Wachtreden.ADRES]


@pytest.mark.fault(19)
@pytest.mark.parametrize("step", ["mail", "rcpt", "body"])
def test_a_no_to_us_says_nothing_about_the_address(post: Post, step: str) -> None:
    mail = post.mail()
    with post.server({step: "550 5.7.1 Sender not allowed"}):
        assert post.send(mail).status is MailStatus.MISLUKT
    assert (mail.probleem, mail.antwoord) == (Mailprobleem.SERVER_WEIGERT, "550 5.7.1")
    assert post.waits() == []


@pytest.mark.fault(19)
@pytest.mark.parametrize(
    "address", ["a@b.example, c@d.example", "twee woorden", "jörg@school.example", "x@", "@x.example"]
)
def test_an_address_that_cannot_be_one_stops_only_its_own_mail(post: Post, address: str) -> None:
    with post.server() as server:
        assert post.send(post.mail(address)).probleem is Mailprobleem.ADRES_GEWEIGERD
        assert server.bodies == []


def test_a_domain_with_an_accent_gets_its_mail(post: Post) -> None:
    with post.server() as server:
        assert post.send(post.mail("jan@schöol.example")).status is MailStatus.VERZONDEN
        assert "rcpt TO:<jan@xn--schol-lua.example>" in server.in_the_clear


# ---- F20: hangs ----


@pytest.mark.fault(20)
@pytest.mark.parametrize("how", [HANG, DRIP])
@pytest.mark.parametrize("step", BEFORE_THE_DOT)
def test_a_server_that_hangs_before_it_has_the_mail_is_tried_again(post: Post, step: str, how: str) -> None:
    mail = post.mail()
    with post.server({step: how}, deadline=0.4) as server:
        assert post.send(mail).status is MailStatus.MISLUKT
        assert mail.probleem is Mailprobleem.SERVER_ONBEREIKBAAR
        assert server.bodies == []


@pytest.mark.fault(20)
@pytest.mark.parametrize("how", [HANG, DRIP])
def test_a_server_that_takes_all_and_hangs_leaves_a_doubt(post: Post, how: str) -> None:
    mail = post.mail()
    with post.server({"body": how}, deadline=0.4) as server:
        assert post.send(mail).status is MailStatus.ONZEKER
        assert is_due_in(post.session, mail, mailbeurt.TWIJFEL)
        assert post.waits() == [], "it goes once more by itself"
        send_mail(mail.id)
        assert len(server.bodies) == 1, "and not before its time"


@pytest.mark.fault(20)
@pytest.mark.parametrize("how", [HANG, DIE])
def test_a_server_that_took_the_mail_need_not_say_goodbye(
    post: Post, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_GOODBYE_SECONDS", 0.1)
    with post.server({"quit": how}):
        assert post.send(post.mail()).status is MailStatus.VERZONDEN


def test_the_deadline_is_shorter_than_the_lease(settings: Settings) -> None:
    assert settings.mail_deadline < LEASE


@pytest.mark.fault(20)
def test_a_process_that_stood_still_sends_nothing_any_more(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    with post.server() as server:
        hours = [0.0]
        monkeypatch.setattr(smtp, "awake", lambda: hours[0])

        def stands_still() -> None:
            hours[0] += 3600

        with pytest.raises(MailNotSent):
            sending.send(BRIEF, message_id="<1@x.example>", before_body=stands_still)
        assert server.bodies == []


# ---- F21: dies, or answers late ----


@pytest.mark.fault(21)
@pytest.mark.parametrize("step", BEFORE_THE_DOT)
def test_a_server_that_dies_before_it_has_the_mail_is_tried_again(post: Post, step: str) -> None:
    mail = post.mail()
    with post.server({step: DIE}) as server:
        assert post.send(mail).status is MailStatus.MISLUKT
        assert server.bodies == []


@pytest.mark.fault(21)
@pytest.mark.parametrize("how", [DIE, "geen antwoord", "", "999 what"])
def test_a_mail_in_doubt_goes_once_more_and_then_waits_for_a_person(post: Post, how: str) -> None:
    mail = post.mail()
    with post.server({"body": how}) as server:
        assert post.send(mail).status is MailStatus.ONZEKER
        post.pass_time()
        assert post.send(mail).status is MailStatus.ONZEKER
        assert (mail.volgende_op, mail.probleem) == (None, Mailprobleem.GEEN_ANTWOORD)
        assert post.waits() == [Wachtreden.MAIL]
        post.pass_time()
        assert MAILEN.due(post.session) == []
        send_mail(mail.id)
        assert len(server.bodies) == 2
    assert len({message_from_bytes(body)["Message-ID"] for body in server.bodies}) == 1, "so that a double is known"


@pytest.mark.fault(21)
def test_a_mail_in_doubt_that_is_taken_the_second_time_is_sent(post: Post) -> None:
    mail = post.mail()
    with post.server({"body": DIE}) as server:
        post.send(mail)
        server.does = {"rcpt": "451 4.7.1 later"}
        post.pass_time()
        assert post.send(mail).status is MailStatus.ONZEKER, "put off: it has not gone once more yet"
        assert is_due_in(post.session, mail, timedelta(minutes=5))
        server.does = {}
        post.pass_time()
        assert post.send(mail).status is MailStatus.VERZONDEN
    assert (len(server.bodies), post.waits()) == (2, [])


@pytest.mark.fault(21)
def test_a_refusal_that_comes_too_late_changes_nothing_about_a_mail_that_went(post: Post) -> None:
    mail = post.mail()
    with unit_of_work() as session:
        slow = mailbeurt.claim(session, mail.id, mailbeurt.Grenzen(9, 9))
        assert slow is not None
        assert mailbeurt.doubt(session, mail.id, slow, mailbeurt.Gezegd("x", "x"))
    post.pass_time()
    with post.server():
        assert post.send(mail).status is MailStatus.VERZONDEN
    with unit_of_work() as session:
        assert not mailbeurt.doubt(session, mail.id, slow, mailbeurt.Gezegd("x", "x"))
        mailbeurt.failed(session, mail.id, slow, Mailprobleem.SERVER_WEIGERT, "451", permanent=False)
    post.session.expire_all()
    assert (mail.status, mail.volgende_op) == (MailStatus.VERZONDEN, None)


@pytest.mark.fault(21)
def test_a_yes_that_comes_too_late_is_still_a_yes(post: Post) -> None:
    mail = post.mail()
    tokens = []
    for _ in range(2):
        with unit_of_work() as session:
            token = mailbeurt.claim(session, mail.id, mailbeurt.Grenzen(9, 9))
            assert token is not None
            tokens.append(token)
        if len(tokens) == 1:
            with unit_of_work() as session:
                assert mailbeurt.doubt(session, mail.id, token, mailbeurt.Gezegd("x", "x"))
        post.pass_time()
    with unit_of_work() as session:
        mailbeurt.sent(session, mail.id, tokens[0])
    with unit_of_work() as session:
        assert not mailbeurt.doubt(session, mail.id, tokens[1], mailbeurt.Gezegd("x", "x")), (
            "the second stops before the mail itself"
        )
    post.session.expire_all()
    assert (mail.status, mail.volgende_op) == (MailStatus.VERZONDEN, None)


@pytest.mark.fault(21)
def test_a_crash_after_the_last_dot_leaves_the_mail_in_doubt(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = post.mail()
    monkeypatch.setattr(mailbeurt, "sent", _bug)
    with post.server() as server:
        assert post.send(mail).status is MailStatus.ONZEKER
        assert is_due_in(post.session, mail, timedelta(minutes=30))
        assert len(server.bodies) == 1


def _bug(*_: object) -> None:
    raise KeyError


@pytest.mark.fault(21)
def test_whoever_lost_the_mail_stops_before_the_mail_itself(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = post.mail()
    monkeypatch.setattr(mailbeurt, "doubt", lambda *_: False)
    with post.server() as server:
        assert post.send(mail).status is MailStatus.KLAAR
        assert server.bodies == []


@dataclass
class Opstelling:
    """A committed database, with the mail server of the test."""

    settings: Settings
    mail_id: MailId

    def worker(self) -> subprocess.Popen[bytes]:
        """A process that sends this mail."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.killed_mail", str(self.mail_id)],
            cwd=PROJECT,
            env={**os.environ, **environ_of(self.settings)},
        )


@pytest.mark.fault(21)
def test_a_worker_killed_after_the_last_dot_sends_one_double_at_most(
    fresh_database_url: str, settings: Settings
) -> None:
    with running_mailserver() as server:
        here = replace(settings, database_url=fresh_database_url, mail_port=server.port)
        app = create_app(here)
        with app.app_context():
            with unit_of_work() as session:
                mail = mails.add(session, MailSoort.INGEDIEND, "marijke@regenboog.example")
                mail_id = mail.id
            workers: list[subprocess.Popen[bytes]] = []

            def kill(_: str) -> str:
                os.kill(workers[-1].pid, signal.SIGKILL)
                return HANG

            server.does["body"] = kill
            post = Post(app, db.session())
            for due_again in (True, False):
                workers.append(Opstelling(here, mail_id).worker())
                assert workers[-1].wait(timeout=180) == -signal.SIGKILL
                post.session.expire_all()
                assert mail.status is MailStatus.ONZEKER
                assert (mail.volgende_op is not None) is due_again
                post.pass_time()
            assert MAILEN.due(post.session) == []
            assert post.waits() == [Wachtreden.MAIL]
            db.session.remove()
            db.engine.dispose()
    assert len(server.bodies) == 2


# ---- at most so many a minute ----


def test_more_than_a_minute_may_hold_is_due_later_and_not_failed(post: Post) -> None:
    rows = [post.mail(f"a@school{nth}.example") for nth in range(4)]
    with post.server() as server, post.to(server.port, mail_per_minuut=3):
        for row in rows:
            post.send(row)
        assert [row.status for row in rows] == [*[MailStatus.VERZONDEN] * 3, MailStatus.KLAAR]
        last = rows[-1]
        assert (last.pogingen, last.probleem, last.claim) == (0, None, None)
        assert is_due_in(post.session, last, timedelta(minutes=1))
        post.pass_time()
        assert post.send(last).status is MailStatus.VERZONDEN


def test_one_domain_does_not_hold_up_the_others(post: Post) -> None:
    rows = [post.mail(f"{naam}@bestuur.example") for naam in ("a", "b", "c")] + [post.mail("d@anders.example")]
    with post.server() as server, post.to(server.port, mail_per_domein=2):
        assert [post.send(row).status for row in rows] == [
            MailStatus.VERZONDEN,
            MailStatus.VERZONDEN,
            MailStatus.KLAAR,
            MailStatus.VERZONDEN,
        ]


def test_nobody_waits_for_a_new_password_behind_other_mail(post: Post) -> None:
    first = post.mail()
    with unit_of_work() as session:
        second = mails.add(session, MailSoort.WACHTWOORD, "b@regenboog.example")
        assert mailbeurt.claim(session, first.id, mailbeurt.Grenzen(1, 1)) is not None
        assert mailbeurt.claim(session, second.id, mailbeurt.Grenzen(1, 1)) is not None


def test_a_mail_of_the_night_waits_for_the_morning_and_no_try_of_it_counts(post: Post) -> None:
    late = mailbeurt.Grenzen(9, 9, time(23, 59))
    with unit_of_work() as session:
        school = School(naam="De Regenboog", brin="99XX")
        session.add(school)
        session.flush()
        mail = mails.add(session, MailSoort.KOPPELINGSMAIL, "a@regenboog.example", school_id=school.id)
        assert mailbeurt.claim(session, mail.id, late) is None
        assert (mail.status, mail.pogingen) == (MailStatus.KLAAR, 0)
        assert mail.volgende_op is not None
        assert mail.volgende_op > database_clock(session)


def test_a_mail_that_is_taken_back_is_gone_unless_another_has_it(post: Post) -> None:
    mail = post.mail()
    with unit_of_work() as session:
        token = mailbeurt.claim(session, mail.id, mailbeurt.Grenzen(9, 9))
        assert token is not None
        mailbeurt.withdraw(session, mail.id, "00000000-0000-0000-0000-000000000000")
        assert session.get(Mail, mail.id) is not None
        mailbeurt.withdraw(session, mail.id, token)
        session.flush()
        assert session.get(Mail, mail.id) is None
