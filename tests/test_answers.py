"""What every answer says about itself to a browser, over https: cookies, script, frames, caches and addresses."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from tests.ground.crawl import Answer, Crawl

_OWN_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\s(on\w+|style)=\"|javascript:", re.IGNORECASE)
_ADDRESS = re.compile(r'(?:href|action|src)="([^"]*)"')


@pytest.mark.asvs(14)
def test_every_cookie_is_ours_alone(crawl: Crawl) -> None:
    """That of a device too, which a login gives."""
    cookies = {cookie for answer in crawl.all for name, cookie in answer.headers if name == "Set-Cookie"}
    for cookie in cookies:
        name, *rest = cookie.split("; ")
        assert name.startswith("__Host-"), cookie
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(rest), cookie
        assert "Domain" not in cookie
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-koppelpunt", "__Host-toestel"}


@pytest.mark.asvs(15)
def test_every_answer_asks_for_https_from_now_on(crawl: Crawl) -> None:
    said = {answer.header("Strict-Transport-Security") for answer in crawl.all}
    assert said == {"max-age=63072000; includeSubDomains"}
    assert {200, 303, 400, 403, 404, 405, 410, 422, 500} <= {answer.status for answer in crawl.all}


@pytest.mark.asvs(16)
def test_no_page_runs_a_script_that_is_not_a_file_of_ours(crawl: Crawl) -> None:
    """No page has script or style in its text, so that no nonce is needed and none can be guessed."""
    policies = {answer.header("Content-Security-Policy") for answer in crawl.all}
    assert len(policies) == 1
    said = dict(part.split(" ", 1) for part in policies.pop().split("; "))
    assert said.items() >= {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'"}.items()
    assert said.items() >= {"object-src": "'none'", "base-uri": "'none'", "form-action": "'self'"}.items()
    pages = [answer for answer in crawl.all if answer.header("Content-Type").startswith("text/html")]
    assert {(page.endpoint, found[0]) for page in pages if (found := _OWN_SCRIPT.search(page.body))} == set()
    assert len(pages) > 300


@pytest.mark.asvs(17)
def test_no_other_page_hears_the_address_of_a_signed_link(crawl: Crawl) -> None:
    """A new address with a token in it is one."""
    signed = [answer for answer in crawl.all if _is_signed(answer)]
    assert {answer.endpoint for answer in signed} >= {
        "controle.follow", "aanvraag.of_mail", "aanvraag.confirm", "aanvraag.withdraw", "adres.follow",
        "toegang.follow", "toegang.accept_as_new", "security.reset_password",
    }  # fmt: skip
    assert {(answer.endpoint, answer.header("Referrer-Policy")) for answer in signed} == {
        (answer.endpoint, "no-referrer") for answer in signed
    }
    assert {answer.header("Referrer-Policy") for answer in crawl.all} == {"no-referrer", "same-origin"}
    assert {answer.header("X-Robots-Tag") for answer in signed} == {"noindex"}, "nor keeps it for others to find"


def _is_signed(answer: Answer) -> bool:
    return answer.path.startswith("/m/") or re.search(r"/[\w-]+\.[\w-]+\.[\w-]{43}\b", answer.path) is not None


@pytest.mark.asvs(18)
def test_no_page_stands_in_the_frame_of_another(crawl: Crawl) -> None:
    assert all("frame-ancestors 'none'" in answer.header("Content-Security-Policy") for answer in crawl.all)


@pytest.mark.asvs(37)
def test_no_address_holds_a_secret_and_no_page_of_a_school_is_kept(crawl: Crawl) -> None:
    """What may be shown once more is the answer to a form that could not be taken, for the Back button."""
    addresses = {
        unquote(address)
        for answer in crawl.all
        for address in [answer.header("Location"), *_ADDRESS.findall(answer.body)]
        if not address.startswith("mailto:")
    }
    assert {(one, address) for one in crawl.secrets for address in addresses if one in address} == set()
    kept = [answer for answer in crawl.all if answer.header("Cache-Control") != "no-store"]
    assert {answer.header("Cache-Control") for answer in kept if answer.endpoint != "static"} <= {"private, no-cache"}
    assert {answer.method for answer in kept if answer.endpoint != "static"} <= {"POST"}
    assert len(addresses) > 100
