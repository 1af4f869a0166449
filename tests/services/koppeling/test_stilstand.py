"""At rest, without a key, ended, asked anew: from every state there is an act and an end, and time does its part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.ground.statements import break_at_every_statement
from tests.services.koppeling.conftest import GOED
from tests.wereld import make_wereld
from webapp import vakanties
from webapp.models import Account, Audit, Daad, Koppeling, KoppelingStatus, Mail, MailSoort
from webapp.models.fout import Situatie
from webapp.models.koppeling import ENDED, MAG, KoppelingAct, LasType
from webapp.services import mailbeurt, mails
from webapp.services.clock import database_now
from webapp.services.koppeling import aanvraag, einde, goedkeuring, levensloop, stilstand, termijnen
from webapp.services.koppeling.bewijzen import Bewijs
from webapp.services.koppeling.errors import AlreadyDecided, EndNotAsked, EndOfPauseIsPast, NoContact, NoSleutel
from webapp.services.mailbeurt import Grenzen
from webapp.services.ophalen import beurt as ophalen
from webapp.services.overzicht import wachtrij
from webapp.services.overzicht.metingen import FIGUREN
from webapp.services.overzicht.wachtend import Wachtreden
from webapp.services.versturen import beurt as versturen
from webapp.services.versturen import leveringen
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrError, UwlrRefused, UwlrUnavailable, UwlrUnsure
from webapp.woorden.fouten import uitleg_van
from webapp.woorden.mails import compose

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
FURTHER = frozenset(KoppelingAct) - {KoppelingAct.INTREKKEN, KoppelingAct.BEEINDIGEN, KoppelingAct.AFWIJZEN}
KLANTENSERVICE = FURTHER - {
    KoppelingAct.BEVESTIGEN, KoppelingAct.INDIENEN, KoppelingAct.NUMMERS_WISSEN, KoppelingAct.EINDE_VRAGEN,
    KoppelingAct.SLEUTEL_VERVANGEN, KoppelingAct.SCHOOLJAAR_WIJZIGEN, KoppelingAct.EERSTE_IMPORT,
}  # fmt: skip
"""What klantenservice can do to go on."""


def test_from_every_state_klantenservice_can_go_on_and_can_end_it() -> None:
    for status in KoppelingStatus:
        assert [act for act in KLANTENSERVICE if status in MAG[act]], f"nothing goes on from {status}"
        ends = [act for act in (KoppelingAct.INTREKKEN, KoppelingAct.BEEINDIGEN) if status in MAG[act]]
        assert (status in ENDED) != bool(ends), status


def test_with_a_voided_key_nothing_is_fetched_or_sent_whatever_is_asked(
    session: Session, koppeling: Koppeling, beheerder: Account, app: Flask
) -> None:
    koppeling.ophalen_op = koppeling.zenden_op = database_now(session) - timedelta(minutes=1)
    session.flush()
    assert (ophalen.due(session), versturen.due(session)) == ([koppeling.id], [koppeling.id])
    stilstand.ask_sleutel(session, koppeling.id, reden="Hij stond in een mail.", door=beheerder.id)
    session.flush()
    koppeling.fout = koppeling.zend_fout = None
    koppeling.ophalen_op = koppeling.zenden_op = database_now(session) - timedelta(minutes=1)
    session.flush()
    assert (ophalen.due(session), versturen.due(session)) == ([], [])
    with pytest.raises(NoSleutel):
        levensloop.ask_fetch(session, koppeling.id, door=beheerder.id)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (None, "bevestigd"), (UwlrUnsure(Reden.STORING), "onbekend"), (UwlrUnavailable(Reden.STORING), "klaar"),
        (UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG), "klaar"),
    ],
)  # fmt: skip
def test_what_was_under_way_when_a_key_was_voided_is_settled_and_the_key_stays_asked(
    session: Session, app: Flask, error: UwlrError | None, expected: str
) -> None:
    school = School(make_wereld(session, app.extensions["keyring"]), app)
    koppeling, door = school.wereld.koppeling, school.wereld.beheerder.id
    school.wereld.genormeerd(1)
    opdracht = school.begin()
    assert opdracht is not None
    stilstand.ask_sleutel(session, koppeling.id, reden="Gelekt.", door=door)
    school.settle(opdracht, error)
    assert school.wereld.statussen() == [expected]
    versturen.crashed(session, koppeling.id, "KeyError")
    ophalen.crashed(session, koppeling.id, "KeyError")
    leveringen.free_refused(session, koppeling, door=door)
    with pytest.raises(NoSleutel):
        leveringen.send_now(session, koppeling, door=door)
    session.flush()
    session.expire_all()
    faults = [fout.situatie for fout in (koppeling.fout, koppeling.zend_fout) if fout is not None]
    assert faults == [Situatie.GEVRAAGD] * 2
    assert (koppeling.ophalen_op, koppeling.zenden_op, koppeling.gewerkt_op) == (None, None, None)


def test_who_is_asked_for_a_key_reads_why_and_fills_one_in(
    session: Session, koppeling: Koppeling, beheerder: Account, app: Flask
) -> None:
    stilstand.ask_sleutel(session, koppeling.id, reden="Hij stond in een mail.", door=beheerder.id)
    mail = session.scalars(select(Mail).where(Mail.soort == MailSoort.SLEUTEL_GEVRAAGD)).one()
    assert "Waarom: Hij stond in een mail." in compose(session, mail).text
    assert koppeling.is_sleutel_geweigerd
    fout = koppeling.fout
    assert fout is not None
    assert uitleg_van(koppeling, fout, "ParnasSys").school.startswith("Wij vroegen u een nieuwe")
    levensloop.replace_sleutel(
        session, koppeling.id, sleutel="nieuw", proef=GOED, keyring=app.extensions["keyring"], door=beheerder.id
    )
    assert (koppeling.fout, koppeling.zend_fout, koppeling.ophalen_op is not None) == (None, None, True)


def test_a_pause_without_a_key_is_resumed_and_waits_for_the_key(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    stilstand.ask_sleutel(session, koppeling.id, reden="Gelekt.", door=beheerder.id)
    stilstand.pause(session, koppeling.id, reden="Rust.", door=beheerder.id)
    assert stilstand.resume(session, koppeling.id, door=beheerder.id).ophalen_op is None
    assert koppeling.is_sleutel_geweigerd


def test_a_pause_ends_by_itself_at_its_end_and_not_before(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    now = database_now(session)
    with pytest.raises(EndOfPauseIsPast):
        stilstand.pause(session, koppeling.id, reden="Rust.", tot=now, door=beheerder.id)
    stilstand.pause(session, koppeling.id, reden="Rust.", tot=now + timedelta(days=1), door=beheerder.id)
    session.flush()
    termijnen.tend(session, koppeling.id)
    assert (termijnen.due(session), str(koppeling.status)) == ([], "gepauzeerd")
    assert wachtrij.waiting(session) == [], "it has an end"
    session.execute(update(Koppeling).values(pauze_tot=now))
    session.expire_all()
    assert termijnen.due(session) == [koppeling.id]
    for _ in range(2):
        termijnen.tend(session, koppeling.id)
    assert (str(koppeling.status), koppeling.pauze_reden, koppeling.pauze_tot) == ("goedgekeurd", None, None)
    lines = session.scalars(select(Audit.account_id).where(Audit.actie == Daad.HERVAT)).all()
    assert lines == [None], "once, by the system"
    soorten = session.scalars(select(Mail.soort).order_by(Mail.id)).all()
    assert soorten == [MailSoort.GEPAUZEERD, MailSoort.HERVAT]


def test_a_pause_gets_another_reason_and_end_while_it_goes_on(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    stilstand.pause(session, koppeling.id, is_school=True, door=beheerder.id)
    later = database_now(session) + timedelta(days=3)
    with pytest.raises(EndOfPauseIsPast):
        stilstand.change_pause(session, koppeling.id, reden="Nu.", tot=database_now(session), door=beheerder.id)
    for tot in (later, None):
        stilstand.change_pause(session, koppeling.id, reden="Verhuizing.", tot=tot, door=beheerder.id)
        assert (koppeling.pauze_reden, koppeling.pauze_tot) == ("Verhuizing.", tot)
    assert (koppeling.gepauzeerd_door_school, str(koppeling.status)) == (True, "gepauzeerd"), "it may resume as before"
    mail = session.scalars(select(Mail).where(Mail.soort == MailSoort.GEPAUZEERD).order_by(Mail.id)).first()
    assert mail is not None
    assert "staat nog op pauze. De reden of het einde daarvan is nu anders." in compose(session, mail).text
    stilstand.resume(session, koppeling.id, door=beheerder.id)
    with pytest.raises(AlreadyDecided):
        stilstand.change_pause(session, koppeling.id, reden="Nog.", tot=None, door=beheerder.id)


def test_each_act_that_breaks_off_at_any_statement_is_done_or_not(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    """The acts of klantenservice on a koppeling, one after the other."""
    of: dict[str, Any] = {"koppeling_id": koppeling.id, "door": beheerder.id}
    koppeling.beslist_op, tot = database_now(session), database_now(session) + timedelta(days=1)
    session.flush()
    acts: tuple[Callable[[], object], ...] = (
        partial(goedkeuring.take_back, session, **of),
        partial(goedkeuring.approve, session, **of, weet=list(Bewijs)),
        partial(stilstand.pause, session, **of, reden="Rust."),
        partial(stilstand.change_pause, session, **of, reden="Langer.", tot=tot),
        partial(stilstand.resume, session, **of),
        partial(stilstand.ask_sleutel, session, **of, reden="Gelekt."),
        partial(einde.end, session, **of, reden="Opgeheven."),
    )
    for act in acts:
        assert break_at_every_statement(session, act) > 4, act


def test_what_asks_about_an_aanlevering_waits_until_the_pause_is_over(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    asks, asked_for = (
        mails.add_made(
            session,
            Mail(
                soort=MailSoort.KOPPELINGSMAIL, ontvanger=beheerder.email, koppeling_id=koppeling.id, gegevens=gegevens,
                school_id=koppeling.school_id, account_id=beheerder.id,
            ),
        )
        for gegevens in ({}, {mails.ASKED_ANEW: True})
    )  # fmt: skip
    assert {asks.id, asked_for.id} <= set(mailbeurt.due(session))
    stilstand.pause(session, koppeling.id, reden="Rust.", door=beheerder.id)
    session.flush()
    due = set(mailbeurt.due(session))
    assert (asks.id in due, asked_for.id in due) == (False, True), "somebody waits for the other one"
    assert (figuur := FIGUREN["mails_due"].sql) is not None
    assert session.scalar(figuur) == len(due), "nobody is called at night for a mail that rests"
    assert mailbeurt.claim(session, asks.id, Grenzen(60, 60)) is None
    assert [mailbeurt.waits_for_end_of_pause(session, each) for each in (asks, asked_for)] == [True, False]
    stilstand.resume(session, koppeling.id, door=beheerder.id)
    session.flush()
    assert asks.id in mailbeurt.due(session)


def test_a_pause_without_an_end_is_a_line_and_one_of_the_school_after_a_while(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    stilstand.pause(session, koppeling.id, reden="Rust.", door=beheerder.id)
    session.flush()
    (row,) = wachtrij.waiting(session)
    assert (row.reden, row.koppeling) == (Wachtreden.PAUZE, koppeling)
    koppeling.gepauzeerd_door_school = True
    session.flush()
    assert wachtrij.waiting(session) == []
    koppeling.gepauzeerd_op = database_now(session) - wachtrij.STIL_NA
    session.flush()
    assert len(wachtrij.waiting(session)) == 1


def test_it_is_ended_for_a_reason_where_the_school_did_not_ask(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    with pytest.raises(EndNotAsked):
        einde.end(session, koppeling.id, door=beheerder.id)
    einde.end(session, koppeling.id, reden="De school is opgeheven.", door=beheerder.id)
    mail = session.scalars(select(Mail).where(Mail.soort == MailSoort.BEEINDIGD)).one()
    text = compose(session, mail).text
    assert ("Waarom: De school is opgeheven." in text, "Uw school vroeg" in text) == (True, False)


def test_what_ended_is_asked_anew_once_unless_nobody_knows_who_asked(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    einde.end(session, koppeling.id, reden="Vergissing.", door=beheerder.id)
    new = einde.ask_again(session, koppeling.id, door=beheerder.id)
    assert (str(new.status), new.brin, new.school_id, new.id != koppeling.id) == ("aangevraagd", "99XX", None, True)
    assert einde.ask_again(session, koppeling.id, door=beheerder.id).id == new.id
    koppeling.contact_email = ""
    session.flush()
    with pytest.raises(NoContact):
        einde.ask_again(session, koppeling.id, door=beheerder.id)


def test_what_is_all_green_is_approved_by_itself_only_where_that_is_on_and_nobody_took_it_back(
    session: Session, wacht: Koppeling, beheerder: Account
) -> None:
    termijnen.tend(session, wacht.id)
    assert (termijnen.due(session), str(wacht.status)) == ([], "ingediend")
    for _ in range(2):
        termijnen.let_approve(session, LasType.PARNASSYS, on=True, door=beheerder.id)
    session.flush()
    assert termijnen.due(session) == [wacht.id]
    for _ in range(2):
        termijnen.tend(session, wacht.id)
    assert str(wacht.status) == "goedgekeurd"
    goedkeuring.take_back(session, wacht.id, door=beheerder.id)
    session.flush()
    termijnen.tend(session, wacht.id)
    assert (termijnen.due(session), str(wacht.status)) == ([], "ingediend")
    session.execute(update(Koppeling).values(goedkeuring_teruggenomen_op=None, contact_email="wie@elders.example"))
    session.expire_all()
    termijnen.tend(session, wacht.id)
    assert (termijnen.due(session), str(wacht.status)) == ([], "ingediend")
    acts = session.execute(select(Audit.actie, Audit.account_id).order_by(Audit.id)).all()
    assert [act for act in acts if act[0] in {Daad.GOEDGEKEURD, Daad.GOEDKEUREN_VANZELF}] == [
        (Daad.GOEDKEUREN_VANZELF, beheerder.id), (Daad.GOEDGEKEURD, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "last", "is_due"),
    [
        (4, None, False), (6, None, True), (6, 0, False), (6, 5.5, True), (9, 3, False), (14, 9, False), (16, 11, True),
        (16, 0.5, False), (40, 24, False), (40, None, True),
    ],
)  # fmt: skip
def test_a_school_is_reminded_on_day_five_and_fifteen(since: float, last: float | None, is_due: bool) -> None:
    reminded = None if last is None else NOW - timedelta(days=last)
    assert aanvraag.is_to_remind(NOW - timedelta(days=since), reminded, NOW) is is_due


def test_nobody_is_reminded_in_the_holidays(
    session: Session, koppeling: Koppeling, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session.begin_nested():
        session.execute(update(Koppeling).values(status=KoppelingStatus.BEEINDIGD))
    old = database_now(session) - timedelta(days=6)
    asked = Koppeling(
        status=KoppelingStatus.ONBEVESTIGD, schoolnaam="De Regenboog", brin="99XX", contact_naam="An",
        contact_email="marijke@regenboog.example",
    )  # fmt: skip
    session.add(asked)
    session.flush()
    asked.status = KoppelingStatus.AANGEVRAAGD
    session.flush()
    asked.status, asked.school_id, asked.opengezet_op = KoppelingStatus.OPENGEZET, koppeling.school_id, old
    session.flush()
    for is_free, expected in ((True, []), (False, [asked.id])):
        monkeypatch.setattr(vakanties, "is_vakantie", lambda day, regio, is_free=is_free: is_free)
        assert termijnen.due(session) == expected
