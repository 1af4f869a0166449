"""What clerks do with the queue: filter, choose, act on many, keep whose a case is, a note, until when it waits."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, login, make_clerk, post
from tests.wereld import make_wereld
from webapp.admin import bundeldaden
from webapp.models import (
    Audit,
    Daad,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Levering,
    LeveringStatus,
    Zaak,
    Zaakkijker,
)
from webapp.models.fout import Fout
from webapp.models.ids import AccountId
from webapp.services import sloten
from webapp.services.clock import database_now
from webapp.services.overzicht import wachtrij, zaken
from webapp.services.overzicht.wachtend import Wachtend, Wachtreden
from webapp.uwlr.codes import FaultCode, Owner

QUEUE, ZAKEN = "/klantenservice/", "/klantenservice/zaken/"


def _of(weg: Koppelweg, brin: str) -> Koppelweg:
    return Koppelweg(weg.app, weg.session, weg.klantenservice, brin=brin)


def _green(weg: Koppelweg, brin: str, naam: str) -> Koppeling:
    there = _of(weg, brin)
    return there.green(there.submitted(naam, f"{brin.lower()}@school.example"))


def _schools(page: str) -> list[str]:
    return re.findall(r'id="zaak-\d+">([^<]+)</a>', page)


def _said(browser: FlaskClient) -> str:
    page = browser.get(QUEUE).text
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page.partition('class="flitsen"')[2].partition("<h1")[0]).split()))


def test_every_reason_has_a_kind_and_every_key_is_its_own(weg: Koppelweg) -> None:
    """Nothing falls out of the chips, and no two cases share what is kept."""
    for reden in Wachtreden:
        assert Wachtend(reden, datetime.now(UTC)).soort
    koppeling = weg.running()
    koppeling.fout = koppeling.zend_fout = Fout(FaultCode.ANDERE_CLIENT, Owner.KLANTENSERVICE)
    koppeling.einde_gevraagd_op = datetime.now(UTC)
    _of(weg, "34CD").requested("De Ark", "ark@ark.example")
    weg.session.commit()
    keys = [row.sleutel for row in wachtrij.waiting(weg.session)]
    assert len(keys) == len(set(keys)) == 4
    assert keys == [row.sleutel for row in wachtrij.waiting(weg.session)], "the same at the next look"


def test_filters_search_sort_and_page_stand_in_the_address(weg: Koppelweg) -> None:
    _green(weg, "12AB", "Kbs Het Mozaïek")
    _of(weg, "34CD").requested("De Ark", "ark@ark.example")
    _of(weg, "56EF").requested("De Brug", "brug@brug.example")
    clerk = weg.clerk()
    for query, expected in {
        "": 3,
        "soort=aanvraag": 2,
        "soort=goedkeuren": 1,
        "soort=mail": 0,
        "q=mozaiek": 1,
        "q=56ef00": 1,
        "q=zet%20open%20parnassys": 2,
        "q=ark&soort=goedkeuren": 0,
        "van=niemand": 3,
        "van=mij": 0,
        "slaapt=1": 0,
        "volgorde=school": 3,
        "soort=bestaat-niet&van=%27&volgorde=x&pagina=-1&slaapt=ja": 3,
        "pagina=99999999999": 3,
        "pagina=7": 3,
    }.items():
        answer = clerk.get(f"{QUEUE}?{query}")
        assert (answer.status_code, len(_schools(answer.text)), query) == (200, expected, query)
    assert _schools(clerk.get(f"{QUEUE}?volgorde=school").text) == ["De Ark", "De Brug", "Kbs Het Mozaïek"]
    assert 'href="/klantenservice/?soort=goedkeuren&amp;q=ark' in clerk.get(f"{QUEUE}?q=ark").text


def test_twelve_green_ones_are_approved_in_one_act_and_what_cannot_says_why(weg: Koppelweg) -> None:
    """Each in a transaction of its own: half of it failing leaves the other half done."""
    green = [_green(weg, f"{10 + n}AB", f"School {n}") for n in range(12)]
    unread = _of(weg, "34CD").submitted("De Ongelezen", "on@gelezen.example")
    keys = {row.koppeling: row.sleutel for row in wachtrij.waiting(weg.session) if row.koppeling is not None}
    clerk = weg.clerk()
    page = clerk.get(QUEUE).text
    assert page.count('name="een" value="goedkeuren ') == 12
    assert "Bekijken" in page.partition("De Ongelezen")[2].partition("</tr>")[0], "not all green: looked at first"
    form = {"daad": "goedkeuren", "zaak": [keys[each] for each in (*green, unread)]}
    assert post(clerk, ZAKEN, form).headers["Location"].endswith("/klantenservice/#zaak-1")
    assert Counter(each.status for each in (*green, unread)) == {
        KoppelingStatus.GOEDGEKEURD: 12,
        KoppelingStatus.INGEDIEND: 1,
    }
    assert "12 koppelingen goedgekeurd." in (said := _said(clerk))
    assert "1 van de 13 niet gedaan. De Ongelezen:" in said
    post(clerk, ZAKEN, form)
    assert "De koppeling van School 0 is al goedgekeurd" not in (said := _said(clerk)), "it is gone from the queue"
    assert said.count("U was eerder") == 8
    assert "En nog 5" in said


def test_a_mixed_choice_does_only_what_each_case_can(weg: Koppelweg) -> None:
    koppeling = _of(weg, "34CD").running("De Ark", "ark@ark.example")
    koppeling.fout = Fout(FaultCode.ANDERE_CLIENT, Owner.KLANTENSERVICE)
    green = _green(weg, "12AB", "School 1")
    weg.session.commit()
    keys = [row.sleutel for row in wachtrij.waiting(weg.session)]
    clerk = weg.clerk()
    post(clerk, ZAKEN, {"daad": "ophalen", "zaak": keys})
    assert koppeling.ophalen_op is not None
    assert green.status is KoppelingStatus.INGEDIEND
    assert "School 1: Dat kan bij deze zaak niet" in _said(clerk)
    for form in ({}, {"daad": "ophalen"}, {"zaak": keys}, {"daad": "wissen", "zaak": keys}, {"een": "wissen x"}):
        post(clerk, ZAKEN, form)
        assert "Er is niets veranderd" in _said(clerk), form
    post(clerk, ZAKEN, {"daad": "mijn", "zaak": ["x", "ophalen:koppeling:2147483647"]})
    assert _said(clerk).count("Deze zaak is er niet meer") == 2
    assert weg.session.scalars(select(Zaak.sleutel)).all() == []


def test_a_case_is_taken_noted_and_put_off_until_it_is_back_by_itself(weg: Koppelweg) -> None:
    koppeling = weg.requested()
    (row,) = wachtrij.waiting(weg.session)
    clerk, colleague = weg.clerk(), make_clerk(weg.session, naam="Rob Bakker")
    rob = login(weg.app, weg.session, colleague)
    case = f"{QUEUE}zaak/?sleutel={row.sleutel}"
    post(clerk, ZAKEN, {"een": f"mijn {row.sleutel}", "blijf": "1"})
    assert "Deze zaak staat op uw naam." in clerk.get(case).text
    post(rob, ZAKEN, {"een": f"mijn {row.sleutel}"})
    assert "Kim de Wit heeft deze zaak al op naam." in _said(rob)
    assert "Overnemen van Kim de Wit" in rob.get(case).text
    assert _schools(rob.get(f"{QUEUE}?van={weg.klantenservice.id}").text) == ["De Wegwijzer"]
    post(rob, f"{QUEUE}zaak/notitie/", {"zaak": row.sleutel, "overnemen": str(weg.klantenservice.id)})
    post(clerk, f"{QUEUE}zaak/notitie/", {"zaak": row.sleutel, "overnemen": str(weg.klantenservice.id)})
    assert weg.session.scalars(select(Zaak.van_id)).all() == [colleague.id], "whose it is was not what Kim saw"
    post(clerk, ZAKEN, {"een": f"los {row.sleutel}"})
    assert "Rob Bakker heeft deze zaak al op naam." in _said(clerk), "Kim still saw it as hers"
    assert weg.session.scalars(select(Zaak.van_id)).all() == [colleague.id]
    post(rob, f"{QUEUE}zaak/notitie/", {"zaak": row.sleutel, "notitie": "Belt vrijdag <terug>"})
    assert "Belt vrijdag &lt;terug&gt;" in clerk.get(QUEUE).text
    assert _schools(clerk.get(f"{QUEUE}?q=belt+vrijdag").text) == ["De Wegwijzer"]

    today = datetime.now(UTC).date()
    for day in ("", "x", str(today - timedelta(days=1)), str(today + timedelta(days=400)), "0001-01-01", "9999-12-31"):
        post(rob, ZAKEN, {"daad": "later", "zaak": row.sleutel, "tot": day})
        assert "Kies een dag vanaf morgen" in _said(rob), day
    post(rob, ZAKEN, {"daad": "later", "zaak": row.sleutel, "tot": str(today + timedelta(days=3))})
    assert _schools(clerk.get(QUEUE).text) == []
    assert _schools(clerk.get(f"{QUEUE}?slaapt=1").text) == ["De Wegwijzer"]
    zaak, now = weg.session.scalars(select(Zaak)).one(), database_now(weg.session)
    kept = zaken.of_all(weg.session, for_=AccountId(0))[row.sleutel]
    assert kept.sleeps(row, now)
    assert not kept.sleeps(row, now + timedelta(days=4)), "it comes back by itself"
    koppeling.aangevraagd_op = now + timedelta(minutes=1)
    (again,) = wachtrij.waiting(weg.session)
    assert not kept.sleeps(again, now), "what began later is news"
    assert not kept.sleeps(replace(row, laatst=now + timedelta(minutes=1)), now), "also beside what was there"
    acts = weg.session.scalars(select(Audit.tellingen["wat"].astext).where(Audit.actie == Daad.ZAAK_BIJGEHOUDEN)).all()
    assert len(acts) == 4

    zaak.gewijzigd_op = now - timedelta(days=8)
    assert zaken.tidy(weg.session, wachtrij.waiting(weg.session), now) == 0, "the case is there"
    assert zaken.tidy(weg.session, [], now) == 1


def test_who_looks_is_seen_by_colleagues_for_a_minute(weg: Koppelweg) -> None:
    weg.requested()
    (row,) = wachtrij.waiting(weg.session)
    clerk, rob = weg.clerk(), login(weg.app, weg.session, make_clerk(weg.session, naam="Rob Bakker"))
    for _ in range(2):
        assert post(rob, f"{QUEUE}zaak/kijkt/", {"zaak": row.sleutel}).status_code == 204
    assert "Rob Bakker kijkt nu" in clerk.get(QUEUE).text
    assert "kijkt nu" not in rob.get(QUEUE).text, "not whoever looks"
    weg.session.scalars(select(Zaakkijker)).one().op -= timedelta(minutes=2)
    weg.session.commit()
    assert "kijkt nu" not in clerk.get(QUEUE).text
    for wrong in ("", "x", "a:" + "b" * 300):
        assert post(rob, f"{QUEUE}zaak/kijkt/", {"zaak": wrong}).status_code == 400


def test_one_cause_of_several_schools_is_one_case_on_top(weg: Koppelweg) -> None:
    now = datetime.now(UTC)
    old = _of(weg, "99ZZ").requested("De Oude", "oud@oud.example")
    old.aangevraagd_op = now - timedelta(days=30)
    for n in range(wachtrij.SAMEN_VANAF):
        koppeling = _of(weg, f"{10 + n}AB").running(f"School {n}", f"s{n}@school.example")
        koppeling.fout = Fout(FaultCode.ONGELDIGE_KLANTIDENTIFICATIE, Owner.KLANTENSERVICE)
    koppeling.zend_fout = Fout(FaultCode.ANDERE_CLIENT, Owner.KLANTENSERVICE)
    weg.session.commit()
    clerk = weg.clerk()
    page = clerk.get(QUEUE).text
    assert _schools(page) == ["5 scholen", "De Oude", "School 4"]
    assert "ParnasSys, één oorzaak" in page
    (case,) = (row for row in wachtrij.waiting(weg.session) if row.is_gebundeld)
    assert [each.schoolnaam for each in case.koppelingen] == [f"School {n}" for n in range(5)]
    assert "School 3 (13AB)</a>" in clerk.get(f"{QUEUE}zaak/?sleutel={case.sleutel}").text
    assert _schools(clerk.get(f"{QUEUE}?q=school+2").text) == ["5 scholen"], "found by any of its schools"
    koppeling.fout = None
    weg.session.commit()
    assert len(_schools(clerk.get(QUEUE).text)) == 6, "of four schools each is a case of its own"


def test_after_an_act_on_another_page_the_queue_is_as_it_was_left(weg: Koppelweg) -> None:
    koppeling = weg.requested()
    clerk = weg.clerk()
    link = re.search(r'href="([^"]+openzetten[^"]+)"', clerk.get(f"{QUEUE}?soort=aanvraag&q=wegwijzer").text)
    assert link
    page = clerk.get(unescape(link[1])).text
    form = re.search(r'<form method="post" action="([^"]+openzetten[^"]+)"', page)
    gezien = re.search(r'name="gezien" value="([^"]+)"', page)
    assert form
    assert gezien
    answer = post(clerk, unescape(form[1]), {"gezien": gezien[1]}, come_from=unescape(link[1]))
    assert answer.headers["Location"] == "/klantenservice/?soort=aanvraag&q=wegwijzer#zaak-1"
    assert koppeling.status is KoppelingStatus.OPENGEZET
    page = f"/klantenservice/koppeling/{koppeling.id}/verbeteren/"
    assert clerk.get(f"{page}?wachtrij=%5B%00&zaak=%27").status_code == 200


def test_an_act_on_one_cause_reaches_every_school_apart(weg: Koppelweg) -> None:
    """It is taken and put off as one case; and what one of the schools cannot, the others do."""
    koppelingen = [_of(weg, f"{10 + n}AB").running(f"School {n}", f"s{n}@school.example") for n in range(5)]
    for koppeling in koppelingen:
        koppeling.fout = Fout(FaultCode.ONGELDIGE_KLANTIDENTIFICATIE, Owner.KLANTENSERVICE)
        koppeling.opgehaald_op = datetime.now(UTC) - timedelta(hours=9)
    koppelingen[3].sleutel = None
    weg.session.commit()
    (case,) = wachtrij.waiting(weg.session)
    clerk = weg.clerk()
    assert 'value="ophalen ' not in clerk.get(QUEUE).text, "not by one press in the list"
    assert "Nu ophalen bij alle 5 scholen" in clerk.get(f"{QUEUE}zaak/?sleutel={case.sleutel}").text
    post(clerk, ZAKEN, {"een": f"ophalen {case.sleutel}"})
    assert [each.schoolnaam for each in koppelingen if each.ophalen_op is None] == ["School 3"]
    assert "4 scholen staan klaar om op te halen." in (said := _said(clerk))
    assert "1 van de 5 niet gedaan. School 3" in said
    assert "eerder" not in said, "nobody was first: it has no key"
    post(clerk, ZAKEN, {"een": f"vrijgeven {case.sleutel}"})
    assert "5 van de 5 niet gedaan." in _said(clerk), "that is not for a fault in fetching"
    post(clerk, ZAKEN, {"een": f"mijn {case.sleutel}"})
    day = str(datetime.now(UTC).date() + timedelta(days=3))
    post(clerk, ZAKEN, {"daad": "later", "zaak": case.sleutel, "tot": day})
    assert _schools(clerk.get(QUEUE).text) == []
    assert _schools(clerk.get(f"{QUEUE}?slaapt=1&van=mij").text) == ["5 scholen"]


def test_an_act_on_very_many_schools_says_what_it_touches_asks_their_number_and_has_a_limit(
    weg: Koppelweg, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It frees what was refused for its cause, and leaves what the same schools have of another."""
    for n in range(5):
        wereld = make_wereld(weg.session, weg.app.extensions["keyring"], brin=f"{50 + n}AB")
        ours, other = wereld.genormeerd(2)
        wereld.breng(ours, LeveringStatus.GEWEIGERD).fout = Fout(
            FaultCode.TOETSNORMERING_ONGELDIG, Owner.KLANTENSERVICE
        )
        wereld.breng(other, LeveringStatus.GEWEIGERD).fout = Fout(FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL)
    weg.session.commit()
    (case,) = [row for row in wachtrij.waiting(weg.session) if row.is_gebundeld]
    clerk, page = weg.clerk(), f"{QUEUE}zaak/?sleutel={case.sleutel}"
    assert "Dit raakt 5 scholen en 5 geweigerde resultaten." in " ".join(clerk.get(page).text.split())
    monkeypatch.setattr(bundeldaden, "ZEKER_VANAF", 5)
    monkeypatch.setattr(bundeldaden, "MEESTE_SCHOLEN", 3)
    assert "Typ het aantal scholen" in clerk.get(page).text
    for typed in ({}, {"scholen": "4"}, {"scholen": "x"}):
        post(clerk, ZAKEN, {"een": f"vrijgeven {case.sleutel}", **typed})
        assert "Er is niets veranderd. Het gaat om 5 scholen" in _said(clerk), typed
    post(clerk, ZAKEN, {"daad": "vrijgeven", "zaak": case.sleutel})
    assert "Het gaat om 5 scholen" in _said(clerk), "nor as one of many"
    post(clerk, ZAKEN, {"een": f"vrijgeven {case.sleutel}", "scholen": "5"})
    said = _said(clerk)
    assert "3 scholen vrijgegeven." in said
    assert "Nog 2 scholen staan in de rij" in said
    left = Counter(weg.session.scalars(select(Levering.fout_code).where(Levering.status == "geweigerd")).all())
    assert left == {FaultCode.TOETSNORMERING_ONGELDIG: 2, FaultCode.LEERLING_ONGELDIG: 5}


