"""The simulated board is strict: it answers one client, at one address, and each code once."""

from __future__ import annotations

import time
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from sandbox.bestuur.app import Server, create_app

VERIFIER = "v" * 43
ASK = {
    "response_type": "code",
    "client_id": "koppelpunt",
    "redirect_uri": "http://localhost/terug",
    "scope": "openid",
    "state": "s",
    "nonce": "n",
    "code_challenge_method": "S256",
    "code_challenge": urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
}
HERE = "/sandbox/bestuur"


@pytest.fixture(scope="module")
def server() -> Server:
    return Server("http://localhost", "koppelpunt", "geheim", ASK["redirect_uri"])


@pytest.fixture
def browser(server: Server) -> FlaskClient:
    return create_app(server).test_client()


def code(browser: FlaskClient) -> str:
    answer = browser.post(f"{HERE}/inloggen", query_string=ASK, data={"wie": "0"})
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def change(browser: FlaskClient, given: str, secret: str = "geheim", **changed: str) -> tuple[int, str]:
    login = b64encode(f"koppelpunt:{secret}".encode()).decode()
    form = {
        "grant_type": "authorization_code", "redirect_uri": ASK["redirect_uri"], "code": given,
        "code_verifier": VERIFIER, **changed,
    }  # fmt: skip
    answer = browser.post(f"{HERE}/token", data=form, headers={"Authorization": f"Basic {login}"})
    return answer.status_code, answer.get_json().get("error", "")


@pytest.mark.parametrize("name", ASK)
def test_a_question_of_another_form_gets_no_page(browser: FlaskClient, name: str) -> None:
    assert browser.get(f"{HERE}/inloggen", query_string=ASK).status_code == 200
    assert browser.get(f"{HERE}/inloggen", query_string={**ASK, name: ""}).status_code == 400
    rest = {each: value for each, value in ASK.items() if each != name}
    assert browser.get(f"{HERE}/inloggen", query_string=rest).status_code == 400


def test_a_code_works_once_for_its_client_address_and_verifier(browser: FlaskClient, server: Server) -> None:
    given = code(browser)
    assert change(browser, given, secret="ander") == (401, "invalid_client")
    assert change(browser, given, redirect_uri="http://elders") == (400, "invalid_request")
    assert change(browser, given) == (200, "")
    assert change(browser, given) == (400, "invalid_grant")
    assert change(browser, code(browser), code_verifier="w" * 43) == (400, "invalid_grant")
    late = code(browser)
    server.codes[late]["tot"] = time.time() - 1
    assert change(browser, late) == (400, "invalid_grant")
