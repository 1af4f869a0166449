"""A setting with which something would silently stop is refused at start, by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from jobs import versturen
from webapp import migrate
from webapp.config import LONGEST_REQUEST, SHORTEST_COOL_DOWN, Settings, SettingsError
from webapp.uwlr.connection import awake

_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
ENVIRON = {
    "OMGEVING": "sandbox",
    "PUBLIC_URL": "https://koppelpunt.example",
    "DATABASE_URL": "postgresql://a@/b",
    "REDIS_URL": "redis://x",
    "SECRET_KEYS": "x" * 32,
    "PASSWORD_SALT": "zout",
    "ENCRYPTION_KEYS": f"1:{_KEY}",
    "PARNASSYS_URL": "https://las.example",
    "UWLR_KLANTCODE": "code",
}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"ZEND_DEADLINE": "135", "AFKOELING": "900"}, "ZEND_DEADLINE moet een getal zijn van 1 tot en met 120."),
        ({"SWEEP_INTERVAL": "3600"}, "SWEEP_INTERVAL moet een getal zijn van 1 tot en met 300."),
        ({"ZEND_DEADLINE": "60", "AFKOELING": "119"}, "AFKOELING moet ten minste twee keer ZEND_DEADLINE zijn."),
        ({"ZEND_DEADLINE": "1", "AFKOELING": "2"}, "AFKOELING moet een getal zijn van 30 tot en met 86400."),
        ({"SECRET_KEYS": " , "}, "SECRET_KEYS noemt geen enkele sleutel."),
        ({"ENCRYPTION_KEYS": ","}, "ENCRYPTION_KEYS noemt geen enkele sleutel."),
        ({"ENCRYPTION_KEYS": f"1:{_KEY},1:{_KEY}"}, "ENCRYPTION_KEYS heeft twee sleutels met hetzelfde nummer."),
        ({"PUBLIC_URL": "https://"}, "PUBLIC_URL noemt geen server."),
        ({"PARNASSYS_URL": "https:///uwlr"}, "PARNASSYS_URL noemt geen server."),
        ({"PARNASSYS_URL": "https://[las.example"}, "PARNASSYS_URL noemt geen server."),
        ({"SESSIE_SCHOOL": "60"}, "SESSIE_SCHOOL moet een getal zijn van 300 tot en met 86400."),
    ],
)
def test_it_is_named_at_start(values: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**ENVIRON, **values})
    assert caught.value.problems == [problem]


@pytest.mark.parametrize(("proxies", "fits"), [(None, False), (" ", False), ("-1", False), ("0", True), ("2", True)])
def test_in_production_the_number_of_proxies_is_said(proxies: str | None, fits: bool) -> None:
    values = {**ENVIRON, "OMGEVING": "productie"} | ({} if proxies is None else {"PROXIES": proxies})
    with pytest.raises(SettingsError) as caught:  # of what else production asks
        Settings.from_env(values)
    assert any("PROXIES" in problem for problem in caught.value.problems) is not fits


def test_who_migrates_without_being_the_owner_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIGRATIE_URL", raising=False)
    with pytest.raises(SystemExit, match="MIGRATIE_URL ontbreekt"):
        migrate.main()


def test_with_the_longest_request_that_is_allowed_a_job_still_sends(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = replace(app.extensions["settings"], zend_deadline=LONGEST_REQUEST)
    monkeypatch.setitem(app.extensions, "settings", here)
    with app.app_context():
        assert versturen._end_of_job() - awake() > LONGEST_REQUEST.total_seconds() / 5


def test_the_shortest_cool_down_outlasts_a_message_that_leaves_late() -> None:
    leaves = timedelta(seconds=versturen.SEND_WITHIN_SECONDS)
    for seconds in range(1, 121):
        deadline = timedelta(seconds=seconds)
        assert max(SHORTEST_COOL_DOWN, 2 * deadline) >= leaves + deadline
