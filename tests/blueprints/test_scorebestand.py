"""Scores from a file on the screen: the template, the page that says what it would do, and the button that does it."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import login, make_account, post
from tests.wereld import Wereld, lock_all, make_wereld
from webapp.config import AMSTERDAM
from webapp.models import Leerling, Resultaat, Rol
from webapp.schooljaar import schooljaar_of


@pytest.fixture
def hier(app: Flask, session: Session) -> Wereld:
    wereld = make_wereld(session, app.extensions["keyring"])
    lock_all(session)
    wereld.koppeling.schooljaar = schooljaar_of(datetime.now(AMSTERDAM).date())
    for roepnaam in ("Anna", "-Bram"):
        wereld.leerling(roepnaam)
    session.commit()
    return wereld


@pytest.fixture
def leerkracht(app: Flask, session: Session, hier: Wereld) -> FlaskClient:
    return login(app, session, make_account(session, Rol.LEERKRACHT, hier.school))


def page(hier: Wereld) -> str:
    return f"/resultaten/groep/{hier.groep.id}/bestand/"


def filled(client: FlaskClient, hier: Wereld, *scores: str) -> bytes:
    """The template as a spreadsheet saves it, with these scores for the first test."""
    lines = client.get(page(hier) + "sjabloon.csv").data.decode("utf-8-sig").splitlines()
    rows = [line + score for line, score in zip(lines[1:], scores, strict=False)]
    return "\r\n".join([lines[0], *rows]).encode("cp1252")


def upload(client: FlaskClient, hier: Wereld, content: bytes) -> str:
    form = {"dag": datetime.now(AMSTERDAM).date().isoformat(), "bestand": (BytesIO(content), "scores.csv")}
    answer = post(client, page(hier), form)
    assert answer.status_code in {200, 422}
    return " ".join(answer.text.split())


def hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'name="(inhoud|dag|digest)" value="([^"]*)"', text.partition("/bewaren")[2]))


def scores(hier: Wereld) -> list[tuple[int, int]]:
    hier.session.expire_all()
    rows = hier.session.scalars(select(Resultaat).order_by(Resultaat.leerling_id))
    return [(each.ruwe_score, each.versie) for each in rows]


def test_a_filled_template_is_shown_and_then_saved_as_it_was_shown(hier: Wereld, leerkracht: FlaskClient) -> None:
    assert page(hier) in leerkracht.get("/resultaten/").text
    assert "sjabloon.csv" in leerkracht.get(page(hier)).text
    shown = upload(leerkracht, hier, filled(leerkracht, hier, "25", "30"))
    assert "2 nieuwe scores" in shown
    assert "2 scores opslaan" in shown
    assert scores(hier) == []
    answer = post(leerkracht, page(hier) + "bewaren", hidden(shown))
    assert "2 scores opgeslagen uit het bestand: 2 nieuw." in leerkracht.get(answer.headers["Location"]).text
    assert sorted(scores(hier)) == [(25, 0), (30, 0)]
    twice = post(leerkracht, page(hier) + "bewaren", hidden(shown))
    assert "Er was niets om op te slaan. 2 stonden er al." in leerkracht.get(twice.headers["Location"]).text


def test_a_row_that_does_not_count_is_named_and_there_is_nothing_to_press(
    hier: Wereld, leerkracht: FlaskClient
) -> None:
    content = filled(leerkracht, hier, "99", "30").replace(b"Anna", b"Hanna")
    shown = upload(leerkracht, hier, content)
    assert "Er is niets opgeslagen. 2 regels kloppen niet" in shown
    # Of 361 pairs of letters one fits the other name too: then it is a name that changed.
    assert re.search("Regel 3, Hanna de Vries: (code en naam horen niet bij elkaar|naam veranderd)", shown)
    assert "99 is te hoog: deze toets heeft" in shown
    assert "/bewaren" not in shown
    assert scores(hier) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Kies een bestand met scores."),
        (b"PK\0", "Kies in Excel Opslaan als, en dan CSV UTF-8."),
        (b"code,naam", "Er ontbreekt: toets, toetsnaam, afnamedatum, tijd, score."),
    ],
)
def test_another_file_says_what_to_do(hier: Wereld, leerkracht: FlaskClient, content: bytes, sentence: str) -> None:
    assert sentence in upload(leerkracht, hier, content)


def test_what_changed_meanwhile_is_shown_and_asked_anew(hier: Wereld, leerkracht: FlaskClient) -> None:
    shown = upload(leerkracht, hier, filled(leerkracht, hier, "25", "30"))
    lock_all(hier.session)
    anna = next(each for each in everybody(hier) if each.roepnaam == "Anna")
    hier.resultaat(anna, score=12, toets="VB-BL-5", afname=datetime.now(AMSTERDAM).date())
    hier.session.commit()
    answer = post(leerkracht, page(hier) + "bewaren", hidden(shown))
    assert answer.status_code == 409
    again = " ".join(answer.text.split())
    assert "Intussen is er iets veranderd. Er is niets opgeslagen." in again
    assert "1 score verandert" in again
    assert scores(hier) == [(12, 0)]
    assert post(leerkracht, page(hier) + "bewaren", hidden(again)).status_code == 303


def everybody(hier: Wereld) -> list[Leerling]:
    return list(hier.session.scalars(select(Leerling)))


@pytest.mark.parametrize("inhoud", ["", "x", "é", "====", "eA=="])
def test_a_form_that_was_tampered_with_writes_nothing(hier: Wereld, leerkracht: FlaskClient, inhoud: str) -> None:
    form = {"inhoud": inhoud, "dag": "2026-11-20", "digest": ""}
    assert post(leerkracht, page(hier) + "bewaren", form).status_code == 422
    assert scores(hier) == []


def test_another_groep_is_not_there(hier: Wereld, leerkracht: FlaskClient) -> None:
    assert leerkracht.get("/resultaten/groep/999999/bestand/").status_code == 404
    assert leerkracht.get("/resultaten/groep/999999/bestand/sjabloon.csv").status_code == 404
