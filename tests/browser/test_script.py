"""A script that somebody got into a page, in a real browser: it does not run."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route, expect

from tests.las import running_app

pytestmark = pytest.mark.browser
PLANTED = (
    "<script>document.title = 'liep'</script><img src='x' onerror=\"document.title = 'liep'\">"
    "<script src='https://elders.example/x.js'></script>"
)


def plant(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("</main>", f"{PLANTED}</main>"))


def test_a_script_that_was_planted_does_not_run(app: Flask, browser: Browser, refused: list[str]) -> None:
    with running_app(app) as server:
        context = browser.new_context(base_url=server.address)
        page = context.new_page()
        page.route("**/aanvraag/", plant)
        page.goto("/aanvraag/")
        expect(page.locator("img[src='x']")).to_have_count(1)
        page.wait_for_load_state("load")
        assert "liep" not in page.title()
        context.close()
    assert len(refused) >= 3
    refused.clear()
