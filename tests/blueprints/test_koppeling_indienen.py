"""Beheer > Koppelen met LAS up to the request for approval."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.screens import JAAR, SLEUTEL, Koppelweg, login, make_account, make_school, messages, post
from tests.wereld import lock_all
from webapp.models import Audit, Groep, Koppeling, KoppelingStatus, Leerling, Mail, MailSoort, Rol
from webapp.models.koppeling import Afwijsreden
from webapp.schooljaar import next_schooljaar
from webapp.services.koppeling import aanvraag
from webapp.services.koppeling.sleutel import opened

GOED = {"las_type": "parnassys", "schooljaar": JAAR, "sleutel": SLEUTEL}
ONZICHTBAAR = "\u200b\ufeff\u00a0"


def _with_numbers(weg: Koppelweg, koppeling: Koppeling) -> None:
    assert koppeling.school_id
    session, school_id = weg.session, koppeling.school_id
    lock_all(session)
    session.add_all([Groep(school_id=school_id, naam="5a", las_key="oud-1"), Groep(school_id=school_id, naam="6a")])
    session.add_all([Leerling(school_id=school_id, roepnaam="Jip", las_key=f"oud-{n}") for n in range(3)])
    session.commit()


def test_the_page_shows_the_steps_with_brin_and_school_year(weg: Koppelweg) -> None:
    page = weg.browser(weg.opened()).get("/beheer/koppelen/").text
    for expected in ("Stap 1", "afnemen", "12AB", JAAR, next_schooljaar(JAAR), "ParnasSys UWLR"):
        assert expected in page
    assert "Blijft leeg: ParnasSys herkent uw school aan BRIN en vestiging." in page
    assert " disabled" in page.split('name="schoolkey"')[1].split(">")[0]


def test_submitting_stores_the_key_encrypted_and_confirms(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    browser = weg.browser(koppeling)
    answer = post(browser, "/beheer/koppelen/", GOED)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/beheer/koppelen/ingediend")
    page = browser.get("/beheer/koppelen/ingediend").text
    assert "Uw koppeling is aangevraagd" in page
    assert "U hoeft niets te doen." in page
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.INGEDIEND
    assert koppeling.schooljaar == JAAR
    assert koppeling.sleutel
    assert SLEUTEL.encode() not in koppeling.sleutel
    assert opened(koppeling, weg.app.extensions["keyring"]) == SLEUTEL
    assert weg.session.scalars(select(Mail).where(Mail.soort == MailSoort.INGEDIEND)).one()


@pytest.mark.parametrize("pasted", [f"  {SLEUTEL}\n", f"{ONZICHTBAAR}{SLEUTEL}{ONZICHTBAAR}", f'"{SLEUTEL}"'])
def test_what_copying_adds_is_taken_away(weg: Koppelweg, pasted: str) -> None:
    koppeling = weg.opened()
    assert post(weg.browser(koppeling), "/beheer/koppelen/", GOED | {"sleutel": pasted}).status_code == 303
    weg.session.expire_all()
    assert opened(koppeling, weg.app.extensions["keyring"]) == SLEUTEL


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"sleutel": ""}, "Plak hier de autorisatiesleutel"),
        ({"sleutel": ONZICHTBAAR}, "Plak hier de autorisatiesleutel"),
        ({"sleutel": "kort"}, "Er is niets opgeslagen."),
        ({"sleutel": "12AB"}, "Dit is het BRIN"),
        ({"sleutel": "anja@wegwijzer.example"}, "Dit is een adres"),
        ({"sleutel": "https://parnassys.example/koppelingen"}, "Dit is een adres"),
        ({"sleutel": "sleutel-met-é-erin"}, "gewone letters, cijfers en leestekens"),
        ({"sleutel": "x" * 300}, "ten hoogste"),
        ({"schooljaar": "2019-2020"}, "Schooljaar"),
        ({"schooljaar": ""}, "Schooljaar"),
        ({"las_type": "esis"}, "Type koppeling"),
    ],
)
def test_what_is_wrong_gets_a_sentence_and_nothing_is_stored(
    weg: Koppelweg, typed: dict[str, str], sentence: str
) -> None:
    koppeling = weg.opened()
    answer = post(weg.browser(koppeling), "/beheer/koppelen/", GOED | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    weg.session.expire_all()
    assert (koppeling.status, koppeling.sleutel) == (KoppelingStatus.OPENGEZET, None)


def test_a_refused_key_is_not_in_the_page(weg: Koppelweg) -> None:
    browser = weg.browser(weg.opened())
    assert SLEUTEL not in post(browser, "/beheer/koppelen/", GOED | {"schooljaar": "1999-2000"}).text
    assert "sleutel-met-é-erin" not in post(browser, "/beheer/koppelen/", GOED | {"sleutel": "sleutel-met-é-erin"}).text


def test_a_second_press_changes_nothing_and_shows_the_confirmation(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    browser = weg.browser(koppeling)
    post(browser, "/beheer/koppelen/", GOED)
    again = post(browser, "/beheer/koppelen/", GOED | {"sleutel": "EEN-HEEL-ANDERE-SLEUTEL"})
    assert again.headers["Location"] == "/beheer/koppelen/ingediend"
    assert f"de koppeling van {koppeling.schoolnaam} is al ingediend" in browser.get("/beheer/koppelen/ingediend").text
    weg.session.expire_all()
    assert opened(koppeling, weg.app.extensions["keyring"]) == SLEUTEL
    assert len(weg.session.scalars(select(Mail).where(Mail.soort == MailSoort.INGEDIEND)).all()) == 1


def test_only_what_the_form_asks_is_taken(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    sneaky = {"brin": "99ZZ", "status": "actief", "vestiging": "09", "schoolkey": "x", "gestart_op": "2020-01-01"}
    assert post(weg.browser(koppeling), "/beheer/koppelen/", GOED | sneaky).status_code == 303
    weg.session.expire_all()
    assert (koppeling.brin, koppeling.vestiging, koppeling.status) == ("12AB", "00", KoppelingStatus.INGEDIEND)
    assert koppeling.gestart_op is None


def test_old_numbers_are_cleared_first(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    _with_numbers(weg, koppeling)
    browser = weg.browser(koppeling)
    page = browser.get("/beheer/koppelen/").text
    assert "4 externe nummers wissen" in page
    assert 'name="sleutel"' not in page
    post(browser, "/beheer/koppelen/", GOED, come_from="/beheer/koppelen/")
    assert "Er staan nog 4 oude externe nummers." in messages(browser)
    weg.session.expire_all()
    assert (koppeling.status, koppeling.sleutel) == (KoppelingStatus.OPENGEZET, None)


def test_clearing_asks_counts_and_touches_nothing_else(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    _with_numbers(weg, koppeling)
    browser = weg.browser(koppeling)
    question = browser.get("/beheer/koppelen/externe-nummers").text
    assert "4 externe nummers wissen?" in question
    assert "3 leerlingen en 1 groep" in question
    post(browser, "/beheer/koppelen/externe-nummers", {"aantal": "4"})
    assert "4 externe nummers gewist" in messages(browser)
    weg.session.expire_all()
    leerlingen = weg.session.scalars(select(Leerling)).all()
    assert [(leerling.las_key, leerling.roepnaam) for leerling in leerlingen] == [(None, "Jip")] * 3
    row = weg.session.scalars(select(Audit).where(Audit.actie == "externe nummers gewist")).one()
    assert row.tellingen == {"leerlingen": 3, "groepen": 1}
    assert row.account_id == weg.beheerder(koppeling).id
    assert 'name="sleutel"' in browser.get("/beheer/koppelen/").text


def test_clearing_another_number_than_was_shown_clears_nothing(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    _with_numbers(weg, koppeling)
    browser = weg.browser(koppeling)
    post(browser, "/beheer/koppelen/externe-nummers", {"aantal": "3"}, come_from="/beheer/koppelen/externe-nummers")
    assert "Er is niets gewist" in messages(browser)
    assert post(browser, "/beheer/koppelen/externe-nummers", {"aantal": "veel"}).status_code == 400
    weg.session.expire_all()
    assert {groep.las_key for groep in weg.session.scalars(select(Groep))} == {"oud-1", None}


def test_numbers_may_still_be_cleared_while_klantenservice_decides(weg: Koppelweg) -> None:
    koppeling = weg.submitted()
    _with_numbers(weg, koppeling)
    assert "4 externe nummers wissen?" in weg.browser(koppeling).get("/beheer/koppelen/externe-nummers").text


def test_a_running_koppeling_keeps_its_numbers(weg: Koppelweg) -> None:
    koppeling = weg.running()
    _with_numbers(weg, koppeling)
    browser = weg.browser(koppeling)
    assert browser.get("/beheer/koppelen/externe-nummers").headers["Location"] == "/beheer/koppelen/"
    post(browser, "/beheer/koppelen/externe-nummers", {"aantal": "4"})
    assert "deze nummers zijn de koppeling zelf" in messages(browser)


def test_a_rejection_shows_its_reason_and_may_be_followed_by_another_key(weg: Koppelweg) -> None:
    koppeling = weg.submitted()
    reden = "De sleutel is van vestiging 01."
    aanvraag.reject(weg.session, koppeling.id, reden=Afwijsreden.SLEUTEL, toelichting=reden, door=weg.klantenservice.id)
    weg.session.commit()
    browser = weg.browser(koppeling)
    page = browser.get("/beheer/koppelen/").text
    assert reden in page
    assert "De autorisatiesleutel hoort niet bij deze school." in page
    assert post(browser, "/beheer/koppelen/", GOED).headers["Location"] == "/beheer/koppelen/ingediend"


def test_a_colleague_without_the_right_reads_who_has_it(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    leerkracht = login(weg.app, weg.session, make_account(weg.session, Rol.LEERKRACHT, koppeling.school))
    page = leerkracht.get("/beheer/koppelen/")
    assert page.status_code == 403
    assert "Vraag een beheerder van uw school." in page.text
    assert post(leerkracht, "/beheer/koppelen/", GOED).status_code == 403
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.OPENGEZET


def test_another_school_cannot_submit_for_this_one(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    other = make_account(weg.session, Rol.BEHEERDER, make_school(weg.session, "34CD", "De Andere"))
    browser = login(weg.app, weg.session, other)
    assert "Wegwijzer" not in browser.get("/beheer/koppelen/").text
    assert post(browser, "/beheer/koppelen/", GOED | {"koppeling_id": koppeling.id}).status_code == 404
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.OPENGEZET


def test_klantenservice_has_no_such_page_and_a_visitor_logs_in(weg: Koppelweg) -> None:
    weg.opened()
    assert weg.clerk().get("/beheer/koppelen/").status_code == 404
    answer = weg.app.test_client().get("/beheer/koppelen/")
    assert answer.headers["Location"] == "/inloggen?next=/beheer/koppelen/"
