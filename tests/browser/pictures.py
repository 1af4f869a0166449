"""Make the pictures of the README anew, from a Koppelpunt that runs: `python -m tests.browser.pictures`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from shutil import which

from playwright.sync_api import Page, sync_playwright

from tests.browser.manual import Manual
from tests.ground.run import LocalRun
from webapp.config import PROJECT

IMAGES = PROJECT / "docs" / "images"


def main() -> None:
    """Walk the manual and keep what a newcomer should see before starting."""
    chromium = which("chromium") or which("chromium-browser") or which("google-chrome")
    if chromium is None:
        raise SystemExit("Geen Chromium gevonden.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run = LocalRun(Path(folder))
        try:
            run.wait_until_ready()
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            _walk(Manual(browser, run))
            browser.close()
        finally:
            run.stop()


def _walk(manual: Manual) -> None:
    manual.request()
    manual.log_in_klantenservice()
    _picture(manual.klantenservice, "wachtrij", height=520)
    manual.open_up()
    sleutel = manual.make_sleutel()
    manual.log_in_beheerder()
    manual.submit(sleutel)
    manual.approve()
    mail = manual.koppelingsmail()
    manual.visitor.goto(f"/sandbox/postvak/{mail['id']}/html")
    _picture(manual.visitor, "koppelingsmail", width=720, height=860)
    manual.follow(mail)
    _picture(manual.beheerder, "controle", height=1120)
    manual.answer_questions()
    manual.beheerder.get_by_role("link", name="Gegevens importeren").first.click()
    _picture(manual.beheerder, "samenvatting", height=900)
    manual.beheerder.go_back()
    manual.import_everything()
    manual.take_test(scores=8)
    manual.send_now()
    manual.see_confirmed(scores=8)
    manual.beheerder.goto("/resultaten/leveringen/")
    _picture(manual.beheerder, "resultaten", height=1000)


def _picture(page: Page, name: str, *, width: int = 1120, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=IMAGES / f"{name}.png")
    page.set_viewport_size({"width": 1280, "height": 900})


if __name__ == "__main__":
    main()
