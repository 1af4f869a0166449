"""Whether a page fits, measured once it is laid out anew: right after a change of size it may still be the old one."""

from playwright.sync_api import Page


def fits(page: Page, width: int = 320) -> None:
    """Nothing is wider than the window; raise TimeoutError when something stays so."""
    page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width, timeout=10_000)
