"""The screens of the simulated ParnasSys, as somebody of the school uses them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from sandbox.parnassys.data import Koppelingstap
from sandbox.parnassys.rules import groepen, leerkrachten, leerlingen
from tests.sandbox.parnassys.conftest import school_of
from tests.sandbox.parnassys.soap import Afname, Bericht, Caller

HOME = "/sandbox/parnassys"
KOPPELING = f"{HOME}/beheer/koppelingen/boom-testcentrum-uwlr"
LogIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _without_csrf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


def test_the_login_page_tells_its_accounts_and_a_wrong_password_lets_nobody_in(
    client: FlaskClient, parnassys: Session
) -> None:
    page = client.get(f"{HOME}/", follow_redirects=True).text
    assert "regenboog-proef" in page
    assert "kompas-proef" in page
    wrong = client.post(f"{HOME}/inloggen", data={"gebruikersnaam": "regenboog", "wachtwoord": "kompas-proef"})
    assert "horen niet bij elkaar" in wrong.text
    assert client.get(f"{HOME}/leerlingen").status_code == 303


def test_a_login_ends_when_asked(log_in: LogIn) -> None:
    client = log_in("regenboog")
    assert client.get(f"{HOME}/").status_code == 200
    client.post(f"{HOME}/uitloggen")
    assert client.get(f"{HOME}/").status_code == 303


@pytest.mark.parametrize(
    ("naar", "begin"),
    [
        (f"{HOME}/berichten", f"{HOME}/berichten"),
        (f"{HOME}/aanbieder", f"{HOME}/"),
        ("https://elders.example/", f"{HOME}/"),
        ("//elders.example/", f"{HOME}/"),
        (f"{HOME}/\\elders", f"{HOME}/"),
    ],
)
def test_after_login_you_are_where_you_were_going_and_never_elsewhere(
    client: FlaskClient, parnassys: Session, naar: str, begin: str
) -> None:
    answer = client.post(
        f"{HOME}/inloggen", data={"gebruikersnaam": "regenboog", "wachtwoord": "regenboog-proef", "naar": naar}
    )
    assert answer.headers["Location"] == begin


def test_the_manual_from_koppelingen_to_a_key_that_works(log_in: LogIn, parnassys: Session) -> None:
    client = log_in("regenboog")
    assert "Boom testcentrum UWLR" in client.get(f"{HOME}/beheer/koppelingen").text
    assert "Bevestigen" in client.get(f"{KOPPELING}/afnemen").text
    client.post(f"{KOPPELING}/bevestigen")
    assert client.post(f"{KOPPELING}/sleutel").status_code == 303
    shown = client.get(KOPPELING).text
    found = re.search(r"<textarea[^>]*>([^<]+)</textarea>", shown)
    assert found is not None
    assert shown.count(found[1]) == 1
    assert found[1] not in client.get(KOPPELING).text, "a key is shown once"
    assert school_of(parnassys, "99XX").koppeling.accepts(found[1])


def test_the_supplier_closes_and_opens_and_a_school_sees_only_what_is_open(log_in: LogIn, parnassys: Session) -> None:
    school_id = school_of(parnassys, "99XX").id
    supplier = log_in("aanbieder")
    assert "De Regenboog" in supplier.get(f"{HOME}/aanbieder").text
    supplier.post(f"{HOME}/aanbieder/{school_id}", data={"stand": "dicht"})
    assert school_of(parnassys, "99XX").koppeling.stap is Koppelingstap.GESLOTEN
    school = log_in("regenboog")
    assert "Geen koppelingen beschikbaar" in school.get(f"{HOME}/beheer/koppelingen").text
    assert school.post(f"{HOME}/aanbieder/{school_id}", data={"stand": "open"}).status_code == 303
    assert school_of(parnassys, "99XX").koppeling.stap is Koppelingstap.GESLOTEN
    log_in("aanbieder").post(f"{HOME}/aanbieder/{school_id}", data={"stand": "open"})
    assert school_of(parnassys, "99XX").koppeling.stap is Koppelingstap.OPENGEZET


def _pupil(**changes: object) -> dict[str, object]:
    return {
        "roepnaam": "Zoë",
        "voorvoegsel": "van der",
        "achternaam": "Meer",
        "geboortedatum": "2018-03-04",
        "geslacht": "2",
        "jaargroep": "5",
        "groep": "0",
        **changes,
    }


def test_a_pupil_is_added_renamed_moved_and_removed_from_the_screen(log_in: LogIn, parnassys: Session) -> None:
    client, school = log_in("regenboog"), school_of(parnassys, "99XX")
    client.post(f"{HOME}/leerlingen/nieuw", data=_pupil())
    added = next(wie for wie in leerlingen.enrolled(parnassys, school) if wie.volledige_naam == "Zoë van der Meer")
    assert "Zoë van der Meer" in client.get(f"{HOME}/leerlingen?q=zoe van der meer").text
    to = groepen.of_school(parnassys, school)[5]
    page = f"{HOME}/leerlingen/{added.id}"
    assert 'value="2018-03-04"' in client.get(page).text
    client.post(page, data=_pupil(roepnaam="Zoey", groep=str(to.id), jaargroep="6"))
    parnassys.expire_all()
    assert (added.roepnaam, added.groep_id, added.jaargroep) == ("Zoey", to.id, "6")
    client.post(f"{page}/uitschrijven")
    parnassys.expire_all()
    assert added.uitgeschreven_op is not None
    again = client.post(f"{page}/inschrijven")
    assert again.headers["Location"] != page
    assert "Zoey" in client.get(again.headers["Location"]).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"roepnaam": "  "}, "Vul een roepnaam in."),
        ({"achternaam": ""}, "Vul een achternaam in."),
        ({"geboortedatum": ""}, "Vul een geboortedatum in."),
        ({"geboortedatum": "1950-01-01"}, "past niet bij een leerling"),
        ({"voorvoegsel": "van der hele lange"}, "ten hoogste 10 tekens"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_added(
    log_in: LogIn, parnassys: Session, changes: dict[str, object], sentence: str
) -> None:
    answer = log_in("regenboog").post(f"{HOME}/leerlingen/nieuw", data=_pupil(**changes))
    assert sentence in answer.text
    assert len(leerlingen.enrolled(parnassys, school_of(parnassys, "99XX"))) == 200


def test_groups_and_teachers_are_added_changed_and_removed_from_the_screen(log_in: LogIn, parnassys: Session) -> None:
    client, school = log_in("kompas"), school_of(parnassys, "99YY")
    client.post(f"{HOME}/groepen/nieuw", data={"soort": "samengesteld", "naam": "Schaken", "jaargroep": "1"})
    groep = next(each for each in groepen.of_school(parnassys, school) if each.naam == "Schaken")
    client.post(f"{HOME}/groepen/{groep.id}", data={"naam": "Dammen", "omschrijving": "op vrijdag"})
    data = {"roepnaam": "Ina", "achternaam": "Post", "emailadres": "", "groepen": [str(groep.id)]}
    client.post(f"{HOME}/leerkrachten/nieuw", data=data)
    parnassys.expire_all()
    wie = next(each for each in leerkrachten.of_school(parnassys, school) if each.achternaam == "Post")
    assert [each.naam for each in wie.groepen] == ["Dammen"]
    wrong = client.post(f"{HOME}/leerkrachten/{wie.id}", data={**data, "emailadres": "ina"})
    assert "Dit is geen e-mailadres." in wrong.text
    client.post(f"{HOME}/leerkrachten/{wie.id}", data={**data, "emailadres": "ina@kompas.example"})
    parnassys.expire_all()
    assert wie.emailadres == "ina@kompas.example"
    client.post(f"{HOME}/leerkrachten/{wie.id}/verwijderen")
    client.post(f"{HOME}/groepen/{groep.id}/verwijderen")
    parnassys.expire_all()
    assert len(groepen.of_school(parnassys, school)) == 7
    assert len(leerkrachten.of_school(parnassys, school)) == 5


def test_a_school_year_starts_once_however_often_the_button_is_sent(log_in: LogIn, parnassys: Session) -> None:
    client = log_in("regenboog")
    assert "2027-2028" in client.get(f"{HOME}/schooljaar").text
    for _ in range(2):
        client.post(f"{HOME}/schooljaar/starten", data={"schooljaar": "2026-2027"})
    assert school_of(parnassys, "99XX").schooljaar == "2027-2028"
    client.post(f"{HOME}/schooljaar/opnieuw")
    assert len(leerlingen.enrolled(parnassys, school_of(parnassys, "99XX"))) == 200


def test_what_arrived_is_shown_per_pupil_and_for_scripts_per_key(
    las: Caller, log_in: LogIn, parnassys: Session
) -> None:
    key = "204310560"
    las.breng(Bericht((Afname(key),)))
    las.breng(Bericht((Afname(key),), aanmaakdatum="2026-11-23T02:31:00+01:00"))
    client = log_in("regenboog")
    for page in ("resultaten", "", "berichten"):
        shown = client.get(f"{HOME}/{page}").text
        assert ("142,5" in shown and "Veerle Kramer" in shown) or "bevestigd" in shown
    arrived = client.get(f"{HOME}/resultaten.json").json
    assert arrived is not None
    one = arrived["afname-1"]
    assert (one["brin"], one["leerlingid"], one["toetscode"], one["keren_ontvangen"]) == ("99XX", key, "RW-5", 2)
    assert one["osoresultaat"]["vaardigheidsscore"] == "142.5"


def test_nobody_sees_the_pages_of_another_school(log_in: LogIn, parnassys: Session) -> None:
    theirs = leerlingen.enrolled(parnassys, school_of(parnassys, "99YY"))[0]
    client = log_in("regenboog")
    assert client.get(f"{HOME}/leerlingen/{theirs.id}").status_code == 404
    assert client.post(f"{HOME}/leerlingen/{theirs.id}/uitschrijven").status_code == 404
    parnassys.expire_all()
    assert theirs.uitgeschreven_op is None


def test_no_page_has_script_or_style_in_its_text(log_in: LogIn, parnassys: Session) -> None:
    client = log_in("regenboog")
    pages = ["", "leerlingen", "leerlingen/nieuw", "groepen", "groepen/nieuw", "leerkrachten", "schooljaar"]
    pages += ["resultaten", "berichten", "beheer/koppelingen", "inloggen"]
    for page in [f"{HOME}/{page}" for page in pages]:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:", answer.text), page
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_form_without_its_token_changes_nothing(
    app: Flask, client: FlaskClient, parnassys: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = client.post(f"{HOME}/inloggen", data={"gebruikersnaam": "regenboog", "wachtwoord": "regenboog-proef"})
    assert answer.status_code == 400


def test_a_page_that_is_not_there_and_a_rule_that_says_no_are_pages_of_parnassys(log_in: LogIn) -> None:
    client = log_in("regenboog")
    for address in ("nergens", "leerlingen/999999999999"):
        missing = client.get(f"{HOME}/{address}")
        assert missing.status_code == 404
        assert "Deze pagina is er niet" in missing.text
    page = f"http://localhost{KOPPELING}?een=twee"
    refused = client.post(f"{KOPPELING}/sleutel", headers={"Referer": page})
    assert refused.headers["Location"] == f"{KOPPELING}?een=twee"
    assert "Neem de koppeling eerst af" in client.get(KOPPELING).text
    elsewhere = client.post(f"{KOPPELING}/sleutel", headers={"Referer": "https://elders.example/x?y=z"})
    assert elsewhere.headers["Location"] == f"{HOME}/"


def test_only_our_own_host_names_are_served(client: FlaskClient) -> None:
    assert client.get(f"{HOME}/inloggen", headers={"Host": "elders.example"}).status_code == 400
    assert client.get(f"{HOME}/gezond").json == {"status": "in orde"}
