"""One account, several schools: each with a rol of its own, one at a time, and nobody switches by looking."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from tests.screens import Koppelweg, join, login, make_account, make_school, post
from tests.wereld import lock_all
from webapp.accounts import sessions
from webapp.links import CONTROLE_LINK
from webapp.models import Account, BatchStatus, Importbatch, Koppeling, MailSoort, Medewerker, Rol, Sessie
from webapp.services import mails


@pytest.fixture
def koppeling(weg: Koppelweg) -> Koppeling:
    """Of De Wegwijzer, the second school of the account."""
    return weg.running()


@pytest.fixture
def account(weg: Koppelweg, koppeling: Koppeling) -> Account:
    """A leerkracht of De Eerste, which has no koppeling, and since then also a beheerder of De Wegwijzer."""
    account = make_account(weg.session, Rol.LEERKRACHT, make_school(weg.session, "34CD", "De Eerste"))
    assert koppeling.school
    join(weg.session, account, koppeling.school)
    weg.session.commit()
    return account


@pytest.fixture
def browser(weg: Koppelweg, account: Account) -> FlaskClient:
    return login(weg.app, weg.session, account)


@pytest.fixture
def link(weg: Koppelweg, koppeling: Koppeling) -> str:
    """The link in a koppelingsmail about De Wegwijzer."""
    assert koppeling.school_id is not None
    lock_all(weg.session)
    batch = Importbatch(
        school_id=koppeling.school_id, koppeling_id=koppeling.id, status=BatchStatus.WACHT_OP_CONTROLE,
        schooljaar="2026-2027", vingerafdruk="x", tellingen={}, opgehaald_op=func.now(),
    )  # fmt: skip
    weg.session.add(batch)
    weg.session.flush()
    mail = mails.add(
        weg.session, MailSoort.KOPPELINGSMAIL, "iemand@wegwijzer.example",
        school_id=koppeling.school_id, koppeling_id=koppeling.id, batch_id=batch.id,
    )  # fmt: skip
    weg.session.commit()
    with weg.app.test_request_context():
        return f"/m/{CONTROLE_LINK.dumps(mail.id)}"


def _at(browser: FlaskClient) -> str:
    found = re.search(r'<span class="naam">(.*?)</span>', browser.get("/").text)
    assert found
    return found[1]


def _switch(browser: FlaskClient, school_id: int | None, **fields: str) -> str:
    return post(browser, f"/school/{school_id}/wissel", fields).headers.get("Location", "")


def test_one_begins_at_the_school_where_one_came_first(browser: FlaskClient) -> None:
    assert _at(browser) == "De Eerste"
    assert browser.get("/beheer/koppelen/").status_code == 403, "a leerkracht there"


def test_switching_brings_the_rol_of_the_other_school(browser: FlaskClient, koppeling: Koppeling) -> None:
    assert _switch(browser, koppeling.school_id) == "/"
    assert _at(browser) == "De Wegwijzer"
    assert browser.get("/beheer/koppelen/").status_code == 200


def test_a_school_of_others_cannot_be_chosen(weg: Koppelweg, browser: FlaskClient) -> None:
    strange = make_school(weg.session, "56EF", "Vreemd")
    assert post(browser, f"/school/{strange.id}/wissel").status_code == 404
    assert _at(browser) == "De Eerste"


def test_who_has_one_school_sees_no_switch(weg: Koppelweg, koppeling: Koppeling, browser: FlaskClient) -> None:
    assert "/wissel" in browser.get("/").text
    assert "/wissel" not in weg.browser(koppeling).get("/").text


def test_the_next_login_begins_at_the_last_school(
    weg: Koppelweg, browser: FlaskClient, account: Account, koppeling: Koppeling
) -> None:
    _switch(browser, koppeling.school_id)
    with weg.app.test_request_context():
        sessions._begin(weg.app, account)
    weg.session.expire_all()
    last = select(Sessie.school_id).where(Sessie.account_id == account.id).order_by(Sessie.id.desc())
    assert weg.session.scalars(last).first() == koppeling.school_id


def test_a_school_that_one_left_is_gone_at_the_next_page(
    weg: Koppelweg, browser: FlaskClient, koppeling: Koppeling, account: Account
) -> None:
    _switch(browser, koppeling.school_id)
    weg.session.execute(
        delete(Medewerker).where(Medewerker.account_id == account.id, Medewerker.school_id == koppeling.school_id)
    )
    weg.session.commit()
    assert _at(browser) == "De Eerste"


def test_a_form_of_the_school_before_is_refused(browser: FlaskClient, koppeling: Koppeling) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/").text)
    assert token
    _switch(browser, koppeling.school_id)
    answer = browser.post(f"/school/{koppeling.school_id}/wissel", data={"csrf_token": token[1]})
    assert answer.status_code == 400
    assert "verlopen" in answer.text


def test_a_mail_about_the_other_school_asks_and_looking_changes_nothing(
    browser: FlaskClient, koppeling: Koppeling, link: str
) -> None:
    for _ in range(2):
        page = browser.get(link, follow_redirects=True)
        assert "Dit gaat over De Wegwijzer" in page.text
        assert _at(browser) == "De Eerste"
    verder = re.search(r'name="next" value="([^"]+)"', page.text)
    assert verder
    answer = _switch(browser, koppeling.school_id, next=verder[1])
    page = browser.get(answer, follow_redirects=True)
    assert page.request.path.startswith("/controle/")
    assert _at(browser) == "De Wegwijzer"


def test_to_a_stranger_the_link_of_the_mail_is_a_page_that_is_not_there(weg: Koppelweg, link: str) -> None:
    strange = make_account(weg.session, Rol.BEHEERDER, make_school(weg.session, "56EF", "Vreemd"))
    answer = login(weg.app, weg.session, strange).get(link, follow_redirects=True)
    assert answer.status_code == 404
    assert "Wegwijzer" not in answer.text


def test_an_address_that_names_a_school_of_others_says_nothing_of_it(
    weg: Koppelweg, browser: FlaskClient, koppeling: Koppeling
) -> None:
    strange = make_account(weg.session, Rol.BEHEERDER, make_school(weg.session, "56EF", "Vreemd"))
    for school in (koppeling.school_id, "x", "0", ""):
        assert "De Wegwijzer" not in login(weg.app, weg.session, strange).get(f"/?school={school}").text
    assert "Dit gaat over De Wegwijzer" in browser.get(f"/?school={koppeling.school_id}").text


@pytest.mark.parametrize("place", ["//kwaad.example", "https://kwaad.example", "/\\kwaad.example", "kwaad"])
def test_switching_never_leads_to_another_site(browser: FlaskClient, koppeling: Koppeling, place: str) -> None:
    assert _switch(browser, koppeling.school_id, next=place) == "/"


def test_klantenservice_is_of_no_school(weg: Koppelweg, koppeling: Koppeling) -> None:
    assert koppeling.school
    join(weg.session, weg.klantenservice, koppeling.school)
    weg.session.commit()
    assert weg.clerk().get("/beheer/koppelen/").status_code == 404
    assert weg.clerk().get("/").status_code == 303
