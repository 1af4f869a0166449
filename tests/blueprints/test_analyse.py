"""The analysis on the screen: a chart with its table, words where there is nothing to draw, and files."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.analyseschool import last_day, make_leerkracht, make_school, today
from tests.screens import login
from tests.wereld import Wereld, make_wereld
from webapp.models import Audit, Daad, Groep

_FORMULAS = ["=1+1", "@x", '=HYPERLINK("https://kwaad.example")']


def _open(app: Flask, session: Session, wereld: Wereld) -> tuple[FlaskClient, str]:
    return login(app, session, wereld.beheerder), _page(wereld, wereld.groep)


def _page(wereld: Wereld, groep: Groep) -> str:
    return f"/resultaten/analyse/{wereld.toetsen['VB-RW-5'].id}/{groep.id}/"


def _text(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def _rows(browser: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_a_chart_says_the_same_as_its_table(app: Flask, session: Session) -> None:
    wereld = make_school(app, session, 1, 11)
    browser, page = _open(app, session, wereld)
    html = browser.get(page).text
    [sentence] = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', html)
    rows = _rows(browser, f"{page}spreiding.csv")
    shares = [f"{row['Niveau']} {row['Leerlingen']} ({row['Procent']} %)" for row in rows]
    assert (
        sentence
        == f"Spreiding van 10 leerlingen: niveau {', '.join(shares[:4])} en {shares[4]}; de norm is steeds 20 %."
    )
    assert all(share[share.index(" ") + 1 :] in html for share in shares)
    assert [row["Leerlingen volgens de norm"] for row in rows] == ["2,0"] * 5


def test_the_groep_with_its_growth_and_who_was_not_tested(app: Flask, session: Session) -> None:
    wereld = make_school(app, session, 1, 11)
    browser, page = _open(app, session, wereld)
    text = _text(browser, page)
    assert "10 van 11 leerlingen tellen mee" in text
    assert "Bekend van 10 van de 10 leerlingen: wie toen en nu een uitslag heeft." in text
    assert "1 leerling is niet getest in deze afname Kind10 Jansen0" in text
    rows = _rows(browser, f"{page}leerlingen.csv")
    assert (len(rows), rows[-1]["Leerling"], rows[-1]["Opmerking"]) == (11, "Kind10 Jansen0", "niet getest")
    grew = float(rows[0]["Vaardigheidsscore"].replace(",", ".")) - float(
        rows[0]["Vorige vaardigheidsscore"].replace(",", ".")
    )
    assert float(rows[0]["Groei"].replace(",", ".")) == pytest.approx(grew)
    looked = session.query(Audit).filter_by(actie=Daad.NAMEN_GEZIEN).all()
    assert {(each.object, each.tellingen["leerlingen"]) for each in looked} == {(f"groep {wereld.groep.id}", 11)}


@pytest.mark.parametrize(
    ("leerlingen", "words"),
    [
        (0, "Geen leerlingen in deze groep"),
        (1, "1 leerling is niet getest"),
        (2, "Er telt één uitslag mee. Een spreiding en een gemiddelde zijn er vanaf twee uitslagen."),
    ],
)
def test_of_too_few_nothing_is_drawn(app: Flask, session: Session, leerlingen: int, words: str) -> None:
    browser, page = _open(app, session, make_school(app, session, 1, leerlingen, years=1 if leerlingen else 0))
    dag = f"?afname={last_day()}"
    assert words in _text(browser, page + dag)
    assert 'role="img" aria-label="Spreiding' not in browser.get(page + dag).text
    assert "Nog geen uitslagen" in _text(browser, "/resultaten/analyse/") or leerlingen > 1


def test_the_school_as_a_whole_and_by_year(app: Flask, session: Session) -> None:
    wereld = make_school(app, session, 4, 6)
    browser, _ = _open(app, session, wereld)
    text = _text(browser, "/resultaten/analyse/")
    assert "Alle groepen 10" in text, "five of six in each of two groepen 5"
    rows = _rows(browser, "/resultaten/analyse/groepen.csv")
    assert sorted((row["Groep"], row["Tellen mee"], row["Verwacht"]) for row in rows) == [
        ("Groep 5", "5", "6"), ("Groep 52", "5", "6"), ("Groep 61", "5", "6"), ("Groep 63", "5", "6"),
    ]  # fmt: skip
    earlier = f"{today().year - 1 - (today().month < 8)}-{today().year - (today().month < 8)}"
    assert f"Schooljaar {earlier}" in _text(browser, f"/resultaten/analyse/?schooljaar={earlier}")
    assert {row["Verwacht"] for row in _rows(browser, f"/resultaten/analyse/groepen.csv?schooljaar={earlier}")} == {""}


def test_a_leerkracht_sees_her_own_groep_only(app: Flask, session: Session) -> None:
    wereld = make_school(app, session, 3, 4)
    browser = login(app, session, make_leerkracht(session, wereld, wereld.groep.id))
    text = _text(browser, "/resultaten/analyse/")
    assert "Groep 5 " in text
    assert "Groep 52" not in text
    assert len(_rows(browser, "/resultaten/analyse/groepen.csv")) == 1
    other = session.query(Groep).filter_by(naam="52").one()
    for end in ("", "spreiding.csv", "leerlingen.csv"):
        assert browser.get(_page(wereld, wereld.groep) + end).status_code == 200
        assert browser.get(_page(wereld, other) + end).status_code == 404


def test_the_course_of_a_leerling_stands_on_the_page_of_the_results(app: Flask, session: Session) -> None:
    wereld = make_wereld(session, app.extensions["keyring"])
    anna = wereld.leerling("Anna")
    for toets, days in (("VB-RW-5", 0), ("VB-RW-4", 300)):
        wereld.resultaat(anna, 25, toets, last_day() - timedelta(days=days))
        wereld.normeer(toets)
    session.commit()
    browser = login(app, session, wereld.beheerder)
    page = browser.get(f"/school/leerling/{anna.id}/").text
    assert 'role="img" aria-label="Vaardigheidsscore Rekenen en wiskunde: ' in page
    rows = _rows(browser, f"/resultaten/analyse/leerling/{anna.id}/verloop.csv")
    assert [row["Afgenomen"] for row in rows] == [str(last_day() - timedelta(days=days)) for days in (300, 0)]
    assert all(row["Vaardigheidsscore"] in page and row["Norm"] in page for row in rows)


@pytest.mark.parametrize("naam", _FORMULAS)
def test_no_name_is_a_formula_in_a_file_and_no_number_gets_an_apostrophe(
    app: Flask, session: Session, naam: str
) -> None:
    wereld = make_wereld(session, app.extensions["keyring"])
    leerling = wereld.leerling(naam, achternaam="")
    for toets, days, score in (("VB-RW-4", 300, 40), ("VB-RW-5", 0, 0)):
        wereld.resultaat(leerling, score, toets, last_day() - timedelta(days=days))
        wereld.normeer(toets)
    session.commit()
    browser, page = _open(app, session, wereld)
    [row] = _rows(browser, f"{page}leerlingen.csv")
    assert row["Leerling"] == f"'{naam}"
    assert re.fullmatch(r"-\d+,\d", row["Groei"])
