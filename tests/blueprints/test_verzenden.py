"""The page on which a school chooses what goes to its LAS: kept, taken back, refused, and said beside each result."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from tests.screens import Koppelweg, messages, post
from webapp.filters import datum
from webapp.models import LasType
from webapp.models.ids import SchoolId
from webapp.presentation import today
from webapp.services import zendkeuze
from webapp.services.koppeling import stilstand
from webapp.services.versturen import minuut
from webapp.services.zendkeuze import Keuzes

URL = "/beheer/koppelen/verzenden"


def _form(browser: FlaskClient, **other: Any) -> dict[str, Any]:
    """What the page holds, as a browser sends it back, but for these."""
    page = browser.get(URL).text
    hidden = dict(re.findall(r'name="(gezien|getoond)" value="([^"]*)"', page))
    day = re.search(r'name="vanaf" value="([^"]*)"', page)
    assert day is not None
    mee = re.findall(r'name="mee" value="(\d+)" checked', page)
    return {**hidden, "versturen": "ja", "vanaf": day[1], "mee": mee} | other


def _keuzes(weg: Koppelweg, school_id: SchoolId | None) -> Keuzes:
    assert school_id is not None
    weg.session.expire_all()
    return zendkeuze.of_school(weg.session, school_id)


def test_nothing_goes_any_more_and_the_button_of_the_message_takes_that_back(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    assert "Wat er naar ParnasSys gaat" in browser.get("/beheer/koppelen/").text
    assert post(browser, URL, _form(browser)).status_code == 303
    assert "Er is niets veranderd." in messages(browser)
    post(browser, URL, _form(browser, versturen="nee"))
    page = browser.get(URL).text
    assert "er gaat niets meer naar ParnasSys" in page
    assert "Uw school verstuurt niets: zo ingesteld door" in page
    assert "Uw school verstuurt niets: zo ingesteld door" in browser.get("/resultaten/leveringen/").text
    assert "Uw school verstuurt ze nu niet naar ParnasSys." in browser.get("/resultaten/").text
    assert _keuzes(weg, koppeling.school_id).alles_uit is not None
    post(browser, URL, _form(browser, versturen="nee"))  # pressed twice
    assert "Er is niets veranderd." in messages(browser)
    post(browser, URL, _form(browser))
    assert "er gaan weer resultaten mee" in messages(browser)
    assert _keuzes(weg, koppeling.school_id).alles_uit is None


def test_a_day_before_the_koppeling_or_none_is_refused_with_all_that_was_typed(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    for typed, sentence in (
        ("2019-01-01", "De koppeling begon op"),
        ("morgen", "Vul de dag in"),
        ("", "Vul de dag in"),
    ):
        answer = post(browser, URL, _form(browser, versturen="nee", vanaf=typed))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "Er is niets opgeslagen." in answer.text
        assert re.search(r'value="nee" checked', answer.text)
    assert _keuzes(weg, koppeling.school_id) == Keuzes()
    later = today() + timedelta(days=30)
    post(browser, URL, _form(browser, vanaf=later.isoformat()))
    kept = _keuzes(weg, koppeling.school_id).vanaf
    assert kept is not None
    page = browser.get(URL).text
    assert f'value="{later.isoformat()}"' in page
    assert f"Mee gaat wat u normeert vanaf {datum(later)}." in page
    assert f"Let op: wat u normeert vóór {datum(later)} blijft hier." in page
    assert "Klopt dat jaar?" not in page
    logboek = browser.get("/beheer/logboek/").text
    assert f"Versturen staat aan, in de nacht, wat genormeerd is vanaf {datum(later)}<" in logboek
    assert f"wat genormeerd is vanaf {datum(later)}" in weg.clerk().get("/klantenservice/audit/").text
    post(browser, URL, _form(browser, vanaf="2099-01-01"))
    assert "Klopt dat jaar?" in browser.get(URL).text


def test_the_minute_is_offered_only_where_the_las_allows_it(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    assert "Binnen een minuut" not in browser.get(URL).text
    post(browser, URL, _form(browser, binnen_minuut="ja"))
    assert not _keuzes(weg, koppeling.school_id).binnen_minuut
    clerk = weg.clerk()
    assert post(clerk, "/klantenservice/schakelaars/minuut/parnassys/", {"mag": "ja"}).status_code == 303
    assert "dat mag, sinds" in clerk.get("/klantenservice/schakelaars/").text
    assert post(clerk, "/klantenservice/schakelaars/minuut/onbekend/", {"mag": "ja"}).status_code == 404
    post(browser, URL, _form(browser, binnen_minuut="ja"))
    assert "binnen een minuut" in messages(browser)
    assert _keuzes(weg, koppeling.school_id).binnen_minuut
    minuut.allow(weg.session, LasType.PARNASSYS, on=False, door=weg.klantenservice.id)
    weg.session.commit()
    post(browser, URL, _form(browser, versturen="nee"))
    assert _keuzes(weg, koppeling.school_id).binnen_minuut, "what cannot be chosen now stays as it was"


def test_an_old_page_and_what_no_form_sends_change_nothing(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    old = _form(browser)
    post(browser, URL, _form(browser, versturen="nee"))
    post(browser, URL, old | {"vanaf": (today() + timedelta(days=3)).isoformat()})
    assert "heeft dit intussen gewijzigd" in messages(browser)
    stands = _keuzes(weg, koppeling.school_id)
    for wrong in ({"versturen": "misschien"}, {"binnen_minuut": "x"}, {"gezien": "gisteren", "versturen": "ja"}):
        assert post(browser, URL, _form(browser) | wrong).status_code == 400, wrong
    post(browser, URL, _form(browser, versturen="nee", mee=["999999", "-1", "x"]))
    assert _keuzes(weg, koppeling.school_id).alles_uit == stands.alles_uit
    stilstand.pause(weg.session, koppeling.id, door=weg.klantenservice.id)
    weg.session.commit()
    assert browser.get(URL).status_code == 404
