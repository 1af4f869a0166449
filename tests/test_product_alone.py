"""The product alone: all of it imports where neither `sandbox` nor what only `make run` needs is installed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib

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


@pytest.mark.parametrize("omgeving", ["productie", "sandbox"])
def test_a_production_image_needs_nothing_of_practice(omgeving: str) -> None:
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    absent = ["sandbox", "tests", *(Requirement(line).name.replace("-", "_") for line in extras["local"])]
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL, *absent],
        cwd=PROJECT, env={**_ENVIRON, "OMGEVING": omgeving}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    count, addresses = done.stdout.splitlines()
    assert int(count) > 100, "hardly anything was imported"
    assert addresses == "[]"
