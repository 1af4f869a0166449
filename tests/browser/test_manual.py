"""The whole manual in a browser, against the processes of `make run`: real SOAP, real mail, real queue."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.manual import Manual
from tests.ground.run import LocalRun

pytestmark = pytest.mark.browser


@pytest.fixture
def manual(browser: Browser, run: LocalRun) -> Iterator[Manual]:
    manual = Manual(browser, run)
    yield manual
    manual.close()


@pytest.mark.early
def test_from_aanvraag_to_a_normed_result_in_parnassys(manual: Manual) -> None:
    manual.request()
    manual.log_in_klantenservice()
    manual.open_up()
    sleutel = manual.make_sleutel()
    manual.log_in_beheerder()
    manual.submit(sleutel)
    manual.approve()
    mail = manual.koppelingsmail()
    assert "Deze nieuwe gegevens kunnen niet automatisch worden ingelezen." in mail["text"]
    assert manual.wait_for(lambda: manual.mails("youssef@regenboog.example", " minu"))
    review_every_way(manual, mail)
    mend_at_the_source(manual)
    assert manual.answer_questions() >= 1
    manual.import_everything()
    assert_going_back_repeats_nothing(manual)
    manual.take_test()
    manual.send_now()
    manual.see_confirmed()
    results = manual.arrived()
    assert len(results) == 3
    codes = {score["code"] for result in results for score in result["osoresultaat"]["referentiescores"]}
    assert codes == {"IV", "Percentiel"}
    manual.parnassys.goto("/sandbox/parnassys/resultaten")
    expect(manual.parnassys.get_by_role("row").filter(has_text=results[0]["leerling"]).first).to_contain_text("van")
    assert sleutel not in manual.beheerder.content()


def review_every_way(manual: Manual, mail: dict[str, str]) -> None:
    """Step 8 in all its parts: a link by hand, an address, a groep left out and brought back."""
    manual.follow(mail)
    page = manual.beheerder
    review = page.url
    page.goto(f"{review}?soort=leerkrachten&categorie=nieuw")
    page.get_by_role("link", name="E-mailadressen van leerkrachten invullen").click()
    page.get_by_role("textbox", name=re.compile("E-mailadres van")).first.fill("geen adres")
    page.get_by_role("button", name="Adressen bewaren").click()
    expect(page.locator("#foutoverzicht")).to_be_visible()
    page.get_by_role("textbox", name=re.compile("E-mailadres van")).first.fill("nieuw@regenboog.example")
    page.get_by_role("button", name="Adressen bewaren").click()
    expect(page.get_by_text(re.compile("^1 adres bewaard"))).to_be_visible()
    page.goto(f"{review}?soort=groepen&categorie=nieuw")
    page.get_by_role("button", name="Niet", exact=True).first.click()
    expect(page.get_by_text("gaan mee")).to_be_visible()
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_text("wordt nieuw toegevoegd")).to_be_visible()
    page.goto(f"{review}?soort=leerlingen&categorie=nieuw")
    page.get_by_role("link", name=re.compile("koppeling aanpassen")).first.click()
    page.get_by_role("link", name="Zoek in alle groepen").click()
    page.get_by_role("searchbox", name="Naam").fill("de")
    page.get_by_role("searchbox", name="Naam").press("Enter")
    page.get_by_role("button", name=re.compile("Koppel met")).first.click()
    expect(page.get_by_text("wordt gekoppeld aan")).to_be_visible()
    page.get_by_role("button", name="Ongedaan maken").click()
    page.goto(review)


def mend_at_the_source(manual: Manual) -> None:
    """Day and month are exchanged in ParnasSys: put right there and fetched again, nobody has to answer here."""
    page, las = manual.beheerder, manual.parnassys
    asked = int(page.get_by_text(re.compile(r"^Vraag \d+ van \d+$")).inner_text().split()[-1])
    page.goto("/beheer/koppelen/opruimlijst")
    wrong = page.get_by_role("listitem").filter(has_text="Daan Kuipers")
    expect(wrong).to_be_visible()
    las.goto("/sandbox/parnassys/leerlingen?q=Kuipers")
    las.get_by_role("link", name="Daan Kuipers").click()
    year, month, day = las.get_by_label("Geboortedatum").input_value().split("-")
    las.get_by_label("Geboortedatum").fill(f"{year}-{day}-{month}")
    las.get_by_role("button", name="Bewaren").click()
    expect(las.get_by_text("De gegevens van Daan Kuipers zijn bewaard.")).to_be_visible()
    page.get_by_role("button", name="Nu opnieuw ophalen").click()
    page.wait_for_url("**/controle/**")
    review, left = page.url, page.get_by_text(re.compile(f"^Vraag \\d+ van {asked - 1}$"))
    expect(left).to_be_visible()
    page.goto("/beheer/koppelen/opruimlijst")
    expect(page.get_by_text("geboortedatum die wij niet vertrouwen")).to_be_visible()  # of Zoë, on the first of January
    expect(wrong).to_have_count(0)
    page.goto(review)


def assert_going_back_repeats_nothing(manual: Manual) -> None:
    """The button is gone with the work: back leads to who did it and when."""
    page = manual.beheerder
    page.go_back()
    expect(page.get_by_text("Door Marijke van den Brandhof")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Gegevens importeren"))).to_have_count(0)
