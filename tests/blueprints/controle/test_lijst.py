"""The nine lists of the review: what they show, and acts for many lines at once."""

from __future__ import annotations

import re
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.blueprints.controle.pagina import regel, seen, undo, url
from tests.screens import Koppelweg, login, make_account, post
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import lock_all
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

    gezien = seen(second, f"{base}?soort=leerlingen&categorie=nieuw")[line.id]
    found = re.search(r'name="gezien" value="([^"]*)"', second.get(f"{base}regel/{line.id}/zoeken?alles=1").text)
    assert found is not None
    assert found[1] == gezien
    post(first, f"{base}regel/{line.id}/kies", {"categorie": "niet", "gezien": gezien, **lijst})
    for path, form in (("kies", {"categorie": "nieuw", **lijst}), ("koppel", {"kandidaat": ours.id})):
        post(second, f"{base}regel/{line.id}/{path}", {"gezien": gezien, **form}, come_from=base)
        assert "Anja Bakker was u voor bij Noor Maan" in second.get(base).text
        assert now() is Keuze.NIET
    gezien = seen(second, f"{base}?soort=leerlingen&categorie=niet")[line.id]
    post(second, f"{base}regel/{line.id}/kies", {"categorie": "nieuw", "gezien": gezien, **lijst})
    assert now() is Keuze.NIEUW, "with the choice of a colleague in sight it may be changed"
    page = second.get(base).text
    gezien = seen(first, f"{base}?soort=leerlingen&categorie=nieuw")[line.id]
    post(first, f"{base}regel/{line.id}/kies", {"categorie": "niet", "gezien": gezien, **lijst})
    undo(second, page)
    assert now() is Keuze.NIET, "what somebody else chose meanwhile is not undone"
