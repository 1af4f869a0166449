"""`uwlr-read`: JSON and an exit code for any file, never a traceback, never a name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.uwlr.berichten import BEVESTIGING, NOOR, antwoord, envelope, fault, leerling, niets
from webapp.config import PROJECT
from webapp.uwlr.command import uwlr_read

SAMPLES = Path(__file__).parent / "samples"
ASKED = ["--brin", "99XX", "--location", "00", "--schooljaar", "2026-2027"]


def run(path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(uwlr_read, [str(path), *options])
    assert "Traceback" not in result.output
    assert "Wolkenveld" not in result.output
    return result.exit_code, json.loads(result.output)


@pytest.mark.parametrize(
    ("data", "options", "code", "report"),
    [
        (antwoord(), ASKED, 0, {"outcome": "gegevens", "code": None, "owner": None, "warnings": []}),
        (antwoord(), [], 0, {"outcome": "gegevens"}),
        (antwoord(), ["--brin", "99VV"], 4, {"outcome": "refused", "code": "andere_school", "owner": "klantenservice"}),
        (antwoord(), ["--schooljaar", "2025-2026"], 4, {"code": "ander_schooljaar", "owner": "school"}),
        (niets("geengegevens"), ASKED, 0, {"outcome": "geengegevens"}),
        (niets("geenwijzigingen"), ASKED, 0, {"outcome": "geenwijzigingen"}),
        (
            fault("s:Client.OngeldigBericht"),
            ["--status", "500"],
            3,
            {"outcome": "fault", "code": "Client.OngeldigBericht", "mogelijk_storing": True},
        ),
        (fault("s:Server.InterneFout"), ["--http-status", "500"], 3, {"outcome": "fault", "owner": "niemand"}),
        (fault("Client.AutorisatieOngeldig"), ["--status", "500"], 3, {"owner": "school", "mogelijk_storing": False}),
        (b"", ASKED, 4, {"outcome": "refused", "code": "leeg"}),
        (b"", ["--status", "503"], 4, {"outcome": "refused", "code": "storing"}),
        (b"", ["--status", "302"], 4, {"outcome": "refused", "code": "omleiding"}),
        (antwoord(), ["--content-type", "text/html"], 4, {"outcome": "refused", "code": "geen_xml"}),
        (antwoord(), ["--max-bytes", "100"], 4, {"outcome": "refused", "code": "te_groot"}),
        (antwoord(), ["--max-bytes", "100", "--status", "503"], 4, {"outcome": "refused", "code": "storing"}),
        (bytes(range(256)), ASKED, 4, {"outcome": "refused"}),
        (envelope(BEVESTIGING), ["--resultaten", *ASKED], 0, {"outcome": "bevestigd", "code": None, "owner": None}),
        (envelope(BEVESTIGING), ["--resultaten", "--status", "201"], 0, {"outcome": "bevestigd"}),
        (envelope(BEVESTIGING), ["--resultaten", "--status", "202"], 4, {"outcome": "onzeker"}),
        (antwoord(), ["--resultaten"], 4, {"outcome": "onzeker", "code": "geen_bevestiging", "owner": "niemand"}),
        (fault("Client.LeerlingOngeldig"), ["--resultaten"], 3, {"outcome": "fault", "owner": "school"}),
        (fault("Server.InterneFout"), ["--resultaten"], 3, {"outcome": "onzeker", "code": "Server.InterneFout"}),
        (b"", ["--resultaten", "--status", "429"], 4, {"outcome": "refused", "code": "bezet"}),
    ],
)
def test_every_file_gets_a_report(
    data: bytes, options: list[str], code: int, report: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "antwoord.xml"
    path.write_bytes(data)
    exit_code, found = run(path, *options)
    assert (exit_code, {**found, **report}) == (code, found)


def test_counts_and_warnings_are_told(tmp_path: Path) -> None:
    path = tmp_path / "antwoord.xml"
    path.write_bytes(antwoord(NOOR + leerling(attributen="")))
    _, found = run(path, *ASKED)
    assert found["counts"] == {
        "groepen": 1,
        "samengestelde_groepen": 0,
        "leerkrachten": 0,
        "leerlingen": 1,
        "betwist": 0,
    }
    assert {warning["soort"] for warning in found["warnings"]} == {"zonder_sleutel", "xsd"}


def test_who_is_in_which_groep_is_told(tmp_path: Path) -> None:
    path = tmp_path / "antwoord.xml"
    meester = '<leerkracht key="L1"><roepnaam>Bo</roepnaam><groepen><groep key="g5"/></groepen></leerkracht>'
    path.write_bytes(antwoord(NOOR + leerling(attributen='key="2"'), leerkrachten=meester))
    assert run(path, *ASKED)[1]["groepen_van"] == {"1": ["g5"], "2": [], "L1": ["g5"]}


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(uwlr_read, [str(tmp_path / "weg.xml")])
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xml")), ids=lambda path: path.stem)
def test_our_own_samples_give_what_their_name_says(path: Path) -> None:
    """Samples are named outcome-code-what.xml, so that a clone without the shared folder has a table too."""
    outcome, code, *_ = path.stem.split("-")
    status = "500" if outcome == "fault" else "200"
    exit_code, found = run(path, *ASKED, "--status", status)
    assert found["outcome"] == outcome
    assert exit_code == {"fault": 3, "refused": 4}.get(outcome, 0)
    if outcome in {"fault", "refused"}:
        assert found["code"] == code
    elif outcome == "gegevens":
        kinds = {warning["soort"] for warning in found["warnings"]} - {"xsd"}
        assert kinds == ({code} if code != "goed" else set())


def test_the_commands_on_files_need_no_installation(tmp_path: Path) -> None:
    (tmp_path / "antwoord.xml").write_bytes(antwoord())
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    kaal = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    for command in (["uwlr-read", str(tmp_path / "antwoord.xml")], ["match", "--help"]):
        done = subprocess.run([*flask, *command], cwd=PROJECT, env=kaal, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