def test_a_case_of_many_schools_that_was_put_off_is_back_once_it_has_many_more(weg: Koppelweg) -> None:
    koppeling, now = weg.running(), datetime.now(UTC)
    hour = timedelta(hours=1)
    asleep = zaken.Bijgehouden(later_op=now - hour, later_tot=now + hour)
    for known, more, sleeps in (
        (40, 0, True),
        (40, 9, True),
        (40, 10, False),
        (8, 4, True),
        (8, 5, False),
        (0, 1, False),
    ):
        row = Wachtend(
            Wachtreden.OPHALEN, now - 2 * hour, las_type=koppeling.las_type,
            begonnen=(now - 2 * hour,) * known + (now,) * more,
        )  # fmt: skip
        assert asleep.sleeps(row, now) == sleeps, (known, more)
    assert not asleep.sleeps(row, now + 2 * hour)


def test_what_is_new_beside_what_was_put_off_wakes_the_case(weg: Koppelweg) -> None:
    koppeling, now = weg.running(), datetime.now(UTC)
    assert koppeling.school_id is not None
    sloten.lock(weg.session, koppeling.school_id)
    for n, since in enumerate((now - timedelta(days=2), now)):
        weg.session.add(
            Leerling(
                school_id=koppeling.school_id, roepnaam=f"N{n}", achternaam="Maan", las_key=f"k{n}",
                klopt_niet_sinds=since, klopt_niet_door=weg.beheerder(koppeling).id,
            )
        )  # fmt: skip
    weg.session.commit()
    (row,) = wachtrij.waiting(weg.session)
    assert (row.reden, row.number, row.sinds, row.laatst) == (Wachtreden.KLOPT_NIET, 2, now - timedelta(days=2), now)
    asleep = zaken.Bijgehouden(later_op=now - timedelta(days=1), later_tot=now + timedelta(days=1))
    assert not asleep.sleeps(row, now)
    assert asleep.sleeps(replace(row, laatst=row.sinds), now)


