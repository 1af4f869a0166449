"""One question is put aside: the rest is imported, and the night's aanlevering takes over what waits."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from tests.browser.test_kaart import NAMES, PHONE, Site, site  # noqa: F401  # a fixture is found where it is imported
from tests.screens import JAAR
from tests.services.conftest import aanlevering, pupil
from webapp.db import db, unit_of_work
from webapp.models import Besluit, Importbatch, Koppeling, Leerling, Mail, MailSoort
from webapp.models.importbatch import OPEN
from webapp.muur import alle_scholen
from webapp.services.inname import inname

pytestmark = pytest.mark.browser


def _is_sound(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert Axe().run(page).response["violations"] == []


def _counts(site: Site) -> tuple[int, int, int]:  # noqa: F811  # the fixture
    """Imports, receipts, and leerlingen who are linked."""
    with site.app.app_context(), alle_scholen():
        session = db.session()
        receipts = select(func.count()).select_from(Mail).where(Mail.soort == MailSoort.ONTVANGST)
        linked = select(func.count()).where(Leerling.las_key.is_not(None))
        found = (select(func.count()).select_from(Besluit), receipts, linked)
        return tuple(session.scalar(query) or 0 for query in found)  # type: ignore[return-value]  # there are three


def _night(site: Site) -> None:  # noqa: F811  # the fixture
    """The same leerlingen, and one who is new."""
    ana = pupil("k9", "Ana", "Maas", eckid="https://ketenid.nl/pilot/7f3a", geslacht="1")
    again = [pupil(f"k{n}", theirs, name) for n, (_, theirs, name) in enumerate(NAMES)]
    with site.app.app_context(), alle_scholen(), unit_of_work() as session:
        koppeling = session.scalars(select(Koppeling).where(Koppeling.school_id == site.school_id)).one()
        new = pupil("k8", "Ids", "Later", "2015-09-09")
        assert inname.take_in(session, koppeling, aanlevering(*again, ana, new, schooljaar=JAAR)) is not None


def test_later_with_a_follow_up(site: Site) -> None:  # noqa: F811  # the fixture
    with site.page("Marijke", viewport=PHONE) as page:
        page.goto(site.url)
        for number in range(2, 7):
            page.get_by_role("button", name="Ja, koppel").click()
            expect(page.get_by_text(f"Vraag {number} van 6", exact=True)).to_be_visible()
        page.get_by_role("button", name="Later").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("U bent klaar met de vragen")
        expect(page.locator(".teruglezen .klok")).to_contain_text("Ana Maas: later")
        expect(page.get_by_role("link", name="Gegevens importeren")).to_be_focused()
        _is_sound(page)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Gegevens importeren (5 leerlingen)")).to_be_focused()
        _is_sound(page)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Klaar: 5 leerlingen overgenomen")).to_be_focused()
        expect(page.get_by_text("1 vraag bleef staan.")).to_be_visible()
        _is_sound(page)
        done = _counts(site)
        assert (done[0], done[2]) == (1, 5)
        page.reload()
        page.go_back()
        expect(page.get_by_role("heading", name="Klaar: 5 leerlingen overgenomen")).to_be_visible()
        assert _counts(site) == done
        _night(site)
        page.get_by_role("link", name="Nu beantwoorden").click()
        expect(page.get_by_text("Vraag 1 van 1", exact=True)).to_be_visible()
        page.goto(page.url.partition("?")[0])
        expect(page.get_by_role("heading", level=1)).to_have_text("1 vraag staat op Later")
        expect(page.locator(".teruglezen .klok")).to_contain_text("Ana Maas: later")
        _is_sound(page)
        follow_up = page.url
    with site.page("Youssef", java_script_enabled=False) as page:
        page.goto(follow_up)
        page.get_by_role("link", name="nu beantwoorden").click()
        page.get_by_role("button", name="Nee, een ander kind").click()
        page.get_by_role("link", name="Gegevens importeren").click()
        expect(page.get_by_text("Anna Maas houdt 3 resultaten, die niet meegaan.")).to_be_visible()
        page.get_by_role("button", name="Gegevens importeren (2 leerlingen)").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Klaar: 2 leerlingen overgenomen")
    assert _counts(site) == (2, 2 * done[1], 7)
    with site.app.app_context(), alle_scholen():
        assert db.session().scalars(select(Importbatch.id).where(Importbatch.status.in_(OPEN))).all() == []
