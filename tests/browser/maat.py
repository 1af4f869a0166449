"""Whether a page fits, measured once it is laid out anew: right after a change of size it may still be the old one.

`BEELDEN=/a/folder` with any browser test keeps a picture of each page that a test looks at by name.
"""

import os

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect


def fits(page: Page, width: int = 320) -> None:
    """Nothing is wider than the window; raise TimeoutError when something stays so."""
    page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width, timeout=10_000)


_LOOSE = """() => [...document.querySelectorAll("main, main > div, main section:not(.kaart), .werk, .werk > div")]
  .flatMap((each) => [...each.childNodes])
  .filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
  .map((node) => node.textContent.trim())"""
"""Text that stands in nothing: a code that a template left between the title and the cards."""


def tidy(page: Page) -> None:
    """No two notices say the same, and no stray text stands between the title and the cards.

    Cases of klantenservice may: each says of its own school what is so.
    """
    said = [" ".join(text.split()) for text in page.locator(".melding").all_inner_texts() if text.strip()]
    assert "/klantenservice/" in page.url or len(said) == len(set(said)), said
    assert page.evaluate(_LOOSE) == []


def without_script(page: Page) -> Page:
    """The same page of the same person where no script runs: no letter of a key shows."""
    assert page.context.browser is not None
    context = page.context.browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    bare = context.new_page()
    bare.goto(page.url)
    expect(bare.locator("main kbd:visible")).to_have_count(0)
    return bare


_PALE = """() => {
  const light = (c) => c.match(/[\\d.]+/g).slice(0, 3).every((v) => Number(v) > 150);
  const said = [...document.body.querySelectorAll("*")].filter((e) =>
    e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length && !e.closest(".vh, svg") &&
    [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  const folded = [...document.querySelectorAll(".vouw > div")].filter((e) => !e.checkVisibility());
  return [...said.filter((e) => light(getComputedStyle(e).color)), ...folded].map((e) => e.outerHTML.slice(0, 120));
}"""
"""On paper everything is white: text that is light, and what is folded away."""


def prints(page: Page) -> None:
    """On paper all of it is read: nothing is white on white, nothing stays folded, no button is there to press."""
    page.emulate_media(media="print")
    assert page.evaluate(_PALE) == []
    expect(page.locator("main button:visible")).to_have_count(0)
    page.emulate_media(media="screen")


def look(page: Page, name: str = "", *, with_axe: bool = True) -> None:
    """On a telephone and on a desk nothing is wider than the screen, axe objects to nothing, and it is tidy."""
    page.wait_for_load_state("load")
    tidy(page)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        fits(page, width)
        if name and (folder := os.environ.get("BEELDEN")):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        if with_axe:
            assert [each["id"] for each in Axe().run(page).response["violations"]] == []
