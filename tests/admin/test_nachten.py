"""The last nights, and the course of one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from re import findall

import pytest

from tests.nachtwereld import begin_night, refuse
from tests.screens import Koppelweg
from tests.wereld import make_wereld
from webapp.config import AMSTERDAM
from webapp.filters import getal
from webapp.models import Nacht, Resultaat, Schoolnacht
from webapp.services.clock import database_now
from webapp.services.versturen import klaarzetten, wachtend

BEGIN = datetime(2026, 11, 25, 1, tzinfo=AMSTERDAM)
KLAAR = {"opgehaald_op": BEGIN, "verzonden_op": BEGIN, "klaar_op": BEGIN + timedelta(hours=2)}
TELLINGEN = {"koppelingen": 3, "opgehaald": 2, "niet_opgehaald": 1, "bevestigd": 1204, "geweigerd": 2, "onzeker": 0}


def add(weg: Koppelweg, **values: object) -> Nacht:
    nacht = Nacht(datum=BEGIN.date(), tellingen={"koppelingen": 3}, **{"begonnen_op": BEGIN, **values})
    weg.session.add(nacht)
    weg.session.commit()
    return nacht


def test_before_the_first_night_the_page_says_what_comes(weg: Koppelweg) -> None:
    assert "Nog geen nacht" in weg.clerk().get("/klantenservice/nacht/").text


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ("bezig", "3 scholen", "begonnen 01:00")),
        ({"uitgelopen_op": BEGIN}, ("loopt uit",)),
        (
            {**KLAAR, "tellingen": TELLINGEN},
            (
                "Afgelopen nacht: 2 scholen opgehaald, klaar om 03:00, in 2 uur.",
                "klaar",
                "2 scholen opgehaald, 1 niet, 1.204 resultaten bevestigd, 2 geweigerd",
                "klaar 03:00",
            ),
        ),
        ({**KLAAR, "tellingen": TELLINGEN, "uitgelopen_op": BEGIN}, ("klaar, te laat",)),
        (
            {"klaar_op": BEGIN + timedelta(days=1), "tellingen": TELLINGEN},
            ("niet alles gelukt", "26 november 2026 01:00"),
        ),
        ({"klaar_op": BEGIN}, ("begonnen",)),
    ],
)
def test_a_night_says_how_it_went(weg: Koppelweg, values: dict[str, object], expected: tuple[str, ...]) -> None:
    tellingen = values.pop("tellingen", {"koppelingen": 3})
    add(weg, **values).tellingen = tellingen  # type: ignore[assignment]  # the table of the test holds anything
    weg.session.commit()
    page = weg.clerk().get("/klantenservice/nacht/").text
    assert "Nacht van 25 november 2026" in page
    for words in expected:
        assert words in page


def test_a_night_that_nobody_began_is_seen(weg: Koppelweg) -> None:
    add(weg, klaar_op=BEGIN)
    weg.session.execute(Nacht.__table__.update().values(begonnen_op=None))  # type: ignore[attr-defined]  # Core
    weg.session.commit()
    assert "niet begonnen" in weg.clerk().get("/klantenservice/nacht/").text
    assert "Geen scholen" in weg.clerk().get("/klantenservice/nacht/2026-11-25/").text


@pytest.mark.fault(26)
def test_the_course_of_a_night_shows_per_school_what_went_and_what_was_confirmed(weg: Koppelweg) -> None:
    koppeling = weg.running()
    add(weg, **KLAAR)
    weg.session.add(
        Schoolnacht(
            datum=date(2026, 11, 25),
            koppeling_id=koppeling.id,
            fout_code="storing",
            bevestigd=199,
            geweigerd=1,
            onzeker=0,
        )
    )
    weg.session.commit()
    page = weg.clerk().get("/klantenservice/nacht/2026-11-25/").text
    for words in ("De Wegwijzer", "niet (code storing)", ">200<", ">199<", ">1<"):
        assert words in page


def test_of_very_many_schools_each_is_found(weg: Koppelweg, monkeypatch: pytest.MonkeyPatch) -> None:
    good = weg.running("De Eerste", "eerste@school.example")
    bad = Koppelweg(weg.app, weg.session, weg.klantenservice, brin="34CD").running("Zonneschool", "zon@school.example")
    add(weg, **KLAAR)
    for koppeling, moment in ((good, BEGIN), (bad, None)):
        weg.session.add(Schoolnacht(datum=BEGIN.date(), koppeling_id=koppeling.id, opgehaald_op=moment))
    weg.session.commit()
    monkeypatch.setattr("webapp.admin.nachten._MOST", 1)
    clerk, address = weg.clerk(), "/klantenservice/nacht/2026-11-25/"
    for asked, shown, others in (
        ("", "Zonneschool", "De Eerste"),  # that needs a look comes first
        ("?pagina=2", "De Eerste", "Zonneschool"),
        ("?pagina=99", "De Eerste", "Zonneschool"),
        ("?q=de+eer", "De Eerste", "Zonneschool"),
        ("?q=34cd", "Zonneschool", "De Eerste"),
    ):
        page = clerk.get(f"{address}{asked}").text
        assert f"{shown}</a>" in page, asked
        assert f"{others}</a>" not in page, asked
        assert ("Pagina " in page) is ("q=" not in asked)
    assert "Geen school van deze nacht heet zo." in clerk.get(f"{address}?q=%25").text


def test_each_reason_leads_to_its_leveringen(weg: Koppelweg) -> None:
    wereld = make_wereld(weg.session, weg.app.extensions["keyring"])
    now = database_now(weg.session)
    nacht = begin_night(wereld, now, punten=22)
    refuse(wereld, nacht, 2)
    (doubted,) = wereld.genormeerd(1)
    klaarzetten.prepare(weg.session, wereld.school.id)
    weg.session.get_one(Resultaat, doubted).leerling.klopt_niet_sinds = now
    wereld.koppeling.ophalen_op = wereld.koppeling.zenden_op = None
    weg.session.commit()
    wachtend.keep(weg.session, now)
    weg.session.commit()
    clerk, address = weg.clerk(), f"/klantenservice/nacht/{nacht.datum}/"
    page = clerk.get(address).text
    links = [unescape(each) for each in findall(r'href="(/klantenservice/levering/\?[^"]+)"', page)]
    rows = [findall(r"/klantenservice/levering/details/\?id=(\d+)", clerk.get(each).text) for each in links]
    assert [len(set(each)) for each in rows] == [2, 1]
    assert rows[1] == [str(doubted)]
    told = clerk.get(f"{address}redenen.csv").get_data(as_text=True)
    assert "geweigerd;" in told
    assert ";klopt_niet;de school;1;1" in told
    for asked, is_wrong in (
        ("waarom_het_wacht_is=x", True),
        ("gewijzigd_sinds=gisteren", True),
        ("gewijzigd_sinds=27-11-2026", False),
    ):
        answer = clerk.get(f"/klantenservice/levering/?flt0_{asked}")
        assert (answer.status_code, "Ongeldige filterwaarde" in answer.text) == (200, is_wrong), asked


@pytest.mark.parametrize("datum", ["2026-11-24", "morgen", "2026-13-40", "0"])
def test_a_night_that_is_not_there(weg: Koppelweg, datum: str) -> None:
    assert weg.clerk().get(f"/klantenservice/nacht/{datum}/").status_code == 404


def test_nights_are_found_by_day_on_the_page_and_in_the_file(weg: Koppelweg) -> None:
    for day in (1, 15, 27):
        weg.session.add(Nacht(datum=date(2026, 11, day), begonnen_op=BEGIN))
    weg.session.commit()
    clerk = weg.clerk()
    for asked, days in (
        ({}, [27, 15, 1]), ({"vanaf": "2026-11-15"}, [27, 15]), ({"tot": "2026-11-15"}, [15, 1]),
        ({"vanaf": "2026-11-02", "tot": "2026-11-20"}, [15]), ({"vanaf": "gisteren", "tot": "2026-13-40"}, [27, 15, 1]),
        ({"vanaf": "2027-01-01"}, []),
    ):  # fmt: skip
        page = clerk.get("/klantenservice/nacht/", query_string=asked).text
        assert re.findall(r'href="/klantenservice/nacht/2026-11-(\d\d)/"', page) == [f"{day:02}" for day in days], asked
        rows = clerk.get("/klantenservice/nacht/lijst.csv", query_string=asked).get_data(as_text=True).splitlines()
        assert [row[:2].lstrip("\ufeff") for row in rows[1:]] == [f"{day:02}" for day in days], asked
    assert "In deze periode is er geen nacht." in page


def test_the_file_has_the_figures_of_the_page(weg: Koppelweg) -> None:
    nacht = begin_night(make_wereld(weg.session, weg.app.extensions["keyring"]), database_now(weg.session), punten=22)
    clerk, address = weg.clerk(), f"/klantenservice/nacht/{nacht.datum}/"
    page = clerk.get(address).text
    rows = clerk.get(f"{address}verloop.csv").get_data(as_text=True).strip().splitlines()
    assert len(rows) == 23
    moment, klaar, te_gaan, _, bevestigd, geweigerd, onzeker, _ = rows[-1].split(";")
    assert moment.startswith(f"{nacht.datum:%d-%m-%Y}")
    for words in (f"<b>{getal(int(klaar))}</b>", f"{getal(int(te_gaan))} nog te gaan"):
        assert words in page
    for number in (bevestigd, geweigerd, onzeker):
        assert f"<dd>{getal(int(number))}</dd>" in page
    assert "Niet meegenomen: 7 scholen" in page
    schools = clerk.get(f"{address}scholen.csv").get_data(as_text=True).splitlines()
    assert "De Regenboog;99XX" in schools[1]


def test_a_night_that_should_have_begun_is_told_first(weg: Koppelweg, monkeypatch: pytest.MonkeyPatch) -> None:
    weg.running().gestart_op = datetime(2026, 11, 1, tzinfo=AMSTERDAM)
    weg.session.commit()
    for minute, is_told in ((14, False), (15, True)):
        now = datetime(2026, 11, 25, 1, minute, tzinfo=AMSTERDAM)
        monkeypatch.setattr("webapp.admin.nachten.database_now", lambda _, now=now: now)
        monkeypatch.setattr(
            "webapp.admin.nachten.settings", lambda: replace(weg.app.extensions["settings"], nacht_begin_uur=1)
        )
        assert ("De nacht is niet begonnen" in weg.clerk().get("/klantenservice/nacht/").text) is is_told
