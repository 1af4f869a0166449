"""From a link in a mail to the receipt of five questions: strokes, taps, and 100 links a second. For `make bench`."""

from __future__ import annotations

import http.client
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.benchmarks.test_first_form import _app_of, browser, run  # noqa: F401  # fixtures, for who imports them
from tests.browser.test_kaart import PHONE, Site, site  # noqa: F401  # the same
from tests.ground.run import LocalRun
from webapp.links import CONTROLE_LINK
from webapp.models.ids import MailId

ANSWERS = ("k", "k", "k", "k", "k", "n")
"""Five in which all points one way, and one more in which an ECK iD and a sex speak against it."""
MOST_STROKES = 12
PER_SECOND, SECONDS, AT_ONCE = 100, 20, 16


def test_the_questions_by_keyboard(site: Site) -> None:  # noqa: F811  # the fixture
    """From the opened page to the receipt."""
    strokes, waited = 0, list[float]()
    with site.page("Marijke") as page:

        def press(key: str, until: str) -> None:
            nonlocal strokes
            begin = time.perf_counter()
            page.keyboard.press(key)
            page.wait_for_selector(until)
            waited.append(time.perf_counter() - begin)
            strokes += 1

        page.goto(site.url)
        for number, key in enumerate(ANSWERS, 2):
            page.wait_for_selector("[data-toetsen=aan]")
            press(key, f"text=Vraag {number} van {len(ANSWERS)}" if number <= len(ANSWERS) else "a[data-focus]:focus")
        press("Enter", "button[data-focus]:focus")
        press("Enter", "h1[data-focus]:focus")
    to_next = 1000 * median(waited[: len(ANSWERS)])
    print(f"\n{len(ANSWERS)} questions and the import: {strokes} strokes, {to_next:.0f} ms from key to next question")
    assert strokes <= MOST_STROKES


def test_the_questions_on_a_telephone(site: Site) -> None:  # noqa: F811  # the fixture
    """Each answer is in sight when its question comes: one tap, nothing to scroll."""
    taps = 0
    with site.page("Marijke", viewport=PHONE, has_touch=True, is_mobile=True) as page:
        page.goto(site.url)
        for number in range(2, len(ANSWERS) + 1):
            answer = page.get_by_role("button", name="Ja, koppel")
            expect(answer).to_be_in_viewport(ratio=1)
            answer.tap()
            taps += 1
            page.wait_for_selector(f"text=Vraag {number} van {len(ANSWERS)}")
    print(f"\n{len(ANSWERS) - 1} questions at 320 px: {taps} taps")
    assert taps == len(ANSWERS) - 1


def test_a_hundred_links_are_opened_each_second(run: LocalRun) -> None:  # noqa: F811  # the fixture
    """As the scanners of many schools do: each link, and all that it leads to, up to the page of the login."""
    with _app_of(run).app_context():
        paths = [f"/m/{CONTROLE_LINK.dumps(MailId(n + 1))}" for n in range(PER_SECOND)]
    begin = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = [
            pool.submit(_open, run.url, paths[n % PER_SECOND], begin + n / PER_SECOND)
            for n in range(PER_SECOND * SECONDS)
        ]
        found = [job.result() for job in jobs]
    taken, waits = time.perf_counter() - begin, [1000 * wait for _, wait in found]
    ended = Counter(end for end, _ in found)
    print(
        f"\n{len(found)} links opened in {taken:.1f} s: {dict(ended)}, median {median(waits):.0f} ms, "
        f"95 % within {quantiles(waits, n=20)[-1]:.0f} ms"
    )
    assert set(ended) == {(200, "/inloggen")}


def _open(url: str, path: str, due: float) -> tuple[tuple[int, str], float]:
    """Open it when it is due; return where it ended, and how long after that moment."""
    time.sleep(max(0, due - time.perf_counter()))
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        while True:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 303:
                return (answer.status, urlsplit(path).path), time.perf_counter() - due
            path = answer.headers["Location"]
    finally:
        connection.close()
