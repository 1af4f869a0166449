"""A setting with which something would silently stop is refused at start, by its name."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from flask import Flask

from jobs import versturen
from tests.uwlr.certificates import Authority
from webapp import migrate
from webapp.config import LONGEST_REQUEST, SHORTEST_COOL_DOWN, Omgeving, Settings, SettingsError
from webapp.instellingen import tabel
from webapp.instellingen.lezen import default_of, one
from webapp.instellingen.lijst import ALLE
from webapp.las import las_of
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


_SERVER = "noemt geen server."
_NUMBER = "moet een getal zijn van 0 tot en met 5."
_ENCODE = "heeft een @, /, ? of # in naam of wachtwoord: schrijf die als %40, %2F, %3F of %23."
_ADDRESS = "moet één adres zijn, zonder spaties en zonder de puntjes van het voorbeeld."
_DATABASE = "noemt geen database: schrijf postgresql://naam:wachtwoord@server/database."
_UNREADABLE = "is niet te lezen: schrijf postgresql://naam:wachtwoord@server/database."
_PEM = "is geen leesbaar PEM-bestand met certificaten."
_HOST = "moet alleen de naam van een server zijn, zonder :// en zonder poort."
_UNKNOWN = "kennen wij niet: docs/settings.md noemt alle instellingen."
WRONG = {
    "ZEND_DEADLINE": {"135": "moet een getal zijn van 1 tot en met 120."},
    "SWEEP_INTERVAL": {"3600": "moet een getal zijn van 1 tot en met 300."},
    "AFKOELING": {
        "2": "moet een getal zijn van 30 tot en met 86400.",
        "59": "moet ten minste twee keer ZEND_DEADLINE zijn.",
    },
    "SESSIE_SCHOOL": {"60": "moet een getal zijn van 300 tot en met 86400."},
    "NACHT_BEGIN_UUR": {"8": "moet kleiner zijn dan NACHT_EIND_UUR."},
    "PROXIES": dict.fromkeys(["+1", "-1", "1.0", "1_0", "١", "een", "9" * 5_000], _NUMBER),
    "BEVEILIGING_TOT": dict.fromkeys(["morgen", "30-06-2027"], "moet een dag zijn, als 2027-06-30."),
    "SECRET_KEYS": {
        " , ": "noemt geen enkele sleutel.",
        ",": "noemt geen enkele sleutel.",
        f"{'x' * 32}, {'x' * 32}": "heeft twee keer dezelfde sleutel.",
    },
    "ENCRYPTION_KEYS": {
        ",": "noemt geen enkele sleutel.",
        f"1:{_KEY},1:{_KEY}": "heeft twee sleutels met hetzelfde nummer.",
        f"1:{_KEY},2:{_KEY}": "heeft twee keer dezelfde sleutel.",
    },
    "PASSWORD_SALT": {
        "": "ontbreekt.",
        "'zout'": "staat tussen aanhalingstekens: haal die weg.",
        "zout\r": "heeft spaties of een regeleinde aan het begin of het eind: haal die weg.",
    },
    "OMGEVING": dict.fromkeys(["prod", "Sandbox", "sandbox productie"], "moet een van sandbox, productie zijn."),
    "PUBLIC_URL": {
        "https://": _SERVER,
        "koppelpunt.example": "moet beginnen met http:// of https://.",
        "https://koppelpunt.example/pad": "moet een adres zonder pad zijn: https://server.",
        "https://a b.example": _ADDRESS,
        "https://a:b@koppelpunt.example": "moet één adres zijn, zonder naam en wachtwoord.",
        "https://koppelpunt.example:99999": _SERVER,
        '"https://koppelpunt.example"': "staat tussen aanhalingstekens: haal die weg.",
        "“https://koppelpunt.example”": "staat tussen aanhalingstekens: haal die weg.",
    },
    "PARNASSYS_URL": {
        "https:///uwlr": _SERVER,
        "https://[las.example": _SERVER,
        "https://las.example/uwlr?wsdl": "moet een adres zonder ? en # zijn.",
    },
    "DATABASE_URL": {
        "postgresql://": _DATABASE,
        "postgresql://a:b@server": _DATABASE,
        "postgresql://a:b@c@server/d": _ENCODE,
        "postgresql://a:b/c@server/d": _ENCODE,
        "postgresql://a:b#c@server/d": _ENCODE,
        "postgresql://a:100%@server/d": "heeft een % in naam of wachtwoord: schrijf die als %25.",
        "postgresql://a:…@server/d": _ADDRESS,
        "postgresql://a:b@server:x/d": _SERVER,
        "postgresql://a:b@server/d?sllmode=require": _UNREADABLE,
        "mysql://a:b@server/d": "moet beginnen met postgresql:// of postgresql+psycopg:// of postgres://.",
    },
    "MIGRATIE_URL": {"postgresql://a:b@c@server/d": _ENCODE},
    "REDIS_URL": {
        "redis://": _SERVER,
        "unix://": _SERVER,
        "server:6379": "moet beginnen met redis:// of rediss:// of unix://.",
        "redis://:a@b@server/0": _ENCODE,
        "redis://server/nul": "moet na de server een nummer hebben, of niets: redis://server/0.",
        "redis://server/0?timeot=3": "is niet te lezen: schrijf redis://:wachtwoord@server/0.",
    },
    "MAIL_TLS": dict.fromkeys(["true", "True", "ja", "yes", "2"], "moet 0 of 1 zijn."),
    "MAIL_HOST": {"smtp://mail.example": _HOST, "mail.example:587": _HOST},
    "MAIL_PORT": {
        "tcp://10.0.0.1:25": "moet een getal zijn van 1 tot en met 65535.",
        "465": "465 kan niet: daar begint TLS meteen. Wij beginnen TLS met STARTTLS, meestal op poort 587.",
    },
    "MAIL_VANAF": dict.fromkeys(["6:30", "24:00", "06:30+01:00", "half zeven"], "moet een tijd zijn, als 06:30."),
    "MAIL_USERNAME": {"naam": "en MAIL_PASSWORD horen bij elkaar: geef beide of geen."},
    "MAIL_RETOUR_URL": {"imaps://a@b.example:c@mail.example/INBOX": _ENCODE},
    "MAIL_CA_BESTAND": dict.fromkeys(["/nergens.pem", "/etc", "/etc/passwd"], _PEM),
    "LAS_CA_BESTAND": dict.fromkeys(["/nergens.pem", "/etc", "/etc/passwd"], _PEM),
    "JOURNAAL": {"/etc/passwd": "moet een map zijn waarin dit programma mag schrijven."},
    "UWLR_CLIENTSLEUTEL": {"/nergens.key": ": dit bestand is er niet, of dit programma mag het niet lezen."},
    "MAIL_TSL": {"1": "kennen wij niet. Bedoelt u MAIL_TLS?"},
    "mail_tls": {"1": "kennen wij niet. Bedoelt u MAIL_TLS?"},
    "MAIL_USER": {"naam": "kennen wij niet. Bedoelt u MAIL_USERNAME?"},
    "SECRET_KEY": {"x": "kennen wij niet. Bedoelt u SECRET_KEYS?"},
    "UWLR_X": {"1": _UNKNOWN},
}


def _problems(**changed: str) -> list[str]:
    try:
        Settings.from_env({**ENVIRON, **changed})
    except SettingsError as error:
        return error.problems
    return []


def test_each_mistake_is_one_sentence_at_start() -> None:
    """With what it takes to be right otherwise, each value alone says that it is wrong, and why."""
    together = {"UWLR_CLIENTSLEUTEL": {"UWLR_CLIENTCERTIFICAAT": __file__}}
    for name, values in WRONG.items():
        for value, problem in values.items():
            said = f"{name}{'' if problem.startswith(':') else ' '}{problem}"
            assert _problems(**{name: value}, **together.get(name, {})) == [said], value


def test_all_mistakes_are_named_at_once() -> None:
    first = {name: next(iter(values.items())) for name, values in WRONG.items() if name != "OMGEVING"}
    said = "\n".join(_problems(**{name: value for name, (value, _) in first.items()}))
    assert [name for name, (_, problem) in first.items() if problem not in said] == []


def test_no_sentence_gives_a_secret_away() -> None:
    said = _problems(
        DATABASE_URL="postgresql://a:geheim@b@server/d", REDIS_URL="redis://:geheim@server/geheim",
        SECRET_KEYS="geheim", ENCRYPTION_KEYS="geheim,1:geheim", PASSWORD_SALT="geheim ", STATUS_SLEUTEL="geheim",
        MAIL_USERNAME="a", MAIL_PASSWORD="'geheim'", MAIL_RETOUR_URL="imaps://a:geheim@b@server/INBOX",
        AANVRAAG_IMAP_URL="imaps://a:geheim@", ALARM_WEBHOOK="https://a:geheim@server", UWLR_KLANTCODE=" geheim",
    )  # fmt: skip
    assert len(said) >= 12
    assert "geheim" not in "".join(said)


def test_what_others_put_in_the_environment_is_no_setting_of_ours() -> None:
    others = "MAIL", "MAILTO", "HOME", "JOURNAL_STREAM", "REDIS_PORT", "PUBLIC_IP", "HTTP_PROXY", "PASSWORD_STORE_DIR"
    assert _problems(**dict.fromkeys((*others, "PARNASSYS_PORT", "DATABASE_NAME", "FILE", "LANG"), "x")) == []


def test_what_is_right_is_read_as_it_is_meant() -> None:
    found = Settings.from_env(
        {
            **ENVIRON,
            "OMGEVING": " sandbox ",
            "DATABASE_URL": "postgres://a:b%40c@server/d",
            "MAIL_RETOUR_URL": "imaps://a%40b.example:c@mail.example/INBOX",
            "ALARM_WEBHOOK": "https://x.example/hook/a@b?sleutel=c",
            "MAIL_HOST": "::1",
            "MAIL_VANAF": "",
        }
    )
    assert found.database_url == "postgresql+psycopg://a:b%40c@server/d"
    assert (found.alarm_webhook, found.mail_host) == ("https://x.example/hook/a@b?sleutel=c", "::1")
    assert found.mail_vanaf == Settings.mail_vanaf


def test_a_default_that_is_written_down_is_read_as_itself() -> None:
    tried = 0
    for each in ALLE:
        for omgeving in Omgeving:
            default = default_of(each, omgeving)
            if (written := tabel.written(default)).startswith("`"):
                found = one(each.naam, written.strip("`"), omgeving)
                assert type(found) is type(default), each.naam
                assert found == default or each.naam == "VAR_DIR", each.naam
                tried += 1
    assert tried > 50


def test_a_client_certificate_comes_with_the_key_that_fits_it(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    (cert, key), (_, other) = authority.issue("testcentrum"), authority.issue("ander")
    locked = tmp_path / "slot.key"
    locked.write_bytes(
        load_pem_private_key(key.read_bytes(), None).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"geheim")
        )
    )

    def said(sleutel: Path, **more: str) -> list[str]:
        return _problems(UWLR_CLIENTCERTIFICAAT=str(cert), UWLR_CLIENTSLEUTEL=str(sleutel), **more)

    shut = "UWLR_CLIENTSLEUTEL gaat niet open: het is geen PEM-sleutel, of UWLR_CLIENTWACHTWOORD is onjuist."
    assert said(key) == said(locked, UWLR_CLIENTWACHTWOORD="geheim") == []
    assert said(other) == ["UWLR_CLIENTSLEUTEL hoort niet bij UWLR_CLIENTCERTIFICAAT."]
    assert said(locked) == said(locked, UWLR_CLIENTWACHTWOORD="mis") == said(cert) == [shut]
    assert _problems(UWLR_CLIENTCERTIFICAAT=str(cert)) == _problems(UWLR_CLIENTSLEUTEL=str(key))
    assert _problems(UWLR_CLIENTWACHTWOORD="x") == [
        "UWLR_CLIENTWACHTWOORD hoort bij UWLR_CLIENTSLEUTEL: die ontbreekt."
    ]


def test_who_signs_for_a_las_is_a_setting(tmp_path: Path) -> None:
    bundle = Authority(tmp_path).bundle
    settings = Settings.from_env({**ENVIRON, "LAS_CA_BESTAND": str(bundle)})
    assert las_of("parnassys", settings).profile.ca_bundle == bundle
    assert las_of("parnassys", Settings.from_env(ENVIRON)).profile.ca_bundle is None


def test_the_page_of_settings_is_that_of_the_code() -> None:
    assert tabel.PAGE.read_text() == tabel.page(), "make it anew: python -m webapp.instellingen.tabel"
    fields_of_settings = {each.name for each in fields(Settings)} - {"clientcertificaat", "besturen", "organisatie"}
    assert {each.veld for each in ALLE if each.veld} == fields_of_settings, "a field without a setting"
    assert [each.naam for each in ALLE if not each.uitleg] == []


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


def test_klantenservice_hears_what_nobody_else_is_named_for() -> None:
    found = Settings.from_env({**ENVIRON, "KLANTENSERVICE_MAIL": "vragen@boom.example"})
    assert (found.alarm_mail, found.beveiliging_mail) == (("vragen@boom.example",), "vragen@boom.example")


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
