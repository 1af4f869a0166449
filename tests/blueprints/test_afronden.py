"""The end of a review as a browser sees it: what is put aside, what is read back, and what changed meanwhile."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, login, make_account, make_school, post
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import lock_all
from webapp.models import (
    BatchStatus,
    Importbatch,
    Importregel,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Lidmaatschap,
    Mail,
    MailSoort,
    Rol,
)
from webapp.models.importbatch import OPEN
from webapp.services.inname import inname
from webapp.uwlr.values import Leerling as Pupil
from webapp.woorden.kaart import sentences
from webapp.woorden.mails import compose


@pytest.fixture
def koppeling(weg: Koppelweg) -> Koppeling:
    return weg.running()


@pytest.fixture
def browser(weg: Koppelweg, koppeling: Koppeling) -> FlaskClient:
    return weg.browser(koppeling)


@pytest.fixture
def batch(session: Session, koppeling: Koppeling) -> Importbatch:
    """Two of ours are called Noor Maan, and nobody but the school knows which is meant; Bo is new."""
    lock_all(session)
    for _ in range(2):
        session.add(
            Leerling(school_id=koppeling.school_id, roepnaam="Noor", achternaam="Maan", geboortedatum=date(2016, 3, 12))
        )
    session.flush()
    return take_in(session, koppeling)


def take_in(session: Session, koppeling: Koppeling, *more: Pupil) -> Importbatch:
    leerkrachten = (teacher("t1", "Loes", "Hartog"),)
    batch = inname.take_in(
        session,
        koppeling,
        aanlevering(pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"), *more, leerkrachten=leerkrachten),
    )
    session.commit()
    assert batch is not None
    return batch


def line(session: Session, batch: Importbatch, key: str) -> Importregel:
    query = select(Importregel).where(Importregel.batch_id == batch.id, Importregel.las_key == key)
    return session.scalars(query).one()


def answer(browser: FlaskClient, regel: Importregel, keuze: str, batch: Importbatch | None = None) -> str:
    """Press a button of a card, and return the page that follows."""
    path = f"/controle/{batch.id if batch else regel.batch_id}/regel/{regel.id}/kies"
    location = post(browser, path, {"keuze": keuze, "gezien": "open."}).headers["Location"]
    answered = browser.get(location, follow_redirects=True)
    assert answered.status_code == 200
    return text_of(answered.text)


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def summary(browser: FlaskClient, batch: Importbatch) -> tuple[str, dict[str, str]]:
    """What the summary says, and what its button posts."""
    page = browser.get(f"/controle/{batch.id}/samenvatting").text
    return text_of(page), dict(re.findall(r'name="(digest|gezien)" value="([^"]+)"', page))


def test_later_is_kept_and_the_rest_can_be_imported(
    browser: FlaskClient, session: Session, batch: Importbatch, koppeling: Koppeling
) -> None:
    page = answer(browser, line(session, batch, "k1"), "later")
    assert "Noor Maan: later" in page
    assert "Gegevens importeren" in page
    page = text_of(browser.get(f"/controle/{batch.id}/").text)
    assert "Noor Maan: later" in page, "it stays aside on reload"
    said, form = summary(browser, batch)
    assert "U voegt 1 leerling, 1 leerkracht en 1 groep toe. Van geen enkele leerling gaan resultaten verloren." in said
    assert "Gegevens importeren (1 leerling)" in said
    assert said.index("Wat blijft staan") < said.index("Noor Maan: later")
    assert "adressen invullen" in said
    location = post(browser, f"/controle/{batch.id}/importeren", form).headers["Location"]
    page = text_of(browser.get(location).text)
    assert "Klaar: 1 leerling overgenomen" in page
    assert "1 vraag bleef staan." in page
    receipt = session.scalars(select(Mail).where(Mail.soort == MailSoort.ONTVANGST)).one()
    assert compose(session, receipt).text.lower().count("nog open") == 1
    session.expire_all()
    follow_up = session.scalars(select(Importbatch).where(Importbatch.status.in_(OPEN))).one()
    assert (follow_up.vervolg_van_id, koppeling.status) == (batch.id, KoppelingStatus.ACTIEF)
    page = answer(browser, line(session, follow_up, "k1"), "nieuw")
    assert "Noor Maan: een ander kind dan de Noor Maan die u al heeft" in page
    post(browser, f"/controle/{follow_up.id}/importeren", summary(browser, follow_up)[1])
    assert session.scalars(select(Importbatch.id).where(Importbatch.status.in_(OPEN))).all() == []


def test_the_search_says_why_and_where_somebody_is_in_the_sentences_of_the_card(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    lock_all(session)
    gone = session.scalars(select(Leerling).order_by(Leerling.id)).first()
    assert gone is not None
    gone.status, gone.vertrokken_op = Lidmaatschap.VERTROKKEN, datetime(2026, 2, 3, tzinfo=UTC)
    session.commit()
    regel = line(session, batch, "k1")
    page = text_of(browser.get(f"/controle/{batch.id}/regel/{regel.id}/zoeken").text)
    [said] = {sentences(each["redenen"]) for each in regel.kandidaten}
    assert said.count(". ") > 1
    assert f"waarom? Noor Maan {said}" in page
    assert "vertrokken uit ParnasSys sinds 3 februari 2026" in page
    assert "niet gekoppeld" in page


def test_what_is_ready_can_be_imported_while_a_question_stands_open(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    ahead = "Importeer alvast wat klaar is"
    assert ahead in browser.get(f"/controle/{batch.id}/").text
    said, form = summary(browser, batch)
    assert "Noor Maan: nog niet beantwoord" in said
    post(browser, f"/controle/{batch.id}/importeren", form)
    session.expire_all()
    follow_up = session.scalars(select(Importbatch).where(Importbatch.status.in_(OPEN))).one()
    assert line(session, follow_up, "k1").keuze is None
    assert ahead not in browser.get(f"/controle/{follow_up.id}/").text, "of a question alone nothing is ready"


def test_when_all_is_put_aside_there_is_only_a_way_back(
    browser: FlaskClient, session: Session, batch: Importbatch, koppeling: Koppeling
) -> None:
    _, form = summary(browser, batch)
    post(browser, f"/controle/{batch.id}/importeren", form)
    session.expire_all()
    follow_up = session.scalars(select(Importbatch).where(Importbatch.status.in_(OPEN))).one()
    page = answer(browser, line(session, follow_up, "k1"), "later")
    assert "1 vraag staat op Later Dat houdt niets anders tegen. Weet u het nu? Dan kunt u alsnog antwoorden." in page
    assert "De vraag oppakken" in page
    assert "Gegevens importeren" not in page
    there = browser.get(f"/controle/{follow_up.id}/samenvatting").headers["Location"]
    assert there.endswith(f"/controle/{follow_up.id}/")


def test_a_follow_up_opens_on_what_was_not_put_aside(
    browser: FlaskClient, session: Session, koppeling: Koppeling, batch: Importbatch
) -> None:
    lock_all(session)
    for _ in range(2):
        session.add(
            Leerling(school_id=koppeling.school_id, roepnaam="Fem", achternaam="Es", geboortedatum=date(2016, 3, 12))
        )
    session.flush()
    newer = take_in(session, koppeling, pupil("k3", "Fem", "Es"))
    answer(browser, line(session, newer, "k1"), "later")
    page = browser.get(
        post(browser, f"/controle/{newer.id}/importeren", summary(browser, newer)[1]).headers["Location"]
    )
    session.expire_all()
    follow_up = session.scalars(select(Importbatch).where(Importbatch.status.in_(OPEN))).one()
    later, first = line(session, follow_up, "k1"), line(session, follow_up, "k3")
    assert f"/controle/{follow_up.id}/?vraag={first.id}" in page.text
    assert f'/regel/{first.id}/kies"' in browser.get(f"/controle/{follow_up.id}/").text
    tonight = take_in(session, koppeling, pupil("k3", "Fem", "Es"), pupil("k4", "Ids", "Later"))
    asked = browser.get(f"/controle/{follow_up.id}/?vraag={later.id}", follow_redirects=True).text
    assert f'/regel/{line(session, tonight, "k1").id}/kies"' in asked, "the way to a question leads there next day too"
    assert browser.get(f"/controle/{follow_up.id}/?vraag=2147483646", follow_redirects=True).status_code == 200


def test_what_a_colleague_chose_meanwhile_is_all_that_is_asked(
    app: Flask, browser: FlaskClient, session: Session, batch: Importbatch, koppeling: Koppeling
) -> None:
    answer(browser, line(session, batch, "k1"), "nieuw")
    _, form = summary(browser, batch)
    collega = login(app, session, make_account(session, Rol.BEHEERDER, koppeling.school))
    path = f"/controle/{batch.id}/regel/{line(session, batch, 'k2').id}/kies"
    post(collega, path, {"categorie": "niet", "gezien": "nieuw."})
    location = post(browser, f"/controle/{batch.id}/importeren", form).headers["Location"]
    page = text_of(browser.get(location).text)
    assert re.search(
        r"Intussen veranderd\. Er is nog niets geïmporteerd\. \S.* koos om \d\d:\d\d bij Bo Berk: niet importeren\.",
        page,
    )
    said = summary(browser, batch)[0]
    assert "Intussen veranderd" not in said
    assert re.search(r"Door collega's gekozen sinds uw laatste antwoord \S.* koos om \d\d:\d\d bij Bo Berk: niet", said)
    assert "sinds uw laatste antwoord" not in summary(collega, batch)[0], "their own choice was the last"
    answer(browser, line(session, batch, "t1"), "nieuw")
    assert "sinds uw laatste antwoord" not in summary(browser, batch)[0], "read, and then chosen"
    assert batch.status is BatchStatus.WACHT_OP_CONTROLE


def test_a_newer_aanlevering_keeps_the_open_page_and_the_commit_shows_the_difference(
    browser: FlaskClient, session: Session, batch: Importbatch, koppeling: Koppeling
) -> None:
    regel = line(session, batch, "k1")
    newer = take_in(session, koppeling, pupil("k9", "Fien", "Bloem"))
    assert newer.id != batch.id
    page = answer(browser, regel, "nieuw", batch)
    assert "Noor Maan: een ander kind dan de Noor Maan die u al heeft" in page
    session.expire_all()
    assert line(session, newer, "k1").keuze is not None
    _, form = summary(browser, newer)
    newest = take_in(session, koppeling, pupil("k8", "Ids", "Later"))
    location = post(browser, f"/controle/{newer.id}/importeren", form).headers["Location"]
    page = text_of(browser.get(location).text)
    assert "1 leerling nieuw in ParnasSys: Ids Later." in page
    assert "1 leerling niet meer in ParnasSys: Fien Bloem." in page
    assert session.scalars(select(Leerling).where(Leerling.las_key.is_not(None))).all() == []
    assert f"/controle/{newest.id}/samenvatting" in location


def test_the_way_back_from_the_card_of_another_school_is_closed(
    app: Flask, session: Session, batch: Importbatch, weg: Koppelweg
) -> None:
    stranger = login(app, session, make_account(session, Rol.BEHEERDER, make_school(session, "34CD", "Elders")))
    regel = line(session, batch, "k1")
    assert post(stranger, f"/controle/{batch.id}/regel/{regel.id}/kies", {"keuze": "later"}).status_code == 404
    session.expire_all()
    assert regel.later_op is None
