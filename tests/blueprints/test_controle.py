"""The review as a browser sees it: who may, what a click does, and what links in mails do not do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, login, make_account, make_school, messages, post
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import lock_all
from webapp.blueprints.controle import vragen
from webapp.filters import moment
from webapp.links import CONTROLE_LINK, SignedLink
from webapp.models import (
    Base,
    BatchStatus,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    Leerling,
    Mail,
    MailSoort,
    Rol,
    Soort,
    Spoordag,
    Werk,
)
from webapp.models.vastgehouden import Ongewoon, Vastgehouden, topic
from webapp.services import schakelaars, sloten
from webapp.services.controle import ontvangst
from webapp.services.inname import inname
from webapp.uwlr.values import Waarschuwing
from webapp.woorden.mails import compose


@pytest.fixture
def koppeling(weg: Koppelweg) -> Koppeling:
    return weg.running()


@pytest.fixture
def batch(session: Session, koppeling: Koppeling) -> Importbatch:
    """An aanlevering with a new groep, a new leerkracht and two new leerlingen."""
    gegevens = aanlevering(
        pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"), leerkrachten=(teacher("t1", "Loes", "Hartog"),)
    )
    batch = inname.take_in(session, koppeling, gegevens)
    session.commit()
    assert batch is not None
    return batch


@pytest.fixture
def browser(weg: Koppelweg, koppeling: Koppeling) -> FlaskClient:
    return weg.browser(koppeling)


@pytest.fixture
def mail_token(app: Flask, session: Session, batch: Importbatch) -> str:
    mail_id = session.scalar(select(Mail.id).where(Mail.soort == MailSoort.KOPPELINGSMAIL))
    assert mail_id is not None
    return CONTROLE_LINK.dumps(mail_id)


@pytest.fixture
def snapshot(session: Session) -> Callable[[], dict[str, str]]:
    """A fingerprint of every table."""

    def take() -> dict[str, str]:
        return {
            table.name: session.scalar(
                text(f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table.name} t")
            )
            or ""
            for table in Base.metadata.sorted_tables
        }

    return take


def regel(session: Session, batch: Importbatch, soort: Soort) -> Importregel:
    found = session.scalars(
        select(Importregel).where(Importregel.batch_id == batch.id, Importregel.soort == soort)
    ).first()
    assert found is not None
    return found


def url(batch: Importbatch, rest: str = "") -> str:
    return f"/controle/{batch.id}/{rest}"


def test_following_a_link_changes_nothing(
    client: FlaskClient, mail_token: str, snapshot: Callable[[], dict[str, str]]
) -> None:
    before = snapshot()
    for _ in range(3):
        answer = client.get(f"/m/{mail_token}")
        assert answer.status_code == 303
    client.head(f"/m/{mail_token}")
    assert snapshot() == before
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_a_link_leads_through_the_login_to_the_review(
    client: FlaskClient, browser: FlaskClient, mail_token: str, batch: Importbatch
) -> None:
    first = client.get(f"/m/{mail_token}").headers["Location"]
    assert "/inloggen" in client.get(first).headers["Location"]
    assert browser.get(first).headers["Location"] == url(batch)


@pytest.mark.parametrize("damage", ["", "x", "gewoon-onzin", "Ng.xx.yy"])
def test_a_damaged_link_is_gone_without_a_word_about_why(client: FlaskClient, mail_token: str, damage: str) -> None:
    token = damage or mail_token[:-6]
    answer = client.get(f"/m/{token}")
    assert answer.status_code == 410
    assert "Wegwijzer" not in answer.text
    assert "/controle/nieuwe-mail" in answer.text, "behind the login one can be asked for"


def test_a_token_of_another_purpose_opens_nothing(app: Flask, client: FlaskClient, batch: Importbatch) -> None:
    with app.app_context():
        other = SignedLink("iets-anders.v1", CONTROLE_LINK.max_age).dumps(1)
    assert client.get(f"/m/{other}").status_code == 410


def test_another_school_learns_nothing(
    app: Flask, session: Session, batch: Importbatch, mail_token: str, snapshot: Callable[[], dict[str, str]]
) -> None:
    stranger = login(app, session, make_account(session, Rol.BEHEERDER, make_school(session, "34CD", "Elders")))
    line = regel(session, batch, Soort.LEERLING)
    before = snapshot()
    for path in ("", "samenvatting", "klaar", f"regel/{line.id}/zoeken"):
        answer = stranger.get(url(batch, path))
        assert answer.status_code == 404
        assert "Noor" not in answer.text
        assert "Wegwijzer" not in answer.text
    assert stranger.get(stranger.get(f"/m/{mail_token}").headers["Location"]).status_code == 404
    for path, form in (
        (f"regel/{line.id}/kies", {"keuze": "niet"}),
        (f"regel/{line.id}/koppel", {"kandidaat": "1"}),
        ("importeren", {"digest": "x"}),
        ("vertrek", {"aantal": "0"}),
    ):
        assert post(stranger, url(batch, path), form).status_code in {404, 303}
    assert snapshot() == before


def test_a_leerkracht_may_not_review(app: Flask, session: Session, koppeling: Koppeling, batch: Importbatch) -> None:
    browser = login(app, session, make_account(session, Rol.LEERKRACHT, koppeling.school))
    assert browser.get(url(batch)).status_code == 403
    assert post(browser, url(batch, "importeren"), {"digest": "x"}).status_code == 403


def test_every_list_of_the_nine_opens(browser: FlaskClient, batch: Importbatch) -> None:
    for soort in ("groepen", "leerkrachten", "leerlingen"):
        for categorie in ("nieuw", "bestaand", "niet"):
            assert browser.get(url(batch, f"?soort={soort}&categorie={categorie}")).status_code == 200
    assert "Noor Maan" in browser.get(url(batch, "?soort=leerlingen&categorie=nieuw")).text


def test_a_list_is_searched_in_a_page_at_a_time_and_says_why(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    lijst = url(batch, "?soort=leerlingen&categorie=nieuw")
    page = browser.get(f"{lijst}&q=maan&groep=g5&door=automatisch&pagina=7").text
    assert "1 regel gevonden" in page
    assert "Wij vonden geen leerling die hierop lijkt." in page
    assert '<input type="hidden" name="q" value="maan">' in page, "a choice comes back to what was searched"
    assert "Bo Berk" not in page
    assert "Niets gevonden" in browser.get(f"{lijst}&q=nergens").text
    line = regel(session, batch, Soort.LEERLING)
    back = {"soort": "leerlingen", "terug": "nieuw", "q": "maan", "groep": "g5", "door": "automatisch"}
    answer = post(browser, url(batch, f"regel/{line.id}/kies"), {"categorie": "niet", **back})
    assert answer.headers["Location"].endswith(
        "soort=leerlingen&q=maan&groep=g5&door=automatisch&categorie=nieuw#lijst"
    )
    shown = browser.get(url(batch, "?soort=leerlingen&categorie=niet&q=maan")).text
    assert "Anja Bakker koos dit vandaag" in shown
    assert "door Anja Bakker" in shown


def test_only_the_lines_of_the_open_page_and_the_questions_are_read(
    weg: Koppelweg, session: Session, koppeling: Koppeling
) -> None:
    lock_all(session)
    born = date(2016, 3, 12)
    session.add(Leerling(school_id=koppeling.school_id, roepnaam="Noor", achternaam="Maan", geboortedatum=born))
    session.flush()
    many = [pupil(f"k{n}", f"Kind{n}", f"Berk{n}") for n in range(240)]
    batch = inname.take_in(session, koppeling, aanlevering(*many, pupil("v1", "Noora", "Maan")))
    session.commit()
    assert batch is not None
    browser, batch_id = weg.browser(koppeling), batch.id
    session.expunge_all()
    read: list[object] = []
    event.listen(Importregel, "load", lambda line, _: read.append(line))
    for query, number in (
        ("", 2),
        ("?soort=leerlingen&categorie=nieuw", 101),
        ("?soort=leerlingen&categorie=bestaand", 1),
    ):
        read.clear()
        page = browser.get(f"/controle/{batch_id}/{query}").text
        assert ("241" in page, len(set(read))) == (True, number), query
        session.expunge_all()
    assert ">vraag </span>beantwoorden" in page
    assert ">Bestaand</button>" not in page, "which one is meant is never chosen unseen"


def test_a_groep_that_is_left_out_says_who_goes_along_and_keeps_its_name(
    browser: FlaskClient, session: Session, koppeling: Koppeling, batch: Importbatch
) -> None:
    groep = regel(session, batch, Soort.GROEP)
    assert ">2</td>" in browser.get(url(batch, "?soort=groepen&categorie=nieuw")).text
    post(browser, url(batch, f"regel/{groep.id}/kies"), {"categorie": "niet"})
    assert "2 leerlingen gaan mee" in browser.get(url(batch, "?soort=groepen&categorie=niet")).text
    assert "gaat mee met Groep 5" in browser.get(url(batch, "?soort=leerlingen&categorie=niet")).text
    match = re.search(r'name="digest" value="([0-9a-f]+)"', browser.get(url(batch, "samenvatting")).text)
    assert match
    post(browser, url(batch, "importeren"), {"digest": match[1]})
    news = aanlevering(
        pupil("k1", "Noor", "Maan"), leerkrachten=(teacher("t2", "Jan", "Zonder", groepen=("g5", "g6")),)
    )
    newer = inname.take_in(session, koppeling, news)
    session.commit()
    assert newer is not None
    page = browser.get(url(newer, "?soort=leerkrachten&categorie=nieuw")).text
    assert "Groep 5, onbekende groep" in page


def test_all_found_and_all_ticked_go_in_one_act_with_a_way_back(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    lijst = url(batch, "?soort=leerlingen&categorie=nieuw")
    page = browser.get(lijst).text
    assert "Alle 2 gevonden op Niet importeren" in page
    form = re.search(r'<form id="samen".*?</form>', page, re.DOTALL)
    assert form
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    del hidden["csrf_token"]
    samen = url(batch, "samen")
    post(browser, samen, {**hidden, "allemaal": "niet", "aantal-niet": "3"}, come_from=lijst)
    assert "Het zijn er intussen 2, niet het aantal dat u zag. Er is niets veranderd" in browser.get(lijst).text
    post(browser, samen, {**hidden, "aangevinkt": "niet"}, come_from=lijst)
    assert "Vink eerst een of meer regels aan." in browser.get(lijst).text
    post(browser, samen, {**hidden, "allemaal": "niet"})
    page = browser.get(lijst).text
    assert "2 leerlingen staan nu op Niet importeren." in page
    assert "Niets in deze lijst" in page
    undo = re.search(r'action="([^"]+/samen/terug)"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert undo
    post(browser, undo[1], dict(re.findall(r'name="([a-z]+)" value="([^"]*)"', undo[2])))
    assert "2 regels staan weer zoals eerst." in browser.get(lijst).text
    one = regel(session, batch, Soort.LEERLING)
    post(browser, samen, {**hidden, "aangevinkt": "niet", "id": str(one.id)})
    assert "1 leerling staat nu op Niet importeren." in browser.get(lijst).text
    for wrong in (
        {"gezien": "x"},
        {"gezien": "2026-01-01"},
        {"soort": "x"},
        {"allemaal": "nieuw"},
        {"aantal-niet": "x"},
    ):
        assert post(browser, samen, {**hidden, "allemaal": "niet", **wrong}).status_code == 400
    assert post(browser, f"{samen}/terug", {**hidden, "op": "gisteren"}).status_code == 400


def test_the_list_of_aanleveringen_names_the_open_one_and_has_one_button(
    browser: FlaskClient, batch: Importbatch
) -> None:
    page = browser.get("/controle/").text
    assert ("wacht op uw controle" in page, page.count(">Controleren</a>")) == (True, 1)


def test_the_list_of_aanleveringen_says_how_the_first_one_comes(browser: FlaskClient) -> None:
    assert "Nog geen aanleveringen" in browser.get("/controle/").text


def test_where_nothing_is_asked_nothing_is_said_to_be_answered(browser: FlaskClient, batch: Importbatch) -> None:
    page = browser.get(url(batch)).text
    assert ("Er is niets te vragen." in page, "beantwoord" in page) == (True, False)


def test_nonsense_in_the_address_shows_the_page(browser: FlaskClient, batch: Importbatch) -> None:
    assert browser.get(url(batch, "?soort=x&categorie=y&na=zz")).status_code == 200
    assert browser.get("/controle/99999999999999999999/").status_code == 404


def test_a_choice_is_saved_and_can_be_taken_back(browser: FlaskClient, session: Session, batch: Importbatch) -> None:
    line = regel(session, batch, Soort.LEERLING)
    path = url(batch, f"regel/{line.id}/kies")
    assert post(browser, path, {"categorie": "niet", "soort": "leerlingen", "terug": "nieuw"}).status_code == 303
    session.expire_all()
    assert line.keuze is Keuze.NIET
    assert "Ongedaan maken" in browser.get(url(batch, "?soort=leerlingen&categorie=niet")).text
    post(browser, path, {"categorie": "nieuw"})
    session.expire_all()
    assert regel(session, batch, Soort.LEERLING).keuze is Keuze.NIEUW


@pytest.mark.parametrize("value", ["", "alles", "KOPPEL", "nieuw'--"])
def test_an_unknown_choice_is_refused(browser: FlaskClient, session: Session, batch: Importbatch, value: str) -> None:
    line = regel(session, batch, Soort.LEERLING)
    assert post(browser, url(batch, f"regel/{line.id}/kies"), {"keuze": value}).status_code == 400


@pytest.mark.asvs(10)
def test_import_without_the_summary_writes_nothing(browser: FlaskClient, session: Session, batch: Importbatch) -> None:
    """Nor with a summary that was read before somebody chose otherwise."""
    match = re.search(r'name="digest" value="([0-9a-f]+)"', browser.get(url(batch, "samenvatting")).text)
    assert match
    line = regel(session, batch, Soort.LEERLING)
    post(browser, url(batch, f"regel/{line.id}/kies"), {"keuze": "niet"})
    for digest in ("verzonnen", "", match[1]):
        answer = post(browser, url(batch, "importeren"), {"digest": digest})
        assert answer.headers["Location"].endswith("/samenvatting")
        assert session.scalar(select(func.count()).select_from(Leerling)) == 0


def test_the_summary_and_the_button_write_once(browser: FlaskClient, session: Session, batch: Importbatch) -> None:
    page = browser.get(url(batch, "samenvatting")).text
    match = re.search(r'name="digest" value="([0-9a-f]+)"', page)
    assert match
    for _ in range(2):
        answer = post(browser, url(batch, "importeren"), {"digest": match[1]})
        assert answer.headers["Location"].endswith("/klaar")
    session.expire_all()
    assert batch.status is BatchStatus.VERWERKT
    assert session.scalar(select(func.count()).select_from(Leerling)) == 2
    page = browser.get(url(batch, "klaar")).text
    assert "Klaar: 2 leerlingen overgenomen" in page
    bewijs = ontvangst.of_batch(session, batch.school_id, batch.id)
    assert bewijs is not None
    assert f"Ontvangst {bewijs.nummer}." in page
    session.add(Spoordag(datum=date(2026, 11, 25), aantal=0, zout=b"", vorige="0" * 64, wortel="ab" * 32))
    session.flush()
    (receipt,) = session.scalars(select(Mail).where(Mail.soort == MailSoort.ONTVANGST))
    message = compose(session, receipt)
    assert message.subject == "Klaar: 2 leerlingen overgenomen"
    assert "ab" * 32 in message.text, "the root of the last day of the trail"


def test_after_an_import_leerkrachten_with_an_address_are_invited_with_checkboxes(
    browser: FlaskClient, session: Session, koppeling: Koppeling
) -> None:
    news = aanlevering(
        pupil("k1", "Noor", "Maan"),
        leerkrachten=(teacher("t1", "Loes", "Hartog", email="loes@x.example"), teacher("t2", "Jan", "Zonder")),
    )
    batch = inname.take_in(session, koppeling, news)
    assert batch is not None
    session.commit()
    match = re.search(r'name="digest" value="([0-9a-f]+)"', browser.get(url(batch, "samenvatting")).text)
    assert match
    post(browser, url(batch, "importeren"), {"digest": match[1]})
    page = browser.get(url(batch, "klaar")).text
    assert "2 leerkrachten toegevoegd, 1 met adres: nodig uit" in page
    boxes = re.findall(r'type="checkbox"[^>]*name="id" value="(\d+)"', page)
    assert len(boxes) == 1
    post(browser, "/beheer/beheerders/leerkrachten/uitnodigen", {"id": boxes})
    sent = session.scalars(select(Mail.ontvanger).where(Mail.soort == MailSoort.UITGENODIGD)).all()
    assert sent == ["loes@x.example"]
    assert "nodig uit" not in browser.get(url(batch, "klaar")).text


def test_a_taken_over_aanlevering_leads_to_the_newest(
    browser: FlaskClient, session: Session, koppeling: Koppeling, batch: Importbatch, mail_token: str
) -> None:
    newer = inname.take_in(session, koppeling, aanlevering(pupil("k9", "Fien", "Bloem")))
    session.commit()
    assert newer is not None
    assert browser.get(url(batch)).headers["Location"] == url(newer)
    assert browser.get(browser.get(f"/m/{mail_token}").headers["Location"]).headers["Location"] == url(newer)


def test_the_card_says_what_stopped_the_link_how_the_two_compare_and_what_is_at_stake(
    weg: Koppelweg, session: Session, koppeling: Koppeling
) -> None:
    born = date(2016, 3, 12)
    twins = [
        Leerling(school_id=koppeling.school_id, roepnaam=name, achternaam="Maan", geboortedatum=born, jaargroep="4")
        for name in ("Noor", "Noortje")
    ]
    lock_all(session)
    session.add_all(twins)
    session.flush()
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noora", "Maan")))
    session.commit()
    assert batch is not None
    browser = weg.browser(koppeling)
    page = browser.get(f"/controle/{batch.id}/").text
    assert (
        "Waarom vragen we dit?</summary><p>De roepnamen lijken op elkaar, maar zijn niet gelijk. "
        "De achternaam is gelijk." in page
    )
    assert "Er is nog iemand met deze achternaam en geboortedatum: Noor" in page
    assert "Waarom niet Noor" in page
    [regel] = session.scalars(select(Importregel).where(Importregel.soort == Soort.LEERLING))
    search = browser.get(f"/controle/{batch.id}/regel/{regel.id}/zoeken").text
    assert search.count('data-label="Resultaten"') >= 2
    assert "De achternaam is gelijk. De roepnaam" in search


def test_what_was_odd_in_the_aanlevering_is_said_once_with_a_number(
    weg: Koppelweg, session: Session, koppeling: Koppeling
) -> None:
    too_long = Waarschuwing("waarde_te_lang", "leerling", "k1", "roepnaam")
    odd = (too_long, replace(too_long, onderdeel="leerkracht"), Waarschuwing("zonder_sleutel", "groep", None))
    batch = inname.take_in(session, koppeling, replace(aanlevering(pupil("k1", "Noor", "Maan")), waarschuwingen=odd))
    assert batch is not None
    old = {"soort": "", "onderdeel": "", "detail": "Een oude zin.", "aantal": 1}
    batch.tellingen = {**batch.tellingen, "waarschuwingen": [*batch.waarschuwingen, old]}
    session.commit()
    page = weg.browser(koppeling).get(f"/controle/{batch.id}/").text
    assert "<li>Het veld roepnaam is te lang en is niet overgenomen. (2 keer)</li>" in page
    assert "<li>Een groep zonder sleutel is niet overgenomen.</li><li>Een oude zin.</li>" in page


def _undo(browser: FlaskClient, page: str) -> None:
    """Press Ongedaan maken in the message on top."""
    form = re.search(r'<form[^>]*action="([^"]+)"[^>]*>((?:(?!</form>).)*Ongedaan maken)', page, re.DOTALL)
    assert form is not None
    post(
        browser,
        form[1],
        dict(re.findall(r'name="(keuze|categorie|kandidaat|soort|terug|gezien)" value="([^"]*)"', form[2])),
    )


def test_undo_brings_back_the_very_same_record(weg: Koppelweg, session: Session, koppeling: Koppeling) -> None:
    others = [
        Leerling(school_id=koppeling.school_id, roepnaam=name, achternaam="Maan", geboortedatum=born, jaargroep="4")
        for name, born in (("Noor", date(2016, 3, 12)), ("Abena", date(2014, 1, 14)))
    ]
    lock_all(session)
    session.add_all(others)
    session.flush()
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noora", "Maan")))
    session.commit()
    assert batch is not None
    browser = weg.browser(koppeling)
    [regel] = session.scalars(select(Importregel).where(Importregel.soort == Soort.LEERLING))
    base, lijst = f"/controle/{batch.id}/", {"soort": "leerlingen", "terug": "bestaand"}

    def now() -> tuple[Keuze | None, int | None]:
        session.expire_all()
        return regel.keuze, regel.doel_id

    post(browser, f"{base}regel/{regel.id}/koppel", {"kandidaat": others[1].id})
    page = browser.get(base).text
    assert "Let op: de geboortedatum verschilt (12-03-2016 en 14-01-2014)." in page
    _undo(browser, page)
    assert now() == (None, None)
    post(browser, f"{base}regel/{regel.id}/koppel", {"kandidaat": others[1].id})
    browser.get(base)
    post(browser, f"{base}regel/{regel.id}/kies", {"categorie": "niet", **lijst})
    _undo(browser, browser.get(base).text)
    assert now() == (Keuze.KOPPEL, others[1].id)
    for line in session.scalars(select(Importregel).where(Importregel.keuze.is_(None))):
        post(browser, f"{base}regel/{line.id}/kies", {"categorie": "nieuw", **lijst})
    summary = browser.get(f"{base}samenvatting").text
    assert "<strong>Noora Maan met Abena Maan</strong>" in summary
    assert "Geboren 12-03-2016 en 14-01-2014." in summary


def test_a_line_that_matching_did_not_doubt_cannot_be_made_a_question(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    [regel, *_] = session.scalars(select(Importregel).where(Importregel.soort == Soort.LEERLING))
    post(browser, f"/controle/{batch.id}/regel/{regel.id}/kies", {"keuze": "vraag"})
    session.expire_all()
    assert regel.keuze is Keuze.NIEUW


def test_who_answers_second_hears_who_was_first_and_changes_nothing(
    weg: Koppelweg, session: Session, koppeling: Koppeling
) -> None:
    lock_all(session)
    session.add(
        Leerling(school_id=koppeling.school_id, roepnaam="Noor", achternaam="Maan", geboortedatum=date(2016, 3, 12))
    )
    session.flush()
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noora", "Maan")))
    session.commit()
    assert batch is not None
    [regel] = session.scalars(select(Importregel).where(Importregel.soort == Soort.LEERLING))
    first = weg.browser(koppeling)
    second = login(weg.app, session, make_account(session, Rol.BEHEERDER, koppeling.school, naam="Youssef"))
    address = f"/controle/{batch.id}/regel/{regel.id}/kies"
    gezien = _seen(second, f"/controle/{batch.id}/")[regel.id]
    post(first, address, {"keuze": "niet", "gezien": gezien})
    post(second, address, {"keuze": "nieuw", "gezien": gezien}, come_from=f"/controle/{batch.id}/")
    page = second.get(f"/controle/{batch.id}/").text
    assert re.search(r"Anja Bakker was u voor bij Noora Maan \(vandaag \d\d:\d\d\): niet importeren.", page)
    session.expire_all()
    assert regel.keuze is Keuze.NIET


def test_who_comes_second_in_a_list_or_the_search_hears_who_was_first_and_changes_nothing(
    weg: Koppelweg, session: Session, koppeling: Koppeling, batch: Importbatch
) -> None:
    lock_all(session)
    ours = Leerling(school_id=koppeling.school_id, roepnaam="Nora", achternaam="Maas")
    session.add(ours)
    session.commit()
    line = regel(session, batch, Soort.LEERLING)
    first = weg.browser(koppeling)
    second = login(weg.app, session, make_account(session, Rol.BEHEERDER, koppeling.school, naam="Youssef"))
    base, lijst = url(batch), {"soort": "leerlingen", "terug": "nieuw"}

    def now() -> Keuze | None:
        session.expire_all()
        return line.keuze

    gezien = _seen(second, f"{base}?soort=leerlingen&categorie=nieuw")[line.id]
    found = re.search(r'name="gezien" value="([^"]*)"', second.get(f"{base}regel/{line.id}/zoeken?alles=1").text)
    assert found is not None
    assert found[1] == gezien
    post(first, f"{base}regel/{line.id}/kies", {"categorie": "niet", "gezien": gezien, **lijst})
    for path, form in (("kies", {"categorie": "nieuw", **lijst}), ("koppel", {"kandidaat": ours.id})):
        post(second, f"{base}regel/{line.id}/{path}", {"gezien": gezien, **form}, come_from=base)
        assert "Anja Bakker was u voor bij Noor Maan" in second.get(base).text
        assert now() is Keuze.NIET
    gezien = _seen(second, f"{base}?soort=leerlingen&categorie=niet")[line.id]
    post(second, f"{base}regel/{line.id}/kies", {"categorie": "nieuw", "gezien": gezien, **lijst})
    assert now() is Keuze.NIEUW, "with the choice of a colleague in sight it may be changed"
    page = second.get(base).text
    gezien = _seen(first, f"{base}?soort=leerlingen&categorie=nieuw")[line.id]
    post(first, f"{base}regel/{line.id}/kies", {"categorie": "niet", "gezien": gezien, **lijst})
    _undo(second, page)
    assert now() is Keuze.NIET, "what somebody else chose meanwhile is not undone"


@pytest.fixture
def asked(session: Session, koppeling: Koppeling) -> Importbatch:
    """Three questions: two in which all points one way, and one with another ECK iD; the second is answered."""
    lock_all(session)
    for roepnaam, eckid in (("Noor", None), ("Elin", None), ("Anna", "https://ketenid.nl/pilot/c81e")):
        born = date(2016, 3, 12)
        session.add(
            Leerling(
                school_id=koppeling.school_id, roepnaam=roepnaam, achternaam=f"Van{roepnaam}", geboortedatum=born,
                eckid=eckid,
            )
        )  # fmt: skip
    session.flush()
    ana = pupil("k3", "Ana", "VanAnna", eckid="https://ketenid.nl/pilot/7f3a")
    batch = inname.take_in(
        session, koppeling, aanlevering(pupil("k1", "Noora", "VanNoor"), pupil("k2", "Elien", "VanElin"), ana)
    )
    session.commit()
    assert batch is not None
    return batch


def _lines(session: Session, batch: Importbatch) -> list[Importregel]:
    query = select(Importregel).where(Importregel.batch_id == batch.id, Importregel.soort == Soort.LEERLING)
    return list(session.scalars(query.order_by(Importregel.id)))


def test_the_questions_count_up_over_an_order_that_stays(
    browser: FlaskClient, session: Session, asked: Importbatch
) -> None:
    first, second, third = _lines(session, asked)
    page = browser.get(url(asked)).text
    assert all(part in page for part in ("3 vragen over uw leerlingen", "Vraag 1 van 3", "0 beantwoord"))
    form = {"keuze": "koppel", "kandidaat": first.kandidaten[0]["id"], "kaart": "1", "gezien": "open."}
    answer = post(browser, url(asked, f"regel/{first.id}/kies"), form)
    page = browser.get(answer.headers["Location"]).text
    assert all(part in page for part in ("3 vragen over", "Nog 2 te gaan", "Vraag 2 van 3", "1 beantwoord"))
    answer = post(browser, url(asked, f"regel/{second.id}/kies"), {"keuze": "later", "kaart": "1", "gezien": "open."})
    assert "Vraag 3 van 3" in browser.get(answer.headers["Location"]).text
    again = browser.get(url(asked, f"?vraag={first.id}")).text
    assert "Vraag 1 van 3" in again
    assert "<strong>Koppelen</strong>" in again
    assert f"?vraag={first.id}" in browser.get(url(asked, f"?vraag={third.id}")).text, (
        "each answer has a way to change it"
    )


def test_only_the_newest_answers_stand_beside_the_card_and_what_stays_behind_is_counted(
    browser: FlaskClient, session: Session, asked: Importbatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A school that answered hundreds does not read hundreds for each card."""
    monkeypatch.setattr(vragen, "_SHOWN", 1)
    first, second, third = _lines(session, asked)
    for line in (first, second):
        post(browser, url(asked, f"regel/{line.id}/kies"), {"keuze": "nieuw", "kaart": "1", "gezien": "open."})
    page = browser.get(url(asked)).text
    assert (page.count("het antwoord over"), "En nog 1." in page) == (1, True)
    post(browser, url(asked, f"regel/{second.id}/kies"), {"keuze": "vraag", "gezien": "nieuw."})
    for line in (second, third):
        post(browser, url(asked, f"regel/{line.id}/kies"), {"keuze": "later", "kaart": "1", "gezien": "open."})
    form = dict(re.findall(r'name="(digest|gezien)" value="([^"]+)"', browser.get(url(asked, "samenvatting")).text))
    post(browser, url(asked, "importeren"), form)
    assert "2 vragen bleven staan." in browser.get(url(asked, "klaar")).text


