"""All samples beside the checkout behave as their index says, through the reader and through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from tests.uwlr.berichten import bericht, resultaat
from tests.uwlr.shared import SAMPLES, UWLR, index, needs_shared
from webapp.uwlr.command import uwlr_read
from webapp.uwlr.faults import FaultCode, Owner, Reden, UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnsure
from webapp.uwlr.outcome import check_confirmation, refused_pull
from webapp.uwlr.reader import Antwoord, Bron, read_leerlinggegevens
from webapp.uwlr.schema import validate_autorisatie, validate_leerlinggegevens_verzoek, validate_leerresultaten
from webapp.uwlr.transport import Answer
from webapp.uwlr.values import GeenGegevens, GeenWijzigingen, Leerlinggegevens, Leerlinggegevensverzoek

pytestmark = needs_shared
INDEX = index()

# what was asked: (BRIN, location, school year); the rest asked for 99XX, 00, 2024-2025
ASKED = {
    "ok-02-esis-dependance.xml": ("99YY", "02", "2024-2025"),
    "ok-03-magister-2.3-smal.xml": ("99ZZ", "00", "2024-2025"),
    "ok-04-klein-combinatiegroepen.xml": ("99WW", "00", "2024-2025"),
    "ok-07-schooljaar-2026-2027.xml": ("99WW", "00", "2026-2027"),
    "ok-08-rollover-volgend-jaar.xml": ("99WW", "00", "2025-2026"),
}
REFUSED = {
    "bad-01-fault-autorisatie.xml": (FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL),
    "bad-02-html-200.html": (Reden.GEEN_XML, Owner.NIEMAND),
    "bad-03-afgekapt.xml": (Reden.AFGEKAPT, Owner.NIEMAND),
    "bad-04-verkeerde-namespace.xml": (Reden.ANDERE_VERSIE, Owner.LAS),
    "bad-08-billion-laughs.xml": (Reden.DOCTYPE, Owner.LAS),
    "bad-09-xxe.xml": (Reden.DOCTYPE, Owner.LAS),
    "bad-10-verkeerde-codering.xml": (Reden.CODERING, Owner.LAS),
    "bad-11-naam-van-40-mb.xml": (Reden.TE_GROOT, Owner.LAS),
    "bad-12-andere-school.xml": (Reden.ANDERE_SCHOOL, Owner.KLANTENSERVICE),
    "bad-13-fault-tijdelijk.xml": (FaultCode.TIJDELIJK_NIET_BESCHIKBAAR, Owner.NIEMAND),
    "bad-14-fault-andere-schrijfwijze.xml": (FaultCode.XSDVERSIE_ONGELDIG, Owner.KLANTENSERVICE),
    "bad-15-ander-schooljaar.xml": (Reden.ANDER_SCHOOLJAAR, Owner.SCHOOL),
    "bad-16-leeg.xml": (Reden.LEEG, Owner.NIEMAND),
    "req-01-haalleerlinggegevens.xml": (Reden.ANDER_BERICHT, Owner.LAS),
    "req-02-leerresultaten-oso.xml": (Reden.ANDER_BERICHT, Owner.LAS),
    "req-03-leerresultaten-score.xml": (Reden.ANDER_BERICHT, Owner.LAS),
    "res-01-bevestiging.xml": (Reden.ANDER_BERICHT, Owner.LAS),
    "res-02-fault-leerling.xml": (FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL),
    "res-03-fault-vocabulaire.xml": (FaultCode.VOCABULAIRETERM_ONGELDIG, Owner.KLANTENSERVICE),
}
# name: ({warning: how many}, groepen, leerlingen, leerkrachten)
TOLERATED = {
    "bad-05-dubbele-sleutels.xml": ({"sleutel_dubbel": 3}, 1, 1, 0),
    "bad-06-losse-verwijzingen.xml": ({"groep_onbekend": 2}, 1, 2, 1),
    "bad-07-lege-waarden.xml": ({}, 1, 2, 2),
    "bad-17-zonder-sleutel.xml": ({"zonder_sleutel": 1}, 1, 1, 0),
    "bad-18-bijna-leeg.xml": ({}, 1, 1, 0),
    "bad-19-rare-datums.xml": ({"geboortedatum_onleesbaar": 2, "geboortedatum_onmogelijk": 1}, 1, 4, 0),
    "bad-20-volgorde-en-extra.xml": ({}, 1, 1, 0),
}
# (also counted: fields that hold what the standard or the law keeps from us)
NEVER = ("bsn", "ondwnr", "gebruikersnaam", "postcode", "vestiging")


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the large sample, which is made when needed."""
    folder = tmp_path_factory.mktemp("uwlr")
    subprocess.run(
        [sys.executable, str(UWLR / "make_samples.py"), "--big", str(folder)], check=True, capture_output=True
    )
    return folder


