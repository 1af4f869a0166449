"""The matching on files: schools apart, malformed rows named and skipped, nothing guessed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webapp.matching.command import match_command
from webapp.matching.rows import COMMON_COLUMNS

HEADER = ",".join(COMMON_COLUMNS)
NOOR = "leerling,99XX,,Berg,van den,,,Noor,2016-03-14,V,5,5a,"
Run = Callable[[list[str], list[str]], tuple[Result, dict[str, dict[str, str]]]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command on the given rows; return its result and the decisions by incoming key."""

    def run(existing: list[str], incoming: list[str]) -> tuple[Result, dict[str, dict[str, str]]]:
        for name, header, rows in (
            ("bestaand.csv", f"existing_id,ext_key,{HEADER}", existing),
            ("nieuw.csv", f"incoming_key,{HEADER}", incoming),
        ):
            (tmp_path / name).write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        out = tmp_path / "besluiten.csv"
        paths = [str(tmp_path / "bestaand.csv"), str(tmp_path / "nieuw.csv"), "--out", str(out)]
        result = CliRunner().invoke(match_command, paths)
        with out.open(encoding="utf-8", newline="") as file:
            return result, {row["incoming_key"]: row for row in csv.DictReader(file)}

    return run


def test_every_kind_gets_its_decision(run: Run) -> None:
    result, decisions = run(
        [
            f"e1,,{NOOR}",
            "e2,77,leerkracht,99XX,,Smit,,,,Joost,,,,,j.smit@school.example",
            "e3,,groep,99XX,,,,,,,,,5,5a,",
        ],
        [f"k1,{NOOR}", "77,leerkracht,99XX,,Smit,,,J.,,,,,,", "k3,groep,99XX,,,,,,,,,5,Groep 5A,"],
    )
    assert result.exit_code == 0
    assert {key: (row["decision"], row["existing_id"], row["rule"]) for key, row in decisions.items()} == {
        "k1": ("linked", "e1", "naam-en-datum"),
        "77": ("linked", "e2", "externe-sleutel"),
        "k3": ("linked", "e3", "naam-en-jaargroep"),
    }
    assert decisions["k1"]["reasons"] == "de achternaam is gelijk, de roepnaam is gelijk, de geboortedatum is gelijk"
    assert "leerling: 1 gekoppeld, 0 vraag, 0 nieuw" in result.stdout


def test_another_school_is_another_world(run: Run) -> None:
    _, decisions = run([f"e1,,{NOOR}"], [f"k1,{NOOR.replace('99XX', '99YY')}"])
    assert decisions["k1"]["decision"] == "new"


def test_candidates_are_ranked_and_separated(run: Run) -> None:
    _, decisions = run([f"e2,,{NOOR}", f"e1,,{NOOR}"], [f"k1,{NOOR}"])
    assert (decisions["k1"]["decision"], decisions["k1"]["existing_id"]) == ("suggested", "e1;e2")


def test_a_key_that_comes_twice_is_a_question_twice(run: Run) -> None:
    result, decisions = run([f"e1,k1,{NOOR}"], [f"k1,{NOOR}", f"k1,{NOOR}"])
    assert result.exit_code == 0
    assert decisions["k1"]["decision"] == "suggested"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f",{NOOR}", "de sleutel ontbreekt"),
        (f"k2,{NOOR.replace('leerling', 'ouder')}", "type is niet leerling, leerkracht of groep"),
        (f"k2,{NOOR.replace('99XX', '')}", "de school ontbreekt"),
        (f"k2,{NOOR.replace(',V,', ',2,')}", "geslacht is niet M, V of leeg"),
        (f"k2,{NOOR.replace('2016-03-14', '14-03-2016')}", "geboortedatum is geen datum als 2016-03-14"),
        (f"k2,{NOOR.replace('2016-03-14', '2015-02-29')}", "geboortedatum is geen datum als 2016-03-14"),
        (f"k2,{NOOR},", "15 velden in plaats van 14"),
        (f'k2,"{NOOR}', "geen geldige CSV of geen UTF-8"),
    ],
)
def test_a_malformed_row_is_named_and_skipped(run: Run, row: str, reason: str) -> None:
    result, decisions = run([f"e1,,{NOOR}"], [row, f"k1,{NOOR}"])
    assert result.exit_code == 3
    assert f"nieuw.csv, regel 2: {reason}" in result.stderr
    assert "Berg" not in result.output
    assert list(decisions) == ["k1"]
    assert decisions["k1"]["decision"] == "linked"


def test_a_file_without_the_columns_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("naam\nNoor\n", encoding="utf-8")
    result = CliRunner().invoke(
        match_command, [*(str(tmp_path / n) for n in ("a.csv", "b.csv")), "--out", str(tmp_path / "o")]
    )
    assert result.exit_code == 1
    assert "In a.csv ontbreekt: achternaam" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_the_decisions_never_go_over_an_input(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"existing_id,incoming_key,ext_key,{HEADER}\n", encoding="utf-8")
    arguments = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--out"]
    for out in ("a.csv", "geen-map/o.csv"):
        result = CliRunner().invoke(match_command, [*arguments, str(tmp_path / out)])
        assert result.exit_code == 1
        assert "Er is niets gedaan." in result.stderr
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").startswith("existing_id")


@pytest.mark.parametrize(("text", "reason"), [("", "is leeg"), ("type;school;eckid\n", "puntkomma's")])
def test_a_file_that_is_no_such_csv_is_told_so(tmp_path: Path, text: str, reason: str) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--out", str(tmp_path / "o.csv")]
    result = CliRunner().invoke(match_command, paths)
    assert result.exit_code == 1
    assert reason in result.stderr
