"""Fetching that fails: nothing changes, the right person hears of it, once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import Koppeling, Mail, MailSoort
from webapp.services.koppeling import levensloop
from webapp.services.ophalen import beurt
from webapp.services.overzicht.feiten import Aan, Feiten, Toestand
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnsure
from webapp.woorden.fouten import uitleg
from webapp.woorden.mails import compose
from webapp.woorden.namen import namen_of
from webapp.woorden.overzicht import statusregel


@pytest.fixture
def due(app: Flask, session: Session, koppeling: Koppeling) -> Koppeling:
    """A koppeling with a key whose fetch is due."""
    koppeling.sleutel = app.extensions["keyring"].encrypt("SLEUTEL-4711", koppeling.identity)
    levensloop.fetch_now(session, koppeling)
    session.commit()
    return koppeling


def claim(app: Flask, session: Session, koppeling: Koppeling) -> beurt.Opdracht | None:
    return beurt.claim(session, koppeling.id, settings=app.extensions["settings"], keyring=app.extensions["keyring"])


def fail(app: Flask, session: Session, koppeling: Koppeling, error: UwlrError) -> None:
    koppeling.ophalen_op = datetime(2026, 1, 1, tzinfo=UTC)
    session.commit()
    opdracht = claim(app, session, koppeling)
    assert opdracht is not None
    held = beurt.locked_if_ours(session, opdracht)
    assert held is not None
    beurt.failed(session, held, error)
    session.commit()


def mails(session: Session, soort: MailSoort) -> int:
    return session.scalar(select(func.count()).select_from(Mail).where(Mail.soort == soort)) or 0


def test_one_worker_gets_the_fetch_and_it_holds_the_key_of_this_school(
    app: Flask, session: Session, due: Koppeling
) -> None:
    opdracht = claim(app, session, due)
    assert opdracht is not None
    assert opdracht.autorisatie.autorisatiesleutel == "SLEUTEL-4711"
    assert "4711" not in repr(opdracht)
    assert claim(app, session, due) is None


def test_a_worker_that_was_frozen_past_its_lease_records_nothing(app: Flask, session: Session, due: Koppeling) -> None:
    late = claim(app, session, due)
    assert late is not None
    due.ophalen_claim_tot = datetime(2026, 1, 1, tzinfo=UTC)
    session.commit()
    assert claim(app, session, due) is not None
    assert beurt.locked_if_ours(session, late) is None


def test_a_fetch_asked_for_while_one_runs_stays_due(app: Flask, session: Session, due: Koppeling) -> None:
    due.ophalen_op = datetime(2026, 1, 1, tzinfo=UTC)
    opdracht = claim(app, session, due)
    assert opdracht is not None
    due.ophalen_op = datetime(2100, 1, 1, tzinfo=UTC)
    beurt.succeeded(session, due, opdracht, leerlingen=200)
    assert due.ophalen_op is not None


def test_a_refused_key_stops_the_school_and_is_mailed_once(app: Flask, session: Session, due: Koppeling) -> None:
    refused = UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG)
    fail(app, session, due, refused)
    assert due.ophalen_op is None
    assert Feiten(due).aan is Aan.U
    fail(app, session, due, refused)
    assert mails(session, MailSoort.SLEUTEL_GEWEIGERD) == 1


def test_a_las_that_is_away_is_tried_again_and_mailed_after_the_third_time(
    app: Flask, session: Session, due: Koppeling
) -> None:
    for number in range(4):
        fail(app, session, due, UwlrUnsure(FaultCode.TIJDELIJK_NIET_BESCHIKBAAR))
        assert due.ophalen_op is not None
        assert mails(session, MailSoort.OPHALEN_MISLUKT) == (number >= 2)
    assert (Feiten(due).toestand, Feiten(due).aan) == (Toestand.OPHALEN_MISLUKT, Aan.LAS)
    with app.test_request_context():
        assert "opnieuw" in statusregel(Feiten(due), namen_of(due, app.extensions["settings"])).daarna


def test_an_answer_about_another_school_stops_the_exchange(app: Flask, session: Session, due: Koppeling) -> None:
    fail(app, session, due, UwlrNotUnderstood(Reden.ANDERE_SCHOOL))
    assert due.ophalen_op is None
    assert mails(session, MailSoort.OPHALEN_MISLUKT) == 1


def test_nothing_for_this_year_removes_nobody_and_is_told_once(session: Session, due: Koppeling) -> None:
    beurt.found_nothing(session, due)
    beurt.found_nothing(session, due)
    assert mails(session, MailSoort.OPHALEN_MISLUKT) == 1
    assert due.fout is not None
    assert "niets gewijzigd" in uitleg(due.fout, "ParnasSys").school


def test_another_school_year_asks_for_no_key_and_is_tried_again(app: Flask, session: Session, due: Koppeling) -> None:
    fail(app, session, due, UwlrNotUnderstood(Reden.ANDER_SCHOOLJAAR, "ParnasSys"))
    assert due.ophalen_op is not None
    assert not due.is_sleutel_geweigerd
    assert (Feiten(due).toestand, Feiten(due).aan) == (Toestand.OPHALEN_MISLUKT, Aan.U)
    assert mails(session, MailSoort.SLEUTEL_GEWEIGERD) == 0


def test_a_fault_about_results_on_a_question_is_ours_to_solve(app: Flask, session: Session, due: Koppeling) -> None:
    fail(app, session, due, UwlrRefused(FaultCode.LEERLING_ONGELDIG, "ParnasSys"))
    assert (due.fout_code, due.fout_eigenaar) == ("Client.LeerlingOngeldig", "klantenservice")
    assert due.fout is not None
    assert uitleg(due.fout, "ParnasSys").school.startswith("ParnasSys weigert ons bericht.")
    assert mails(session, MailSoort.SLEUTEL_GEWEIGERD) == 0


def test_the_mail_about_it_says_what_the_page_says(app: Flask, session: Session, due: Koppeling) -> None:
    beurt.found_nothing(session, due)
    mail = session.scalars(select(Mail).where(Mail.soort == MailSoort.OPHALEN_MISLUKT)).one()
    assert "tekst" not in mail.gegevens, "only the code and what its sentence needs is stored"
    assert due.fout is not None
    with app.app_context():
        message = compose(session, mail)
    assert uitleg(due.fout, "ParnasSys").school in message.text.replace("\n", " ")
