"""Klantenservice has last year's results of a school sent, and says how it knows that the school wants it."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.blueprints.test_nazenden import chosen, vorig  # noqa: F401  # a fixture is found where it is imported
from tests.screens import login, make_clerk, post
from tests.wereld import Wereld
from webapp.models import Audit, Daad, Nazending

PAGE = "/klantenservice/vorig-schooljaar/"


def test_a_school_is_found_chosen_for_agreed_and_stopped(
    app: Flask,
    session: Session,
    vorig: Wereld,  # noqa: F811  # the fixture
) -> None:
    browser = login(app, session, make_clerk(session))
    here = f"{PAGE}{vorig.koppeling.id}/"
    assert browser.get(f"{PAGE}?brin=99xx").location.endswith(here)
    assert "Geen school gevonden" in browser.get(f"{PAGE}?brin=11AA").text
    page = browser.get(here).text
    assert "Resultaten van 2025-2026: De Regenboog" in page
    assert "Gijs" not in page, "klantenservice sees no leerling"
    form = _form(browser, f"{here}controleren/?{chosen(vorig)}", vorig)
    answer = post(browser, here, form | {"akkoord": "ja"})
    assert (answer.status_code, "Schrijf op hoe u weet" in answer.text) == (422, True)
    post(browser, here, form | {"akkoord": "ja", "bereikt": "Gebeld met Marijke"})
    assert "2 gaan de komende nacht" in browser.get(here).text
    nazending = session.scalars(select(Nazending)).one()
    assert nazending.bereikt == "Gebeld met Marijke"
    said = login(app, session, vorig.beheerder).get("/resultaten/vorig-schooljaar/").text
    assert "Akkoord van de klantenservice, op uw verzoek" in said
    act = session.scalars(select(Audit).where(Audit.actie == Daad.NAZENDING_AKKOORD)).one()
    assert (act.tellingen["resultaten"], act.tellingen["bereikt"]) == (2, "Gebeld met Marijke")
    post(browser, f"{here}{nazending.id}/stoppen/")
    assert "gestopt" in browser.get(here).text


def _form(browser: FlaskClient, address: str, wereld: Wereld) -> dict[str, str]:
    found = re.search(r'name="afdruk" value="([0-9a-f]{64})"', browser.get(address).text)
    assert found is not None
    return {"toets": str(wereld.toetsen["VB-RW-5"].id), "groep": str(wereld.groep.id), "afdruk": found[1]}
