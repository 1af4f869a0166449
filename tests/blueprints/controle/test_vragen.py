"""The questions of the review as a browser sees them: the card, choosing, and taking back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.blueprints.controle.pagina import regel, seen, undo, url
from tests.screens import Koppelweg, login, make_account, post
from tests.services.conftest import aanlevering, pupil
from tests.wereld import lock_all
from webapp.blueprints.controle import vragen
from webapp.models import (
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    Leerling,
    Rol,
    Soort,
)
from webapp.services.inname import inname
from webapp.uwlr.values import Waarschuwing


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
    undo(browser, page)
    assert now() == (None, None)
    post(browser, f"{base}regel/{regel.id}/koppel", {"kandidaat": others[1].id})
    browser.get(base)
    post(browser, f"{base}regel/{regel.id}/kies", {"categorie": "niet", **lijst})
    undo(browser, browser.get(base).text)
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
    gezien = seen(second, f"/controle/{batch.id}/")[regel.id]
    post(first, address, {"keuze": "niet", "gezien": gezien})
    post(second, address, {"keuze": "nieuw", "gezien": gezien}, come_from=f"/controle/{batch.id}/")
    page = second.get(f"/controle/{batch.id}/").text
    assert re.search(r"Anja Bakker was u voor bij Noora Maan \(vandaag \d\d:\d\d\): niet importeren.", page)
    session.expire_all()
    assert regel.keuze is Keuze.NIET


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
