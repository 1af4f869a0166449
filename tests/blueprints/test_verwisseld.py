"""The card about leerlingen whom the LAS exchanged, and what the lists say of them."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import JAAR, Koppelweg, post
from tests.services.conftest import aanlevering, pupil
from webapp.models import Importbatch, Importregel, Koppeling, KoppelingStatus, Leerling
from webapp.services import sloten
from webapp.services.inname import inname

BORN = date(2019, 1, 30)
NAMES = ("Jip", "Jop", "Fem")


@pytest.fixture
def koppeling(weg: Koppelweg) -> Koppeling:
    return weg.running()


@pytest.fixture
def browser(weg: Koppelweg, koppeling: Koppeling) -> FlaskClient:
    return weg.browser(koppeling)


def exchanged(session: Session, koppeling: Koppeling, number: int) -> Importbatch:
    """So many of one family, each under the number of the next."""
    assert koppeling.school_id is not None
    koppeling.status = KoppelingStatus.ACTIEF
    sloten.lock(session, koppeling.school_id)
    others = [(f"a{n}", f"Kind{chr(65 + n)}", "Anders", date(2018, 1 + n % 12, 3)) for n in range(16)]
    family = [(f"k{n}", naam, "Wolters", BORN) for n, naam in enumerate(NAMES[:number])]
    for key, naam, achternaam, born in (*others, *family):
        session.add(
            Leerling(
                school_id=koppeling.school_id, las_key=key, roepnaam=naam, achternaam=achternaam, geboortedatum=born,
                jaargroep="5",
            )
        )  # fmt: skip
    session.flush()
    came = [pupil(key, naam, achternaam, born.isoformat()) for key, naam, achternaam, born in others]
    came += [pupil(f"k{n}", NAMES[(n + 1) % number], "Wolters", BORN.isoformat()) for n in range(number)]
    batch = inname.take_in(session, koppeling, aanlevering(*came, schooljaar=JAAR))
    assert batch is not None
    session.commit()
    return batch


def line(session: Session, key: str) -> Importregel:
    return session.scalars(select(Importregel).where(Importregel.las_key == key)).one()


def test_of_three_nothing_can_be_chosen_but_later(session: Session, koppeling: Koppeling, browser: FlaskClient) -> None:
    batch = exchanged(session, koppeling, 3)
    page = browser.get(f"/controle/{batch.id}/").text
    assert "Zijn Fem, Jip en Jop Wolters verwisseld in ParnasSys?" in page
    assert "Meer dan twee leerlingen zijn door elkaar gehaald." in page
    assert page.count('name="antwoord"') == 1
    regel = line(session, "k0")
    answer = post(browser, f"/controle/{batch.id}/regel/{regel.id}/verwisseld", {"antwoord": "omdraaien"})
    assert answer.status_code in (303, 409, 422)
    session.expire_all()
    assert line(session, "k0").keuze is None
    post(browser, f"/controle/{batch.id}/regel/{regel.id}/verwisseld", {"antwoord": "weet_niet"})
    session.expire_all()
    assert {line(session, f"k{n}").later_op is None for n in range(3)} == {False}


def test_the_lists_and_the_search_lead_to_the_one_question(
    session: Session, koppeling: Koppeling, browser: FlaskClient
) -> None:
    batch = exchanged(session, koppeling, 2)
    page = browser.get(f"/controle/{batch.id}/?soort=leerlingen&categorie=bestaand").text
    assert page.count("Jip en Jop Wolters zijn één vraag.") == 2
    for key in ("k0", "k1"):
        answer = browser.get(f"/controle/{batch.id}/regel/{line(session, key).id}/zoeken")
        assert answer.status_code == 303
        asked = browser.get(answer.headers["Location"]).text
        assert "Zijn Jip en Jop Wolters verwisseld in ParnasSys?" in asked
