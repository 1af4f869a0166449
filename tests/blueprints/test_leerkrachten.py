"""The page with the addresses of the leerkrachten: one form, one save, and nothing that was typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, make_account, messages, post
from tests.services.conftest import aanlevering, pupil, teacher
from webapp.models import Importbatch, Importregel, Koppeling, Leerkracht, Rol, Sessie, Soort
from webapp.services import sloten
from webapp.services.inname import inname

ADDRESSES = "/beheer/beheerders/leerkrachten/adressen"


@pytest.fixture
def batch(weg: Koppelweg, session: Session) -> Importbatch:
    news = aanlevering(
        pupil("k1", "Noor", "Maan"),
        leerkrachten=(teacher("t1", "Loes", "Hartog", groepen=("g5",)), teacher("t2", "Jan", "Zonder")),
    )
    batch = inname.take_in(session, weg.running(), news)
    session.commit()
    assert batch is not None
    return batch


@pytest.fixture
def browser(weg: Koppelweg, batch: Importbatch, session: Session) -> FlaskClient:
    return weg.browser(session.get_one(Koppeling, batch.koppeling_id))


@pytest.fixture
def line(session: Session, batch: Importbatch) -> Callable[[str], Importregel]:
    def find(key: str) -> Importregel:
        session.expire_all()
        query = select(Importregel).where(Importregel.batch_id == batch.id, Importregel.las_key == key)
        return session.scalars(query).one()

    return find


def test_the_page_says_how_many_what_for_and_leads_back_to_the_review(browser: FlaskClient, batch: Importbatch) -> None:
    assert ADDRESSES in browser.get(f"/controle/{batch.id}/?soort=leerkrachten&categorie=nieuw").text
    assert ADDRESSES in browser.get(f"/controle/{batch.id}/samenvatting").text
    page = browser.get(ADDRESSES).text
    assert "E-mailadressen van 2 leerkrachten" in page
    assert "Een adres alleen geeft geen toegang." in page
    assert f'href="/controle/{batch.id}/"' in page
    assert page.index("Jan Zonder") < page.index("Loes Hartog")
    assert "Loes Hartog" not in browser.get(f"{ADDRESSES}?q=zonder").text
    assert "Niemand gevonden" in browser.get(f"{ADDRESSES}?q=niemand").text


def test_a_wrong_one_stays_in_its_field_with_a_correction_and_the_good_one_is_saved(
    browser: FlaskClient, session: Session, line: Callable[[str], Importregel]
) -> None:
    loes, jan = line("t1").id, line("t2").id
    form = {f"adres-r{loes}": "loes@school.example", f"adres-r{jan}": "jan.wegwijzer.example"}
    answer = post(browser, ADDRESSES, form)
    assert answer.status_code == 422
    assert "1 adres bewaard." in answer.text
    assert f'<a href="#adres-r{jan}">Jan Zonder: Er ontbreekt een @.</a>' in answer.text
    assert 'value="jan.wegwijzer.example" data-vak data-bewaard="" aria-invalid="true"' in answer.text
    assert "Ik bedoel jan@wegwijzer.example" in answer.text
    assert (line("t1").email_ingevuld, line("t2").email_ingevuld) == ("loes@school.example", None)
    hidden = dict(re.findall(r'type="hidden" name="((?:was|over)-r\d+)" value="([^"]*)"', answer.text))
    chosen = {f"klopt-r{jan}": "jan@wegwijzer.example"}
    assert post(browser, ADDRESSES, {**form, **hidden, **chosen}).status_code == 303
    assert line("t2").email_ingevuld == "jan@wegwijzer.example"
    assert "Alle 2 leerkrachten hebben een adres" in browser.get(ADDRESSES).text


def test_who_was_logged_out_while_typing_saves_it_after_the_login(
    browser: FlaskClient, session: Session, line: Callable[[str], Importregel]
) -> None:
    browser.get(ADDRESSES)
    form = {f"adres-r{line('t1').id}": "loes@school.example"}
    session.execute(update(Sessie).values(gezien_op=func.now() - func.make_interval(0, 0, 0, 2)))
    session.commit()
    assert "/inloggen" in post(browser, ADDRESSES, form).headers["Location"]
    assert line("t1").email_ingevuld is None
    assert "bewaard: log in en ga verder" in messages(browser)


def test_the_list_of_leerkrachten_says_how_many_have_no_address(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    sloten.lock(session, batch.school_id)
    session.add(Leerkracht(school_id=batch.school_id, roepnaam="Anja", achternaam="de Boer"))
    session.commit()
    page = browser.get("/beheer/beheerders/leerkrachten/").text
    assert "3 leerkrachten hebben er nog geen" in page
    assert [each.soort for each in batch.regels].count(Soort.LEERKRACHT) == 2


def test_nonsense_in_the_form_changes_nothing(browser: FlaskClient) -> None:
    form = {"adres-x1": "a@b.nl", "adres-r": "a@b.nl", "adres-l99999999999": "a@b.nl", "adres-r1'": "a@b.nl"}
    assert post(browser, ADDRESSES, form).status_code == 303


def test_an_account_without_a_leerkracht_can_be_removed(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    loose = make_account(session, Rol.LEERKRACHT, session.get_one(Koppeling, batch.koppeling_id).school)
    page = browser.get("/beheer/beheerders/leerkrachten/").text
    assert f'href="/beheer/beheerders/{loose.id}/verwijderen"' in page
