"""A setting with which something would silently stop is refused at start, by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

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


BESTUUR = {
    "naam": '"De Horizon"', "issuer": '"https://aanmelden.example/v2"', "client_id": '"a"', "client_secret": '"b"',
    "tenants": '["t"]',
}  # fmt: skip


def _table(name: str = "horizon", **changed: str) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in {**BESTUUR, **changed}.items() if value)


def _problems_of(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "besturen.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**ENVIRON, "OMGEVING": "productie", "BESTUREN_BESTAND": str(file)})
    return [each for each in caught.value.problems if "BESTUREN" in each]


def test_a_file_with_boards_is_read(tmp_path: Path) -> None:
    assert _problems_of(tmp_path, _table() + _table("zee", tenants='["u"]', tweede_stap_acr='["x"]')) == []
    assert Settings.from_env(ENVIRON).besturen == ()
    values = {**ENVIRON, "BESTUREN_BESTAND": str(tmp_path / "besturen.toml")}
    horizon, zee = Settings.from_env(values).besturen
    assert (horizon.sleutel, horizon.tenants, horizon.tenant_claim) == ("horizon", ("t",), "tid")
    assert (zee.tweede_stap_amr, zee.tweede_stap_acr) == ((), ("x",))
    assert "client_secret" not in repr(horizon)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("geen toml", " is geen leesbaar TOML-bestand."),
        (_table("De-Horizon"), ": noem een bestuur met kleine letters, cijfers en streepjes, niet 'De-Horizon'."),
        ("x = 1", ": x staat niet onder een kop: schrijf [naam-van-het-bestuur] erboven."),
        (_table(client_id=""), ": [horizon] client_id ontbreekt."),
        (_table(scope='"x"'), ": [horizon] scope is hier onbekend."),
        (_table(naam="1"), ": [horizon] naam moet een tekst zijn, en niet leeg."),
        (_table(tenants='"t"'), ": [horizon] tenants moet een lijst van teksten zijn, en niet leeg."),
        (_table(tenants='[" "]'), ": [horizon] tenants moet een lijst van teksten zijn, en niet leeg."),
        (
            _table(tenants="[]"),
            ": [horizon] tenants moet ten minste één organisatie noemen: anders komt er niemand in.",
        ),
        *(
            (
                _table(issuer=f'"{address}"'),
                ": [horizon] issuer moet een adres zijn dat begint met https://, zonder ? en #.",
            )
            for address in ("http://a.example", "https://", "https://a.example?x", "https://u@a.example", "https://[a")
        ),
        (_table() + _table("zee"), ": [zee] heeft een tenant die al bij een ander bestuur staat."),
    ],
)
def test_a_mistake_in_it_is_one_sentence(tmp_path: Path, text: str, problem: str) -> None:
    assert _problems_of(tmp_path, text) == [f"BESTUREN_BESTAND{problem}"]


def test_a_file_with_boards_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**ENVIRON, "BESTUREN_BESTAND": "/nergens/besturen.toml"})
    assert caught.value.problems == ["BESTUREN_BESTAND is geen leesbaar TOML-bestand."]


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
