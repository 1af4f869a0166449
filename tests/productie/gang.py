"""The manual in production: the same steps as in the sandbox, with real links, a real second step and real mail."""

from __future__ import annotations

import csv
import email
import email.policy
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from sandbox.parnassys.schools import invented_school
from tests.browser.manual import SCHOOL, Manual
from tests.ground.mailserver import Mailserver
from tests.productie.huis import Huis

ZIN = "een lange zin die niemand raadt"
KLANTENSERVICE = "kim.de.wit@testcentrum.example"


class Gang(Manual):
    """Manual, where nobody has a login yet and ParnasSys has an address of its own."""

    def __init__(self, browser: Browser, huis: Huis, mail: Mailserver, parnassys: str, link: str) -> None:
        self._mail, self._parnassys, self._link = mail, parnassys, link
        self.tokens: set[str] = {link.rpartition("/")[2]}
        """Of every link that was used: no log may have one."""
        super().__init__(browser, huis)  # type: ignore[arg-type]  # of a run it asks the address alone
        self.parnassys = self._person(parnassys)

    def _person(self, address: str | None = None) -> Page:
        context = self.browser.new_context(
            base_url=address or self.run.url, locale="nl-NL", viewport={"width": 1280, "height": 900},
            ignore_https_errors=True,
        )  # fmt: skip
        context.set_default_timeout(90_000)
        self._contexts.append(context)
        return context.new_page()

    def mails(self, to: str, text: str) -> list[dict[str, Any]]:
        found = [email.message_from_bytes(raw, policy=email.policy.default) for raw in reversed(self._mail.delivered)]
        mails = [
            {"to": str(each["To"]), "subject": str(each["Subject"]), "text": each.get_body(("plain",)).get_content()}  # type: ignore[union-attr]  # each of ours has one
            for each in found
        ]
        for each in mails:
            self.tokens.update(re.findall(r"https://\S+/(?:m|wachtwoord-vergeten)/(?:\w+/)?(\S{30,})", each["text"]))
        return [each for each in mails if to in each["to"] and text in each["subject"]]

    def arrived(self) -> list[dict[str, Any]]:
        answer = self.parnassys.request.get("/sandbox/parnassys/resultaten.json")
        return list(answer.json().values())

    def log_in_klantenservice(self) -> None:
        """By the link that the command printed: a password, and an authenticator of one's own."""
        page = self.klantenservice
        page.goto(self._link)
        page.get_by_label("Nieuw wachtwoord").fill(ZIN)
        page.get_by_label("Nog een keer").fill(ZIN)
        page.get_by_role("button", name="Wachtwoord opslaan").click()
        expect(page.get_by_label("Nog een keer")).to_have_count(0)
        if not page.get_by_role("button", name="Authenticator-app instellen").count():
            self._fill_login(page, KLANTENSERVICE)
        page.get_by_role("button", name="Authenticator-app instellen").click()
        key = page.locator("figcaption").inner_text()
        page.get_by_label("Code uit de app").fill(TOTP(key=key.replace("-", "").replace(" ", "")).generate().token)
        page.get_by_role("button", name="Bevestigen").click()
        page.goto("/klantenservice/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    def log_in_beheerder(self) -> None:
        """By the invitation that reading in sent."""
        page = self.beheerder
        mail = self.wait_for(
            lambda: [each for each in self.mails(self.beheerder_mail, "") if "/m/uitnodiging/" in each["text"]]
        )
        link = re.search(r"https://\S+/m/uitnodiging/\S+", mail[0]["text"])
        assert link
        page.goto(link[0])
        page.get_by_label(re.compile("naam", re.I)).first.fill("Marijke van den Brandhof")
        fields = page.locator("input[type=password]")
        fields.nth(0).fill(ZIN)
        fields.nth(1).fill(ZIN)
        page.get_by_role("button", name="Account maken").click()
        expect(page.locator("input[name=password_confirm]")).to_have_count(0)
        if page.get_by_role("button", name="Inloggen").count():
            self._fill_login(page, self.beheerder_mail)

    def approve(self) -> None:
        """Klantenservice notes that the school signed, which is the last of the seven proofs, and approves."""
        page = self.klantenservice
        page.goto("/klantenservice/")
        self._act("Bekijken").click()
        page.goto(re.sub(r"/goedkeuren/.*", "/overeenkomst/", page.url))
        page.locator("input[name=getekend_op]").fill("2026-08-28")
        page.get_by_role("button", name="Datum bewaren").click()
        super().approve()

    def choose_the_minute(self) -> None:
        """Who leads klantenservice allows it, the school chooses it: nobody waits for the night here."""
        page = self.klantenservice
        page.goto("/klantenservice/schakelaars/")
        page.locator("form[action$='/minuut/parnassys/']").get_by_role("button", name="Toestaan").click()
        expect(page.get_by_text("dat mag, sinds")).to_be_visible()
        page = self.beheerder
        page.goto("/beheer/koppelen/verzenden")
        page.get_by_label("Binnen een minuut na het normeren").check()
        page.get_by_role("button", name="Bewaren").click()
        expect(page.get_by_text("binnen een minuut").first).to_be_visible()

    def _fill_login(self, page: Page, address: str) -> None:
        page.get_by_label("E-mailadres").fill(address)
        page.get_by_label("Wachtwoord", exact=True).fill(ZIN)
        page.get_by_role("button", name="Inloggen").click()
        expect(page.get_by_label("Wachtwoord", exact=True)).to_have_count(0)


def write_school(folder: Path, schooljaar: str, brin: str = "99XX") -> set[str]:
    """What the test centre has of this school, to be read in; return the names that are in it."""
    school, (naam, beheerder) = invented_school(brin, schooljaar), SCHOOL[brin]
    last_year = "-".join(str(int(year) - 1) for year in schooljaar.split("-"))
    known = [wie.bij_testcentrum for wie in school.leerlingen if wie.bij_testcentrum is not None]
    numbers = {groep.naam: f"G-{number}" for number, groep in enumerate(school.groepen_bij_testcentrum)}
    own = {"brin": brin, "vestiging": school.vestiging}
    _write(folder / "scholen.csv", [{**own, "naam": naam}])
    _write(folder / "accounts.csv", [{**own, "email": beheerder, "rol": "beheerder"}])
    _write(
        folder / "groepen.csv",
        [
            {**own, "eigen_nummer": numbers[groep.naam], "naam": groep.naam, "jaargroep": groep.jaargroep,
             "schooljaar": last_year}
            for groep in school.groepen_bij_testcentrum
        ],
    )  # fmt: skip
    _write(
        folder / "leerlingen.csv",
        [
            {**own, "eigen_nummer": f"L-{number}", "roepnaam": wie.roepnaam or "", "voorvoegsel": wie.voorvoegsel or "",
             "achternaam": wie.achternaam, "geboortedatum": str(wie.geboortedatum or ""),
             "jaargroep": wie.jaargroep or "", "groep": numbers.get(wie.groepnaam, "")}
            for number, wie in enumerate(known)
        ],
    )  # fmt: skip
    scores = " ".join(str(20 + 3 * number) for number in range(31))
    _write(
        folder / "toetsen.csv",
        [{"code": "PROEF-5", "versie": "2026", "naam": "Rekenen groep 5", "vakgebied": "Rekenen en wiskunde",
          "leerjaar": "5", "aantal_opgaven": "30", "vaardigheidsscores": scores}],
    )  # fmt: skip
    norm = {"toets": "PROEF-5", "gemiddelde": "60", "standaardafwijking": "14"}
    _write(folder / "normen.csv", [{**norm, "schooldag": day} for day in ("0", "365")])
    return {wie.achternaam for wie in known if len(wie.achternaam) > 5}


def _write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    found = list(rows)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(found)
