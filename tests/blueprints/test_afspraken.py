"""The page of the vaste afspraken: asked once, answered, taken back, and never over the head of a colleague."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from tests.screens import Koppelweg, messages, post
from tests.wereld import lock_all
from webapp.models import Afspraken, Handeling, Koppeling, Leerling, Mutatie, Soort, Wat
from webapp.services import afspraken
from webapp.services.afspraken import UIT
from webapp.services.clock import database_now
from webapp.services.koppeling import levensloop

URL = "/beheer/koppelen/afspraken"
UIT_FORM: dict[str, Any] = {
    "nieuwe_leerlingen": "nee", "nieuwe_leerkrachten": "nee", "alleen_op_het_spel": "nee", "jaargroepen": "alle",
    "mailritme": "meteen",
}  # fmt: skip


def _seen(browser: FlaskClient) -> str:
    found = re.search(r'name="gezien" value="([^"]*)"', browser.get(URL).text)
    assert found is not None
    return found[1]


def _values(weg: Koppelweg, koppeling: Koppeling) -> dict[str, Any]:
    weg.session.expire_all()
    assert koppeling.school_id is not None
    return afspraken.values(afspraken.of_school(weg.session, koppeling.school_id))


def test_it_is_asked_once_after_the_first_import_until_there_is_an_answer(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    assert "Vaste afspraken maken" not in browser.get("/").text, "not before the first import"
    levensloop.first_import_done(koppeling)
    weg.session.commit()
    assert "Vaste afspraken maken" in browser.get("/").text
    assert "Vaste afspraken" in browser.get("/beheer/koppelen/").text
    assert post(browser, URL, UIT_FORM | {"mail_weekdag": "massa", "mail_na_dagen": "98"}).status_code == 303, "unused"
    weg.session.connection().execute(update(Afspraken).values(gevraagd_op=None))
    weg.session.commit()
    post(browser, f"{URL}/later")
    assert "wij vragen er niet meer naar" in messages(browser)
    assert "Vaste afspraken maken" not in browser.get("/").text
    assert "Nog niets. Alles gaat zoals in de handleiding." in browser.get(URL).text


def test_answers_are_kept_and_go_back_with_the_button_of_the_message(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    chosen = UIT_FORM | {
        "nieuwe_leerlingen": "ja", "jaargroepen": "niet", "jaargroep": ["1", "2"], "mailritme": "weekdag",
        "mail_weekdag": "3", "gezien": _seen(browser),
    }  # fmt: skip
    post(browser, URL, chosen)
    page = browser.get(URL).text
    assert "Uw afspraken zijn bewaard" in page
    on = {"nieuwe_leerlingen": True, "jaargroepen_niet": ["1", "2"], "mailritme": "weekdag", "mail_weekdag": 3}
    assert _values(weg, koppeling) == {**UIT, **on}
    assert "nieuwe leerlingen vanzelf toevoegen, groep 1 en 2 niet en één mail per week, op woensdag" in page
    post(browser, URL, chosen)
    assert "Zo staan uw afspraken al. Er is niets veranderd." in messages(browser), "pressed twice"
    undo = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page[page.index('class="flitsen"') :].split("</form>")[0]))
    post(browser, URL, undo)
    assert "Uw afspraken zijn bewaard" in messages(browser)
    assert _values(weg, koppeling) == UIT
    assert "Vaste afspraken maken" not in browser.get("/").text


def test_what_a_colleague_changed_meanwhile_is_said_and_not_lost(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    seen = _seen(browser)
    post(browser, URL, UIT_FORM | {"nieuwe_leerlingen": "ja", "gezien": seen})
    post(browser, URL, UIT_FORM | {"gezien": seen})
    assert "intussen gewijzigd. Uw wijziging is niet opgeslagen" in messages(browser)
    assert _values(weg, koppeling)["nieuwe_leerlingen"] is True


def test_no_jaargroep_ticked_is_said_beside_the_question(weg: Koppelweg) -> None:
    browser = weg.browser(weg.running())
    answer = post(browser, URL, UIT_FORM | {"jaargroepen": "niet", "nieuwe_leerkrachten": "ja"})
    assert answer.status_code == 422
    assert re.search(r'name="nieuwe_leerkrachten" value="ja" checked', answer.text), (
        "what was answered stands there still"
    )
    assert "Kies welke groepen niet meedoen" in answer.text
    answer = post(browser, URL, UIT_FORM | {"jaargroep": ["1", "2"]})
    assert answer.status_code == 422, "a tick is never passed over in silence"
    assert "U koos Alle groepen doen mee, en vinkte ook groepen aan" in answer.text
    assert all(f'name="jaargroep" value="{code}" checked' in answer.text for code in ("1", "2"))
    for wrong in ({"jaargroep": "99", "jaargroepen": "niet"}, {"nieuwe_leerlingen": "x"}, {"gezien": "gisteren"}):
        assert post(browser, URL, UIT_FORM | wrong).status_code == 400


def test_the_numbers_are_those_of_the_school_itself(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    assert "bij scholen van uw grootte" not in browser.get(URL).text, "nobody is linked: nothing to go by"
    assert koppeling.school_id is not None
    lock_all(weg.session)
    now, last = database_now(weg.session), 0
    for days, number in ((300, 5), (200, 2), (199, 1)):
        act = Handeling(school_id=koppeling.school_id, wat=Wat.IMPORT, op=now - timedelta(days=days))
        weg.session.add(act)
        weg.session.flush()
        for _each in range(number):
            last += 1
            mine = {"school_id": koppeling.school_id, "handeling_id": act.id, "soort": Soort.LEERLING}
            weg.session.add(Mutatie(**mine, record_id=last, na={}))
    weg.session.add(Leerling(school_id=koppeling.school_id, roepnaam="Bo", las_key="k1", jaargroep="1"))
    weg.session.commit()
    page = browser.get(URL).text
    assert "3 vragen minder" in page, "the first import does not count"
    assert "3 nieuwe leerlingen, op 2 dagen" in page
    chart = re.search(r'aria-label="(Vragen per maand[^"]*)"', page)
    assert chart is not None
    left = [int(number) for number in re.findall(r" (\d+)\b", chart[1])]
    assert (sum(left), len(left)) in {(3, 10), (3, 11)}, "each month since the first import, the empty ones too"
    assert "1 leerling</p>" in page
