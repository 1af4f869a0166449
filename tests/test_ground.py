"""The ground itself: what one test leaves behind, no other test may see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from tests.ground.smtp import SmtpSink
from webapp.db import unit_of_work
from webapp.mail.sending import send
from webapp.mail.templates import MailMessage


@pytest.mark.parametrize("round_", [1, 2])
def test_what_is_committed_is_rolled_back_after_the_test(session: Session, round_: int) -> None:
    found = session.execute(text("select to_regclass('proef')")).scalar()
    assert found is None
    with unit_of_work() as inner:
        inner.execute(text("create temporary table proef (id int)"))
    with pytest.raises(ProgrammingError), unit_of_work() as inner:
        inner.execute(text("drop table proef, bestaat_niet"))
    assert session.execute(text("select to_regclass('proef')")).scalar() == "proef"


def test_jobs_run_on_a_real_queue(session: Session, run_jobs: Callable[[], int]) -> None:
    assert run_jobs() == 0


def test_a_request_knows_nothing_of_the_test_around_it(session: Session, client: FlaskClient) -> None:
    g.van_de_test = True
    answer = client.get("/bestaat-niet")
    assert answer.status_code == 404


def test_mail_goes_over_smtp(session: Session, smtp: SmtpSink) -> None:
    send(
        MailMessage(to="a@school.example", subject="Proef", text="tekst", html="<p>html</p>"),
        message_id="<1@localhost>",
    )
    assert [message["Subject"] for message in smtp.to("a@school.example")] == ["Proef"]
