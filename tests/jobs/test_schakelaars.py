"""What klantenservice switches off begins no more: no fetch, no message and no mail, also when a job is rung for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jobs import sweep, versturen
from jobs.mails import send_mail
from jobs.ophalen import fetch_leerlinggegevens
from jobs.peiling import probe_las
from jobs.versturen import push_resultaten
from tests.ground.smtp import SmtpSink
from tests.jobs.test_las_gepauzeerd import UNCHANGED
from tests.las import Administratie, Las, reply, running_las
from tests.wereld import START, Wereld, make_wereld
from webapp.config import Settings
from webapp.db import unit_of_work
from webapp.models import (
    Aanleiding,
    Audit,
    Daad,
    Koppeling,
    LasType,
    LeveringStatus,
    Mail,
    MailSoort,
    MailStatus,
    Schakelaar,
    Werk,
    Zekering,
)
from webapp.models.ids import SchakelaarId, ZekeringId
from webapp.queue import Job
from webapp.services import mails, schakelaars
from webapp.services.clock import database_clock
from webapp.services.ophalen import stand as ophaalstand
from webapp.services.ophalen.stand import Stand
from webapp.services.overzicht import feiten
from webapp.services.overzicht.einde import Aan, Einde
from webapp.services.schakelaars import EndIsPast, NotLifted, StandsStill
from webapp.services.versturen import leveringen
from webapp.services.versturen import stand as leveringstand
from webapp.services.versturen.beurt import Opdracht
from webapp.services.versturen.stand import Zending
from webapp.uwlr.faults import UwlrError
from webapp.uwlr.profiles import PROFILES
from webapp.woorden.namen import Namen
from webapp.woorden.overzicht import statusregel
from webapp.woorden.versturen import sending

ALL = pytest.mark.parametrize("las_type", [None, LasType.PARNASSYS], ids=["every LAS", "this LAS"])


@pytest.fixture
def boek() -> Administratie:
    return Administratie()


@pytest.fixture
def las(app: Flask, boek: Administratie, monkeypatch: pytest.MonkeyPatch) -> Iterator[Las]:
    def answer(wire, request):  # type: ignore[no-untyped-def]  # a Behaviour
        (boek if request.startswith(b"POST /leerresultaten") else reply(UNCHANGED))(wire, request)

    with running_las(answer) as las:
        settings: Settings = app.extensions["settings"]
        monkeypatch.setitem(app.extensions, "settings", replace(settings, parnassys_url=las.address))
        yield las


@pytest.fixture
def wereld(app: Flask, session: Session, las: Las) -> Wereld:
    made = make_wereld(session, app.extensions["keyring"])
    made.koppeling.ophalen_op = START
    session.commit()
    return made


def stop(werk: Werk, las_type: LasType | None = None, **values: object) -> None:
    usual = {"reden": "onderhoud bij ParnasSys", "tot": None, "door": None}
    with unit_of_work() as session:
        schakelaars.stop(session, werk, las_type, **(usual | values))  # type: ignore[arg-type]  # whatever a test says


def lift() -> None:
    with unit_of_work() as session:
        for row in schakelaars.stilgezet(session):
            session.delete(row)


def due() -> dict[Job, int]:
    return sweep.sweep()


@ALL
def test_while_fetching_stands_still_nobody_is_asked(wereld: Wereld, las: Las, las_type: LasType | None) -> None:
    stop(Werk.OPHALEN, las_type)
    assert due()[Job.FETCH_LEERLINGGEGEVENS] == 0
    fetch_leerlinggegevens(wereld.koppeling.id)
    assert las.requests == []
    lift()
    assert due()[Job.FETCH_LEERLINGGEGEVENS] == 1
    fetch_leerlinggegevens(wereld.koppeling.id)
    assert len(las.requests) == 1


def test_the_probe_of_a_las_is_a_fetch_too(wereld: Wereld, las: Las, session: Session) -> None:
    row = Zekering(
        las_type=LasType.PARNASSYS, uitkomsten=[], verzoeken=0, open_sinds=START, peiling_op=START, peiling_pogingen=0
    )
    session.add(row)
    session.commit()
    stop(Werk.OPHALEN)
    assert due()[Job.PROBE_LAS] == 0
    probe_las(ZekeringId(row.id))
    assert las.requests == []
    lift()
    assert due()[Job.PROBE_LAS] == 1


@ALL
def test_while_sending_stands_still_no_message_leaves(wereld: Wereld, las: Las, las_type: LasType | None) -> None:
    wereld.genormeerd(2)
    stop(Werk.VERSTUREN, las_type)
    assert due()[Job.PUSH_RESULTATEN] == 0
    push_resultaten(wereld.koppeling.id)
    assert las.requests == []
    assert due()[Job.FETCH_LEERLINGGEGEVENS] == 1, "the other work goes on"
    lift()
    push_resultaten(wereld.koppeling.id)
    assert wereld.statussen() == [LeveringStatus.BEVESTIGD] * 2


def test_a_job_that_runs_stops_between_two_messages(
    wereld: Wereld, boek: Administratie, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is switched off while the LAS is busy with the first message, which is still confirmed."""
    two = replace(PROFILES[LasType.PARNASSYS], max_resultaten=2)
    monkeypatch.setitem(PROFILES, LasType.PARNASSYS, two)
    send = versturen._send

    def send_and_stop(opdracht: Opdracht) -> UwlrError | None:
        outcome = send(opdracht)
        stop(Werk.VERSTUREN)
        return outcome

    monkeypatch.setattr(versturen, "_send", send_and_stop)
    wereld.genormeerd(5)
    push_resultaten(wereld.koppeling.id)
    assert len(boek.berichten) == 1
    assert wereld.statussen().count(LeveringStatus.BEVESTIGD) == 2
    assert wereld.session.scalars(select(Koppeling.zenden_claim)).one() is None, "nobody holds the school"
    monkeypatch.setattr(versturen, "_send", send)
    lift()
    push_resultaten(wereld.koppeling.id)
    assert wereld.statussen() == [LeveringStatus.BEVESTIGD] * 5