def test_the_way_to_the_questions_is_one_button(browser: FlaskClient, asked: Importbatch) -> None:
    page = browser.get("/beheer/koppelen/").text
    assert (page.count(">Controleren</a>"), url(asked) in page) == (1, True)


def test_the_likely_answer_is_blue_only_where_nothing_speaks_against_it(
    browser: FlaskClient, session: Session, asked: Importbatch
) -> None:
    first, _, third = _lines(session, asked)
    page = browser.get(url(asked, f"?vraag={first.id}")).text
    assert page.count("knop-primair") == 1
    assert "Alles wat wij verder weten, past." in page
    page = browser.get(url(asked, f"?vraag={third.id}")).text
    assert "knop-primair" not in page
    assert "eindigt op 7f3a" in page
    assert "eindigt op c81e" in page
    assert "spreekt tegen" in page
    assert "maar één gegeven spreekt dat tegen. Daarom doen wij geen voorstel." in page
    assert "Ja, hetzelfde kind" in page
    assert "Nee, een ander kind" in page


def test_who_searches_from_a_card_goes_on_with_the_questions(
    browser: FlaskClient, session: Session, asked: Importbatch
) -> None:
    first, *_ = _lines(session, asked)
    search = url(asked, f"regel/{first.id}/")
    assert f'href="{url(asked)}?vraag={first.id}"' in browser.get(f"{search}zoeken").text
    form = {"kandidaat": first.kandidaten[0]["id"], "gezien": "open."}
    assert post(browser, f"{search}koppel", form).headers["Location"] == url(asked, f"?na={first.id}")
    linked = browser.get(url(asked, "?soort=leerlingen&categorie=bestaand")).text
    assert "12-03-2016, 0 resultaten" in linked, "whom it is linked with is told apart from others"
    assert "?soort=leerlingen" in browser.get(f"{search}zoeken").text
    assert "soort=leerlingen" in post(browser, f"{search}koppel", form).headers["Location"]


