"""The manual, step by step, as people walk it in a browser: for the test, the pictures and the figures."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.ground.run import LocalRun

T = TypeVar("T")
WITHIN_SECONDS = 60
SCHOOL = {"99XX": ("De Regenboog", "marijke@regenboog.example"), "99YY": ("'t Kompas", "hanneke@kompas.example")}
PARNASSYS_LOGIN = {"99XX": "regenboog", "99YY": "kompas"}


class Manual:
    """One school on its way through the manual; every person has a browser of their own."""

    def __init__(self, browser: Browser, run: LocalRun, brin: str = "99XX") -> None:
        self.browser, self.run, self.brin = browser, run, brin
        self.naam, self.beheerder_mail = SCHOOL[brin]
        self._contexts: list[BrowserContext] = []
        self.visitor = self._person()
        self.beheerder = self._person()
        self.klantenservice = self._person()
        self.parnassys = self._person()

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _person(self) -> Page:
        context = self.browser.new_context(
            base_url=self.run.url, locale="nl-NL", viewport={"width": 1280, "height": 900}
        )
        self._contexts.append(context)
        return context.new_page()

    # What scripts may read of the sandbox.

    def mails(self, to: str, text: str) -> list[dict[str, Any]]:
        """The mails to this address that have this text in their subject, newest first."""
        return [
            mail for mail in self._json("/sandbox/postvak.json") if to in str(mail["to"]) and text in mail["subject"]
        ]

    def arrived(self) -> list[dict[str, Any]]:
        """The results that the simulated ParnasSys has."""
        return list(self._json("/sandbox/parnassys/resultaten.json").values())

    def wait_for(self, what: Callable[[], T]) -> T:
        """Ask again until there is something; the work happens in other processes."""
        end = time.monotonic() + WITHIN_SECONDS
        while not (found := what()):
            assert time.monotonic() < end, "it did not come"
            time.sleep(0.1)
        return found

    def _json(self, path: str) -> Any:
        with urllib.request.urlopen(self.run.url + path, timeout=10) as answer:
            return json.load(answer)

    def _login(self, page: Page, email: str) -> None:
        login = next(login for login in self.run.logins if login["email"] == email)
        page.goto("/inloggen")
        page.get_by_label("E-mailadres").fill(email)
        page.get_by_label("Wachtwoord", exact=True).fill(login["wachtwoord"])
        page.get_by_role("button", name="Inloggen").click()
        expect(page.get_by_label("Wachtwoord", exact=True)).to_have_count(0, timeout=30_000)

    # The ten steps.

    def request(self) -> None:
        """1. The school asks for the koppeling, and confirms it from its mailbox."""
        page = self.visitor
        page.goto("/aanvraag/")
        page.get_by_label("Naam van de school").fill(self.naam)
        page.get_by_label("BRIN").fill(self.brin)
        page.get_by_label("Uw naam").fill("Marijke van den Brandhof")
        page.get_by_label("E-mailadres").fill(self.beheerder_mail)
        page.get_by_role("button", name="aanvragen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Bevestig uw aanvraag")
        mail = self.wait_for(lambda: self.mails(self.beheerder_mail, "Bevestigen"))[0]
        link = re.search(r"http\S+/m/aanvraag/\S+", mail["text"])
        assert link
        page.goto(urlsplit(link[0]).path)
        page.get_by_label("BRIN").fill(self.brin)
        page.get_by_role("button", name="Aanvraag bevestigen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Uw aanvraag is binnen")

    def log_in_klantenservice(self) -> None:
        """With the second step; the sandbox shows the code."""
        page = self.klantenservice
        self._login(page, "kim.de.wit@testcentrum.example")
        self.visitor.goto("/sandbox/")
        code = re.search(r"\b\d{6}\b", self.visitor.locator("#code, .code, main").first.inner_text())
        assert code
        page.get_by_label("Code").fill(code[0])
        page.get_by_role("button", name="Inloggen").click()
        page.wait_for_url("**/klantenservice/")

    def open_up(self) -> None:
        """2. Klantenservice says that the koppeling is open in ParnasSys."""
        page = self.klantenservice
        page.goto("/klantenservice/")
        self._act("Opengezet").click()
        page.get_by_role("button", name=re.compile("opengezet", re.I)).last.click()
        self.wait_for(lambda: self.mails(self.beheerder_mail, "Opengezet"))

    def _act(self, name: str) -> Locator:
        """The act in the row of this school: a link where it asks first, a button where it acts."""
        row = self.klantenservice.locator("tr").filter(has_text=self.brin)
        return row.get_by_role("link", name=name).or_(row.get_by_role("button", name=name))

    def make_sleutel(self) -> str:
        """3. In ParnasSys: afnemen, bevestigen, nieuwe autorisatiesleutel instellen."""
        page = self.parnassys
        page.goto("/sandbox/parnassys/inloggen")
        page.get_by_role("button", name=f"Inloggen als {PARNASSYS_LOGIN[self.brin]}").click()
        page.goto("/sandbox/parnassys/beheer/koppelingen")
        page.get_by_role("link", name="Boom testcentrum UWLR").first.click()
        if page.get_by_role("link", name="Afnemen").count():
            page.get_by_role("link", name="Afnemen").click()
            page.get_by_role("button", name="Bevestigen").click()
        page.get_by_role("button", name="Nieuwe autorisatiesleutel instellen").click()
        return page.get_by_role("textbox", name="Autorisatiesleutel").input_value()

    def log_in_beheerder(self) -> None:
        self._login(self.beheerder, self.beheerder_mail)

    def submit(self, sleutel: str) -> None:
        """4. Koppelen met LAS: clear the external numbers, paste the key, ask."""
        page = self.beheerder
        page.goto("/beheer/koppelen/")
        clear = page.get_by_role("link", name=re.compile("externe nummers wissen"))
        if clear.count():
            clear.click()
            page.get_by_role("button", name=re.compile("externe nummers wissen")).click()
        page.get_by_label("Autorisatiesleutel").fill(sleutel)
        expect(page.get_by_label("SchoolKey")).to_be_disabled()
        page.get_by_role("button", name="Koppeling aanvragen").click()
        expect(page.get_by_role("heading", name="Uw koppeling is aangevraagd")).to_be_visible()

    def approve(self) -> None:
        """5. Klantenservice approves."""
        page = self.klantenservice
        page.goto("/klantenservice/")
        self._act("Goedkeuren").click()
        expect(page.get_by_text(re.compile("goedgekeurd")).first).to_be_visible()

    def koppelingsmail(self) -> dict[str, Any]:
        """6, 7. The data are fetched, and the koppelingsmail comes."""
        return self.wait_for(lambda: self.mails(self.beheerder_mail, " minu"))[0]

    def follow(self, mail: dict[str, Any]) -> None:
        """Open the link in the mail, as the logged-in beheerder."""
        link = re.search(r"http\S+/m/\S+", mail["text"])
        assert link
        self.beheerder.goto(urlsplit(link[0]).path)
        expect(self.beheerder.get_by_role("heading", level=1)).to_contain_text(re.compile("vragen?|Nieuwe gegevens"))

    def answer_questions(self) -> int:
        """8. Answer every question on its card: the best candidate where there is one free, else new."""
        page, answered = self.beheerder, 0
        while page.get_by_text(re.compile(r"^Vraag \d+ van \d+$")).count():
            yes = page.locator(".antwoorden button[value=koppel]")
            with page.expect_navigation():  # a page on its way out has no questions either
                (yes if yes.count() else page.locator(".antwoorden button[value=nieuw]")).click()
            answered += 1
            assert answered < 200
        return answered

    def import_everything(self) -> None:
        """9. The red button, the summary, and again: only now anything is written."""
        page = self.beheerder
        page.get_by_role("link", name="Gegevens importeren").first.click()
        expect(page.get_by_role("heading", name="Samenvatting")).to_be_visible()
        page.get_by_role("button", name=re.compile("Gegevens importeren")).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("overgenomen")

    def take_test(self, scores: int = 3) -> None:
        """10. Scores of some pupils of one groep, normed."""
        page = self.beheerder
        page.goto("/resultaten/")
        groep = page.get_by_role("link", name=re.compile("^Invullen .*Groep 5"))
        if not groep.count():
            page.locator("summary").filter(has_text="Groep 5").click()
        groep.first.click()
        fields = page.get_by_role("textbox", name=re.compile("Aantal goed van"))
        for number in range(scores):
            fields.nth(number).fill(str(12 + 3 * number))
        page.get_by_role("button", name="Opslaan en normeren").click()
        expect(page.get_by_text(re.compile("genormeerd")).first).to_be_visible()

    def send_now(self) -> None:
        """The night's work, now."""
        page = self.beheerder
        page.goto("/resultaten/leveringen/")
        page.get_by_role("button", name="Nu versturen").click()

    def see_confirmed(self, scores: int = 3) -> None:
        """The page of leveringen says that ParnasSys has them."""
        page = self.beheerder

        def confirmed() -> bool:
            page.goto("/resultaten/leveringen/?waar=in-las")
            return page.locator(".leveringen tbody tr").count() == scores

        self.wait_for(confirmed)
