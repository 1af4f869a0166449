"""The switches on the screens of klantenservice, and what a school reads of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from tests.screens import Koppelweg, post
from webapp.config import AMSTERDAM
from webapp.filters import moment
from webapp.models import Aanleiding, Koppeling, LasType, Schakelaar, Werk
from webapp.services import schakelaars
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde
from webapp.woorden.kort import kort
from webapp.woorden.namen import Namen

PAGE = "/klantenservice/schakelaars/"
EVERY_PAGE = (
    "",
    "school/",
    "koppeling/",
    "levering/",
    "mail/",
    "adres/",
    "nacht/",
    "account/",
    "bewaren/",
    "audit/",
    "schakelaars/",
)


def _stop(weg: Koppelweg, werk: Werk, **values: object) -> None:
    usual = {"reden": "onderhoud", "tot": None, "door": None}
    schakelaars.stop(weg.session, werk, None, **(usual | values))  # type: ignore[arg-type]  # whatever a test says
    weg.session.commit()


def test_klantenservice_stops_and_every_page_says_so_until_it_goes_on(weg: Koppelweg) -> None:
    clerk, end = weg.clerk(), datetime.now(AMSTERDAM) + timedelta(days=2)
    form = {"werk": "versturen", "las": "parnassys", "reden": "onderhoud", "tot": f"{end:%Y-%m-%dT%H:%M}"}
    assert post(clerk, PAGE, form).status_code == 303
    [row] = weg.session.scalars(select(Schakelaar))
    assert (row.werk, row.las_type, row.reden, row.door) == (
        Werk.VERSTUREN, LasType.PARNASSYS, "onderhoud", weg.klantenservice.id,
    )  # fmt: skip
    assert row.tot == end.replace(second=0, microsecond=0)
    for page in EVERY_PAGE:
        assert "Versturen (ParnasSys) staat stil sinds" in clerk.get(f"/klantenservice/{page}").text, page
    assert post(clerk, f"{PAGE}{row.id}/verder/").status_code == 303
    assert "staat stil sinds" not in clerk.get("/klantenservice/").text


def test_what_cannot_be_is_said_beside_the_field_and_stops_nothing(weg: Koppelweg) -> None:
    clerk = weg.clerk()
    for form, sentence in (
        ({"werk": "mail", "las": "", "reden": ""}, "Schrijf een reden: scholen lezen die."),
        ({"werk": "", "las": "", "reden": "x"}, "Kies wat u stilzet."),
        ({"werk": "mail", "las": "", "reden": "x", "tot": "2020-01-01T00:00"}, "Dat moment is al geweest."),
        ({"werk": "mail", "las": "", "reden": "x", "tot": "morgen"}, "foutoverzicht"),
        ({"werk": "mail", "las": "onbekend", "reden": "x"}, "foutoverzicht"),
    ):
        answer = post(clerk, PAGE, form)
        assert answer.status_code == 422, form
        assert sentence in answer.text, form
    assert weg.session.scalars(select(Schakelaar)).all() == []


def test_what_a_restore_holds_has_no_button(weg: Koppelweg) -> None:
    _stop(weg, Werk.MAIL, aanleiding=Aanleiding.TERUGZETTEN)
    clerk, [row] = weg.clerk(), weg.session.scalars(select(Schakelaar)).all()
    page = clerk.get(PAGE).text
    assert "Beheer voert na-terugzetten uit." in page
    assert "Laten verdergaan" not in page
    post(clerk, f"{PAGE}{row.id}/verder/")
    assert weg.session.scalars(select(Schakelaar)).all() == [row]


def test_a_beheerder_who_asks_for_a_fetch_reads_why_it_waits(weg: Koppelweg) -> None:
    koppeling = weg.running()
    browser = weg.browser(koppeling)
    _stop(weg, Werk.OPHALEN, reden="onderhoud bij ParnasSys")
    post(browser, "/beheer/koppelen/ophalen")
    page = browser.get("/beheer/koppelen/ophalen").text
    assert "We hebben het ophalen uit ParnasSys even stilgezet: onderhoud bij ParnasSys." in page
    assert "<progress" not in page
    overview = browser.get("/").text
    assert "even stilgezet: onderhoud bij ParnasSys." in overview
    assert "wacht op Boom" in overview
    assert "Niets te doen" not in overview


def test_what_stands_still_is_named_where_something_else_is_worse(weg: Koppelweg) -> None:
    tot = datetime(2040, 1, 2, 9, tzinfo=UTC)
    row = Schakelaar(werk=Werk.OPHALEN, reden="onderhoud", tot=tot)
    found = kort(OpenEinde(Einde.STILGEZET, Aan.TESTCENTRUM, schakelaar=row), Namen("ParnasSys", "Boom", "Boom"))
    assert found == f"het ophalen uit ParnasSys even stilgezet, tot {moment(tot)}"


def test_klantenservice_is_not_told_that_a_fetch_begins(weg: Koppelweg) -> None:
    koppeling = weg.running()
    _stop(weg, Werk.OPHALEN)
    clerk = weg.clerk()
    post(clerk, "/klantenservice/koppeling/action/", {"action": "ophalen", "rowid": koppeling.id})
    assert "even stilgezet" in clerk.get("/klantenservice/").text
    assert weg.session.scalars(select(Koppeling.ophalen_op)).one() is None


def test_no_key_is_tried_while_fetching_stands_still(weg: Koppelweg) -> None:
    """It would ask the LAS for data."""
    koppeling = weg.running()
    _stop(weg, Werk.OPHALEN)
    browser = weg.browser(koppeling)
    answer = post(browser, "/beheer/koppelen/sleutel", {"sleutel": "a" * 32}, come_from="/beheer/koppelen/sleutel")
    assert answer.status_code == 303
    assert "even stilgezet" in browser.get("/beheer/koppelen/sleutel").text


def test_who_leads_lets_a_night_take_more_schools_along(weg: Koppelweg) -> None:
    weg.running().wacht_op_beurt_sinds = datetime.now(UTC)
    weg.session.commit()
    clerk, address = weg.clerk(), f"{PAGE}plafond/parnassys/"
    for scholen, words in (("1", "een nacht neemt 1 school mee"), ("alle", "een nacht neemt alle scholen mee")):
        assert post(clerk, address, {"scholen": scholen}).status_code == 303
        assert words in clerk.get(PAGE).text
    assert "1 school wacht op een beurt" in clerk.get(PAGE).text
    for wrong in ({"scholen": "7"}, {"scholen": "-1"}, {}):
        assert post(clerk, address, wrong).status_code == 404
    assert post(clerk, f"{PAGE}plafond/onbekend/", {"scholen": "1"}).status_code == 404
    weg.klantenservice.is_leiding = False
    weg.session.commit()
    post(clerk, address, {"scholen": "1"})
    assert "een nacht neemt alle scholen mee" in clerk.get(PAGE).text