def test_while_mail_stands_still_only_a_new_password_goes(wereld: Wereld, smtp: SmtpSink, session: Session) -> None:
    with unit_of_work() as work:
        goed = mails.add(work, MailSoort.GOEDGEKEURD, "a@school.example", koppeling_id=wereld.koppeling.id)
        password = mails.add(work, MailSoort.WACHTWOORD, wereld.beheerder.email, account_id=wereld.beheerder.id)
        ids = goed.id, password.id
    stop(Werk.MAIL)
    assert due()[Job.SEND_MAIL] == 1
    for id_ in ids:
        send_mail(id_)
    assert [session.get_one(Mail, id_).status for id_ in ids] == [MailStatus.KLAAR, MailStatus.VERZONDEN]
    lift()
    assert due()[Job.SEND_MAIL] == 1
    send_mail(ids[0])
    assert session.get_one(Mail, ids[0]).status is MailStatus.VERZONDEN


def test_after_a_restore_a_new_password_waits_too(wereld: Wereld, session: Session) -> None:
    with unit_of_work() as work:
        mails.add(work, MailSoort.WACHTWOORD, wereld.beheerder.email, account_id=wereld.beheerder.id)
    stop(Werk.MAIL, aanleiding=Aanleiding.TERUGZETTEN)
    assert due()[Job.SEND_MAIL] == 0


def test_at_its_end_it_goes_on_by_itself(wereld: Wereld, session: Session) -> None:
    stop(Werk.OPHALEN, tot=database_clock(session) + timedelta(hours=1))
    assert due()[Job.FETCH_LEERLINGGEGEVENS] == 0
    session.execute(update(Schakelaar).values(tot=func.clock_timestamp()))
    assert due()[Job.FETCH_LEERLINGGEGEVENS] == 1
    assert schakelaars.stilgezet(session) == []


