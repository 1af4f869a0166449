"""Our schemas against the official ones: what the official allows, ours allow; what we write, the official accept."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from random import Random
from typing import Any

import pytest
import zeep
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from sandbox.parnassys.soap.http import soap_action
from tests.uwlr.berichten import AUTORISATIE
from tests.uwlr.shared import SCHEMAS, UWLR, needs_shared, official
from tests.uwlr.xsd_instances import Instances
from webapp.uwlr import schema
from webapp.uwlr.namespaces import LEERLINGGEGEVENS, LEERRESULTATEN, SOAP, Operation
from webapp.uwlr.resultaatchecks import REFERENTIECODES, VERGELIJKINGSGROEPEN
from webapp.uwlr.schema import LEERLINGGEGEVENS_WSDL, LEERRESULTATEN_WSDL
from webapp.uwlr.values import (
    Groepskeuze,
    Leerlinggegevensverzoek,
    Leerresultatenbericht,
    OsoResultaat,
    Referentiescore,
    Resultaat,
    Score,
    Toets,
)
from webapp.uwlr.verzoeken import vraag_van
from webapp.uwlr.writer import write_leerresultaten

pytestmark = needs_shared
relaxed = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
LG, LR = f"{{{LEERLINGGEGEVENS}}}", f"{{{LEERRESULTATEN}}}"
PULLS = [
    f"{name}_{kind}"
    for name in ("leerlinggegevens", "structuur", "leerlingen", "leerkrachten")
    for kind in ("verzoek", "antwoord")
]


@cache
def instances(name: str) -> Instances:
    return Instances(SCHEMAS / f"{name}.xsd")


def say(xsd: etree.XMLSchema, element: etree._Element) -> str:
    return "" if xsd.validate(element) else str(xsd.error_log)


@pytest.mark.parametrize("name", PULLS)
@relaxed
@given(random=st.randoms(use_true_random=False))
def test_what_the_official_schema_of_questions_and_answers_allows_ours_allows(name: str, random: Random) -> None:
    element = instances("UWLR_Leerlinggegevens_v2p2").make(name, random)
    assert say(official("UWLR_Leerlinggegevens_v2p2"), element) == ""
    check = (
        schema.validate_leerlinggegevens_antwoord
        if name.endswith("antwoord")
        else schema.validate_leerlinggegevens_verzoek
    )
    assert check(element) == []
    if name.endswith("antwoord"):
        assert schema.validate_leerlinggegevens_antwoord(element, "2.3") == []


@pytest.mark.parametrize("name", ["leerresultaten_verzoek", "leerresultaten_bevestiging"])
@relaxed
@given(random=st.randoms(use_true_random=False))
def test_what_the_official_schema_of_results_allows_ours_allows(name: str, random: Random) -> None:
    element = instances("UWLR_Leerresultaten_v2p2").make(name, random)
    _make_keys_fit(element)
    assert say(official("UWLR_Leerresultaten_v2p2"), element) == ""
    assert schema.validate_leerresultaten(element) == []
    assert schema.validate_leerresultaten(element, "2.3") == []


def _make_keys_fit(element: etree._Element) -> None:
    """Random keys are not unique and refer to nothing; give them numbers."""
    codes = [f"T{number}" for number, _ in enumerate(element.iter(f"{LR}toets"))]
    for code, toets in zip(codes, element.iter(f"{LR}toets"), strict=True):
        toets.find(f"{LR}toetscode").text = code  # type: ignore[union-attr]  # every toets has one
    for number, resultaat in enumerate(element.iter(f"{LR}resultaat")):
        resultaat.set("key", str(number))
        resultaat.find(f"{LR}toetscode").text = codes[number % len(codes)]  # type: ignore[union-attr]  # the same
    for number, volgnummer in enumerate(element.iter(f"{LR}toetsonderdeelvolgnummer"), start=1):
        volgnummer.text = str(number)


def test_a_key_is_optional_in_2_3_only() -> None:
    person = etree.fromstring(
        f'<leerlingen_antwoord xmlns="{LEERLINGGEGEVENS}"><leerlinggegevens-leerlingen><school><schooljaar>2026-2027'
        "</schooljaar></school><leerlingen><leerling eckid='x'><roepnaam>Noor</roepnaam></leerling></leerlingen>"
        "</leerlinggegevens-leerlingen></leerlingen_antwoord>"
    )
    assert schema.validate_leerlinggegevens_antwoord(person, "2.3") == []
    assert schema.validate_leerlinggegevens_antwoord(person, "2.2") == ["leerling: cvc_complex_type_4"]


text = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30
)
maybe = st.none() | text
counts = st.integers(0, 500)
decimals = st.decimals(-1000, 1000, places=2, allow_nan=False)


toetsen = st.lists(
    st.builds(Toets, text, maybe, maybe, maybe, maybe), min_size=1, max_size=4, unique_by=lambda toets: toets.toetscode
).map(tuple)
uitkomsten = st.builds(Score, counts) | st.builds(
    OsoResultaat,
    st.just(500),
    st.none() | counts,
    st.none() | decimals,
    st.lists(
        st.builds(
            Referentiescore,
            st.sampled_from(sorted(REFERENTIECODES)),
            st.sampled_from(sorted(VERGELIJKINGSGROEPEN)),
            text,
            maybe,
        ),
        max_size=4,
    ).map(tuple),
)


@st.composite
def berichten(draw: st.DrawFn) -> Leerresultatenbericht:
    """A right message."""
    tests = draw(toetsen)
    results = []
    for key in draw(st.lists(text, min_size=1, max_size=8, unique=True)):
        toets = draw(st.sampled_from(tests))
        results.append(
            Resultaat(
                key,
                draw(text),
                draw(maybe),
                draw(st.dates(date(2015, 1, 1), date(2030, 1, 1))),
                toets.toetscode,
                draw(st.sampled_from([None, toets.versie])),
                draw(uitkomsten),
            )
        )
    zone = draw(st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-5, minutes=-30))]))
    moment = datetime.fromtimestamp(draw(st.integers(1_600_000_000, 2_000_000_000)), zone)
    return Leerresultatenbericht("2026-2027", "99XX", "00", moment, draw(text), "2.2", tuple(results), tests)


@relaxed
@given(message=berichten())
def test_what_we_write_the_official_schema_accepts_and_nothing_is_lost(message: Leerresultatenbericht) -> None:
    element = write_leerresultaten(message)
    assert say(official("UWLR_Leerresultaten_v2p2"), element) == ""
    scores = [r.uitkomst.waarde for r in message.resultaten if isinstance(r.uitkomst, Score)]
    assert sorted(int(node.text or "") for node in element.iter(f"{LR}score")) == sorted(scores)
    written = {node.get("key"): node.findtext(f"{LR}toetscode") for node in element.iter(f"{LR}resultaat")}
    assert written == {resultaat.key: resultaat.toetscode for resultaat in message.resultaten}


@relaxed
@given(
    verzoek=st.builds(
        Leerlinggegevensverzoek,
        st.integers(1999, 2100).map(lambda year: f"{year}-{year + 1}"),
        st.just("99XX"),
        st.integers(0, 99).map(lambda number: f"{number:02}"),
        xsdversie=st.sampled_from(["2.2", "2.3"]),
        gegevenssetid=maybe,
    ),
    keuze=st.builds(Groepskeuze, st.lists(text).map(tuple), st.lists(text).map(tuple), st.just(value=True)),
)
@pytest.mark.parametrize("operation", list(Operation)[:4])
def test_what_we_ask_the_official_schema_accepts(
    operation: Operation, verzoek: Leerlinggegevensverzoek, keuze: Groepskeuze
) -> None:
    staged = operation in {Operation.HAAL_LEERLINGEN, Operation.HAAL_LEERKRACHTEN}
    binding = "LeerlinggegevensSoap" if operation is Operation.HAAL_LEERLINGGEGEVENS else "GetraptSoap"
    client: Any = _client(LEERLINGGEGEVENS_WSDL.as_posix())
    header = {
        "autorisatiesleutel": AUTORISATIE.autorisatiesleutel,
        "klantcode": AUTORISATIE.klantcode,
        "klantnaam": AUTORISATIE.klantnaam,
    }
    envelope = client.create_message(
        client.create_service(f"{LG}{binding}", "http://las.invalid"),
        str(operation),
        **vraag_van(verzoek, keuze if staged else None),
        _soapheaders={"autorisatie": header},
    )
    assert say(official("UWLR_Leerlinggegevens_v2p2"), deepcopy(envelope.find(f"{{{SOAP}}}Body")[0])) == ""
    assert say(official("UWLR_Autorisatie_v2p2"), deepcopy(envelope.find(f"{{{SOAP}}}Header")[0])) == ""


@cache
def _client(wsdl: str) -> zeep.Client:
    return zeep.Client(wsdl)  # type: ignore[no-untyped-call]  # zeep


def test_our_wsdl_has_the_operations_and_actions_of_the_official_one() -> None:
    def actions(path: str) -> dict[str, str]:
        services = _client(path).wsdl.services.values()
        ports = [port for service in services for port in service.ports.values()]
        return {name: operation.soapaction for port in ports for name, operation in port.binding._operations.items()}

    theirs = UWLR / "official-2.2" / "wsdl"
    assert actions(str(LEERLINGGEGEVENS_WSDL)) == actions(str(theirs / "UWLR_Leerlinggegevens_v2p2.wsdl"))
    assert actions(str(LEERRESULTATEN_WSDL)) == actions(str(theirs / "UWLR_Leerresultaten_v2p2.wsdl"))
    ours = {**actions(str(LEERLINGGEGEVENS_WSDL)), **actions(str(LEERRESULTATEN_WSDL))}
    assert ours == {str(operation): soap_action(operation) for operation in Operation}
