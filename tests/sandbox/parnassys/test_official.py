"""Held against the official files of UWLR 2.2, on machines that have them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from sandbox.parnassys.data import ParnassysLeerling
from sandbox.parnassys.rules import leerlingen
from tests.sandbox.parnassys.conftest import school_of
from tests.sandbox.parnassys.soap import LEERLINGGEGEVENS, Afname, Bericht, Caller
from tests.uwlr.shared import SAMPLES, needs_shared, official

pytestmark = needs_shared
ACTION = f"{LEERLINGGEGEVENS}/{{}}_verzoek".format


@pytest.fixture
def older(las: Caller, parnassys: Session) -> Caller:
    """A school in a year that the published schema knows."""
    school_of(parnassys, "99XX").schooljaar = "2024-2025"
    parnassys.commit()
    return las.with_(schooljaar="2024-2025")


def test_what_we_answer_is_valid_by_the_official_schema(older: Caller) -> None:
    groepen = '<groepen><groep key="6200101"/></groepen>'
    answers = [
        older.haal(),
        older.haal("structuur", action=ACTION("structuur")),
        older.haal("leerlingen", groepen, ACTION("leerlingen")),
        older.haal("leerkrachten", groepen, ACTION("leerkrachten")),
        older.with_(schooljaar="2020-2021").haal(),
    ]
    for answer in answers:
        official("UWLR_Leerlinggegevens_v2p2").assertValid(answer.body)
    bericht = Bericht((Afname("204310560", afnamedatum="2025-05-20"),))
    official("UWLR_Leerresultaten_v2p2").assertValid(older.breng(bericht).body)


def _sample(las: Caller, name: str) -> bytes:
    data = (SAMPLES / name).read_bytes()
    header = {"VOORBEELD-SLEUTEL-99XX00": las.sleutel, ">VOORBEELD<": f">{las.klantcode}<"}
    for before, after in {**header, ">Voorbeeld testcentrum</aut": f">{las.klantnaam}</aut"}.items():
        data = data.replace(before.encode(), after.encode())
    return data


def test_the_sample_requests_are_understood(las: Caller, parnassys: Session) -> None:
    school = school_of(parnassys, "99XX")
    first, second = leerlingen.enrolled(parnassys, school)[:2]
    first.key, second.key = "104230000", "104230007"
    _take_eckid_of_sample(first)
    parnassys.commit()
    haal = las.post("leerlinggegevens", _sample(las, "req-01-haalleerlinggegevens.xml"), "HaalLeerlinggegevens")
    assert len(haal.all(".//lg:leerling")) == 200
    for name, later in (("req-02-leerresultaten-oso.xml", b":00+01"), ("req-03-leerresultaten-score.xml", b":01+01")):
        data = _sample(las, name).replace(b"T02:30:00+01", b"T02:30" + later)
        answer = las.post("leerresultaten", data, "BrengLeerresultaten")
        assert (answer.fault, answer.melding) == (None, None)


def _take_eckid_of_sample(leerling: ParnassysLeerling) -> None:
    text = (SAMPLES / "req-02-leerresultaten-oso.xml").read_text()
    leerling.eckid = text.partition("<eckid>")[2].partition("</eckid>")[0]
