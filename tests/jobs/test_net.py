"""What nobody expected in a job is written on its row and told, and the other schools go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from rq.timeouts import JobTimeoutException
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from jobs import sweep
from jobs.mails import send_mail
from jobs.ophalen import fetch_leerlinggegevens
from jobs.versturen import push_resultaten
from jobs.zelfde import ask as ask_same
from tests.ground.smtp import SmtpSink
from tests.las import Administratie, running_las
from tests.screens import login
from tests.wereld import Wereld, lock_all, make_wereld
from webapp.config import Settings
from webapp.db import is_away
from webapp.models import Audit, Daad, Koppeling, Leerling, LeveringStatus, MailSoort, MailStatus
from webapp.models.fout import Fout
from webapp.models.mail import Mailprobleem
from webapp.queue import Job
from webapp.services import mails
from webapp.services.clock import database_clock
from webapp.services.controle import zelfde
from webapp.services.inname import batch, dubbel, inname
from webapp.services.ophalen import beurt as ophalen
from webapp.services.overzicht import wachtrij
from webapp.services.overzicht.wachtend import Wachtreden
from webapp.services.versturen import bericht
from webapp.services.versturen import beurt as versturen

NAAM = "Sanne de Vries"


class Kapot(Exception):
    """A bug, with a name in its text."""


def broken(*_: Any, **__: Any) -> None:
    raise Kapot(NAAM)


@pytest.fixture
def las(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Administratie]:
    administratie = Administratie()
    with running_las(administratie) as las:
        here = replace(settings, parnassys_url=las.address, zend_deadline=timedelta(seconds=2))
        monkeypatch.setitem(app.extensions, "settings", here)
        yield administratie


@pytest.fixture
def wereld(session: Session, app: Flask, las: Administratie) -> Wereld:
    return due(make_wereld(session, app.extensions["keyring"]))


def due(wereld: Wereld) -> Wereld:
    """Its fetch and its results are due now."""
    now = database_clock(wereld.session)
    wereld.koppeling.ophalen_op = wereld.koppeling.zenden_op = now - timedelta(seconds=1)
    wereld.koppeling.niet_voor = None
    wereld.session.commit()
    return wereld


def spoil(koppeling: Koppeling) -> None:
    koppeling.sleutel = b"\x01" + bytes(40)


def minutes_until(session: Session, moment: datetime | None) -> int:
    assert moment is not None
    return round((moment - database_clock(session)).total_seconds() / 60)


def test_a_key_that_cannot_be_opened_is_seen_and_tried_again_after_growing_pauses(
    wereld: Wereld, session: Session
) -> None:
    spoil(wereld.koppeling)
    pauses = []
    for _ in range(4):
        fetch_leerlinggegevens(due(wereld).koppeling.id)
        pauses.append(minutes_until(session, wereld.koppeling.ophalen_op))
    assert pauses == [1, 5, 15, 30]
    assert wereld.koppeling.fout == Fout.intern("DecryptionFailed")
    assert wereld.koppeling.ophalen_claim is None


def test_the_same_when_sending(wereld: Wereld, session: Session, las: Administratie) -> None:
    wereld.genormeerd(2)
    spoil(wereld.koppeling)
    pauses = []
    for _ in range(3):
        push_resultaten(due(wereld).koppeling.id)
        pauses.append(minutes_until(session, wereld.koppeling.zenden_op))
    assert pauses == [1, 2, 4]
    assert wereld.koppeling.zend_fout == Fout.intern("DecryptionFailed")
    assert (wereld.koppeling.zenden_claim, wereld.statussen(), las.berichten) == (None, ["klaar", "klaar"], [])


def test_it_is_a_line_of_the_queue_of_the_audit_trail_and_of_the_status(
    wereld: Wereld, session: Session, app: Flask
) -> None:
    spoil(wereld.koppeling)
    fetch_leerlinggegevens(wereld.koppeling.id)
    [row] = wachtrij.waiting(session)
    assert (row.reden, row.fout) == (Wachtreden.OPHALEN, Fout.intern("DecryptionFailed"))
    assert session.scalars(select(Audit.actie)).all() == [Daad.INTERNE_FOUT]
    page = login(app, session, wereld.beheerder).get("/").text
    assert "Bij het verwerken van de gegevens van uw school ging bij ons iets mis." in page
    assert "in orde" not in page


def test_a_bug_on_the_data_of_one_school_leaves_the_others_alone(
    wereld: Wereld, session: Session, app: Flask, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = due(make_wereld(session, app.extensions["keyring"], brin="98XX"))
    wereld.genormeerd(1)
    other.genormeerd(1)
    build = bericht.build
    monkeypatch.setattr(
        bericht,
        "build",
        lambda koppeling, *a, **kw: (broken if koppeling.brin == "99XX" else build)(koppeling, *a, **kw),
    )
    sweep.sweep()
    assert run_jobs() > 0
    session.expire_all()
    assert (wereld.koppeling.zend_fout, other.koppeling.zend_fout) == (Fout.intern("Kapot"), None)
    assert (wereld.statussen(), other.statussen()) == (["klaar"], ["bevestigd"])
    assert wereld.koppeling.id not in versturen.due(session)


def test_what_was_under_way_when_it_broke_stays_in_doubt(
    wereld: Wereld, las: Administratie, monkeypatch: pytest.MonkeyPatch
) -> None:
    wereld.genormeerd(1)
    with monkeypatch.context() as broken_off:
        broken_off.setattr("jobs.versturen.afloop.settle", broken)
        push_resultaten(wereld.koppeling.id)
    assert len(las.berichten) == 1
    assert wereld.koppeling.niet_voor is not None
    push_resultaten(due(wereld).koppeling.id)
    assert wereld.statussen() == [LeveringStatus.BEVESTIGD]
    assert wereld.koppeling.zend_fout is None


def test_a_row_that_another_worker_took_meanwhile_is_left_to_it(
    wereld: Wereld, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_: Any) -> None:
        wereld.koppeling.ophalen_claim = "00000000-0000-0000-0000-000000000000"
        session.commit()
        raise Kapot

    monkeypatch.setattr("jobs.ophalen.client_for", taken)
    fetch_leerlinggegevens(wereld.koppeling.id)
    assert (wereld.koppeling.fout, str(wereld.koppeling.ophalen_claim)[:8]) == (None, "00000000")


def test_a_fetch_that_goes_well_again_is_in_order(wereld: Wereld, session: Session) -> None:
    spoil(wereld.koppeling)
    fetch_leerlinggegevens(wereld.koppeling.id)
    claimed = (wereld.koppeling.id, wereld.school.id, "", database_clock(session), "", None, None, b"")
    opdracht = ophalen.Opdracht(*claimed)  # type: ignore[arg-type]  # the fields as they were claimed
    ophalen.succeeded(session, wereld.koppeling, opdracht, leerlingen=3)
    session.commit()
    assert wachtrij.waiting(session) == []


def test_a_job_that_is_cut_off_is_recorded_too(wereld: Wereld, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: Any) -> None:
        raise JobTimeoutException("too late")

    monkeypatch.setattr(inname, "take_in", late)
    monkeypatch.setattr("jobs.ophalen.client_for", late)
    fetch_leerlinggegevens(wereld.koppeling.id)
    assert wereld.koppeling.fout == Fout.intern("JobTimeoutException")


def test_a_mail_that_cannot_be_made_is_in_the_queue_at_once(
    wereld: Wereld, session: Session, monkeypatch: pytest.MonkeyPatch, redis: Redis, smtp: SmtpSink
) -> None:
    mail = mails.add(session, MailSoort.GOEDGEKEURD, "a@school.example", school_id=wereld.school.id)
    session.commit()
    monkeypatch.setattr("jobs.mails.compose", broken)
    send_mail(mail.id)
    assert (mail.status, mail.probleem, mail.antwoord) == (MailStatus.MISLUKT, Mailprobleem.NIET_GEMAAKT, "Kapot")
    assert minutes_until(session, mail.volgende_op) == 1
    assert [row.mail for row in wachtrij.waiting(session)] == [mail]


@pytest.mark.parametrize("is_broken", [False, True])
def test_a_score_asks_by_day_and_a_question_that_cannot_be_made_is_left_to_the_night(
    wereld: Wereld, session: Session, monkeypatch: pytest.MonkeyPatch, *, is_broken: bool
) -> None:
    nieuw, oud = wereld.leerling("Noor", las_key="k1"), wereld.leerling("Noor", las_key=None)
    dubbel.remember(session, nieuw, [oud], None)
    wereld.resultaat(nieuw)
    session.commit()
    assert sweep.sweep()[Job.ASK_SAME] == 1
    if is_broken:
        monkeypatch.setattr(zelfde, "ask", broken)
    ask_same(wereld.school.id)
    assert (batch.open_of(session, wereld.school.id) is None) == is_broken
    faults = session.scalars(select(Audit.tellingen).where(Audit.actie == Daad.INTERNE_FOUT)).all()
    assert faults == [{"bij": "zelfde", "klasse": "Kapot"}] * is_broken
    assert sweep.sweep()[Job.ASK_SAME] == 0


def test_a_database_that_is_away_is_nobodys_fault(wereld: Wereld, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    monkeypatch.setattr("jobs.ophalen.client_for", away)
    fetch_leerlinggegevens(wereld.koppeling.id)
    assert wereld.koppeling.fout is None
    assert not is_away(Kapot())


@pytest.mark.parametrize(("field", "constraint"), [("las_key", "uq_leerling_las_key"), ("eckid", "uq_leerling_eckid")])
def test_what_looks_like_one_error_is_told_apart_by_the_name_of_the_constraint(
    wereld: Wereld, session: Session, monkeypatch: pytest.MonkeyPatch, field: str, constraint: str
) -> None:
    def twice(session: Session, *_: Any, **__: Any) -> None:
        lock_all(session)
        session.add_all([Leerling(school_id=wereld.koppeling.school_id, **{field: NAAM}) for _ in range(2)])
        session.flush()

    monkeypatch.setattr(ophalen, "claim", twice)
    fetch_leerlinggegevens(wereld.koppeling.id)
    session.expire_all()
    assert wereld.koppeling.fout == Fout.intern(f"UniqueViolation {constraint}")
