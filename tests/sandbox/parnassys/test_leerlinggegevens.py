"""HaalLeerlinggegevens: what ParnasSys answers, and how it refuses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.parnassys.data import Bericht, ParnassysLeerling, ParnassysSchool
from sandbox.parnassys.rules import koppelingen, leerlingen
from tests.sandbox.parnassys.conftest import NOW, school_of
from tests.sandbox.parnassys.soap import HEADER, LEERLINGGEGEVENS, Caller
from webapp.uwlr.reader import read_leerlinggegevens
from webapp.uwlr.schema import validate_leerlinggegevens_antwoord
from webapp.uwlr.values import Leerlinggegevens, Leerlinggegevensverzoek

ONGELDIG = "soap:Client.OngeldigBericht"
AUTORISATIE = "soap:Client.AutorisatieOngeldig"
KLANT = "soap:Client.OngeldigeKlantIdentificatie"


def test_the_whole_school_comes_and_our_own_reader_has_no_remark(las: Caller) -> None:
    answer = las.haal()
    assert answer.http.status_code == 200
    assert answer.http.content_type == "text/xml;charset=UTF-8"
    assert validate_leerlinggegevens_antwoord(answer.body) == []
    gegevens = read_leerlinggegevens(answer.http.data, Leerlinggegevensverzoek("2026-2027", "99XX"))
    assert isinstance(gegevens, Leerlinggegevens)
    assert (len(gegevens.groepen), len(gegevens.leerlingen), len(gegevens.leerkrachten)) == (8, 200, 12)
    assert gegevens.waarschuwingen == ()


def test_as_the_lvs_set_asks_the_last_digits_of_the_bsn_travel_and_staff_has_an_address_as_parnassys_does(
    las: Caller,
) -> None:
    answer = las.haal()
    assert len(answer.all(".//lg:bsn_ondwnr-4")) == 200
    assert len(answer.all(".//lg:leerkracht/lg:emailadres")) == 3
    dot = next(each for each in answer.all(".//lg:leerling") if each.findtext(f"{{{LEERLINGGEGEVENS}}}roepnaam") == ".")
    assert dot.find(f"{{{LEERLINGGEGEVENS}}}voorletters-1") is None


def test_the_version_that_is_asked_for_decides_what_identifies_a_pupil(las: Caller) -> None:
    older, newer = las.with_(versie="2.1").haal(), las.with_(versie="2.3").haal()
    assert not any(each.get("eckid") for each in older.all(".//lg:leerling"))
    assert all(each.get("key") for each in older.all(".//lg:leerling"))
    assert all(bool(each.get("eckid")) != bool(each.get("key")) for each in newer.all(".//lg:leerling"))
    assert newer.all(".//lg:bsn_ondwnr-4") == newer.all(".//lg:voorletters-1") == []
    assert validate_leerlinggegevens_antwoord(newer.body, "2.3") == []


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"sleutel": "GEEN-SLEUTEL"}, AUTORISATIE),
        ({"brin": "99YY"}, AUTORISATIE),
        ({"brin": "99ZZ"}, AUTORISATIE),
        ({"vestiging": "01"}, AUTORISATIE),
        ({"header": ""}, AUTORISATIE),
        ({"header": HEADER.replace("<a:klantnaam>{klantnaam}</a:klantnaam>", "")}, AUTORISATIE),
        ({"header": HEADER.replace("{sleutel}", "")}, AUTORISATIE),
        ({"klantcode": "ANDERE"}, KLANT),
        ({"klantnaam": "Andere uitgever"}, KLANT),
        ({"klantcode": "ANDERE", "sleutel": "GEEN-SLEUTEL"}, KLANT),
        ({"brin": "99xx"}, ONGELDIG),
        ({"brin": ""}, ONGELDIG),
        ({"vestiging": "0"}, ONGELDIG),
        ({"schooljaar": "2026"}, ONGELDIG),
        ({"schooljaar": "2026-2028"}, ONGELDIG),
        ({"schooljaar": "2026-2028", "klantcode": "ANDERE"}, ONGELDIG),
        ({"versie": "9.9"}, "soap:Client.XsdVersieOngeldig"),
    ],
    ids=str,
)
def test_each_mistake_gets_the_fault_of_the_standard(las: Caller, wrong: dict[str, str], fault: str) -> None:
    answer = las.with_(**wrong).haal()
    assert (answer.http.status_code, answer.fault) == (500, fault)
    assert answer.http.content_type == "text/xml;charset=UTF-8"


def test_a_wrong_key_and_a_wrong_brin_cannot_be_told_apart(las: Caller) -> None:
    assert las.with_(sleutel="GEEN-SLEUTEL").haal().http.data == las.with_(brin="99ZZ").haal().http.data


@pytest.mark.parametrize(
    ("change", "melding"),
    [
        (lambda data: data[:-40], "geen XML"),
        (lambda data: data.replace(b"<s:Envelope", b'<!DOCTYPE x [<!ENTITY e "x">]><s:Envelope', 1), "DOCTYPE"),
        (lambda data: data.replace(b"</s:Body>", b"\xff</s:Body>"), "geen XML"),
        (lambda data: data.replace(b"/soap/envelope/", b"/soap/12/"), "geen SOAP"),
        (lambda data: data.replace(b"</s:Body>", b"<x/></s:Body>"), "een element"),
        (lambda data: data.replace(b"leerlinggegevens_verzoek", b"structuur_verzoek"), "SOAPAction"),
        (lambda data: data.replace(b"</schooljaar>", b"</schooljaar><onbekend/>"), "onbekend"),
        (lambda data: data.replace(b"</brincode>", b"</brincode><schoolkey>1</schoolkey>"), "schoolkey"),
    ],
)
def test_what_is_not_a_right_message_is_ongeldig(las: Caller, change: object, melding: str) -> None:
    basis = "<schooljaar>2026-2027</schooljaar><brincode>99XX</brincode><xsdversie>2.2</xsdversie>"
    data = las.envelope(f'<leerlinggegevens_verzoek xmlns="{LEERLINGGEGEVENS}">{basis}</leerlinggegevens_verzoek>')
    assert las.post("leerlinggegevens", data, "HaalLeerlinggegevens").fault is None
    answer = las.post("leerlinggegevens", change(data), "HaalLeerlinggegevens")  # type: ignore[operator]
    assert (answer.http.status_code, answer.fault) == (500, ONGELDIG)
    assert melding in (answer.melding or "")


@pytest.mark.parametrize("action", [None, "", "BrengLeerresultaten", "haalleerlinggegevens"])
def test_without_the_right_soapaction_nothing_is_given(las: Caller, action: str | None) -> None:
    answer = las.post("leerlinggegevens", las.envelope("<x/>"), action)
    assert answer.fault == ONGELDIG
    assert "SOAPAction" in (answer.melding or "")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/soap+xml"}, 415),
        ({"Content-Type": "text/xml; charset=windows-1252"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
    ],
)
def test_what_is_not_soap_1_1_gets_an_http_status(las: Caller, headers: dict[str, str], status: int) -> None:
    assert las.with_(http=headers).haal().http.status_code == status


def test_only_post_is_served_and_a_message_has_a_greatest_size(las: Caller) -> None:
    for method in ("GET", "PUT", "OPTIONS"):
        answer = las.client.open("/sandbox/parnassys/uwlr/v2/leerlinggegevens", method=method)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert las.post("leerlinggegevens", b"x" * (8 * 1024 * 1024 + 1), "HaalLeerlinggegevens").http.status_code == 413


def test_another_schooljaar_has_no_data(las: Caller) -> None:
    answer = las.with_(schooljaar="2025-2026").haal()
    assert answer.http.status_code == 200
    assert [child.tag for child in answer.body] == [f"{{{LEERLINGGEGEVENS}}}geengegevens"]


def test_who_asks_for_changes_hears_when_there_are_none(las: Caller, parnassys: Session) -> None:
    since = "<laatstontvangengegevens>2026-11-23T13:30:00+01:00</laatstontvangengegevens>"
    assert las.haal(extra=since).body[0].tag.endswith("geenwijzigingen")
    school = school_of(parnassys, "99XX")
    leerlingen.leave(parnassys, school, leerlingen.enrolled(parnassys, school)[0], datetime(2026, 11, 24, tzinfo=UTC))
    parnassys.commit()
    assert len(las.haal(extra=since).all(".//lg:leerling")) == 199


def test_a_new_key_voids_the_old_one_and_so_does_closing_or_ending(las: Caller, parnassys: Session) -> None:
    school = school_of(parnassys, "99XX")
    newer = las.with_(sleutel=koppelingen.new_sleutel(school, NOW))
    parnassys.commit()
    assert las.haal().fault == AUTORISATIE
    assert newer.haal().fault is None
    koppelingen.close_for(school_of(parnassys, "99XX"))
    parnassys.commit()
    assert newer.haal().fault == AUTORISATIE
    koppelingen.open_for(school_of(parnassys, "99XX"), NOW)
    parnassys.commit()
    assert newer.haal().fault is None
    koppelingen.end(school_of(parnassys, "99XX"))
    parnassys.commit()
    assert newer.haal().fault == AUTORISATIE


def test_in_steps_only_the_groups_that_are_named_are_given(
    las: Caller, parnassys: Session, kompas: ParnassysSchool
) -> None:
    koppelingen.take(kompas, NOW)
    kompas_las = las.with_(brin="99YY", sleutel=koppelingen.new_sleutel(kompas, NOW))
    parnassys.commit()
    action = f"{LEERLINGGEGEVENS}/{{}}_verzoek".format
    structuur = kompas_las.haal("structuur", action=action("structuur"))
    assert len(structuur.all(".//lg:groep")) == 4
    assert len(structuur.all(".//lg:samengestelde_groep")) == 3
    assert validate_leerlinggegevens_antwoord(structuur.body) == []

    chosen = '<groepen><groep key="9412"/><samengestelde_groep key="rek5"/></groepen>'
    some = kompas_las.haal("leerlingen", chosen, action("leerlingen"))
    assert validate_leerlinggegevens_antwoord(some.body) == []
    assert len(some.all(".//lg:leerling")) == 10 + 6
    loose = kompas_las.haal("leerlingen", "<groepen><groep/></groepen>", action("leerlingen"))
    assert len(loose.all(".//lg:leerling")) == 1
    nobody = kompas_las.haal("leerlingen", '<groepen><groep key="weg"/></groepen>', action("leerlingen"))
    assert nobody.body[0].tag.endswith("geengegevens")
    staff = kompas_las.haal("leerkrachten", chosen, action("leerkrachten"))
    assert len(staff.all(".//lg:leerkracht")) == 2
    assert kompas_las.haal("structuur", action="HaalLeerlinggegevens").fault == ONGELDIG


def test_a_school_without_pupils_has_no_data(las: Caller, parnassys: Session) -> None:
    school = school_of(parnassys, "99XX")
    for leerling in parnassys.scalars(select(ParnassysLeerling).where(ParnassysLeerling.school_id == school.id)):
        parnassys.delete(leerling)
    parnassys.commit()
    assert las.haal().body[0].tag.endswith("geengegevens")


def test_every_call_is_in_the_history_with_its_outcome(las: Caller, parnassys: Session) -> None:
    las.haal()
    las.with_(schooljaar="2025-2026").haal()
    las.with_(klantcode="ANDERE").haal()
    rows = parnassys.scalars(select(Bericht).order_by(Bericht.id)).all()
    assert [(row.operatie, row.uitkomst, row.aantal, row.school_id is None) for row in rows] == [
        ("HaalLeerlinggegevens", "geleverd", 200, False),
        ("HaalLeerlinggegevens", "geengegevens", None, False),
        ("HaalLeerlinggegevens", "Client.OngeldigeKlantIdentificatie", None, True),
    ]
