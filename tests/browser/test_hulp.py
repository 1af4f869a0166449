"""Help on a telephone and on paper: from a page to what fits it, with the pictures of the LAS."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.maat import look, prints
from tests.browser.test_zoeken import PHONE, Site, site  # noqa: F401  # a fixture is found where it is imported

pytestmark = pytest.mark.browser


def test_help_is_found_read_and_printed(site: Site) -> None:  # noqa: F811  # the imported fixture, asked for by its name
    with site.page(viewport=PHONE) as page:
        page.goto("/")
        page.locator(".kop summary", has_text="Menu").press("Enter")
        page.locator(".kop-hulp-menu").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Hulp")
        look(page, "hulp")
        assert page.locator(".kop-rij").evaluate("each => each.offsetHeight") <= 66, "one row, on a desk too"
        page.locator("summary", has_text="Aanvragen en koppelen").press("Enter")
        page.get_by_role("link", name="De autorisatiesleutel maken en invullen").press("Enter")
        for picture in page.get_by_role("img", name="Voorbeeld").all():
            picture.scroll_into_view_if_needed()
            expect(picture).to_have_js_property("complete", value=True)
            assert picture.evaluate("each => each.naturalWidth") > 500
        look(page, "hulp-sleutel")
        page.goto("/hulp/handleiding")
        look(page, "hulp-handleiding")
        prints(page)
        page.get_by_role("link", name="privacy en beveiliging").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Privacy en beveiliging")
        look(page, "privacy")
        prints(page)
