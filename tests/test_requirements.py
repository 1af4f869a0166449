"""The locked requirements: in step with pyproject.toml, with hashes, and without the address of any registry."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import sbom
from webapp.config import PROJECT

FILES = {"production": (), "run": ("local",), "test": ("local", "test"), "bench": ("local", "test", "bench")}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_HOST = re.compile(r"https?:|git\+|file:|--(extra-)?index-url|--find-links|--trusted-host")


def _text(name: str) -> str:
    return (PROJECT / "requirements" / f"{name}.txt").read_text()


def _pins(name: str) -> dict[str, str]:
    return {canonicalize_name(package): version for package, version in _PIN.findall(_text(name))}


def _direct(name: str) -> list[Requirement]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = [project["optional-dependencies"][extra] for extra in FILES[name]]
    return [Requirement(line) for line in sum(extras, start=project["dependencies"])]


@pytest.mark.parametrize("name", FILES)
def test_requirements_are_in_step_with_pyproject(name: str) -> None:
    locked = _pins(name)
    wrong = [str(wanted) for wanted in _direct(name) if not wanted.specifier.contains(locked.get(_key(wanted), "0"))]
    assert wrong == [], "voer `make lock` uit"
    # What the lock names as asked for by the project itself is what the project asks for, no more.
    asked = {canonicalize_name(package) for package in _asked_for_by_us(name)}
    assert asked == {_key(wanted) for wanted in _direct(name)}, "voer `make lock` uit"


@pytest.mark.parametrize(("smaller", "larger"), [("production", "run"), ("run", "test"), ("test", "bench")])
def test_a_larger_set_has_the_same_versions(smaller: str, larger: str) -> None:
    assert _pins(smaller).items() <= _pins(larger).items()


@pytest.mark.parametrize("name", FILES)
def test_every_pin_has_a_hash_and_nothing_names_a_registry(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", _text(name))
    without = [block.split()[0] for block in blocks if _PIN.match(block) and "--hash=sha256:" not in block]
    assert without == []
    assert _HOST.findall(_text(name)) == []


def test_every_library_we_name_has_its_reason_in_the_documentation() -> None:
    table = (PROJECT / "docs" / "dependencies.md").read_text()
    explained = {canonicalize_name(name) for name in re.findall(r"^\| ([a-z0-9-]+)[^|]*\|", table, re.MULTILINE)}
    assert {_key(wanted) for wanted in _direct("bench")} - explained == set()


def test_every_licence_of_the_product_may_be_in_it() -> None:
    parts = sbom.onderdelen()
    assert {each.name: each.licence for each in parts if not sbom.is_allowed(each.licence)} == {}
    assert not sbom.is_allowed("GPL-3.0-only")
    document = sbom.as_cyclonedx(parts, "1")
    named = {needed for line in document["dependencies"] for needed in line["dependsOn"]}
    assert named == {each.purl for each in parts}, "each has somebody who asked for it"


def test_there_is_no_lock_file_that_names_hosts() -> None:
    assert [path.name for path in Path(PROJECT).glob("*.lock")] == []


def _asked_for_by_us(name: str) -> list[str]:
    blocks = re.split(r"\n(?=\S)", _text(name))
    return [found[1] for block in blocks if "koppelpunt (" in block and (found := _PIN.match(block))]


def _key(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)
