"""Help: nothing that may be open and no code lacks its text, and everybody reads what they can do."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from tests.screens import Koppelweg, login, make_account
from webapp.blueprints import hulp as pages
from webapp.config import PROJECT
from webapp.models import KoppelingStatus, LasType, Rol
from webapp.models.fout import EigenCode
from webapp.models.koppeling import RUNNING
from webapp.services.overzicht.einde import VAN_STATUS, Aan, Einde, OpenEinde
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.woorden import hulp
from webapp.woorden.hulp import Artikel, Bladzijde, Lezer
from webapp.woorden.namen import Namen

NAMEN = Namen(las="het LAS", testcentrum="Toetshuis Noord", testcentrum_kort="Noord")
BEELDEN = PROJECT / "webapp" / "static" / "hulp"
SMALL = 60_000
QUEUE = "/klantenservice/"


def everything(lezer: Lezer) -> Iterator[Artikel]:
    """All that this reader may read."""
    for wat in hulp.ONDERWERPEN:
        if (found := hulp.artikel(wat, lezer, NAMEN)) is not None:
            yield found
    for code in hulp.CODES:
        yield hulp.van_code(code, lezer, NAMEN, "2026-2027")


def test_whatever_may_be_open_has_help() -> None:
    assert {*Einde, *Bladzijde} - hulp.ONDERWERPEN.keys() == set()
    assert {*VAN_STATUS} == {*KoppelingStatus} - RUNNING, "a state that no einde tells of needs help of its own"
    for lezer in (Lezer.BEHEERDER, Lezer.KLANTENSERVICE):
        assert [einde for einde in Einde if hulp.artikel(einde, lezer, NAMEN) is None] == []
    names = [hulp.naam(wat) for wat in hulp.ONDERWERPEN]
    assert len(names) == len({*names} - {"code", "handleiding"}), "each has an address of its own"


def test_whatever_is_open_opens_at_help_that_its_reader_may_read() -> None:
    for lezer in (Lezer.BEHEERDER, Lezer.LEERKRACHT):
        for einde in Einde:
            for aan in (Aan.U, Aan.TESTCENTRUM):
                (wat,) = hulp.open_bij([OpenEinde(einde, aan)], lezer)
                assert hulp.artikel(wat, lezer, NAMEN) is not None, (einde, lezer)
    assert hulp.open_bij([], Lezer.BEHEERDER) == [Bladzijde.IN_ORDE]


def test_every_code_has_help_for_whoever_may_see_it() -> None:
    assert {*FaultCode, *Reden, *EigenCode} == {*hulp.CODES}
    assert len({str(code) for code in hulp.CODES}) == len(hulp.CODES), "each has an address of its own"
    for code in hulp.CODES:
        said = hulp.van_code(code, Lezer.KLANTENSERVICE, NAMEN, "2026-2027")
        assert said.doet, code
    mine = hulp.van_code(FaultCode.LEERLING_ONGELDIG, Lezer.LEERKRACHT, NAMEN, "2026-2027")
    assert "beheerder" in mine.wie, "a leerkracht cannot mend it"


@pytest.mark.parametrize("lezer", Lezer)
def test_each_is_three_whole_sentences_without_a_hole(lezer: Lezer) -> None:
    for each in everything(lezer):
        texts = (each.wat, each.daarna, each.wie, *((each.doet,) if each.doet else ()))
        assert [text for text in texts if not re.search(r"[.?]$", text) or re.search(r"[{}]|  ", text)] == [], each.kop
        assert each.kop[0].isupper(), each.kop
        assert bool(each.doet) == (lezer is Lezer.KLANTENSERVICE and each.naam != hulp.naam(Bladzijde.WACHTRIJ))


def test_every_step_of_the_las_has_a_small_picture_and_no_picture_is_left_over() -> None:
    named = {stap.beeld for each in hulp.ONDERWERPEN.values() for stap in each.stappen if stap.beeld}
    for las_type in LasType:
        found = {path.stem: path.stat().st_size for path in (BEELDEN / las_type).iterdir()}
        assert found.keys() == named, "make them anew: python -m tests.browser.hulpbeelden"
        assert [name for name, size in found.items() if size > SMALL] == []


def test_help_opens_at_what_the_page_is_about(app: Flask) -> None:
    with app.app_context():
        known = {*app.view_functions, *app.blueprints}
    assert {each for each in pages._BIJ if each not in known} == set()


def test_a_beheerder_finds_help_from_every_page_that_fits_the_state(weg: Koppelweg) -> None:
    browser = weg.browser(weg.opened())
    assert 'href="/hulp/"' in browser.get("/").text
    assert 'href="/hulp/beheerders-en-leerkrachten"' in browser.get("/beheer/beheerders/").text
    page = browser.get("/hulp/").text
    assert "De autorisatiesleutel maken en invullen" in page
    assert re.search(r"/static/hulp/parnassys/afnemen\.\w+\.png", page)
    assert "Wat de klantenservice doet" not in page
    paper = browser.get("/hulp/handleiding").text
    assert paper.count("<article") == sum(hulp.artikel(wat, Lezer.BEHEERDER, NAMEN) is not None for wat in Einde) + 6
    assert paper.count("/afnemen.") == 1, "a picture costs paper once"
    assert browser.get("/hulp/bestaat-niet").status_code == browser.get("/hulp/code/x").status_code == 404
    assert browser.get("/hulp/wacht-op-ons").status_code == 404


def test_a_leerkracht_reads_what_she_can_do_and_no_more(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    browser = login(weg.app, weg.session, make_account(weg.session, Rol.LEERKRACHT, koppeling.school))
    page = browser.get("/hulp/").text
    assert "Een beheerder van uw school is aan zet." in page
    assert "Scores invullen en normeren" in page
    assert browser.get("/hulp/controleren").status_code == browser.get("/hulp/opengezet").status_code == 404
    assert "autorisatiesleutel instellen" not in browser.get("/hulp/sleutel-geweigerd").text
    assert "Gegevens importeren" not in browser.get("/hulp/handleiding").text


def test_klantenservice_reads_what_to_do_of_every_state_and_code(weg: Koppelweg) -> None:
    browser = weg.clerk()
    assert 'href="/hulp/wacht-op-ons"' in browser.get("/klantenservice/").text
    page = browser.get("/hulp/").text
    assert all(f"/hulp/code/{code}" in page for code in hulp.CODES)
    assert "Wat de klantenservice doet" in browser.get("/hulp/opengezet").text
    said = browser.get("/hulp/code/Client.AutorisatieOngeldig").text
    assert "weigert de combinatie van autorisatiesleutel en BRIN" in said


def test_the_case_and_the_story_of_a_school_lead_to_help_about_what_is_the_matter(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.fout_code, koppeling.fout_eigenaar, koppeling.fout_gegevens = Reden.ONVOLLEDIG, Owner.LAS, {}
    weg.session.commit()
    clerk = weg.clerk()
    page = clerk.get(f"/klantenservice/koppeling/details/?id={koppeling.id}").text
    assert 'href="/hulp/ophalen-mislukt"' in page
    assert 'href="/hulp/code/onvolledig"' in page
    (case,) = {
        html.unescape(each) for each in re.findall(r'href="(/klantenservice/zaak/[^"]+)"', clerk.get(QUEUE).text)
    }
    assert 'href="/hulp/code/onvolledig"' in clerk.get(case).text


def test_a_code_below_a_fault_leads_to_what_it_means(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.fout_code, koppeling.fout_eigenaar, koppeling.fout_gegevens = Reden.ONVOLLEDIG, Owner.LAS, {}
    weg.session.commit()
    browser = weg.browser(koppeling)
    assert 'href="/hulp/code/onvolledig"' in browser.get("/beheer/koppelen/").text
    assert "ontbreken verplichte onderdelen" in browser.get("/hulp/code/onvolledig").text


def test_the_code_in_a_sentence_for_klantenservice_is_a_link_and_nothing_else_is_markup(app: Flask) -> None:
    with app.test_request_context():
        assert pages.with_code("<b> (code leeg).") == '&lt;b&gt; (code <a href="/hulp/code/leeg">leeg</a>).'
        assert pages.with_code("Zie (code onzin) <i>") == "Zie (code onzin) &lt;i&gt;"


def test_a_visitor_reads_how_to_ask_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    page = client.get("/hulp/").text
    assert "Een koppeling aanvragen" in page
    assert 'href="/aanvraag/"' in page
    with app.test_request_context():
        closed = [
            url_for("hulp.manual"),
            url_for("hulp.show", wat="controleren"),
            url_for("hulp.show_code", code="leeg"),
        ]
    assert ["/inloggen" in client.get(each).location for each in closed] == [True, True, True]
