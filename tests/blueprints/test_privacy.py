"""The page for boards and auditors: made from what erases, tied to the tests, silent on what nobody established."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import asvs
from tests.marks import places
from tests.test_settings import ENVIRON
from webapp.config import PROJECT, Settings, SettingsError
from webapp.organisatie import Organisatie, Vraag
from webapp.woorden import beveiliging, privacy

FILE = """
[organisatie]
naam = "Boom testcentrum B.V."
kvk = "00000000"
[[subverwerker]]
naam = "Rekencentrum <b>Noord</b>"
doet = "Servers"
waar = "Nederland"
gegevens = "Alles, versleuteld op schijf"
[antwoorden]
vertrouwelijkheid = "hoog, vastgesteld op 1 mei 2026"
"""


def _page(client: FlaskClient) -> str:
    return " ".join(client.get("/privacy").get_data(as_text=True).split())


def test_terms_are_those_by_which_is_erased(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms: dict[str, Any] = {
        name: timedelta(days=401 + at) for at, name in enumerate(vars(settings)) if name.startswith("bewaar_")
    }
    assert len(terms) >= 6
    monkeypatch.setitem(app.extensions, "settings", replace(settings, **terms))
    assert [name for name, term in terms.items() if f"{term.days} dagen" not in _page(client)] == []


def test_an_alarm_about_backups_is_promised_only_where_one_is_expected(settings: Settings) -> None:
    said = {
        hours: str(beveiliging.maatregelen(replace(settings, reservekopie_uren=hours))[Vraag.INTEGRITEIT])
        for hours in (0, 26)
    }
    assert "alarm" not in said[0]
    assert "ouder is dan 26 uur, of als er in 40 dagen" in said[26]


def test_every_table_about_somebody_stands_on_the_page(settings: Settings) -> None:
    rows = re.findall(r"^\| (`[^|]+) \| ([^|]+) \|", (PROJECT / "docs/retention.md").read_text(), re.MULTILINE)
    about = {name for names, whom in rows if not whom.startswith("nobody") for name in re.findall(r"`(\w+)`", names)}
    assert about == frozenset[str]().union(*(row.tabellen for row in privacy.bewaard(settings)))


def test_every_check_that_is_named_has_its_test(settings: Settings) -> None:
    tested = {asvs.ITEMS[number].split()[0] for number, _ in places("asvs")}
    named = [each for rows in beveiliging.maatregelen(settings).values() for row in rows for each in row.controles]
    assert set(named) == tested, "each of the forty, and no other"
    assert len(named) == len(set(named))


def test_what_nobody_established_is_said_so_and_nothing_is_called_certified(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(settings, organisatie=Organisatie()))
    empty = _page(client)
    assert empty.count(f">{beveiliging.NIET_VASTGESTELD}</em>") >= len(Vraag)
    assert not re.search("gecertificeerd|voldoet aan|compliant", empty)
    answers = {vraag: f"antwoord op {vraag}" for vraag in Vraag}
    full = Organisatie("n", "a", "k", "c", "f", subverwerkers=(), antwoorden=answers)
    monkeypatch.setitem(app.extensions, "settings", replace(settings, organisatie=full))
    said = _page(client)
    assert [vraag for vraag in Vraag if f"antwoord op {vraag}" not in said] == []
    assert said.count(beveiliging.NIET_VASTGESTELD) == 1, "only where the page says what it means"
    assert "Er zijn geen subverwerkers." in said


def test_the_file_of_the_organisation_is_read_and_shown_as_text(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "privacy.toml"
    file.write_text(FILE)
    found = Settings.from_env({**ENVIRON, "PRIVACY_BESTAND": str(file)}).organisatie
    monkeypatch.setitem(app.extensions, "settings", replace(settings, organisatie=found))
    page = _page(client)
    assert "Rekencentrum &lt;b&gt;Noord&lt;/b&gt;" in page
    assert "hoog, vastgesteld op 1 mei 2026" in page


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("geen toml", " is geen leesbaar TOML-bestand."),
        ("[organisaties]", ": organisaties is hier onbekend."),
        ("[organisatie]\nnaam = 3", ": [organisatie] naam moet een tekst zijn, en niet leeg."),
        ('organisatie = "wij"', ': [organisatie] hoort een kop te zijn, met regels als naam = "tekst" eronder.'),
        ('[antwoorden]\nplek = "hier"', ": [antwoorden] plek is hier onbekend."),
        ('[[subverwerker]]\nnaam = "a"\ndoet = "b"\nwaar = "c"', ": subverwerker 1: gegevens ontbreekt."),
        (
            '[subverwerker]\nnaam = "a"',
            ": schrijf [[subverwerker]] boven elke subverwerker, of subverwerker = [] als er geen zijn.",
        ),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "privacy.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**ENVIRON, "PRIVACY_BESTAND": str(file)})
    assert caught.value.problems == [f"PRIVACY_BESTAND{problem}"]


def test_security_txt_holds_until_its_day_and_not_longer(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/.well-known/security.txt"
    for tot in (None, date(2020, 1, 1)):
        monkeypatch.setitem(app.extensions, "settings", replace(settings, beveiliging_tot=tot))
        assert client.get(address).status_code == 404
    known = replace(settings, beveiliging_tot=date(2999, 6, 30), beveiliging_mail="lek@school.example")
    monkeypatch.setitem(app.extensions, "settings", known)
    answer = client.get(address)
    assert answer.mimetype == "text/plain"
    assert answer.get_data(as_text=True).splitlines() == [
        "Contact: mailto:lek@school.example",
        "Expires: 2999-06-30T21:59:59Z",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.public_url}{address}",
        f"Policy: {settings.public_url}/privacy",
    ]