def test_from_the_story_one_goes_back_to_the_queue_as_it_was(weg: Koppelweg) -> None:
    for brin in ("12AB", "34CD"):
        koppeling = _of(weg, brin).running(f"School {brin}", f"{brin.lower()}@school.example")
        koppeling.fout = Fout(FaultCode.ANDERE_CLIENT, Owner.KLANTENSERVICE)
    weg.session.commit()
    clerk = weg.clerk()
    links = re.findall(r'href="([^"]+)" id="zaak-', clerk.get(f"{QUEUE}?soort=ophalen").text)
    link = re.search(r'href="(/klantenservice/koppeling/details/[^"]+)"', clerk.get(unescape(links[1])).text)
    assert link
    page = clerk.get(unescape(link[1])).text
    back = "/klantenservice/?soort=ophalen#zaak-1"
    assert f'name="url" value="{back}"' in page
    assert 'rel="prev" href="/klantenservice/zaak/?' in page
    assert 'rel="next"' not in page, "it is the last one"
    assert re.search(r'href="[^"]+/pauzeren/\?zaak=ophalen[^"]+wachtrij=soort', page)
    form = {"action": "ophalen", "rowid": str(koppeling.id), "url": back}
    assert post(clerk, "/klantenservice/koppeling/action/", form).headers["Location"].endswith(back)
    for odd in ("https://boos.example", "//boos.example", "url=//boos.example", "%00"):
        where = {"id": koppeling.id, "wachtrij": odd, "zaak": "'"}
        page = clerk.get("/klantenservice/koppeling/details/", query_string=where).text
        assert 'name="url" value="/klantenservice/"' in page, odd
    assert (
        'name="url" value="/klantenservice/koppeling/details/'
        in clerk.get(f"/klantenservice/koppeling/details/?id={koppeling.id}").text
    )


@pytest.mark.parametrize("path", ["zaken/", "zaak/notitie/", "zaak/kijkt/"])
def test_looking_changes_nothing(weg: Koppelweg, session: Session, path: str) -> None:
    assert weg.clerk().get(f"{QUEUE}{path}").status_code == 405
