"""A school as a story: one page for it, what to do next, why results are not there, and all that happened."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, login, make_account, make_clerk, make_school
from tests.wereld import make_wereld
from webapp.filters import datum
from webapp.models import Daad, KoppelingStatus, LeveringStatus, Mail, MailSoort, MailStatus, Rol, Sessie
from webapp.models.fout import Fout
from webapp.services import audit, mails
from webapp.services.koppeling import stilstand
from webapp.uwlr.codes import FaultCode, Owner

SCHOOL, KOPPELING = "/klantenservice/school/details/?id=", "/klantenservice/koppeling/details/?id="


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_school_has_one_page_whichever_way_one_comes(weg: Koppelweg) -> None:
    old, clerk = weg.running(), weg.clerk()
    school_id, where = old.school_id, f"{KOPPELING}{old.id}"
    assert clerk.get(f"{SCHOOL}{school_id}").headers["Location"] == where
    old.status = KoppelingStatus.BEEINDIGD
    weg.session.commit()
    assert clerk.get(f"{SCHOOL}{school_id}").headers["Location"] == where, "what ended has a story too"
    new = weg.opened()
    assert new.school_id == school_id
    for path in (where, f"{SCHOOL}{school_id}"):
        assert clerk.get(path).headers["Location"] == f"{KOPPELING}{new.id}"
    page = _text(clerk.get(f"{KOPPELING}{new.id}").text)
    assert "Volgende stap: de school vult de sleutel in" in page
    assert re.search(r"Bel (maan|dins|woens|donder|vrij)dag \d+ \w+ \d{4} als er dan niets is\.", page)
    assert page.count("Koppeling aangevraagd") == 2, "also of the koppeling that ended"
    new.opengezet_op = datetime.now(UTC) - timedelta(days=4, hours=1)
    weg.session.commit()
    page = _text(clerk.get(f"{KOPPELING}{new.id}").text)
    assert "Volgende stap: de school vult de sleutel in Opengezet, 4 dagen, sinds" in page
    bare = make_school(weg.session, "34CD", "De Losse")
    make_account(weg.session, Rol.BEHEERDER, bare, naam="Bo Vos")
    page = _text(clerk.get(f"{SCHOOL}{bare.id}").text)
    assert ("Volgende stap: de school vraagt aan" in page, "Bo Vos" in page) == (True, True)


def test_who_paused_why_and_until_when(weg: Koppelweg) -> None:
    koppeling, now = weg.running(), datetime.now(UTC)
    koppeling.gestart_op = now - timedelta(days=90)
    tot = now + timedelta(days=40)
    stilstand.pause(weg.session, koppeling.id, reden="Het LAS verhuist.", tot=tot, door=weg.klantenservice.id)
    weg.session.commit()
    page = _text(weg.clerk().get(f"{KOPPELING}{koppeling.id}").text)
    assert "Kim de Wit zette de koppeling op pauze: Het LAS verhuist. De pauze loopt tot" in page
    assert f"gepauzeerd, sinds {datum(now)}." in page


def test_who_is_there_and_when_they_were_here(weg: Koppelweg) -> None:
    koppeling = weg.running()
    beheerder = weg.beheerder(koppeling)
    weg.browser(koppeling)
    mails.mark_dead(weg.session, mails.add(weg.session, MailSoort.INGEDIEND, beheerder.email), "550")
    weg.session.commit()
    page = _text(weg.clerk().get(f"{KOPPELING}{koppeling.id}").text)
    assert re.search(rf"{beheerder.naam} vandaag \d\d:\d\d beheerder, {beheerder.email}", page)
    assert "Dit adres neemt geen mail aan. Adres verbeteren" in page
    weg.session.execute(delete(Sessie).where(Sessie.account_id == beheerder.id))
    weg.session.commit()
    make_account(weg.session, Rol.BEHEERDER, koppeling.school, naam="Bo Vos")
    page = _text(weg.clerk().get(f"{KOPPELING}{koppeling.id}").text)
    assert re.search(rf"{beheerder.naam} vandaag \d\d:\d\d beheerder", page), "they handed in the key"
    assert "Bo Vos nog niet gezien beheerder" in page


def test_why_results_are_not_there_has_both_sentences_and_no_name(app: Flask, session: Session) -> None:
    wereld = make_wereld(session, app.extensions["keyring"])
    ids = wereld.genormeerd(4)
    wereld.breng(ids[0], LeveringStatus.GEWEIGERD).fout = Fout(FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL)
    wereld.breng(ids[1], LeveringStatus.BEVESTIGD).bevestigd = 1
    wereld.resultaat(wereld.leerling("Kanarie", achternaam="Vogel"))
    session.commit()
    clerk = login(app, session, make_clerk(session))
    page = _text(clerk.get(f"{KOPPELING}{wereld.koppeling.id}").text)
    assert "1 in ParnasSys 2 gaat vanzelf 1 geweigerd 1 wacht" in page
    assert (
        "1 geweigerd: ParnasSys kent de leerling niet onder dit nummer wacht op school School leest Het nummer" in page
    )
    assert "1 nog niet genormeerd wacht op school" in page
    assert "Wij De leerkracht kiest bij de toets Opslaan en normeren." in page
    assert not re.search("Kanarie|Vogel|Leerling 0", page)
    page = clerk.get(f"{KOPPELING}{wereld.koppeling.id}").text
    refused = re.search(r'href="(/klantenservice/levering/[^"]+)">Bekijken en opnieuw versturen', page)
    assert refused
    assert "1 rij" in clerk.get(refused[1].replace("&amp;", "&")).text
    assert "Nu versturen" in page.partition("gaan met de volgende verzending")[2].partition("</details>")[0]


def test_what_happened_has_pages_without_what_every_night_does(weg: Koppelweg) -> None:
    koppeling, clerk = weg.running(), weg.clerk()
    for n in range(60):
        audit.about(weg.session, Daad.OPGEHAALD, koppeling, door=None, leerlingen=n)
        audit.about(weg.session, Daad.OPHALEN_GEVRAAGD, koppeling, door=weg.klantenservice.id)
    weg.session.commit()
    where = f"{KOPPELING}{koppeling.id}"
    first, second = (_story(clerk.get(f"{where}&blz={n}").text) for n in (1, 2))
    assert first.count("<li>") == 50
    assert first.count("<li>") + second.count("<li>") == 60 + _story_of_the_start(second)
    assert ("Opgehaald" in first + second, "Pagina 2 van 2" in second) == (False, True)
    assert "Koppeling aangevraagd" in second
    everything = clerk.get(f"{where}&alles=1").text
    assert "zonder gewone nachten" in everything
    assert "Pagina 1 van 3" in everything
    for odd in ("0", "-1", "x", "99999999999999999999"):
        assert clerk.get(f"{where}&blz={odd}").status_code == 200


def _story(page: str) -> str:
    return page.split('<ol class="gebeurd">')[1].split("</section>")[0]


def _story_of_the_start(second: str) -> int:
    """What the way through the manual left: everything but what was added."""
    return second.count("<li>") - 10


def test_a_school_without_a_koppeling_points_to_the_aanvraag_by_its_brin(weg: Koppelweg) -> None:
    school, clerk = make_school(weg.session, "12AB", "De Losse"), weg.clerk()
    assert "aanvraag van" not in clerk.get(f"{SCHOOL}{school.id}").text
    asked = weg.requested()
    assert re.search(rf'href="{re.escape(KOPPELING)}{asked.id}">aanvraag van', clerk.get(f"{SCHOOL}{school.id}").text)
    assert ">aangevraagd<" in clerk.get("/klantenservice/school/").text


def test_what_happened_leads_to_what_it_was_about(weg: Koppelweg) -> None:
    koppeling, beheerder = weg.running(), make_account(weg.session, Rol.BEHEERDER, None)
    for object_ in ("verzending 7", f"account {weg.klantenservice.id}", f"account {beheerder.id}"):
        audit.record(weg.session, Daad.INTERNE_FOUT, object_, door=None, school_id=koppeling.school_id)
    weg.session.commit()
    story = _story(weg.clerk().get(f"{KOPPELING}{koppeling.id}").text)
    assert "/klantenservice/levering/?flt0_gewijzigd_sinds=" in story
    assert f"/klantenservice/account/details/?id={weg.klantenservice.id}" in story
    assert f"/klantenservice/account/details/?id={beheerder.id}" not in story, "it has no page"


def test_one_mail_to_several_is_one_line_that_leads_to_it(weg: Koppelweg) -> None:
    koppeling = weg.running()
    for naam in ("Bo", "Ka"):
        make_account(weg.session, Rol.BEHEERDER, koppeling.school, naam=naam)
    assert koppeling.school_id is not None
    mails.add_for_beheerders(weg.session, MailSoort.OVERGANG, koppeling.school_id, koppeling_id=koppeling.id)
    weg.session.commit()
    story = _story(weg.clerk().get(f"{KOPPELING}{koppeling.id}").text)
    assert story.count("nieuw schooljaar begonnen") == 1
    found = weg.session.query(Mail).filter(Mail.soort == MailSoort.OVERGANG).order_by(Mail.id).all()
    assert f"/klantenservice/mail/details/?id={found[0].id}" in story
    found[0].status = MailStatus.OPGEGEVEN
    weg.session.commit()
    assert _story(weg.clerk().get(f"{KOPPELING}{koppeling.id}").text).count("nieuw schooljaar begonnen") == 2
