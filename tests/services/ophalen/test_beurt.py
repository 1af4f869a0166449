"""Fetching that fails: nothing changes, the right person hears of it, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.services.koppeling.conftest import GOED
from webapp.config import AMSTERDAM, Settings
from webapp.models import Account, Koppeling, Mail, MailSoort
from webapp.models.fout import EigenCode, Fout
from webapp.services import nachten
from webapp.services.clock import database_now
from webapp.services.koppeling import levensloop, twijfel
from webapp.services.ophalen import beurt
from webapp.services.overzicht import feiten
from webapp.services.overzicht.einde import Aan, Einde
from webapp.uwlr.codes import FaultCode, Owner, Reden
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
    beurt.failed(session, held, opdracht, error)
    session.commit()


def stands(app: Flask, session: Session, koppeling: Koppeling) -> tuple[Einde | None, Aan]:
    """What is worst, and who is to act."""
    found = feiten.of_koppeling(session, koppeling, app.extensions["settings"])
    return found.ergste.einde if found.ergste else None, found.aan


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
    assert stands(app, session, due) == (Einde.SLEUTEL_GEWEIGERD, Aan.U)
    fail(app, session, due, refused)
    assert mails(session, MailSoort.SLEUTEL_GEWEIGERD) == 1


def test_what_the_old_key_is_refused_for_says_nothing_of_the_new_one(
    app: Flask, session: Session, due: Koppeling, beheerder: Account
) -> None:
    opdracht = claim(app, session, due)
    assert opdracht is not None
    session.commit()
    levensloop.replace_sleutel(
        session, due.id, sleutel="nieuw", proef=GOED, keyring=app.extensions["keyring"], door=beheerder.id
    )
    session.commit()
    held = beurt.locked_if_ours(session, opdracht)
    assert held is not None
    assert beurt.failed(session, held, opdracht, UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG)) is None
    session.commit()
    assert (due.fout, mails(session, MailSoort.SLEUTEL_GEWEIGERD)) == (None, 0)
    assert beurt.due(session) == [due.id], "with the new one, at once"


def test_a_las_that_is_away_is_tried_again_and_mailed_after_the_third_time(
    app: Flask, session: Session, due: Koppeling
) -> None:
    for number in range(4):
        fail(app, session, due, UwlrUnsure(FaultCode.TIJDELIJK_NIET_BESCHIKBAAR))
        assert due.ophalen_op is not None
        assert mails(session, MailSoort.OPHALEN_MISLUKT) == (number >= 2)
    assert stands(app, session, due) == (Einde.OPHALEN_HAPERT, Aan.LAS)
    with app.test_request_context():
        found, namen = (
            feiten.of_koppeling(session, due, app.extensions["settings"]),
            namen_of(due, app.extensions["settings"]),
        )
        assert "opnieuw" in statusregel(found, namen).daarna


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
    assert stands(app, session, due) == (Einde.OPHALEN_MISLUKT, Aan.U)
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
    assert uitleg(due.fout, "ParnasSys").wat in message.text.replace("\n", " ")


REFUSALS = [
    UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG),
    UwlrRefused(FaultCode.ONGELDIGE_KLANTIDENTIFICATIE),
    UwlrRefused(FaultCode.ONGELDIG_BERICHT),
    UwlrRefused(Reden.GEEN_TOEGANG),
    UwlrNotUnderstood(Reden.ANDERE_SCHOOL),
    UwlrNotUnderstood(Reden.ANDERE_LOCATIE),
]


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: error.code)
@pytest.mark.fault(27)
def test_a_school_that_worked_is_judged_after_two_nights(
    app: Flask, session: Session, due: Koppeling, error: UwlrError
) -> None:
    due.gewerkt_op = datetime(2026, 11, 20, tzinfo=UTC)
    pauses: list[int] = []
    for _ in range(5):
        due.ophalen_pogingen = len(pauses)
        fail(app, session, due, error)
        assert due.ophalen_op is not None
        pauses.append(round((due.ophalen_op - database_now(session)).total_seconds() / 60))
    assert pauses == [1, 5, 15, 30, 60]
    assert session.scalar(select(func.count()).select_from(Mail)) == 0
    assert (due.is_gestopt, due.is_sleutel_geweigerd, stands(app, session, due)[1]) == (False, False, Aan.LAS)
    due.ophalen_twijfel = database_now(session) - timedelta(days=1)
    fail(app, session, due, error)
    assert beurt.due(session) == []
    assert due.fout is not None
    assert due.fout.eigenaar is error.owner
    assert session.scalar(select(func.count()).select_from(Mail)) == 1
    fail(app, session, due, error)
    assert session.scalar(select(func.count()).select_from(Mail)) == 1, "told once"


def test_one_good_answer_ends_the_doubt(app: Flask, session: Session, due: Koppeling) -> None:
    due.gewerkt_op = datetime(2026, 11, 20, tzinfo=UTC)
    fail(app, session, due, UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG))
    assert due.ophalen_twijfel is not None
    due.ophalen_op = datetime(2026, 1, 1, tzinfo=UTC)
    opdracht = claim(app, session, due)
    assert opdracht is not None
    beurt.succeeded(session, due, opdracht, leerlingen=3)
    assert {due.fout, due.ophalen_twijfel} == {None}


def test_a_question_refused_is_trouble_first_even_at_a_new_school(app: Flask, session: Session, due: Koppeling) -> None:
    fail(app, session, due, UwlrRefused(FaultCode.ONGELDIG_BERICHT))
    assert due.ophalen_op is not None
    assert session.scalar(select(func.count()).select_from(Mail)) == 0


def test_nothing_for_a_school_that_had_data_this_year_is_trouble_first(
    app: Flask, session: Session, due: Koppeling
) -> None:
    due.gewerkt_op = datetime(2026, 11, 20, tzinfo=UTC)
    assert beurt.found_nothing(session, due) is EigenCode.GEEN_GEGEVENS
    assert (due.ophalen_op is not None, due.opgehaald_op, mails(session, MailSoort.OPHALEN_MISLUKT)) == (True, None, 0)
    assert stands(app, session, due)[1] is Aan.LAS
    due.gewerkt_op = datetime(2026, 7, 20, tzinfo=UTC)
    assert beurt.found_nothing(session, due) is None, "in August a LAS has nothing yet for the new year"
    assert mails(session, MailSoort.OPHALEN_MISLUKT) == 1


@pytest.mark.parametrize(
    ("first", "last", "believed"),
    [
        ((25, 1, 5), (26, 1, 3), True),
        ((25, 1, 5), (25, 23, 0), False),
        ((25, 23, 40), (26, 0, 40), False),
        ((25, 23, 40), (26, 6, 0), True),
    ],
)
def test_two_nights_are_two_dates_and_not_one_midnight(
    first: tuple[int, int, int], last: tuple[int, int, int], believed: bool
) -> None:
    sinds, now = (datetime(2026, 11, *moment, tzinfo=AMSTERDAM) for moment in (first, last))
    assert twijfel.is_believed(sinds, now) is believed


@pytest.mark.parametrize("worked", [True, False])
def test_a_night_tries_a_stopped_key_once_when_it_worked_before(
    session: Session, due: Koppeling, settings: Settings, worked: bool
) -> None:
    due.fout, due.ophalen_op = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL), None
    due.gewerkt_op = datetime(2026, 11, 20, tzinfo=UTC) if worked else None
    session.flush()
    nachten.begin(
        session, datetime(2026, 11, 26, 1, 30, tzinfo=UTC), replace(settings, nacht_begin_uur=1, nacht_eind_uur=7)
    )
    session.refresh(due)
    assert (due.ophalen_op is not None) is worked
