"""The pages of merging two leerlingen: what they ask, what they refuse, and who is told of it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import login, make_account, messages, post
from tests.services.conftest import aanlevering, pupil
from tests.wereld import Wereld, lock_all, make_wereld
from webapp.models import Importregel, Leerling, Rol
from webapp.services.controle import keuzes, zelfde
from webapp.services.inname import dubbel, inname

BORN = date(2016, 3, 12)


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


@pytest.fixture
def browser(app: Flask, session: Session, wereld: Wereld) -> FlaskClient:
    session.commit()
    return login(app, session, wereld.beheerder)


def _noor(wereld: Wereld, las_key: str | None = None, born: date = BORN) -> Leerling:
    made = wereld.leerling("Noor", achternaam="Maan", geboortedatum=born, las_key=las_key)
    wereld.session.commit()
    return made


def _look(browser: FlaskClient, one: Leerling, **args: object) -> str:
    return browser.get(f"/school/leerling/{one.id}/samenvoegen", query_string=args).text


def test_who_may_be_one_is_said_on_both_pages_and_asked_on_a_card(wereld: Wereld, browser: FlaskClient) -> None:
    one, other = _noor(wereld, "k1", born=date(2016, 3, 21)), _noor(wereld)
    lock_all(wereld.session)
    dubbel.remember(wereld.session, one, [other], None)
    wereld.resultaat(one)
    zelfde.ask(wereld.session, wereld.school.id)
    regel = wereld.session.scalars(select(Importregel)).one()
    wereld.session.commit()
    pages = [f"/school/leerling/{each.id}/" for each in (one, other)]
    for page, born in zip(pages, ("12 maart 2016", "21 maart 2016"), strict=True):
        assert f"Misschien dezelfde als Noor Maan, geboren {born}." in browser.get(page).text
    review = f"/controle/{regel.batch_id}/"
    card = browser.get(review).text.partition('id="vraag"')[2].partition("</section>")[0]
    assert "Nu heeft een van de twee een score." in card
    assert 'value="niet"' not in card
    kies = f"{review}regel/{regel.id}/kies"
    answer = post(browser, kies, {"keuze": "koppel", "kandidaat": str(other.id), "kaart": "1"}, review)
    assert answer.location == f"/school/leerling/{one.id}/samenvoegen?met={other.id}"
    assert "<button" in browser.get(answer.location).text
    post(browser, kies, {"keuze": "nieuw", "kaart": "1"}, review)
    assert "is een andere leerling. Er verandert niets" in messages(browser)
    for page in pages:
        assert "Een andere leerling dan Noor Maan, geboren" in browser.get(page).text
    post(browser, f"{pages[0]}twee", {"ander": str(other.id), "terug": "1"}, pages[0])
    assert "Misschien dezelfde als" in browser.get(pages[1]).text


def test_what_speaks_against_it_is_said_and_takes_somebody_who_is_sure(wereld: Wereld, browser: FlaskClient) -> None:
    one, other = _noor(wereld, "k1"), _noor(wereld, born=date(2016, 8, 30))
    page = _look(browser, one, met=other.id)
    assert "misschien zijn dit twee kinderen" in page
    assert "geboortedatum verschilt" in page
    digest = page.partition('name="digest" value="')[2].partition('"')[0]
    form = {"met": str(other.id), "digest": digest}
    answer = post(browser, f"/school/leerling/{one.id}/samenvoegen", form)
    assert "Zet eerst het vinkje" in browser.get(answer.location).text
    answer = post(browser, f"/school/leerling/{one.id}/samenvoegen", form | {"zeker": "ja"})
    assert answer.location == f"/school/leerling/{one.id}/"
    wereld.session.expire_all()
    assert other.samengevoegd_met_id == one.id
    assert browser.get(f"/school/leerling/{other.id}/").location == f"/school/leerling/{one.id}/"
    for stale in ("samenvoegen", "klopt-niet", "klopt-wel", "heropenen", "ontkoppelen", "terugzetten", "toch"):
        address = f"/school/leerling/{other.id}/"
        answer = post(browser, f"{address}{stale}", form | {"met": str(one.id)}, address)
        assert answer.status_code == 303, stale
        assert "intussen samengevoegd" in browser.get(answer.location, follow_redirects=True).text, stale
    stale_page = browser.get(f"/school/leerling/{other.id}/samenvoegen", follow_redirects=True)
    assert "intussen samengevoegd" in stale_page.text
    assert "Samengevoegd met de dubbele Noor Maan" in browser.get(f"/school/leerling/{one.id}/").text
    digest = browser.get(f"/school/leerling/{other.id}/splitsen").text.partition('name="digest" value="')[2]
    for _twice in range(2):
        said = post(browser, f"/school/leerling/{other.id}/splitsen", {"digest": digest.partition('"')[0]})
        assert said.location == f"/school/leerling/{other.id}/"
    page = browser.get(f"/school/leerling/{one.id}/").text
    assert "Uit elkaar gehaald van de dubbele Noor Maan" in page
    assert "Dit is een ander kind dan Noor Maan" in page
    assert f'href="/school/leerling/{one.id}/samenvoegen?met={other.id}"' in page


def test_of_two_that_the_las_has_one_link_is_given_up_by_name(wereld: Wereld, browser: FlaskClient) -> None:
    one, other = _noor(wereld, "k1"), _noor(wereld, "k2")
    page = _look(browser, one, met=other.id)
    assert "Beide staan nu in ParnasSys" in page
    assert "2 leerlingen samenvoegen" not in page
    page = _look(browser, one, met=other.id, los=other.id)
    assert "Nummer k2 in ParnasSys is daarna met niemand gekoppeld" in page
    assert "2 leerlingen samenvoegen" in page


def test_other_eck_ids_have_no_button(wereld: Wereld, browser: FlaskClient) -> None:
    one, other = _noor(wereld, "k1"), _noor(wereld)
    lock_all(wereld.session)
    one.eckid, other.eckid = "https://ketenid.nl/pilot/1", "https://ketenid.nl/pilot/2"
    wereld.session.commit()
    page = _look(browser, one, met=other.id)
    assert "Dit zijn twee kinderen" in page
    assert "2 leerlingen samenvoegen" not in page


def test_a_card_whose_candidates_are_one_child_says_where_they_are_merged(wereld: Wereld, browser: FlaskClient) -> None:
    one, other = _noor(wereld), _noor(wereld)
    batch = inname.take_in(wereld.session, wereld.koppeling, aanlevering(pupil("k1", "Noor", "Maan", BORN.isoformat())))
    assert batch is not None
    wereld.session.commit()
    page = browser.get(f"/controle/{batch.id}/").text
    assert f"/school/leerling/{one.id}/samenvoegen?met={other.id}" in page
    assert "twee keer bij ons" in page
    regel = wereld.session.scalars(select(Importregel).where(Importregel.las_key == "k1")).one()
    keuzes.link(wereld.session, wereld.school.id, regel.id, one.id, door=wereld.beheerder.id)
    wereld.session.commit()
    summary = browser.get(f"/controle/{batch.id}/samenvatting").text
    assert "twee keer bij ons: naam en geboortedatum zijn gelijk. Samenvoegen kan na het importeren." in summary
    digest = summary.partition('name="digest" value="')[2].partition('"')[0]
    receipt = browser.get(post(browser, f"/controle/{batch.id}/importeren", {"digest": digest}).location).text
    assert f"/school/leerling/{one.id}/samenvoegen?met={other.id}" in receipt


def test_a_leerkracht_is_offered_nothing(app: Flask, wereld: Wereld, browser: FlaskClient) -> None:
    one, _ = _noor(wereld, "k1"), _noor(wereld)
    assert "Samenvoegen bekijken" in browser.get("/zoeken?q=noor").text
    leerkracht = login(app, wereld.session, make_account(wereld.session, Rol.LEERKRACHT, wereld.school))
    assert "Samenvoegen bekijken" not in leerkracht.get("/zoeken?q=noor").text
    assert leerkracht.get(f"/school/leerling/{one.id}/samenvoegen").status_code == 403
