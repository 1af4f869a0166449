"""What is open at a school is counted once, is said worst first, and no fault is seen by nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.screens import login, make_account, make_clerk
from tests.services.conftest import aanlevering, pupil
from tests.uwlr.certificates import Authority
from tests.wereld import NOW, Wereld, lock_all, make_wereld
from webapp.config import AMSTERDAM
from webapp.models import (
    BatchStatus,
    DoodAdres,
    Importbatch,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Levering,
    LeveringStatus,
    Mail,
    MailSoort,
    MailStatus,
    Nacht,
    Resultaat,
    Rol,
    Zekering,
)
from webapp.models.fout import EigenCode, Fout, Foutcode
from webapp.models.koppeling import LasType
from webapp.models.leerlinggegevens import Lidmaatschap, Soort
from webapp.models.mail import Mailprobleem
from webapp.schooljaar import schooljaar_of
from webapp.services import mails, sloten
from webapp.services.clock import database_now
from webapp.services.controle import batch as batches
from webapp.services.inname import inname, parkeren
from webapp.services.overzicht import feiten, open_einden, wachtrij
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde
from webapp.services.overzicht.wachtend import Wachtend, Wachtreden
from webapp.services.versturen import nakijken
from webapp.uwlr.certificates import ClientCertificaat
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.woorden.mails import compose
from webapp.woorden.namen import namen_of
from webapp.woorden.overzicht import STAPPEN, for_klantenservice, for_leerkracht, statusregel

Look = Callable[[], tuple[OpenEinde, ...]]


@pytest.fixture
def hier(app: Flask, session: Session) -> Wereld:
    """A school at which nothing is open."""
    wereld, now = make_wereld(session, app.extensions["keyring"]), database_now(session)
    koppeling = wereld.koppeling
    koppeling.opgehaald_op = koppeling.gewerkt_op = now
    koppeling.opgehaald_leerlingen, koppeling.zenden_op = 203, None
    koppeling.schooljaar = schooljaar_of(now.astimezone(AMSTERDAM).date())
    session.add(Nacht(datum=now.astimezone(AMSTERDAM).date()))
    session.commit()
    return wereld


@pytest.fixture
def look(app: Flask, session: Session, hier: Wereld) -> Look:
    def look() -> tuple[OpenEinde, ...]:
        session.commit()
        return feiten.of_koppeling(session, hier.koppeling, app.extensions["settings"]).einden

    return look


def kinds(einden: tuple[OpenEinde, ...]) -> list[tuple[Einde, Aan, int]]:
    return [(each.einde, each.aan, each.aantal) for each in einden]


def refuse(hier: Wereld, code: Foutcode, owner: Owner, count: int = 1) -> None:
    for id_ in hier.genormeerd(count):
        hier.breng(id_, LeveringStatus.GEWEIGERD).fout = Fout(code, owner)


def ask(hier: Wereld, count: int = 2) -> Importbatch:
    query = select(Leerling).where(Leerling.school_id == hier.school.id, Leerling.las_key.is_not(None))
    there = [
        pupil(each.las_key, each.roepnaam or "", each.achternaam or "", groep=None)
        for each in hier.session.scalars(query)
    ]
    news = aanlevering(*there, *(pupil(f"k{n}", f"Noor{n}", "Maan") for n in range(count)), groepen=())
    school = replace(news.school, schooljaar=hier.koppeling.schooljaar or "")
    batch = inname.take_in(hier.session, hier.koppeling, replace(news, school=school))
    assert batch is not None
    return batch


def test_nothing_open_is_in_order_on_every_page(app: Flask, session: Session, hier: Wereld, look: Look) -> None:
    assert look() == ()
    for account in (hier.beheerder, make_account(session, Rol.LEERKRACHT, hier.school)):
        page = login(app, session, account).get("/").text
        assert "in orde" in page
        assert "203 leerlingen" in page
        assert "Niets te doen." in page


def test_every_kind_is_counted(app: Flask, session: Session, hier: Wereld, look: Look) -> None:
    refuse(hier, FaultCode.SCORE_ONGELDIG, Owner.KLANTENSERVICE, 2)
    assert kinds(look()) == [(Einde.GEWEIGERD, Aan.TESTCENTRUM, 2)]
    refuse(hier, FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL, 1)
    assert kinds(look()) == [(Einde.GEWEIGERD, Aan.U, 3)]
    hier.resultaat(hier.leerling("Bo", las_key=None))
    hier.normeer()
    assert kinds(look())[1:] == [(Einde.NIET_GEKOPPELD, Aan.U, 1), (Einde.NIET_IN_LAS, Aan.U, 1)]
    batch = ask(hier)
    assert kinds(look())[1:2] == [(Einde.CONTROLEREN, Aan.U, open_einden.gegevens(session, batch))]
    sloten.lock(session, hier.school.id)
    batch.status = BatchStatus.VERVANGEN
    session.flush()
    held = {"leerling": {"ids": [1, 2, 3], "redenen": ["kwart"]}}
    kept = {"school_id": batch.school_id, "koppeling_id": batch.koppeling_id, "schooljaar": batch.schooljaar}
    now = database_now(session)
    session.add(
        Importbatch(
            **kept, status=BatchStatus.VASTGEHOUDEN, vingerafdruk="x", vastgehouden=held, rev=0, opgehaald_op=now
        )
    )
    assert kinds(look())[0] == (Einde.VASTGEHOUDEN, Aan.U, 3)
    hier.koppeling.zend_fout = Fout(Reden.STORING, Owner.NIEMAND)
    assert kinds(look())[-1] == (Einde.VERSTUREN_HAPERT, Aan.LAS, 1)
    hier.koppeling.fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    assert kinds(look())[0] == (Einde.SLEUTEL_GEWEIGERD, Aan.U, 1)
    session.add(DoodAdres(adres=hier.beheerder.email.upper(), antwoord="550"))
    mails.add(session, MailSoort.INGEDIEND, hier.beheerder.email, school_id=hier.school.id)
    assert kinds(look())[-1] == (Einde.MAIL, Aan.TESTCENTRUM, 1)
    assert look()[-1].wat == hier.beheerder.email
    session.add(Zekering(las_type=LasType.PARNASSYS, open_sinds=database_now(session), fout_code=Reden.STORING))
    found = [each.einde for each in look()]
    assert Einde.LAS_GEPAUZEERD in found
    assert Einde.VERSTUREN_HAPERT not in found, "the breaker says it"
    assert found == sorted(found, key=list(Einde).index), "worst first"


def test_a_result_to_check_after_a_restore_is_open(hier: Wereld, look: Look) -> None:
    nakijken.mark(hier.levering(hier.genormeerd(1)[0]), wij="26")
    assert kinds(look()) == [(Einde.NAKIJKEN, Aan.U, 1)]


@pytest.mark.parametrize("status", [MailStatus.OPGEGEVEN, MailStatus.ONZEKER])
def test_a_mail_that_a_person_has_to_look_at_is_open(hier: Wereld, look: Look, status: MailStatus) -> None:
    mail = mails.add(hier.session, MailSoort.INGEDIEND, hier.beheerder.email, school_id=hier.school.id)
    assert look() == ()
    if status is MailStatus.ONZEKER:
        mail.status, mail.volgende_op = status, None
    else:
        mail.status, mail.probleem = status, Mailprobleem.ADRES_GEWEIGERD
    assert kinds(look()) == [(Einde.MAIL, Aan.TESTCENTRUM, 1)]


def test_a_leaver_has_nothing_left_to_mend(hier: Wereld, look: Look) -> None:
    refuse(hier, FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL)
    hier.session.scalars(select(Leerling)).one().status = Lidmaatschap.VERTROKKEN
    assert look() == ()


def test_a_school_that_rests_still_reads_what_to_remove_in_the_las(hier: Wereld, look: Look) -> None:
    hier.koppeling.status = KoppelingStatus.GEPAUZEERD
    assert kinds(look()) == [(Einde.GEPAUZEERD, Aan.PAUZE, 1)]


def test_silence_is_open(app: Flask, session: Session, hier: Wereld) -> None:
    settings = replace(app.extensions["settings"], nacht_begin_uur=1, nacht_eind_uur=7)
    koppeling = hier.koppeling
    noon = datetime(2026, 11, 23, 12, tzinfo=AMSTERDAM)
    koppeling.schooljaar, koppeling.opgehaald_op = "2026-2027", noon - timedelta(hours=2)
    [id_] = hier.genormeerd(1)

    def at(now: datetime) -> list[Einde]:
        session.flush()
        return [each.einde for each in open_einden.of_koppeling(session, koppeling, settings, now)]

    assert at(noon) == [Einde.NACHT], "tonight's night should have begun"
    koppeling.gestart_op = noon
    assert at(noon) == [], "this school was not there yet"
    koppeling.gestart_op = noon - timedelta(days=90)
    session.add(Nacht(datum=noon.date()))
    assert at(noon) == []
    koppeling.opgehaald_op = noon - timedelta(hours=27)
    assert at(noon) == [Einde.NACHT], "it went past this school"
    koppeling.opgehaald_op = noon
    hier.levering(id_).gewijzigd_op = NOW - timedelta(days=4)
    session.execute(update(Resultaat).values(genormeerd_op=noon - timedelta(days=3)))
    assert at(noon) == [Einde.BLIJFT_LIGGEN]
    koppeling.zend_fout = Fout(Reden.STORING, Owner.NIEMAND)
    assert at(noon) == [Einde.VERSTUREN_HAPERT]


@pytest.mark.parametrize(("days", "is_open"), [(20, False), (-1, True), (None, True)])
def test_a_certificate_that_cannot_be_shown_is_open(
    app: Flask, hier: Wereld, session: Session, tmp_path: Path, days: int | None, is_open: bool
) -> None:
    files = (tmp_path / "weg.pem",) * 2 if days is None else Authority(tmp_path).issue("testcentrum", days=days)
    settings = replace(app.extensions["settings"], clientcertificaat=ClientCertificaat(*files))
    einden = feiten.of_koppeling(session, hier.koppeling, settings).einden
    assert kinds(einden) == ([(Einde.CERTIFICAAT, Aan.TESTCENTRUM, 1)] if is_open else [])


def test_who_is_not_in_the_las_is_asked_about_once_per_school_year(
    app: Flask, session: Session, hier: Wereld, look: Look
) -> None:
    hier.leerling("Bo", las_key=None)
    kim = hier.leerling("Kim", las_key=None)
    asked = [(Einde.NIET_IN_LAS, Aan.U, 2)]
    assert kinds(look()) == asked
    page = login(app, session, hier.beheerder).get("/").text
    assert "2 leerlingen staan bij ons, niet in ParnasSys." in page
    assert 'href="/beheer/koppelen/niet-in-las"' in page
    batch = ask(hier)
    mail = session.scalars(select(Mail).where(Mail.batch_id == batch.id)).one()
    assert "Ook open voor uw school: 2 leerlingen bij ons, niet in ParnasSys." in compose(session, mail).text
    sloten.lock(session, hier.school.id)
    batch.status = BatchStatus.VERVANGEN
    session.flush()
    parkeren.park(session, hier.school.id, [kim.id], shown=2, door=hier.beheerder.id)
    assert look() == (), "Bo stays by a decision"
    hier.koppeling.schooljaar = "2027-2028"
    assert (Einde.NIET_IN_LAS, Aan.U, 1) in kinds(look())


def test_a_fault_is_not_hidden_behind_an_open_controle(app: Flask, hier: Wereld, look: Look) -> None:
    ask(hier, 3)
    hier.koppeling.fout = Fout(Reden.GEEN_TOEGANG, Owner.KLANTENSERVICE)
    look()
    page = login(app, hier.session, hier.beheerder).get("/").text
    assert "ParnasSys geeft ons geen toegang." in page
    assert "3 nieuwe gegevens wachten op uw controle." in page
    assert ">Controleren</a>" in page
    assert "U hoeft niets te doen." not in page


def test_a_leerkracht_is_told_of_nothing_they_may_not_open(app: Flask, hier: Wereld, look: Look) -> None:
    ask(hier)
    refuse(hier, FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL)
    session = hier.session
    hier.koppeling.fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    look()
    browser = login(app, session, make_account(session, Rol.LEERKRACHT, hier.school))
    for path in ("/", "/resultaten/leveringen/"):
        page = browser.get(path).text
        assert "wacht op beheerder" in page
        assert "een beheerder heeft nog iets te doen voor de koppeling" in page.casefold()
        assert "1 resultaat geweigerd" in page
        for hidden in ("controleren", "ontrole", "/beheer/", "sleutel", "Gegevens importeren"):
            assert hidden not in page.replace("Laatste controle", "")


def test_a_key_that_worked_and_is_refused_says_why_and_leads_to_the_form(app: Flask, hier: Wereld, look: Look) -> None:
    hier.koppeling.fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    cause = "Waarschijnlijk is in ParnasSys een nieuwe sleutel gemaakt of de koppeling beëindigd."
    look()
    browser = login(app, hier.session, hier.beheerder)
    page = browser.get("/").text
    assert cause in page
    assert 'href="/beheer/koppelen/sleutel">Nieuwe sleutel invullen</a>' in page
    assert cause in browser.get("/beheer/koppelen/sleutel").text
    assert cause in browser.get("/resultaten/leveringen/").text
    mails.add_for_beheerders(
        hier.session,
        MailSoort.SLEUTEL_GEWEIGERD,
        hier.school.id,
        koppeling_id=hier.koppeling.id,
        fout=hier.koppeling.fout.as_json(),
    )
    mail = hier.session.scalars(select(Mail)).one()
    message = compose(hier.session, mail)
    assert cause in message.text
    assert "/beheer/koppelen/sleutel" in message.text
    hier.koppeling.gewerkt_op = None
    look()
    assert "of het BRIN klopt niet" in browser.get("/").text


def test_questions_are_counted_as_the_page_and_the_mail_do(app: Flask, hier: Wereld, look: Look) -> None:
    """What waits without a question does not make the number higher."""
    batch = ask(hier, 3)
    lock_all(hier.session)
    for regel in [each for each in batch.regels if each.soort is Soort.LEERLING][:2]:
        regel.keuze = None
    hier.session.flush()
    [controle] = look()
    assert (controle.aantal, controle.wat) == (2, "")
    browser = login(app, hier.session, hier.beheerder)
    assert "2 vragen wachten op uw antwoord." in browser.get("/").text
    assert "<h1>2 vragen over uw leerlingen</h1>" in browser.get(f"/controle/{batch.id}/").text
    mail = hier.session.scalars(select(Mail).where(Mail.soort == MailSoort.KOPPELINGSMAIL)).first()
    assert mail is not None
    with app.test_request_context():
        assert compose(hier.session, mail).subject.startswith("2 vragen")


def test_a_mail_says_what_else_is_open_with_the_numbers_of_the_pages(app: Flask, hier: Wereld, look: Look) -> None:
    batch = ask(hier, 3)
    refuse(hier, FaultCode.SCORE_ONGELDIG, Owner.KLANTENSERVICE, 2)
    mail = hier.session.scalars(select(Mail).where(Mail.soort == MailSoort.KOPPELINGSMAIL)).first()
    assert mail is not None
    [_, controle] = look()
    with app.test_request_context():
        message, settings = compose(hier.session, mail), app.extensions["settings"]
        found = feiten.of_koppeling(hier.session, hier.koppeling, settings)
        regel = statusregel(found, namen_of(hier.koppeling, settings))
    assert "3 nieuwe gegevens overnemen" in message.subject
    assert (controle.einde, controle.aantal, controle.batch_id) == (Einde.CONTROLEREN, 3, batch.id)
    assert "Ook open voor uw school: 2 resultaten geweigerd." in message.text
    assert "U bent ook aan zet: 3 nieuwe gegevens overnemen." in regel.wie
    assert batches.get(hier.session, hier.school.id, batch.id) is batch


PLACES = ["fout", "zend_fout", "levering"]


@pytest.mark.parametrize("place", PLACES)
def test_no_fault_of_any_owner_is_seen_by_nobody(app: Flask, hier: Wereld, look: Look, place: str) -> None:
    session, koppeling, settings = hier.session, hier.koppeling, app.extensions["settings"]
    long_ago = database_now(session) - timedelta(days=15)
    where: Koppeling | Levering = koppeling
    if place == "levering":
        refuse(hier, FaultCode.SCORE_ONGELDIG, Owner.SCHOOL)
        where = session.scalars(select(Levering)).one()
    else:
        koppeling.ophalen_twijfel = koppeling.zenden_twijfel = koppeling.opgehaald_op = long_ago
    namen = namen_of(koppeling, settings)
    for code, owner in product((*FaultCode, *EigenCode, *Reden), Owner):
        sloten.lock(session, hier.school.id)
        setattr(where, place.replace("levering", "fout"), Fout(code, owner))
        session.execute(update(Levering).values(gewijzigd_op=long_ago))
        einden = look()
        with app.test_request_context():
            for say in (statusregel, for_leerkracht):
                assert say(feiten.of_koppeling(session, koppeling, settings), namen).label != "in orde", (code, owner)
        waits = [row for row in wachtrij.waiting(session) if row.koppeling is koppeling or koppeling in row.koppelingen]
        assert any(each.fout is not None and each.fout.code == code for each in einden), (code, owner)
        assert waits, (code, owner)


def _one(session: Session) -> Wachtend:
    [row] = wachtrij.waiting(session)
    return row


def test_a_fault_of_the_supplier_is_one_line_per_las_and_code_with_its_schools(
    app: Flask, session: Session, hier: Wereld
) -> None:
    now = database_now(session)
    others = [make_wereld(session, app.extensions["keyring"], brin=f"{n}ZZ") for n in (11, 12)]
    for number, wereld in enumerate((hier, *others)):
        wereld.koppeling.schoolnaam = f"School {number}"
        wereld.koppeling.fout = Fout(Reden.CODERING, Owner.LAS)
        wereld.koppeling.opgehaald_op = now - timedelta(days=number)
    refuse(others[0], Reden.CODERING, Owner.LAS)
    refuse(others[1], EigenCode.ALLEEN_ECKID, Owner.LAS)
    session.commit()
    rows = {row.fout.code: row for row in wachtrij.waiting(session) if row.fout is not None}
    assert {row.reden for row in rows.values()} == {Wachtreden.LEVERANCIER}
    coding = rows[Reden.CODERING]
    assert (coding.number, coding.las_type, coding.sinds) == (3, LasType.PARNASSYS, now - timedelta(days=2))
    assert [each.schoolnaam for each in coding.koppelingen] == ["School 0", "School 1", "School 2"]
    assert [each.schoolnaam for each in rows[EigenCode.ALLEEN_ECKID].koppelingen] == ["School 2"]
    clerk = login(app, session, make_clerk(session))
    pages = [
        clerk.get("/klantenservice/zaak/", query_string={"sleutel": row.sleutel}).text
        for row in (coding, rows[EigenCode.ALLEEN_ECKID])
    ]
    assert "Fout bij de leverancier" in pages[1]
    for expected in ("Meld dit bij de leverancier van ParnasSys.", 'href="/hulp/code/alleen_eckid"'):
        assert expected in pages[1]
    assert "School 1 (11ZZ)</a>" in pages[0]


def test_trouble_of_nobody_is_for_klantenservice_after_a_whole_night(
    app: Flask, session: Session, hier: Wereld
) -> None:
    koppeling, now = hier.koppeling, database_now(session)
    koppeling.fout, koppeling.ophalen_twijfel = Fout(Reden.STORING, Owner.NIEMAND), now - timedelta(minutes=20)
    koppeling.opgehaald_op = now - timedelta(days=2)
    session.commit()
    assert wachtrij.waiting(session) == []
    koppeling.ophalen_twijfel = now - timedelta(hours=25)
    session.commit()
    row = _one(session)
    assert (row.reden, row.number, row.sinds) == (Wachtreden.STORING, 1, now - timedelta(hours=25))


@pytest.mark.parametrize("same", [True, False])
def test_refused_results_of_one_school_are_one_line(session: Session, hier: Wereld, same: bool) -> None:
    refuse(hier, FaultCode.SCORE_ONGELDIG, Owner.KLANTENSERVICE, 2)
    refuse(hier, FaultCode.SCORE_ONGELDIG if same else FaultCode.ELDRESULTAAT_ONGELDIG, Owner.KLANTENSERVICE, 1)
    session.commit()
    assert (_one(session).reden, _one(session).number) == (Wachtreden.RESULTATEN, 3)


def test_a_question_after_the_first_import_does_not_undo_it(app: Flask, session: Session) -> None:
    hier = make_wereld(session, app.extensions["keyring"], status=KoppelingStatus.GOEDGEKEURD)

    def step() -> str:
        return STAPPEN[feiten.of_koppeling(session, hier.koppeling, app.extensions["settings"]).stap]

    ask(hier)
    assert step() == "eerste import"
    hier.koppeling.status = KoppelingStatus.ACTIEF
    assert step() == "elke nacht"


@pytest.mark.parametrize(("opengezet", "ingediend", "stap"), [(False, False, 0), (True, False, 1), (True, True, 2)])
def test_what_was_rejected_is_at_the_step_it_had_come_to(opengezet: bool, ingediend: bool, stap: int) -> None:
    moment = datetime.now(UTC)
    koppeling = Koppeling(
        status=KoppelingStatus.AFGEWEZEN,
        opengezet_op=moment if opengezet else None,
        ingediend_op=moment if ingediend else None,
    )
    assert feiten.Feiten(koppeling).stap == stap


def test_a_school_that_stopped_is_not_asked_to_begin_again(hier: Wereld, app: Flask, session: Session) -> None:
    settings, namen = app.extensions["settings"], namen_of(None, app.extensions["settings"])
    hier.koppeling.status = KoppelingStatus.BEEINDIGD
    session.flush()
    found = feiten.of_school(session, hier.school.id, settings)
    assert (found.koppeling, found.aan) == (None, Aan.PAUZE)
    with app.test_request_context():
        said = statusregel(found, namen)
        assert (said.wat, said.wie) == ("De koppeling is beëindigd.", "U hoeft niets te doen.")
        other = for_klantenservice(said)
        assert (said.label, other.label) == ("beëindigd", "beëindigd")
        assert other.wie == "Wil de school verder, kies dan Opnieuw aanvragen."
