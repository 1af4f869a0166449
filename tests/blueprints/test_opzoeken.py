"""One search for everybody and everything of a school, and the page of a leerling, a leerkracht or a groep."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.screens import login, make_account, make_clerk, post
from tests.services.conftest import aanlevering, pupil
from tests.wereld import START, Wereld, lock_all, make_wereld
from webapp.models import (
    BatchStatus,
    Groep,
    Importbatch,
    Importregel,
    Leerkracht,
    Leerling,
    Lidmaatschap,
    Medewerker,
    Rol,
    School,
    Soort,
    Uitzondering,
)
from webapp.models.ids import LeerlingId
from webapp.services import sloten
from webapp.services.controle import gegeven, keuzes, samenvatting, vastleggen
from webapp.services.inname import inname
from webapp.services.inname.soorten.leerling import LEERLING


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    """Kees and Carla in groep 5, Floris who left, and Anna in a groep of which Carla teaches nothing."""
    wereld = make_wereld(session, app.extensions["keyring"])
    sloten.lock(session, wereld.school.id)
    other = Groep(school_id=wereld.school.id, naam="8a", jaargroep="8", schooljaar="2026-2027")
    session.add(other)
    session.flush()
    wereld.leerling("Kees", achternaam="van de Ven")
    wereld.leerling("Anna", achternaam="Grootenboer", groep_id=other.id)
    wereld.leerling("Floris", achternaam="Grootenboer", groep_id=None, status=Lidmaatschap.VERTROKKEN)
    carla = Leerkracht(
        school_id=wereld.school.id, roepnaam="Carla", achternaam="ter Horst", las_key="t1", groepen=[wereld.groep]
    )
    session.add(carla)
    session.commit()
    return wereld


@pytest.fixture
def browser(app: Flask, session: Session, wereld: Wereld) -> FlaskClient:
    return login(app, session, wereld.beheerder)


@pytest.fixture
def leerkracht(app: Flask, session: Session, wereld: Wereld) -> FlaskClient:
    """The browser of Carla."""
    account = make_account(session, Rol.LEERKRACHT, wereld.school)
    here = session.get_one(Medewerker, (account.id, wereld.school.id))
    here.leerkracht_id = session.scalars(select(Leerkracht.id)).one()
    session.commit()
    return login(app, session, account)


def _found(browser: FlaskClient, text: str) -> list[str]:
    page = browser.get("/zoeken", query_string={"q": text}).text
    return re.findall(r'<li><a href="/school/\w+/\d+/">([^<]+)</a>', page)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("kees", ["Kees van de Ven"]),
        ("ven kees", ["Kees van de Ven"]),
        ("Keez", ["Kees van de Ven"]),
        ("grootenbor", ["Anna Grootenboer", "Floris Grootenboer"]),
        ("hortst", ["Carla ter Horst"]),
        ("groep 8", ["Groep 8a"]),
        ("8A", ["Groep 8a"]),
        ("zzz", []),
        ("...", []),
        ("", []),
    ],
)
def test_whoever_is_meant_is_found_leavers_last(browser: FlaskClient, typed: str, found: list[str]) -> None:
    assert _found(browser, typed) == found


def test_a_leerkracht_finds_what_she_may_see(leerkracht: FlaskClient) -> None:
    assert _found(leerkracht, "ven") == ["Kees van de Ven"]
    assert _found(leerkracht, "grootenbor") == []
    assert _found(leerkracht, "groep") == ["Groep 5"]
    assert _found(leerkracht, "carla") == ["Carla ter Horst"]


def test_nobody_of_another_school_is_found(app: Flask, session: Session, browser: FlaskClient) -> None:
    theirs = make_wereld(session, app.extensions["keyring"], brin="98XX").leerling("Zoef", achternaam="Elders")
    session.commit()
    assert _found(browser, "elders") == []
    assert browser.get(f"/school/leerling/{theirs.id}/").status_code == 404
    assert browser.get(f"/school/ezel/{theirs.id}/").status_code == 404


def test_of_many_the_first_fifty_are_shown_and_while_typing_a_few(wereld: Wereld, browser: FlaskClient) -> None:
    for number in range(60):
        wereld.leerling(f"Bo{number:02}", achternaam="Veel")
    wereld.session.commit()
    page = browser.get("/zoeken?q=veel").text
    assert len(_found(browser, "veel")) == 50
    assert "60 leerlingen" in page
    assert "Dit zijn de eerste 50. Typ meer van de naam." in page
    found = browser.get("/zoeken?q=bo07", headers={"Accept": "application/json"}).json
    assert found is not None
    assert (found[0]["naam"], found[0]["onder"]) == ("Bo07 Veel", "Groep 5")
    assert len(found) <= 4
    assert browser.get(found[0]["url"]).status_code == 200


def test_klantenservice_finds_a_school_without_its_accents_and_by_all_of_its_brin(app: Flask, session: Session) -> None:
    session.add(School(naam="De Zoëven", brin="88AB", vestiging="02"))
    session.commit()
    clerk = login(app, session, make_clerk(session))
    for typed in ("zoeven", "Zoëven", "88ab", "88AB02"):
        page = clerk.get("/klantenservice/school/", query_string={"search": typed}).text
        assert "De Zoëven" in page, typed
    assert "De Zoëven" not in clerk.get("/klantenservice/school/?search=88AB03").text
    assert 'action="/klantenservice/zoeken/"' in clerk.get("/klantenservice/").text


def _page(browser: FlaskClient, soort: str, id_: int) -> str:
    answer = browser.get(f"/school/{soort}/{id_}/")
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def _answered(wereld: Wereld) -> LeerlingId:
    """Kees of the LAS was linked with our Cornelis, by a person; return who that is."""
    session, door = wereld.session, wereld.beheerder.id
    ours = wereld.leerling("Cornelis", achternaam="Bos", las_key=None, geboortedatum=date(2016, 3, 12), jaargroep="5")
    session.commit()
    here = [pupil(str(each.las_key), str(each.roepnaam), str(each.achternaam)) for each in _linked(wereld)]
    batch = inname.take_in(session, wereld.koppeling, aanlevering(pupil("1204", "Kees", "Bos"), *here))
    assert batch is not None
    regel = session.scalars(select(Importregel).where(Importregel.las_key == "1204")).one()
    keuzes.link(session, wereld.school.id, regel.id, ours.id, door=door)
    digest = samenvatting.summarise(session, batch).digest
    vastleggen.commit(session, wereld.school.id, batch.id, digest=digest, door=door)
    session.commit()
    return ours.id


def _linked(wereld: Wereld) -> list[Leerling]:
    return list(wereld.session.scalars(select(Leerling).where(Leerling.las_key.is_not(None))))


def test_the_page_says_why_a_link_was_made_by_whom_and_how_it_compared(wereld: Wereld, browser: FlaskClient) -> None:
    page = _page(browser, "leerling", _answered(wereld))
    assert "Kees Bos" in page
    assert "Gekoppeld door Marijke op" in page
    assert "als antwoord op een vraag: hetzelfde kind." in page
    assert "In ParnasSys Bij ons vóór de koppeling" in page
    assert "geboren 12-03-2016 12-03-2016 = gelijk" in page
    assert "Gekoppeld heette Cornelis Bos, door Marijke" in page
    assert "Eerdere namen Cornelis Bos tot" in page
    assert "Extern nummer 1204" in page
    assert "Nog geen resultaten." in page
    bram = wereld.leerling("Bram", las_key=None)
    wereld.session.commit()
    assert gegeven.story(wereld.session, LEERLING, bram).regels == [], "who has no number shares none"


def test_a_link_is_asked_about_anew_from_the_page(wereld: Wereld, browser: FlaskClient) -> None:
    kees = _answered(wereld)
    wereld.koppeling.opgehaald_leerlingen = 2
    wereld.session.commit()
    page = _page(browser, "leerling", kees)
    assert "Antwoord terugnemen" in page
    assert "Koppeling aanpassen" not in page, "one way: the page of taking back offers to ask only"
    terug = browser.get(f"/school/leerling/{kees}/").text.split("/terugdraaien?")[1].split('"')[0].replace("&amp;", "&")
    batch_id = wereld.session.scalars(select(Importbatch.id).where(Importbatch.status == BatchStatus.VERWERKT)).one()
    assert (
        f'action="/school/leerling/{kees}/heropenen"' in browser.get(f"/controle/{batch_id}/terugdraaien?{terug}").text
    )
    lock_all(wereld.session)
    wereld.session.execute(update(Importbatch).values(verwerkt_op=START - timedelta(days=40)))
    wereld.session.commit()
    assert "Tot dan wachten nieuwe resultaten van Kees Bos." in _page(browser, "leerling", kees)
    answer = post(browser, f"/school/leerling/{kees}/heropenen")
    assert answer.status_code == 303
    assert "Wie Kees Bos is, is weer een vraag." in browser.get(answer.location).text
    page = _page(browser, "leerling", kees)
    assert "in een vraag" in page
    assert "Naar de vraag" in page
    assert "Koppeling aanpassen" not in page


def test_a_link_is_undone_from_the_page_and_made_again(wereld: Wereld, browser: FlaskClient) -> None:
    kees = _answered(wereld)
    wereld.koppeling.opgehaald_leerlingen = 2
    lock_all(wereld.session)
    wereld.session.execute(update(Importbatch).values(verwerkt_op=START - timedelta(days=40)))
    wereld.session.commit()
    page = f"/school/leerling/{kees}"
    assert f'href="{page}/ontkoppelen"' in browser.get(f"{page}/").text
    asked = browser.get(f"{page}/ontkoppelen").text
    assert "Nummer 1204 koppelen wij niet vanzelf opnieuw" in asked
    assert 'name="nummer" value="1204"' in asked
    stale = post(browser, f"{page}/ontkoppelen", {"nummer": "1203"}, f"{page}/")
    assert "zo gekoppeld, of" in browser.get(stale.location).text, "linked with another than the page had"
    assert post(browser, f"{page}/ontkoppelen", {"nummer": "1204"}).location == f"{page}/"
    shown = _page(browser, "leerling", kees)
    for said in (
        "Wij koppelen dit niet vanzelf met nummer 1204 in ParnasSys. Ontkoppeld door Marijke op",
        "Niet meer gekoppeld door Marijke",
        "in een vraag",
    ):
        assert said in shown
    assert "Marijke ontkoppelde" in browser.get("/controle/").text
    assert re.search(r'Marijke ontkoppelde *<a href="/school/leerling/', browser.get("/").text), "by name"
    post(browser, f"{page}/ontkoppelen")
    assert "Dit is niet (meer) zo gekoppeld" in _page(browser, "leerling", kees)
    post(browser, f"{page}/weer-koppelen")
    shown = _page(browser, "leerling", kees)
    assert "Extern nummer 1204" in shown
    assert "later teruggedraaid" in shown
    assert "Wat hierover is besloten" not in shown
    assert "in een vraag" not in shown
    post(browser, f"{page}/weer-koppelen")
    assert "Dit kan niet meer terug" in _page(browser, "leerling", kees)


def test_a_groep_and_a_leerkracht_are_unlinked_too(wereld: Wereld, browser: FlaskClient) -> None:
    wereld.koppeling.opgehaald_leerlingen = 2
    carla = wereld.session.scalars(select(Leerkracht)).one()
    for soort, doel in (("groep", wereld.groep), ("leerkracht", carla)):
        lock_all(wereld.session)
        doel.las_key = f"x-{soort}"
        wereld.session.commit()
        for act, kept in (("ontkoppelen", None), ("weer-koppelen", f"x-{soort}")):
            assert post(browser, f"/school/{soort}/{doel.id}/{act}").status_code == 303
            wereld.session.expire_all()
            assert doel.las_key == kept


def test_a_groep_and_a_leerkracht_whom_the_las_never_sent_are_parked(wereld: Wereld, browser: FlaskClient) -> None:
    wereld.koppeling.opgehaald_leerlingen = 2
    carla = wereld.session.scalars(select(Leerkracht)).one()
    lock_all(wereld.session)
    carla.las_key = wereld.groep.las_key = None
    leeg = Groep(school_id=wereld.school.id, naam="Oud", jaargroep="8", schooljaar="2025-2026")
    wereld.session.add(leeg)
    wereld.session.commit()
    assert "Parkeren" not in _page(browser, "groep", wereld.groep.id), "somebody stands in it"
    for soort, doel in (("groep", leeg), ("leerkracht", carla)):
        page = f"/school/{soort}/{doel.id}"
        assert f'action="{page}/parkeren"' in browser.get(f"{page}/").text
        for act, said in (("parkeren", "Geparkeerd sinds"), ("terugzetten", "hoort bij niemand in ParnasSys")):
            post(browser, f"{page}/{act}")
            assert said in _page(browser, soort, doel.id)
    post(browser, f"/school/groep/{wereld.groep.id}/parkeren")
    wereld.session.expire_all()
    assert wereld.groep.status is Lidmaatschap.ACTIEF


def test_what_was_decided_stands_on_the_page_with_who_and_how_it_ends(wereld: Wereld, browser: FlaskClient) -> None:
    kees = wereld.session.scalars(select(Leerling).where(Leerling.roepnaam == "Kees")).one()
    door = {"school_id": wereld.school.id, "besloten_door": wereld.beheerder.id}
    uit = Uitzondering(**door, soort=Soort.LEERLING, las_key=kees.las_key, omschrijving="Kees van de Ven")
    lock_all(wereld.session)
    wereld.session.add_all([uit, Uitzondering(**door, soort=Soort.LEERLING, las_key="ander", omschrijving="Iemand")])
    wereld.session.commit()
    page = _page(browser, "leerling", kees.id)
    assert f"Kees van de Ven (nummer {kees.las_key} in ParnasSys) importeren wij niet. Gekozen door Marijke op" in page
    assert "Toch importeren" in page
    assert "Iemand" not in page


def test_who_is_not_linked_is_parked_and_brought_back_there(wereld: Wereld, browser: FlaskClient) -> None:
    wereld.koppeling.opgehaald_leerlingen = 2
    bram = wereld.leerling("Bram", las_key=None)
    wereld.session.commit()
    assert "niet gekoppeld" in _page(browser, "leerling", bram.id)
    for act, said in (("parkeren", "Geparkeerd sinds"), ("terugzetten", "hoort bij niemand in ParnasSys")):
        form = {"id": str(bram.id), "pagina": str(bram.id), "getoond": "0"}
        answer = post(browser, f"/beheer/koppelen/niet-in-las/{act}", form)
        assert answer.location == f"/school/leerling/{bram.id}/"
        page = _page(browser, "leerling", bram.id)
        assert said in page
        assert "vertrokken uit" not in page, "no LAS ever had him"


def test_a_leerkracht_reads_the_page_without_acts_or_numbers(
    wereld: Wereld, browser: FlaskClient, leerkracht: FlaskClient
) -> None:
    wereld.koppeling.opgehaald_leerlingen = 2
    kees, anna = (
        wereld.session.scalars(select(Leerling.id).where(Leerling.roepnaam == n)).one() for n in ("Kees", "Anna")
    )
    wereld.session.commit()
    assert "Koppeling aanpassen" in _page(browser, "leerling", kees)
    page = _page(leerkracht, "leerling", kees)
    assert "gekoppeld" in page
    assert "Koppeling aanpassen" not in page
    assert "Extern nummer" not in page
    assert leerkracht.get(f"/school/leerling/{anna}/").status_code == 404
    assert post(leerkracht, f"/school/leerling/{kees}/heropenen").status_code == 403


def test_a_groep_names_its_children_and_a_leerkracht_her_groepen(wereld: Wereld, browser: FlaskClient) -> None:
    carla = wereld.session.scalars(select(Leerkracht.id)).one()
    page = _page(browser, "groep", wereld.groep.id)
    assert "Leerlingen 1 Kees van de Ven" in page
    assert "Leerkrachten Carla ter Horst" in page
    page = _page(browser, "leerkracht", carla)
    assert "Groep Groep 5" in page
    assert "Resultaten" not in page.split("Koppeling met")[1]


def test_who_left_keeps_the_results(wereld: Wereld, browser: FlaskClient) -> None:
    floris = wereld.session.scalars(select(Leerling).where(Leerling.roepnaam == "Floris")).one()
    wereld.resultaat(floris)
    wereld.session.commit()
    page = _page(browser, "leerling", floris.id)
    assert "vertrokken" in page
    assert "De resultaten blijven bewaard." in page
    assert "Resultaten 1 toets" in page