def test_stopping_again_changes_reason_and_end_and_the_trail_keeps_both(wereld: Wereld, session: Session) -> None:
    stop(Werk.VERSTUREN, reden="eerst", door=wereld.beheerder.id)
    stop(Werk.VERSTUREN, reden="later", door=wereld.beheerder.id)
    [row] = schakelaars.stilgezet(session)
    assert row.reden == "later"
    schakelaars.lift(session, SchakelaarId(row.id), door=wereld.beheerder.id)
    trail = session.scalars(select(Audit).where(Audit.actie.in_((Daad.STILGEZET, Daad.WEER_VERDER))).order_by(Audit.id))
    assert [(each.actie, each.tellingen["reden"], each.account_id) for each in trail] == [
        (Daad.STILGEZET, "eerst", wereld.beheerder.id),
        (Daad.STILGEZET, "later", wereld.beheerder.id),
        (Daad.WEER_VERDER, "later", wereld.beheerder.id),
    ]


def test_an_end_that_is_past_and_a_hold_of_a_restore_are_refused(wereld: Wereld, session: Session) -> None:
    with pytest.raises(EndIsPast):
        stop(Werk.MAIL, tot=START)
    stop(Werk.OPHALEN, aanleiding=Aanleiding.TERUGZETTEN)
    [row] = schakelaars.stilgezet(session)
    with pytest.raises(NotLifted):
        schakelaars.lift(session, SchakelaarId(row.id), door=wereld.beheerder.id)


def test_a_school_is_told_that_sending_stands_still_before_anything_waits(
    wereld: Wereld, session: Session, settings: Settings
) -> None:
    wereld.koppeling.ophalen_op = None
    stop(Werk.VERSTUREN)
    seen, namen = feiten.of_school(session, wereld.school.id, settings), Namen("ParnasSys", "Boom testcentrum", "Boom")
    assert [each.einde for each in seen.einden] == [Einde.STILGEZET], "or it would read that results go tonight"
    told = statusregel(seen, namen)
    assert (told.label, told.wie) == ("wacht op Boom", "U hoeft niets te doen."), (
        "however short it is, never the school"
    )
    stand = leveringstand.verzendstand(session, wereld.koppeling, database_clock(session))
    said = sending(stand, namen, 2)
    assert said.startswith("Er is nu niets te versturen. We hebben het versturen naar ParnasSys even stilgezet")
    assert "gaat in de nacht" not in said
    wereld.genormeerd(1)
    leveringen.prepare(session, wereld.school.id)
    found = {each.einde: each.aan for each in feiten.of_school(session, wereld.school.id, settings).einden}
    assert found[Einde.STILGEZET] is Aan.TESTCENTRUM
    stand = leveringstand.verzendstand(session, wereld.koppeling, database_clock(session))
    assert (stand.stand, stand.klaar) == (Zending.STILGEZET, 1)
    with pytest.raises(StandsStill):
        leveringen.send_now(session, wereld.koppeling, door=None)


def test_a_school_whose_data_waits_is_told(wereld: Wereld, session: Session, settings: Settings) -> None:
    stop(Werk.OPHALEN)
    assert Einde.STILGEZET in {each.einde for each in feiten.of_school(session, wereld.school.id, settings).einden}
    assert ophaalstand.of_koppeling(session, wereld.koppeling).stand is Stand.STILGEZET


def test_a_fetch_and_results_that_wait_for_a_las_in_trouble_say_so(wereld: Wereld, session: Session) -> None:
    session.add(Zekering(las_type=LasType.PARNASSYS, uitkomsten=[], verzoeken=0, open_sinds=START, peiling_pogingen=0))
    wereld.genormeerd(1)
    leveringen.prepare(session, wereld.school.id)
    assert ophaalstand.of_koppeling(session, wereld.koppeling).stand is Stand.LAS_GEPAUZEERD
    stand = leveringstand.verzendstand(session, wereld.koppeling, database_clock(session))
    assert stand.stand is Zending.LAS_GEPAUZEERD
