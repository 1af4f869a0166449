"""Make the pictures of the help anew, from the simulated ParnasSys: `python -m tests.browser.hulpbeelden`.

Each is of one step, with a ring around what is pressed, and says in itself that it is an example.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from shutil import which

from playwright.sync_api import Locator, Page, ViewportSize, sync_playwright

from tests.ground.run import LocalRun
from webapp.config import PROJECT

IMAGES = PROJECT / "webapp" / "static" / "hulp" / "parnassys"
_HOME = "/sandbox/parnassys"
_SIZE: ViewportSize = {"width": 980, "height": 600}
_KEY = "VOORB-EELD7-SLEUT-EL234-NIETS-ECHTS"
_CLOTHES = """() => {
  document.querySelectorAll(".proef, .voet, .flitsen").forEach((each) => each.remove());
  const sign = document.createElement("p");
  sign.textContent = "voorbeeld";
  Object.assign(sign.style, {position: "fixed", left: "50%", top: "14px", zIndex: 99, margin: 0, padding: "4px 18px",
    background: "#fff3b0", color: "#3d3000", border: "2px solid #3d3000", font: "700 22px sans-serif"});
  document.body.append(sign);
}"""
_RING = (
    """(each) => Object.assign(each.style, {outline: "4px solid #1a6fd6", outlineOffset: "4px", borderRadius: "3px"})"""
)


def main() -> None:
    """Walk the steps of the manual in the LAS and keep each."""
    chromium = which("chromium") or which("chromium-browser") or which("google-chrome")
    if chromium is None:
        raise SystemExit("Geen Chromium gevonden.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run = LocalRun(Path(folder))
        try:
            run.wait_until_ready()
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_context(base_url=run.url, viewport=_SIZE, device_scale_factor=0.75).new_page()
            _walk(page)
            browser.close()
        finally:
            run.stop()


def _walk(page: Page) -> None:
    page.goto(f"{_HOME}/inloggen")
    page.get_by_role("button", name="Inloggen als regenboog").click()
    page.goto(f"{_HOME}/beheer/koppelingen")
    _picture(page, "beheer", page.get_by_role("link", name="Boom testcentrum UWLR"))
    page.get_by_role("link", name="Boom testcentrum UWLR").click()
    _picture(page, "afnemen", page.get_by_role("link", name="Afnemen"))
    page.get_by_role("link", name="Afnemen").click()
    _picture(page, "bevestigen", page.get_by_role("button", name="Bevestigen"))
    page.get_by_role("button", name="Bevestigen").click()
    _picture(page, "instellen", page.get_by_role("button", name="Nieuwe autorisatiesleutel instellen"))
    page.get_by_role("button", name="Nieuwe autorisatiesleutel instellen").click()
    page.get_by_role("textbox", name="Autorisatiesleutel").evaluate("(each, key) => { each.value = key; }", _KEY)
    _picture(page, "kopieren", page.get_by_role("button", name="Kopiëren"))


def _picture(page: Page, name: str, pressed: Locator) -> None:
    page.evaluate(_CLOTHES)
    pressed.evaluate(_RING)
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