def test_an_open_page_hears_what_others_chose(
    weg: Koppelweg, session: Session, koppeling: Koppeling, asked: Importbatch
) -> None:
    first, *_ = _lines(session, asked)
    hers = weg.browser(koppeling)
    his = login(weg.app, session, make_account(session, Rol.BEHEERDER, koppeling.school, naam="Youssef"))
    page = his.get(url(asked)).text
    found = re.search(r'data-intussen="([^"]+)"', page)
    assert found is not None
    address = found[1].replace("&amp;", "&")
    assert his.get(address).json == {"rev": asked.rev, "tekst": ""}
    post(hers, url(asked, f"regel/{first.id}/kies"), {"keuze": "niet", "gezien": "open."})
    said = his.get(address).json
    assert said is not None
    assert re.fullmatch(r"Intussen gewijzigd. .* \(\d\d:\d\d\): Noora VanNoor niet importeren.", said["tekst"])
    assert "Intussen is er iets gewijzigd" in (hers.get(address).json or {})["tekst"], (
        "her own choice is no news of another"
    )
    assert (his.get(url(asked, "intussen?sinds=gisteren")).json or {})["tekst"].startswith("Intussen is er iets")


def test_script_that_saves_an_answer_is_told_where_to_go(
    browser: FlaskClient, session: Session, asked: Importbatch
) -> None:
    first, *_ = _lines(session, asked)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(url(asked)).text)
    assert token is not None
    form = {"csrf_token": token[1], "keuze": "niet", "kaart": "1", "gezien": "open."}
    answer = browser.post(
        url(asked, f"regel/{first.id}/kies"),
        data=form,
        headers={"Accept": "application/json", "Referer": "http://localhost/"},
    )
    assert answer.json == {"verder": url(asked, f"?na={first.id}")}


def _seen(browser: FlaskClient, page: str) -> dict[int, str]:
    """What was chosen for each line as this page shows it."""
    forms = re.findall(r'action="[^"]*/regel/(\d+)/kies"[^>]*>(.*?)</form>', browser.get(page).text, re.DOTALL)
    return {int(id_): re.findall(r'name="gezien" value="([^"]*)"', form)[0] for id_, form in forms}


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
