"""The start page, the walk, and the bar on top of every page of the test centre."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from sandbox.parnassys.app import create_app
from sandbox.parnassys.screens.access import PATH
from sandbox.parnassys.settings import Settings
from sandbox.proef.walk import STEPS


def test_the_walk_leads_to_pages_that_exist(client: FlaskClient, session: Session, database_url: str) -> None:
    parnassys = create_app(Settings(database_url, "geheim", "http://localhost", "klantcode")).url_map.bind("localhost")
    assert len(STEPS) == 10
    addresses = {address for step in STEPS for _, address in step.links}
    addresses |= set(re.findall(r'href="(/sandbox/[^"]*)"', client.get("/sandbox/").text))
    assert f"{PATH}/resultaten.json" in addresses
    for address in addresses:
        if address.startswith(PATH):
            assert parnassys.match(address), address
        else:
            assert client.get(address).status_code != 404, address


def test_the_pages_of_practice_have_no_script_or_style_in_their_text(client: FlaskClient, session: Session) -> None:
    for page in ("/sandbox/", "/sandbox/postvak/"):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:", answer.text), page
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_every_page_of_the_test_centre_says_that_this_is_practice(client: FlaskClient, session: Session) -> None:
    assert 'aria-label="Proefomgeving"' in client.get("/aanvraag/").text
