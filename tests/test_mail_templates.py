"""Each mail equals its golden text, and keeps the rules that all mails share.

After a wanted change: UPDATE_GOLDEN=1 pytest tests/test_mail_templates.py, and read the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError

from webapp.mail.templates import MailMessage, render_mail
from webapp.models.vastgehouden import Vastgehouden
from webapp.services.controle.ongewoon import Groepsrij, Vraag
from webapp.woorden import ongewoon, terugdraaien, vastgehouden
from webapp.woorden.ontvangst import staat_open

GOLDEN = Path(__file__).parent / "golden" / "mails"
MANUAL = (
    "Deze nieuwe gegevens kunnen niet automatisch worden ingelezen. Daarom willen wij u vragen deze gegevens te "
    "controleren. U kunt dit doen door deze link aan te klikken."
)
SCHOOL: dict[str, Any] = {
    "logboek": None,
    "schoolnaam": "De Regenboog",
    "brin": "99XX",
    "naam": "Marijke van den Brandhof",
    "las": "ParnasSys",
}
COUNTS: dict[str, Any] = {
    "vragen": 3,
    "over": "leerlingen",
    "nieuw": [],
    "voorbij": False,
    "vanzelf": "3 naar een andere groep, 1 vertrokken",
    "is_vervolg": True,
    "ongewijzigd": 1180,
    "dagen": 60,
    "ook_gemaild": "Alleen u krijgt deze mail.",
    "duur": "1 minuut",
    "opruimen": "",
    "ook_open": [],
}
KAPOT = {
    "tekst": "De sleutel past niet bij BRIN 99XX, of het BRIN klopt niet: ParnasSys maakt daar geen verschil tussen.",
    "daarna": "Wacht u? Dan blijft alles zoals het is; resultaten worden bewaard en gaan later alsnog mee.",
    "ook_open": [],
}
APP = "https://koppelpunt.example"
GROEPEN = [
    SimpleNamespace(naam="Groep 5", bij_ons=24, in_las=0),
    SimpleNamespace(naam="Groep 7", bij_ons=26, in_las=14),
]
VAST: dict[str, Any] = {
    "kop": "Even wachten: 61 leerlingen verdwenen uit ParnasSys",
    "onderwerp": "61 leerlingen verdwenen uit ParnasSys",
    "vraag": "Klopt het dat er uit ParnasSys 61 leerlingen verdwenen?",
    "kaarten": [],
    "voorbij": False,
    "waarom": "Zo veel tegelijk is midden in het jaar ongewoon.",
    "oorzaak": "Vaak is een groep per ongeluk niet gekoppeld aan dit schooljaar.",
    "groepen": GROEPEN,
    "aantallen": {"leerling": 61},
    "dagen": 60,
    "ook_gemaild": "Ook Youssef el Amrani kreeg deze mail.",
    "ook_open": [],
}
DOORGEGEVEN: dict[str, Any] = {
    "naam": "Anja de Boer",
    "van": "Marijke van den Brandhof",
    "aan": "Anja",
    "vragen": 1,
    "over": "groep 4",
    "kop": "1 vraag over 2 leerlingen in groep 4",
    "bericht": "Jij hebt ze allebei in de klas. Wil jij even kijken wie wie is?",
    "is_beheerder": False,
    "tot": datetime(2026, 12, 10, 9, tzinfo=UTC),
    "voorbij": False,
}
HERINNERING: dict[str, Any] = {
    "url": f"{APP}/beheer/koppelen/",
    "sinds": datetime(2026, 11, 20, 9, tzinfo=UTC),
}
NIEUW = Vraag(
    "nieuw:leerling",
    Vastgehouden(ids=[], redenen=[], aantal=61, van=140),
    [Groepsrij("Groep 1", 25, 24), Groepsrij("Groep 9", 0, 37)],
    [],
)
SLEUTELS = Vraag("sleutels:leerkracht", Vastgehouden(ids=[], redenen=[], aantal=4, van=12), [], [])
VELD = Vraag(
    "veld:leerling:geboortedatum",
    Vastgehouden(ids=[], redenen=[], aantal=180, van=201, was=[199, 201], nu=[21, 201]),
    [],
    [],
)


def _unusual(*vragen: Vraag) -> dict[str, Any]:
    kaarten = [ongewoon.kaart(vraag, "ParnasSys") for vraag in vragen]
    topics = {vraag.key: vraag.over["aantal"] for vraag in vragen}
    return {
        "kop": vastgehouden.kop(topics, "ParnasSys"),
        "vraag": vastgehouden.klopt_het(topics, kaarten, "ParnasSys"),
        "kaarten": kaarten,
        "waarom": "",
        "groepen": [],
    }


WIE = {"wie": "Anja de Boer", "adres": "anja@regenboog.example"}
UITGENODIGD = {"url": f"{APP}/m/uitnodiging/abc", "dagen": 14}
ONTVANGST: dict[str, Any] = {
    "url": None,
    "kop": "Klaar: 2 leerlingen overgenomen",
    "nummer": "2026-118",
    "door": "Youssef el Amrani",
    "op": datetime(2026, 11, 26, 9, 44, tzinfo=UTC),
    "regels": [
        ("Nieuw", "1 leerling"),
        ("Gekoppeld", "1 leerling, met 14 resultaten"),
        ("Automatisch verwerkt", "42 gegevens"),
        ("Ongewijzigd", "179 gegevens"),
    ],
    "staat_open": "",
    "dan": "vannacht vanaf 1:00 uur",
    "tot": "Terugdraaien kan tot 26 december 2026.",
}
_DONE = {"verdwenen": 2, "ontkoppeld": 1, "gebleven": 1, "vragen": 3}
TERUGGEDRAAID: dict[str, Any] = {
    "url": None,
    "kop": terugdraaien.kop(_DONE, datetime(2026, 11, 26, 9, 44, tzinfo=UTC)),
    "door": "Anja de Boer",
    "op": datetime(2026, 12, 12, 9, 44, tzinfo=UTC),
    "van": datetime(2026, 11, 26, 9, 44, tzinfo=UTC),
    "regels": terugdraaien.regels(_DONE, "ParnasSys"),
    "zelf_doen": "",
}
VAN_BESTUUR = {
    "url": None, "bestuur": "Stichting De Horizon", "naam_bij_bestuur": "anja@horizon.example", "schoolnaam": None,
    "brin": None,
}  # fmt: skip
MAILS: dict[str, tuple[str, dict[str, Any]]] = {
    "aanvraag_bevestigen": (
        "aanvraag_bevestigen",
        {"url": f"{APP}/m/aanvraag/eyJpZCI6NDJ9.aXh0", "dagen": 14, "naam": None},
    ),
    "aanvraag_ontvangen": ("aanvraag_ontvangen", {"url": None}),
    "aanvraag_herinnering": ("aanvraag_herinnering", {**HERINNERING, "afgewezen": False, "reden": ""}),
    "aanvraag_herinnering_afgewezen": (
        "aanvraag_herinnering",
        {**HERINNERING, "afgewezen": True, "reden": "Het BRIN en de naam van de school horen niet bij elkaar."},
    ),
    "klantenservice_aanvraag": ("klantenservice_aanvraag", {"url": f"{APP}/klantenservice/", "naam": None}),
    "opengezet": ("opengezet", {"url": f"{APP}/beheer/koppelen/", "nieuw_account": False}),
    "opengezet_nieuw_account": (
        "opengezet",
        {"url": f"{APP}/wachtwoord-vergeten/abc", "nieuw_account": True, "dagen": 3, "naam": None},
    ),
    "vastgehouden": ("vastgehouden", {"url": f"{APP}/m/token", **VAST}),
    "vastgehouden_nieuw": ("vastgehouden", {"url": f"{APP}/m/token", **VAST, **_unusual(NIEUW)}),
    "vastgehouden_sleutels_en_veld": ("vastgehouden", {"url": f"{APP}/m/token", **VAST, **_unusual(SLEUTELS, VELD)}),
    "vastgehouden_voorbij": ("vastgehouden", {"url": f"{APP}/m/token", **VAST, "voorbij": True, "groepen": []}),
    "vastgehouden_doorgegeven": ("doorgegeven", {"url": f"{APP}/m/token", **VAST, "van": "Youssef el Amrani"}),
    "vraag_doorgegeven": ("vraag_doorgegeven", {"url": f"{APP}/m/token", **DOORGEGEVEN}),
    "vraag_doorgegeven_beheerder": (
        "vraag_doorgegeven",
        {
            "url": f"{APP}/m/token",
            **DOORGEGEVEN,
            "vragen": 2,
            "kop": "2 vragen over 2 leerlingen in groep 4",
            "bericht": None,
            "is_beheerder": True,
        },
    ),
    "vraag_doorgegeven_voorbij": ("vraag_doorgegeven", {"url": None, **DOORGEGEVEN, "voorbij": True}),
    "doorgeven_verlopen": (
        "doorgeven_verlopen",
        {
            "url": f"{APP}/controle/",
            "aantal": 2,
            "aan": "Anja de Boer",
            "is_beheerder": False,
            "op": datetime(2026, 11, 12, 9, tzinfo=UTC),
        },
    ),
    "ingediend": ("ingediend", {"url": f"{APP}/"}),
    "goedgekeurd": ("goedgekeurd", {"url": f"{APP}/controle/7/", "aantal_leerlingen": 486}),
    "goedgekeurd_met_controlegetal": (
        "goedgekeurd",
        {"url": f"{APP}/controle/7/", "aantal_leerlingen": 486, "logboek": (date(2026, 11, 25), "0a1b2c3d" * 8)},
    ),
    "goedgekeurd_nog_niet_opgehaald": ("goedgekeurd", {"url": f"{APP}/", "aantal_leerlingen": None}),
    "goedkeuring_teruggenomen": ("goedkeuring_teruggenomen", {"url": f"{APP}/overzicht"}),
    "afgewezen": (
        "afgewezen",
        {
            "url": f"{APP}/beheer/koppelen/",
            "reden": "Het BRIN hoort bij een andere school.\nVraag uw bestuur het juiste BRIN.",
            "is_open": True,
        },
    ),
    "afgewezen_aanvraag": (
        "afgewezen",
        {"url": f"{APP}/aanvraag/", "reden": "Uw school heeft al een koppeling.", "is_open": False, "naam": None},
    ),
    "koppelingsmail": ("koppelingsmail", {"url": f"{APP}/m/eyJpZCI6NDJ9.aXh0", **COUNTS}),
    "herinnering": (
        "herinnering",
        {
            "url": f"{APP}/m/eyJpZCI6NDJ9.aXh0",
            **COUNTS,
            "sinds": datetime(2026, 11, 23, 6, tzinfo=UTC),
            "opruimen": "Bij 1 vraag kunt u ook de oorzaak in ParnasSys wegnemen: zie Opruimlijst bij Koppelen met "
            "LAS.",
            "daarna": "Is het gedaan, doorgegeven of op Later gezet? Dan herinneren wij u er niet meer aan.",
        },
    ),
    "koppelingsmail_van_alles": (
        "koppelingsmail",
        {
            "url": f"{APP}/m/eyJpZCI6NDJ9.aXh0",
            **COUNTS,
            "naam": None,
            "vragen": 48,
            "over": "gegevens",
            "nieuw": [
                {"aantal": 1204, "een": "leerling", "meer": "leerlingen"},
                {"aantal": 2, "een": "leerkracht", "meer": "leerkrachten"},
                {"aantal": 1, "een": "groep", "meer": "groepen"},
            ],
            "vanzelf": "1 gekoppeld of met een ander nummer",
            "is_vervolg": False,
            "ongewijzigd": 1,
            "ook_gemaild": "Ook Youssef el Amrani en Anja de Boer kregen deze mail.",
            "duur": "12 minuten",
            "ook_open": ["2 resultaten geweigerd", "storing bij ParnasSys"],
        },
    ),
    "koppelingsmail_zonder_vragen": (
        "koppelingsmail",
        {
            "url": f"{APP}/m/eyJpZCI6NDJ9.aXh0",
            **COUNTS,
            "vragen": 0,
            "over": "gegevens",
            "nieuw": [{"aantal": 31, "een": "leerling", "meer": "leerlingen"}],
        },
    ),
    "koppelingsmail_voorbij": (
        "koppelingsmail",
        {"url": f"{APP}/m/eyJpZCI6NDJ9.aXh0", **COUNTS, "vragen": 0, "voorbij": True},
    ),
    "koppelingsmail_eerste_keer": (
        "koppelingsmail",
        {"url": f"{APP}/m/eyJpZCI6NDJ9.aXh0", **COUNTS, "vanzelf": "", "ongewijzigd": 0},
    ),
    "koppelingsmail_niets_automatisch": (
        "koppelingsmail",
        {"url": f"{APP}/m/eyJpZCI6NDJ9.aXh0", **COUNTS, "vanzelf": ""},
    ),
    "ontvangst": ("ontvangst", ONTVANGST),
    "ontvangst_met_vragen": (
        "ontvangst",
        {
            **ONTVANGST,
            "kop": "Klaar: 97 leerlingen overgenomen",
            "regels": [("Nieuw", "97 leerlingen, 1 groep")],
            "staat_open": staat_open(1),
            "naam": None,
            "door": None,
        },
    ),
    "teruggedraaid": ("teruggedraaid", TERUGGEDRAAID),
    "teruggedraaid_zelf_doen": (
        "teruggedraaid",
        {
            **TERUGGEDRAAID,
            "regels": terugdraaien.regels({"ontkoppeld": 1, "vragen": 1, "te_verwijderen": 2}, "ParnasSys"),
            "zelf_doen": terugdraaien.zelf_doen(2, "ParnasSys"),
            "naam": None,
            "door": None,
        },
    ),
    "overgang": (
        "overgang",
        {
            "url": f"{APP}/beheer/koppelen/overgaan",
            "kop": "28 van groep 8 vertrokken, 192 een groep hoger, 31 nieuw",
            "schooljaar": "2027-2028",
            "tot": "Terugnemen kan tot 23 september.",
        },
    ),
    "wachtwoord": ("wachtwoord", {"url": f"{APP}/wachtwoord-vergeten/abc", "dagen": 3}),
    "uitnodiging": ("uitnodiging", {"url": f"{APP}/wachtwoord-vergeten/abc", "dagen": 3}),
    "uitnodiging_zonder_school": (
        "uitnodiging",
        {"url": f"{APP}/wachtwoord-vergeten/abc", "schoolnaam": None, "brin": None},
    ),
    "sleutel_geweigerd": ("sleutel_geweigerd", {"url": f"{APP}/beheer/koppelen/", **KAPOT}),
    "ophalen_mislukt": (
        "ophalen_mislukt",
        {
            "url": f"{APP}/",
            "tekst": "ParnasSys is nu niet bereikbaar.",
            "daarna": "We proberen het vannacht opnieuw. U hoeft niets te doen.",
            "ook_open": ["mail komt niet aan bij 1 adres"],
        },
    ),
    "beeindigd": ("beeindigd", {"url": None, "reden": "", "dagen_open": 14, "dagen_geimporteerd": 90}),
    "beeindigd_klantenservice": (
        "beeindigd",
        {"url": None, "reden": "De school is opgeheven.", "dagen_open": 14, "dagen_geimporteerd": 90},
    ),
    "gepauzeerd": (
        "gepauzeerd",
        {
            "url": f"{APP}/beheer/koppelen/",
            "reden": "Uw school verhuist.",
            "tot": datetime(2026, 12, 10, 9, tzinfo=UTC),
            "gewijzigd": False,
        },
    ),
    "gepauzeerd_zonder_einde": (
        "gepauzeerd",
        {"url": f"{APP}/beheer/koppelen/", "reden": "Uw school verhuist.", "tot": None, "gewijzigd": False},
    ),
    "gepauzeerd_gewijzigd": (
        "gepauzeerd",
        {"url": f"{APP}/beheer/koppelen/", "reden": "Het duurt langer.", "tot": None, "gewijzigd": True},
    ),
    "hervat": ("hervat", {"url": f"{APP}/beheer/koppelen/"}),
    "sleutel_gevraagd": (
        "sleutel_gevraagd",
        {"url": f"{APP}/beheer/koppelen/sleutel", "reden": "De oude stond in een mail."},
    ),
    "pauze_of_einde_pauze": ("pauze_of_einde", {"url": f"{APP}/beheer/koppelen/", **WIE, "wat": "pauze"}),
    "pauze_of_einde_einde": ("pauze_of_einde", {"url": f"{APP}/beheer/koppelen/", **WIE, "wat": "einde"}),
    "toegang_geweigerd": ("toegang_geweigerd", {"url": None, "naam": None}),
    "toegang_gevraagd": ("toegang_gevraagd", {"url": f"{APP}/beheer/beheerders/", **WIE}),
    "uitgenodigd": (
        "uitgenodigd",
        {**UITGENODIGD, "van": "Youssef el Amrani", "rol": "beheerder", "naam": None},
    ),
    "uitgenodigd_leerkracht": ("uitgenodigd", {**UITGENODIGD, "van": None, "rol": "leerkracht", "naam": None}),
    "beheerders_gewijzigd_erbij": ("beheerders_gewijzigd", {"url": None, **WIE, "wat": "erbij", "door": "Bas"}),
    "beheerders_gewijzigd_weg": ("beheerders_gewijzigd", {"url": None, **WIE, "wat": "weg", "door": None}),
    "beheerders_gewijzigd_klantenservice": ("beheerders_gewijzigd", {"url": None, **WIE, "wat": "klantenservice"}),
    "beheerders_gewijzigd_opengezet": ("beheerders_gewijzigd", {"url": None, **WIE, "wat": "opengezet"}),
    "toegang_opgeschort": (
        "toegang_opgeschort",
        {"url": f"{APP}/beheer/beheerders/leerkrachten/", "wie": ["Loes Hartog", "Jan de Wit"]},
    ),
    "klopt_niet": ("klopt_niet", {"url": f"{APP}/", "aantal": 1}),
    "klopt_niet_twee": ("klopt_niet", {"url": f"{APP}/", "aantal": 2}),
    "adres_bevestigen": (
        "adres_bevestigen",
        {"url": f"{APP}/m/adres/abc", "dagen": 3, "schoolnaam": None, "brin": None},
    ),
    "adres_gewijzigd": ("adres_gewijzigd", {"url": None, "wie": "Anja de Boer", "nieuw": "anja@nieuw.example"}),
    "adres_gewijzigd_eigen": (
        "adres_gewijzigd",
        {"url": None, "wie": "Anja de Boer", "nieuw": "anja@nieuw.example", "schoolnaam": None, "brin": None},
    ),
    "bestuursaccount_verbonden": ("bestuursaccount", {**VAN_BESTUUR, "is_verbonden": True}),
    "bestuursaccount_losgemaakt": ("bestuursaccount", {**VAN_BESTUUR, "is_verbonden": False}),
    "alarm": (
        "alarm",
        {
            "naam": None,
            "schoolnaam": None,
            "brin": None,
            "url": f"{APP}/klantenservice/",
            "kop": "nacht van 25-11-2026 niet begonnen",
            "uitleg": "Laat beheer kijken of het proces sweep draait.",
        },
    ),
}


WITHOUT_WORDS_OF_OTHERS = {"aanvraag_bevestigen"}
"""Goes to an address that anybody may have typed: it holds nothing else that they typed."""


@pytest.fixture(autouse=True)
def _settings() -> Iterator[None]:
    app = Flask("mails")
    app.extensions["settings"] = SimpleNamespace(
        testcentrum="Boom testcentrum",
        klantenservice_naam="klantenservice van Boom testcentrum",
        klantenservice_mail="klantenservice@testcentrum.example",
        klantenservice_telefoon="",
    )
    with app.app_context():
        yield


def _render(name: str, **replace: Any) -> MailMessage:
    template, values = MAILS[name]
    return render_mail(template, to="m.vandenbrandhof@regenboog.example", **{**SCHOOL, **values, **replace})


def _readable(html: str) -> str:
    """What a person sees of the html, on one line."""
    body = html.partition("<body")[2].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("name", MAILS)
def test_each_mail_equals_its_golden_text(name: str) -> None:
    message = _render(name)
    for suffix, content in {"txt": f"{message.subject}\n\n{message.text}\n", "html": f"{message.html}\n"}.items():
        golden = GOLDEN / f"{name}.{suffix}"
        if os.environ.get("UPDATE_GOLDEN"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(content, encoding="utf-8")
        assert content == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MAILS)
def test_every_mail_has_one_line_of_subject_and_says_why_it_came(name: str) -> None:
    message = _render(name)
    assert len(message.subject) <= 90
    assert "\n" not in message.subject
    text, html = message.text, _readable(message.html)
    if name.startswith("vastgehouden"):
        assert text.startswith("Er is niets gewijzigd.")
        text, html = text.partition("\n\n")[2], html.partition("allemaal.")[2]
    assert re.match(r"(Beste .+, u|U) krijgt deze mail omdat ", text)
    assert "omdat" in html.partition(".")[0]


@pytest.mark.parametrize("name", MAILS)
def test_every_mail_has_at_most_one_button_with_the_address_under_it(name: str) -> None:
    message, url = _render(name), MAILS[name][1]["url"]
    assert message.html.count('class="knop"') == (1 if url else 0)
    if url:
        assert message.text.count(url) == 1
        assert url in _readable(message.html)
        assert set(re.findall(r'href="(http[^"]+)"', message.html)) == {url}


@pytest.mark.parametrize("name", MAILS)
def test_no_mail_loads_anything_from_outside(name: str) -> None:
    html = _render(name).html
    assert not re.search(r"<(img|link|script|table)\b|url\(|@import|\bsrc=", html)


@pytest.mark.parametrize("name", MAILS)
def test_text_and_html_tell_the_same(name: str) -> None:
    message = _render(name)
    shown = _readable(message.html)
    body = message.text.partition("-- \n")[0]
    for line in filter(None, map(str.strip, body.splitlines())):
        words = re.sub(r"^(\d+\.|-) ", "", line).rstrip(":").strip()
        for sentence in re.split(r"(?<=[.!?]) ", words):
            assert sentence.rstrip(".") in shown


@pytest.mark.parametrize("name", MAILS)
def test_what_people_typed_is_escaped_in_html_and_left_alone_in_text(name: str) -> None:
    if name in WITHOUT_WORDS_OF_OTHERS:
        assert _render(name, **dict.fromkeys(_values(name).keys() - {"url", "dagen", "naam"}, "getypt")) == _render(
            name
        )
        return
    typed = {
        key: "'t <b>Kompas</b> & co"
        for key in ("schoolnaam", "naam", "reden", "tekst", "daarna", "wie", "adres", "nieuw", "van", "bericht", "aan")
        if isinstance(_values(name).get(key, []), str | None)
    }
    message = _render(name, **typed)
    assert "<b>" not in message.html
    assert "&lt;b&gt;Kompas" in message.html
    assert "'t <b>Kompas</b> & co" in message.text


def _values(name: str) -> dict[str, Any]:
    return {**SCHOOL, **MAILS[name][1]}


def test_the_koppelingsmail_says_what_the_manual_says() -> None:
    message = _render("koppelingsmail")
    assert MANUAL in message.text
    assert MANUAL in _readable(message.html)
    assert re.search(r'door <a [^>]*href="https://[^"]+"[^>]*>deze link</a> aan te klikken', message.html)
    assert message.subject == "3 vragen over leerlingen van De Regenboog (1 minuut)"
    none = _render("koppelingsmail_zonder_vragen")
    assert none.subject == "31 nieuwe gegevens overnemen voor De Regenboog (1 minuut)"
    assert MANUAL in none.text


def test_a_value_that_is_missing_raises() -> None:
    values = {key: value for key, value in MAILS["koppelingsmail"][1].items() if key != "duur"}
    with pytest.raises(UndefinedError, match="duur"):
        render_mail("koppelingsmail", to="m.vandenbrandhof@regenboog.example", **SCHOOL, **values)
