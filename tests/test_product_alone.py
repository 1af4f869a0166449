"""The product alone: all of what the image gets imports, read-only, without practice and its libraries."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from webapp.config import PROJECT

_IMPORT_ALL = """
import importlib, pkgutil, sys

class NotInTheImage:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1:]:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, NotInTheImage())
import jobs, webapp, wsgi

for package in (webapp, jobs):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module.name != "webapp.migrations.env":  # this one migrates when it is imported
            importlib.import_module(module.name)
print(sum(name.startswith(("webapp.", "jobs.")) for name in sys.modules))
print([rule.rule for rule in wsgi.app.url_map.iter_rules() if rule.rule.startswith("/sandbox")])
"""
_CONTAINERFILE = PROJECT / "deploy" / "Containerfile"
_ENVIRON = {
    "DATABASE_URL": "postgresql://nergens/koppelpunt",
    "PROXIES": "1",
    "REDIS_URL": "redis://nergens",
    "SECRET_KEYS": "x" * 32,
    "PASSWORD_SALT": "zout",
    "ENCRYPTION_KEYS": "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "PUBLIC_URL": "https://koppelpunt.example",
    "PARNASSYS_URL": "https://las.example",
    "UWLR_KLANTCODE": "klantcode",
    "JOURNAAL": tempfile.gettempdir(),
    "MAIL_HOST": "mail.example",
    "MAIL_FROM": "koppeling@testcentrum.example",
    "KLANTENSERVICE_MAIL": "klantenservice@testcentrum.example",
}


def test_the_product_has_no_style_of_practice() -> None:
    sheets = list((PROJECT / "webapp" / "static").glob("*.css"))
    assert sheets
    assert [sheet.name for sheet in sheets if "proef" in sheet.read_text()] == []


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that nobody may write to, with only what the Containerfile copies."""
    folder = tmp_path_factory.mktemp("image")
    for name in _copied():
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    everything = [folder, *folder.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in everything:
        path.chmod(0o755)


def _copied() -> list[str]:
    """What comes into the last stage from the repository."""
    last = _CONTAINERFILE.read_text().rpartition("\nFROM ")[2]
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", last, re.MULTILINE)
    return [source.rstrip("/") for line in lines for source in line.split()]


def test_the_image_gets_the_product_and_nothing_of_practice() -> None:
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", _CONTAINERFILE.read_text(), re.MULTILINE)
    assert [name for line in sources for name in line.split() if not (PROJECT / name).exists()] == []
    assert _copied() == ["wsgi.py", "gunicorn.conf.py", "webapp", "jobs", "mail_templates"]
    let_in = re.findall(r"^!(.+)$", _CONTAINERFILE.with_suffix(".dockerignore").read_text(), re.MULTILINE)
    assert {name.rstrip("/") for line in sources for name in line.split()} == set(let_in)
    assert re.findall(r"^USER (\S+)$", _CONTAINERFILE.read_text(), re.MULTILINE) == ["10001:10001"]


def test_only_the_library_without_a_wheel_is_built() -> None:
    lock = (PROJECT / "requirements" / "production.txt").read_text()
    blocks = re.split(r"\n(?=\S)", lock)
    one_file = [block.partition("==")[0] for block in blocks if block.count("--hash=sha256:") == 1]
    named = re.findall(r"--no-binary=(\S+)", _CONTAINERFILE.read_text())
    assert len(named) == 1
    assert named[0] in one_file, "it has wheels now: take --no-binary away"


@pytest.mark.parametrize("omgeving", ["productie", "sandbox"])
def test_a_production_image_needs_nothing_of_practice(omgeving: str, image: Path) -> None:
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    absent = ["sandbox", "tests", *(Requirement(line).name.replace("-", "_") for line in extras["local"])]
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL, *absent],
        cwd=image, env={**_ENVIRON, "OMGEVING": omgeving}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    count, addresses = done.stdout.splitlines()
    assert int(count) > 100, "hardly anything was imported"
    assert addresses == "[]"