def path_of(name: str, samples: Path) -> Path:
    return samples / name if INDEX[name].get("on_demand") else SAMPLES / name


def read(name: str, samples: Path) -> Antwoord:
    brin, location, schooljaar = ASKED.get(name, ("99XX", "00", "2024-2025"))
    about = INDEX[name]
    answer = Answer(about["status"], {"Content-Type": about["content_type"]}, path_of(name, samples).read_bytes())
    if error := refused_pull(answer, "ParnasSys"):
        raise error
    return read_leerlinggegevens(
        answer.content, Leerlinggegevensverzoek(schooljaar, brin, location), Bron("ParnasSys", "utf-8")
    )


def test_every_sample_has_its_expectation() -> None:
    expected = {*REFUSED, *TOLERATED, *(name for name in INDEX if name.startswith("ok-"))}
    assert expected == set(INDEX)
    assert len(INDEX) == 34  # 33 files and the large one that is made when needed


@pytest.mark.parametrize("name", [name for name in INDEX if name.startswith("ok-")])
def test_valid_answers_are_read_in_full(name: str, samples: Path) -> None:
    expect = INDEX[name]["expect"]
    found = read(name, samples)
    if "uitkomst" in expect:
        kinds = {"geenwijzigingen": GeenWijzigingen, "geengegevens": GeenGegevens}
        assert isinstance(found, kinds[expect["uitkomst"]])
        return
    assert isinstance(found, Leerlinggegevens)
    counts = {
        "groepen": len(found.groepen),
        "samengesteld": len(found.samengestelde_groepen),
        "leerlingen": len(found.leerlingen),
        "leerkrachten": len(found.leerkrachten),
    }
    assert counts == {"samengesteld": counts["samengesteld"], **{k: v for k, v in expect.items() if k != "schema"}}
    assert found.waarschuwingen == ()
    assert found.betwiste_leerlingen == ()


@pytest.mark.parametrize("name", REFUSED)
def test_what_must_be_refused_is_refused_with_its_owner(name: str, samples: Path) -> None:
    with pytest.raises(UwlrError) as caught:
        read(name, samples)
    assert (caught.value.reason, caught.value.owner) == REFUSED[name]


@pytest.mark.parametrize("name", TOLERATED)
def test_what_must_be_tolerated_is_read_with_warnings(name: str, samples: Path) -> None:
    found = read(name, samples)
    assert isinstance(found, Leerlinggegevens)
    warnings, groepen, leerlingen, leerkrachten = TOLERATED[name]
    assert Counter(warning.soort for warning in found.waarschuwingen) == warnings
    assert (len(found.groepen), len(found.leerlingen), len(found.leerkrachten)) == (groepen, leerlingen, leerkrachten)


def test_double_keys_leave_only_tess(samples: Path) -> None:
    found = read("bad-05-dubbele-sleutels.xml", samples)
    assert isinstance(found, Leerlinggegevens)
    assert [leerling.roepnaam for leerling in found.leerlingen] == ["Tess"]
    assert [leerling.roepnaam for leerling in found.betwiste_leerlingen] == ["Noor", "Gijs", "Saar"]


def test_strange_dates_keep_the_pupil(samples: Path) -> None:
    found = read("bad-19-rare-datums.xml", samples)
    assert isinstance(found, Leerlinggegevens)
    assert [leerling.geboortedatum for leerling in found.leerlingen] == [None, None, date(2015, 3, 4), None]


