"""Whether a page fits, measured once it is laid out anew: right after a change of size it may still be the old one.

`BEELDEN=/a/folder` with any browser test keeps a picture of each page that a test looks at by name.
"""

import os

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def fits(page: Page, width: int = 320) -> None:
    """Nothing is wider than the window; raise TimeoutError when something stays so."""
    page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width, timeout=10_000)


def look(page: Page, name: str = "", *, with_axe: bool = True) -> None:
    """On a telephone and on a desk nothing is wider than the screen, and axe objects to nothing."""
    page.wait_for_load_state("load")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        fits(page, width)
        if name and (folder := os.environ.get("BEELDEN")):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        if with_axe:
            assert [each["id"] for each in Axe().run(page).response["violations"]] == []
