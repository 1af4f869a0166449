"""A leerkracht says that a link is wrong; a beheerder reads what stands in the LAS, and answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.maat import look, prints
from tests.browser.test_zoeken import Site, site  # noqa: F401  # a fixture is found where it is imported
from tests.screens import login, make_account
from tests.wereld import START, lock_all
from webapp.db import db
from webapp.models import Bezorging, Leerkracht, Leerling, Levering, LeveringStatus, Medewerker, Resultaat, Rol, School

pytestmark = pytest.mark.browser


@contextmanager
def _page_of_carla(site: Site) -> Iterator[Page]:  # noqa: F811  # the fixture
    """Of the leerkracht of Kees, of whom the LAS has one result."""
    with site.app.app_context():
        session = db.session()
        lock_all(session)
        levering = session.scalars(select(Levering).order_by(Levering.resultaat_id)).first()
        assert levering is not None
        for status in (LeveringStatus.ONDERWEG, LeveringStatus.BEVESTIGD):
            levering.status = status
            session.flush()
        levering.bevestigd, levering.bevestigd_op = levering.versie, START
        resultaat = session.get_one(Resultaat, levering.resultaat_id)
        resultaat.sleutel = str(uuid4())
        session.flush()
        session.add(
            Bezorging(
                sleutel=resultaat.sleutel, school_id=resultaat.school_id, resultaat_id=resultaat.id,
                leerlingid="1204", las_key="1204", versie=levering.versie, bevestigd_op=START,
            )
        )  # fmt: skip
        account = make_account(session, Rol.LEERKRACHT, session.scalars(select(School)).one(), naam="Carla ter Horst")
        here = session.scalars(select(Medewerker).where(Medewerker.account_id == account.id)).one()
        here.leerkracht_id = session.scalars(select(Leerkracht.id)).one()
        session.commit()
        cookie = login(site.app, session, account).get_cookie("koppelpunt")
    assert cookie is not None
    context = site.browser.new_context(base_url=site.address)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.address}])
    yield context.new_page()
    context.close()


def test_a_leerkracht_says_that_it_is_wrong_and_a_beheerder_lifts_it(site: Site) -> None:  # noqa: F811  # the fixture
    where = f"/school/leerling/{site.kees}/"
    with _page_of_carla(site) as hers:
        hers.goto(where)
        look(hers, "kloptniet-1-leerkracht")
        hers.get_by_role("link", name="Dit klopt niet").click()
        expect(hers.get_by_role("radio")).to_have_count(3)
        look(hers, "kloptniet-2-vraag")
        hers.get_by_label("Er staan resultaten van een ander kind").check()
        hers.get_by_role("button", name="Melden").dblclick()
        expect(hers.get_by_text("klopt niet: wacht op een beheerder")).to_be_visible()
        expect(hers.get_by_role("button", name="Het klopt wel")).to_have_count(0)
        look(hers, "kloptniet-3-gemeld")
    with site.page() as page:
        page.goto("/")
        expect(page.get_by_text("Van 1 leerling is gemeld dat de koppeling niet klopt.")).to_be_visible()
        page.goto(where)
        expect(page.get_by_text("Carla ter Horst meldde op")).to_be_visible()
        expect(page.get_by_role("heading", name="Dit staat in ParnasSys")).to_be_visible()
        look(page, "kloptniet-4-beheerder")
        prints(page)
        page.get_by_role("button", name="Het klopt wel").dblclick()
        expect(page.get_by_text("Melding beantwoord: resultaten gaan weer")).to_be_visible()
        look(page, "kloptniet-5-beantwoord")
    with site.app.app_context():
        kees = db.session().get_one(Leerling, site.kees)
        assert kees.klopt_niet_sinds is None
