"""A leerkracht says that the link of a child of hers is wrong, and that is all she gets; a beheerder answers."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.blueprints.test_opzoeken import _page, browser, leerkracht, wereld  # noqa: F401  # fixtures, found here
from tests.screens import post
from tests.wereld import Wereld
from webapp.models import KloptNiet, Leerling, LeveringStatus
from webapp.models.ids import LeerlingId


def _id(wereld: Wereld, roepnaam: str) -> LeerlingId:  # noqa: F811  # the fixture
    return wereld.session.scalars(select(Leerling.id).where(Leerling.roepnaam == roepnaam)).one()


def test_she_says_it_of_her_own_groepen_only_and_a_beheerder_answers(
    wereld: Wereld,  # noqa: F811  # the fixture
    browser: FlaskClient,  # noqa: F811  # the fixture
    leerkracht: FlaskClient,  # noqa: F811  # the fixture
) -> None:
    kees, anna = _id(wereld, "Kees"), _id(wereld, "Anna")
    for address in (f"/school/leerling/{anna}/klopt-niet", "/school/leerling/99999/klopt-niet"):
        assert leerkracht.get(address).status_code == 404
        assert post(leerkracht, address, {"waarom": "naam"}).status_code in {403, 404}
    assert wereld.session.get_one(Leerling, anna).klopt_niet_sinds is None
    assert "Dit klopt niet" in _page(leerkracht, "leerling", kees)
    asked = leerkracht.get(f"/school/leerling/{kees}/klopt-niet").text
    assert "gaan meteen geen resultaten meer naar ParnasSys" in asked
    assert post(leerkracht, f"/school/leerling/{kees}/klopt-niet", {"waarom": "naam"}).status_code == 303
    wereld.session.expire_all()
    assert wereld.session.get_one(Leerling, kees).klopt_niet_waarom is KloptNiet.NAAM
    hers = _page(leerkracht, "leerling", kees)
    assert "klopt niet: wacht op een beheerder" in hers
    assert "de naam of geboortedatum is van een ander kind, door" in hers
    for not_hers in ("Het klopt wel", "Dit staat in ParnasSys", "Extern nummer", "Koppeling aanpassen"):
        assert not_hers not in hers
    assert post(leerkracht, f"/school/leerling/{kees}/klopt-wel").status_code == 403
    assert leerkracht.get(f"/school/leerling/{anna}/").status_code == 404
    assert "klopt niet: wacht op u" in _page(browser, "leerling", kees)
    stale = post(browser, f"/school/leerling/{kees}/klopt-wel", {"sinds": "2026-01-01T00:00:00+00:00"})
    assert "Intussen is opnieuw gemeld" in browser.get(stale.location).text
    seen = browser.get(f"/school/leerling/{kees}/").text.partition('name="sinds" value="')[2].partition('"')[0]
    answer = post(browser, f"/school/leerling/{kees}/klopt-wel", {"sinds": seen})
    assert "Resultaten gaan weer met de volgende verzending naar ParnasSys." in browser.get(answer.location).text
    page = _page(browser, "leerling", kees)
    assert "Melding beantwoord: resultaten gaan weer" in page
    assert "Dit klopt niet" in page


def test_what_is_in_the_las_is_listed_under_its_number_and_what_waits_says_why(
    wereld: Wereld,  # noqa: F811  # the fixture
    browser: FlaskClient,  # noqa: F811  # the fixture
) -> None:
    [result] = wereld.genormeerd(1)
    leerling_id = wereld.levering(result).resultaat.leerling_id
    wereld.session.commit()
    post(browser, f"/school/leerling/{leerling_id}/klopt-niet", {"waarom": "onzin"})
    wereld.session.expire_all()
    assert wereld.session.get_one(Leerling, leerling_id).klopt_niet_waarom is KloptNiet.ANDERS
    assert wereld.levering(result).status is LeveringStatus.KLAAR
    page = _page(browser, "leerling", leerling_id)
    assert "wacht: klopt niet" in page
    first = browser.get("/").text
    assert f'href="/school/leerling/{leerling_id}/"' in first, "one is opened at once"
    other = wereld.session.scalars(select(Leerling).where(Leerling.id != leerling_id, Leerling.is_linked())).first()
    assert other is not None
    post(browser, f"/school/leerling/{other.id}/klopt-niet", {"waarom": "naam"})
    assert 'href="/school/klopt-niet"' in browser.get("/").text
    listed = browser.get("/school/klopt-niet").text
    assert [listed.count(f'href="/school/leerling/{id_}/"') for id_ in (leerling_id, other.id)] == [1, 1]
    assert "De naam of geboortedatum is van een ander kind." in listed
    assert "Gaat mee na het antwoord van een beheerder." in page
