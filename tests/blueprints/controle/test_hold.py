"""What is held, as a browser sees it."""

from __future__ import annotations

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.blueprints.controle.pagina import url
from tests.screens import Koppelweg, login, make_account, make_school, messages, post
from webapp.filters import moment
from webapp.models import (
    BatchStatus,
    Importbatch,
    Koppeling,
    Leerling,
    Mail,
    MailSoort,
    Rol,
    Soort,
    Werk,
)
from webapp.models.vastgehouden import Ongewoon, Vastgehouden, topic
from webapp.services import schakelaars, sloten
from webapp.woorden.mails import compose


def test_whose_departure_is_asked_about_can_be_seen(
    session: Session, koppeling: Koppeling, batch: Importbatch, browser: FlaskClient
) -> None:
    gone = Leerling(school_id=koppeling.school_id, roepnaam="Sem", achternaam="Vos", las_key="weg")
    elsewhere = Leerling(school_id=make_school(session, "34CD").id, roepnaam="Puk", achternaam="Das", las_key="weg")
    for leerling in (gone, elsewhere):
        sloten.lock(session, leerling.school_id)
        session.add(leerling)
    session.flush()
    batch.vastgehouden = {Soort.LEERLING: {"ids": [gone.id, elsewhere.id], "redenen": ["kwart"]}}
    batch.status, batch.vastgehouden_op = BatchStatus.VASTGEHOUDEN, batch.opgehaald_op
    session.commit()
    review = browser.get(url(batch)).text
    assert "Even wachten: 2 leerlingen verdwenen uit ParnasSys" in review
    page = browser.get(url(batch, "vastgehouden")).text
    assert "Sem Vos" in page
    assert "Das" not in page
    assert "Klopt, 2 leerlingen parkeren" in page
    assert "Gegevens importeren" not in page
    assert "Alle andere wijzigingen zijn verwerkt. Resultaten gaan vannacht naar ParnasSys." in page
    assert "per ongeluk niet gekoppeld aan dit schooljaar" in page
    koppeling.elders_leerlingen = 2
    session.commit()
    page = browser.get(url(batch, "vastgehouden")).text
    assert "Uit ParnasSys komen ook 2 leerlingen mee met een andere locatie" in page, "they are no secret"
    assert "niet gekoppeld aan dit schooljaar" not in page
    schakelaars.stop(session, Werk.VERSTUREN, None, reden="Onderhoud.", tot=None, door=None)
    session.commit()
    assert "gaan zodra het versturen verdergaat naar ParnasSys." in browser.get(url(batch, "vastgehouden")).text


def test_something_unusual_that_is_held_is_said_in_the_review_too_and_since_when(
    session: Session, batch: Importbatch, browser: FlaskClient
) -> None:
    page = browser.get(url(batch)).text
    assert [page.count(text) for text in ("niets te vragen.", "zijn beantwoord", "Gegevens importeren")] == [1, 0, 1]
    sloten.lock(session, batch.school_id)
    new = Vastgehouden(ids=[], redenen=[], aantal=61, van=140, groepen={"Groep 5": 61})
    batch.vastgehouden = {topic(Ongewoon.NIEUW, Soort.LEERLING): new}
    batch.status, batch.vastgehouden_op = BatchStatus.VASTGEHOUDEN, batch.opgehaald_op - timedelta(days=2)
    session.commit()
    page = browser.get(url(batch, "vastgehouden")).text
    assert f"Dit zagen wij {moment(batch.vastgehouden_op)} voor het eerst." in page
    review = browser.get(url(batch)).text
    assert "61 leerlingen meer dan gisteren in ParnasSys.</strong> Er is niemand bij gekomen" in review
    assert "Er is verder niets te vragen." in review


def test_a_colleague_gets_a_mail_with_the_link_to_a_hold(
    session: Session, weg: Koppelweg, koppeling: Koppeling, batch: Importbatch, browser: FlaskClient
) -> None:
    gone = Leerling(school_id=koppeling.school_id, roepnaam="Sem", achternaam="Vos", las_key="weg")
    sloten.lock(session, batch.school_id)
    session.add(gone)
    session.flush()
    batch.vastgehouden = {Soort.LEERLING: {"ids": [gone.id], "redenen": ["kwart"]}}
    batch.status, batch.vastgehouden_op = BatchStatus.VASTGEHOUDEN, batch.opgehaald_op
    session.commit()
    page = url(batch, "vastgehouden")
    assert "Er is geen andere beheerder" in browser.get(page).text
    youssef = make_account(session, Rol.BEHEERDER, koppeling.school, naam="Youssef el Amrani")
    session.commit()
    shown = browser.get(page).text
    assert "Vraag doorgeven" in shown
    assert '<option value="">Kies een collega</option>' in shown
    post(browser, f"{page}/doorgeven", {"account": ""})
    assert "Kies eerst aan welke collega u dit doorgeeft." in messages(browser)
    post(browser, f"{page}/doorgeven", {"account": str(youssef.id)})
    shown = browser.get(page).text
    assert "Youssef el Amrani krijgt een mail met deze vraag." in shown
    assert "gevraagd, mail wacht op verzending" in shown
    assert "Vraag doorgeven" not in shown
    mail = session.scalars(select(Mail).where(Mail.soort == MailSoort.DOORGEGEVEN)).one()
    message = compose(session, mail)
    assert message.subject.startswith("1 leerling verdween uit ParnasSys: klopt dat? (vraag van ")
    [token] = re.findall(r"/m/(\S+)", message.text)
    colleague = login(weg.app, session, youssef)
    answer = colleague.get(f"/m/{token}", follow_redirects=True)
    assert (answer.request.path, "Klopt, 1 leerling parkeren" in answer.text) == (page, True)
