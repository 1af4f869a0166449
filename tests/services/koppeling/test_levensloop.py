"""A koppeling is active once its first import was written, whatever a pause; and its end leaves nothing open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering, make_beheerder, pupil
from webapp.models import (
    Account,
    BatchStatus,
    Importbatch,
    Koppeling,
    KoppelingStatus,
    Mail,
    MailSoort,
    MailStatus,
    Rol,
    School,
    Toetreed,
)
from webapp.models.ids import MailId
from webapp.services import mailbeurt, mails
from webapp.services.controle import adviseren, doorgeven, vastleggen
from webapp.services.controle import vastgehouden as hold
from webapp.services.inname import inname
from webapp.services.inname.batch import open_of
from webapp.services.koppeling import einde, stilstand
from webapp.services.ophalen import beurt
from webapp.services.toegang import toetreden
from webapp.services.toegang.errors import ToetredingOver
from webapp.woorden.mails import compose

Make = Callable[..., Any]


def paused_and_resumed(session: Session, koppeling: Koppeling, door: Account) -> KoppelingStatus:
    stilstand.pause(session, koppeling.id, door=door.id)
    return stilstand.resume(session, koppeling.id, door=door.id).status


def test_a_school_for_which_nothing_was_found_is_not_active_after_a_pause(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    beurt.found_nothing(session, koppeling)
    assert koppeling.opgehaald_op is not None
    assert paused_and_resumed(session, koppeling, beheerder) is KoppelingStatus.GOEDGEKEURD


def test_questions_of_the_first_import_still_wait_after_a_pause(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert batch is not None
    assert batch.status is BatchStatus.WACHT_OP_CONTROLE
    assert paused_and_resumed(session, koppeling, beheerder) is KoppelingStatus.GOEDGEKEURD


def test_an_active_koppeling_is_active_again_after_a_pause(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make, make_groep: Make
) -> None:
    make_leerling("Noor", "Maan")
    make_groep("Groep 5", "5")
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert koppeling.status is KoppelingStatus.ACTIEF
    assert paused_and_resumed(session, koppeling, beheerder) is KoppelingStatus.ACTIEF


def test_the_first_import_is_done_once_the_leavers_were_all_that_was_asked(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make, make_groep: Make
) -> None:
    make_groep("Groep 5", "5")
    for i in range(20):
        make_leerling(f"Kind{i}", "Berk", las_key=f"k{i}")
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k0", "Kind0", "Berk")))
    assert batch is not None
    vastleggen.confirm_departures(session, batch.school_id, batch.id, confirmed=19, door=beheerder.id)
    assert (batch.status, koppeling.status) == (BatchStatus.VERWERKT, KoppelingStatus.ACTIEF)
    assert paused_and_resumed(session, koppeling, beheerder) is KoppelingStatus.ACTIEF


def ended(session: Session, koppeling: Koppeling, door: Account) -> None:
    einde.ask_end(session, koppeling.id, door=door.id)
    einde.end(session, koppeling.id, door=door.id)
    session.flush()


def due(session: Session) -> list[tuple[MailSoort, str]]:
    """What is still to be sent, to whom."""
    query = select(Mail).where(Mail.volgende_op.is_not(None)).order_by(Mail.id)
    return [(mail.soort, mail.ontvanger) for mail in session.scalars(query)]


def test_its_end_closes_the_review_and_takes_back_what_was_still_to_be_asked(
    session: Session, koppeling: Koppeling, beheerder: Account, school: School
) -> None:
    """Who asked to become a beheerder hears that it does not go on; the beheerders what stays."""
    toetreden.ask(session, school.id, naam="Nina", email="nina@elders.example")
    toetreden.invite(session, school.id, email="bas@elders.example", rol=Rol.BEHEERDER, door=beheerder.id)
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert batch is not None
    session.flush()
    asked, invited = toetreden.open_of(session, school.id)
    assert {soort for soort, _ in due(session)} == {
        MailSoort.KOPPELINGSMAIL,
        MailSoort.UITGENODIGD,
        MailSoort.TOEGANG_GEVRAAGD,
    }
    ended(session, koppeling, beheerder)
    assert open_of(session, school.id) is None
    assert (batch.status, batch.vervangen_door_id, batch.verwerkt_op is not None) == (
        BatchStatus.VERVANGEN,
        None,
        True,
    )
    assert (asked.uitkomst, invited.uitkomst) == (Toetreed.GEWEIGERD, Toetreed.INGETROKKEN)
    with pytest.raises(ToetredingOver):
        toetreden.by_link(session, invited.id)
    assert due(session) == [
        (MailSoort.TOEGANG_GEWEIGERD, "nina@elders.example"),
        (MailSoort.BEEINDIGD, beheerder.email),
    ]
    told = compose(session, session.scalars(select(Mail).where(Mail.soort == MailSoort.BEEINDIGD)).one())
    assert "de namen daarin wissen wij na 14 dagen" in told.text
    assert "90 dagen na de import" in told.text


def test_its_end_ends_a_hold_and_what_a_colleague_was_asked_about_it(
    session: Session, koppeling: Koppeling, beheerder: Account, school: School, make_leerling: Make, make_groep: Make
) -> None:
    colleague = make_beheerder(session, school, "bas@regenboog.example")
    make_groep("Groep 5", "5")
    for i in range(20):
        make_leerling(f"Kind{i}", "Berk", las_key=f"k{i}")
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k0", "Kind0", "Berk")))
    assert batch is not None
    doorgeven.hand_over_hold(session, school.id, batch.id, aan=colleague.id, door=beheerder.id)
    assert MailSoort.DOORGEGEVEN in {soort for soort, _ in due(session)}
    ended(session, koppeling, beheerder)
    assert hold.of_school(session, school.id) is None
    assert (batch.status, batch.vastgehouden, batch.vastgehouden_op) == (BatchStatus.VERVANGEN, {}, None)
    assert {soort for soort, _ in due(session)} == {MailSoort.BEEINDIGD}


def test_its_end_takes_back_the_mail_about_questions_that_were_handed_over(
    session: Session, koppeling: Koppeling, beheerder: Account, school: School, make_leerling: Make
) -> None:
    make_leerling("Mohamed", "El Idrissi")
    leerkracht = make_beheerder(session, school, "anja@regenboog.example", Rol.LEERKRACHT)
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Mohammed", "El Idrissi")))
    assert batch is not None
    ids = [regel.id for regel in batch.regels]
    doorgeven.hand_over(session, school.id, batch.id, ids, aan=leerkracht.id, bericht="", door=beheerder.id)
    assert MailSoort.VRAAG_DOORGEGEVEN in {soort for soort, _ in due(session)}
    ended(session, koppeling, beheerder)
    assert {soort for soort, _ in due(session)} == {MailSoort.BEEINDIGD}
    assert adviseren.for_reader(session, school.id, leerkracht.id) == []


def test_a_mail_that_a_worker_has_is_not_taken_from_under_it(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    mail = mails.add(session, MailSoort.INGEDIEND, beheerder.email, koppeling_id=koppeling.id)
    assert mailbeurt.claim(session, MailId(mail.id), mailbeurt.Grenzen(60, 60)) is not None
    ended(session, koppeling, beheerder)
    assert session.get_one(Mail, mail.id, populate_existing=True).status is MailStatus.KLAAR


def test_a_new_koppeling_of_the_school_asks_anew(session: Session, koppeling: Koppeling, beheerder: Account) -> None:
    news = aanlevering(pupil("k1", "Noor", "Maan"))
    old = inname.take_in(session, koppeling, news)
    ended(session, koppeling, beheerder)
    again = Koppeling(
        school_id=koppeling.school_id, status=KoppelingStatus.GOEDGEKEURD, schoolnaam=koppeling.schoolnaam,
        brin=koppeling.brin, contact_naam="", contact_email=beheerder.email, schooljaar=koppeling.schooljaar,
        gestart_op=koppeling.gestart_op,
    )  # fmt: skip
    session.add(again)
    session.flush()
    new = inname.take_in(session, again, news)
    assert old is not None
    assert new is not None
    assert new.id != old.id
    assert (new.koppeling_id, new.status) == (again.id, BatchStatus.WACHT_OP_CONTROLE)
    assert [regel.roepnaam for regel in new.regels if regel.roepnaam] == ["Noor"]
    assert session.get_one(Importbatch, old.id).vervangen_door_id is None
    assert due(session)[-1][0] is MailSoort.KOPPELINGSMAIL


def test_the_other_beheerders_hear_who_paused_or_asks_to_end_and_the_way_back(
    session: Session, koppeling: Koppeling, beheerder: Account, school: School
) -> None:
    bas = make_beheerder(session, school, "bas@regenboog.example")
    stilstand.pause(session, koppeling.id, door=beheerder.id, is_school=True)
    for _ in range(2):
        einde.ask_end(session, koppeling.id, door=beheerder.id)
    assert due(session) == [(MailSoort.PAUZE_OF_EINDE, bas.email)] * 2
    pause, end = (compose(session, mail) for mail in session.scalars(select(Mail).order_by(Mail.id)))
    assert (f"{beheerder.naam} heeft de koppeling gepauzeerd" in pause.text, "Kies Hervatten" in pause.text) == (
        True,
    ) * 2
    assert (f"{beheerder.naam} heeft ons gevraagd" in end.text, "Kies Toch doorgaan" in end.text) == (True,) * 2


def test_of_a_pause_by_klantenservice_the_mail_is_its_own(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    stilstand.pause(session, koppeling.id, door=beheerder.id)
    assert due(session) == [(MailSoort.GEPAUZEERD, beheerder.email)]