def test_the_magister_pupils_are_known_by_eckid(samples: Path) -> None:
    found = read("ok-03-magister-2.3-smal.xml", samples)
    assert isinstance(found, Leerlinggegevens)
    kinds = Counter((leerling.key is None, leerling.eckid is None) for leerling in found.leerlingen)
    assert kinds == {(True, False): 42, (False, True): 1, (False, False): 2}


@pytest.mark.parametrize("name", [name for name in INDEX if name.startswith(("ok-", "bad-"))])
def test_nothing_we_may_not_know_leaves_the_reader(name: str, samples: Path) -> None:
    try:
        found = repr(_everything(read(name, samples)))
    except UwlrError as error:
        found = repr((error, str(error), vars(error), error.__context__))
    root = _parse(path_of(name, samples))
    secrets = [
        node.text for node in (root.iter() if root is not None else ()) if any(word in str(node.tag) for word in NEVER)
    ]
    planted = {text for text in secrets if text and len(text) >= 4 and not text.isalpha()}
    assert not {text for text in planted if f"'{text}'" in found}


def _everything(uitkomst: Antwoord) -> Any:
    if not isinstance(uitkomst, Leerlinggegevens):
        return uitkomst
    return [
        *(leerling._asdict() for leerling in uitkomst.leerlingen),
        *(leerkracht._asdict() for leerkracht in uitkomst.leerkrachten),
    ]


def _parse(path: Path) -> etree._Element | None:
    try:
        return etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        return None


@pytest.mark.parametrize("name", INDEX)
def test_the_command_line_says_the_same(name: str, samples: Path) -> None:
    brin, location, schooljaar = ASKED.get(name, ("99XX", "00", "2024-2025"))
    about = INDEX[name]
    options = ["--brin", brin, "--location", location, "--schooljaar", schooljaar]
    options += ["--status", str(about["status"]), "--content-type", about["content_type"]]
    result = CliRunner().invoke(uwlr_read, [str(path_of(name, samples)), *options])
    report = json.loads(result.output)
    if name in REFUSED:
        code, owner = REFUSED[name]
        is_fault = isinstance(code, FaultCode)
        assert (report["outcome"], report["code"], report["owner"]) == ("fault" if is_fault else "refused", code, owner)
        assert result.exit_code == (3 if is_fault else 4)
        return
    outcome = about.get("expect", {}).get("uitkomst", "gegevens")
    assert (report["outcome"], result.exit_code) == (outcome, 0)
    if name in TOLERATED:
        _, groepen, leerlingen, leerkrachten = TOLERATED[name]
        counts = {"groepen": groepen, "leerlingen": leerlingen, "leerkrachten": leerkrachten}
        assert counts.items() <= report["counts"].items()


def test_the_requests_are_valid_by_our_own_schema() -> None:
    for name in (name for name in INDEX if name.startswith("req-")):
        root = etree.parse(SAMPLES / name).getroot()
        header, body = root[0][0], root[1][0]
        assert validate_autorisatie(header) == []
        check = validate_leerlinggegevens_verzoek if name.startswith("req-01") else validate_leerresultaten
        assert check(body) == []


def test_answers_to_results_mean_what_the_index_says() -> None:
    sent = bericht(resultaat("a", "104230007"), resultaat("b", "104230008"))

    def outcome(name: str) -> UwlrError | None:
        about = INDEX[name]
        answer = Answer(about["status"], {"Content-Type": about["content_type"]}, (SAMPLES / name).read_bytes())
        try:
            check_confirmation(answer, sent, "ParnasSys")
        except UwlrError as error:
            return error
        return None

    assert outcome("res-01-bevestiging.xml") is None
    refusal = outcome("res-02-fault-leerling.xml")
    assert isinstance(refusal, UwlrRefused)
    assert refusal.leerlingids == ("104230007",)
    assert isinstance(outcome("res-03-fault-vocabulaire.xml"), UwlrRefused)
    assert isinstance(outcome("bad-02-html-200.html"), UwlrUnsure)
    assert isinstance(outcome("bad-13-fault-tijdelijk.xml"), UwlrUnsure)
    assert not isinstance(outcome("bad-08-billion-laughs.xml"), UwlrNotUnderstood)
