"""What the nightly erasing will take, and one leerling to hand over or to erase, as klantenservice sees it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, login, make_clerk, messages, post
from tests.wereld import Wereld, make_wereld
from webapp.models import Audit, Daad, Leerling, LeveringStatus, Opruiming, Resultaat, Wissing

BEWAREN = "/klantenservice/bewaren/"
KAATJE = {"brin": "99xx", "vestiging": "", "soort": "las", "nummer": "k-4711"}


def test_klantenservice_sees_what_will_go_and_when(weg: Koppelweg) -> None:
    clerk = weg.clerk()
    assert "Niets te wissen" in clerk.get("/klantenservice/bewaren/").text
    koppeling = weg.running()
    weg.session.add(
        Opruiming(
            school_id=koppeling.school_id, straks={"regels": 3}, straks_op=datetime(2026, 12, 4, 9, tzinfo=UTC),
            gewist={"mails": 2}, klaar_op=datetime(2026, 11, 27, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    weg.session.add(Opruiming(fout="KeyError", volgende_op=datetime(2026, 11, 27, 2, tzinfo=UTC)))
    weg.session.commit()
    page = " ".join(clerk.get("/klantenservice/bewaren/").text.split())
    assert "namen van 3 regels vanaf 4 december 2026" in page
    assert "2 mails" in page
    assert page.index("Van geen school") < page.index(str(koppeling.school)), "what went wrong comes first"
    assert "KeyError" in page


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    found, other = (make_wereld(session, app.extensions["keyring"], brin) for brin in ("99XX", "98XX"))
    kaatje = found.leerling("Kaatje", achternaam="Kanariegeel", las_key="k-4711")
    other.leerling("Bram", las_key="k-4711")
    found.resultaat(kaatje)
    session.commit()
    return found


def _lead(wereld: Wereld, app: Flask, *, is_leiding: bool = True) -> FlaskClient:
    return login(app, wereld.session, make_clerk(wereld.session, is_leiding=is_leiding))


def _kaatje(wereld: Wereld) -> Leerling | None:
    wereld.session.expire_all()
    query = select(Leerling).where(Leerling.school_id == wereld.school.id, Leerling.las_key == "k-4711")
    return wereld.session.scalar(query)


def _trail(wereld: Wereld, daad: Daad) -> int:
    query = select(func.count()).select_from(Audit).where(Audit.school_id == wereld.school.id, Audit.actie == daad)
    return wereld.session.scalar(query) or 0


@pytest.mark.parametrize("soort", ["las", "ons"])
def test_inzage_is_a_file_with_all_of_one_leerling_and_stands_in_the_trail(
    wereld: Wereld, app: Flask, soort: str
) -> None:
    kaatje = _kaatje(wereld)
    assert kaatje is not None
    number = kaatje.las_key if soort == "las" else str(kaatje.id)
    answer = post(_lead(wereld, app), f"{BEWAREN}inzage/", KAATJE | {"soort": soort, "nummer": number})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=inzage-99XX-{kaatje.id}.json"
    assert "no-store" in answer.headers["Cache-Control"]
    found = json.loads(answer.text)
    assert (found["leerling"]["achternaam"], len(found["resultaten"])) == ("Kanariegeel", 1)
    assert _trail(wereld, Daad.LEERLING_INGEZIEN) == 1


def test_wissen_shows_first_and_then_erases_what_was_shown(wereld: Wereld, app: Flask) -> None:
    browser = _lead(wereld, app)
    shown = post(browser, f"{BEWAREN}wissen/", KAATJE)
    assert shown.status_code == 200
    assert "1 leerling, 1 resultaat" in shown.text
    assert "Kanariegeel" not in shown.text
    assert _kaatje(wereld) is not None, "it was only shown"
    assert _trail(wereld, Daad.LEERLING_GEWIST) == 0
    seen = re.search(r'name="gezien" value="(\w+)"', shown.text)
    assert seen
    wereld.breng(wereld.genormeerd(1)[0], LeveringStatus.BEVESTIGD)  # of somebody else: it does not matter
    kaatje = _kaatje(wereld)
    wereld.resultaat(kaatje, toets="VB-BL-5")
    wereld.session.commit()
    again = post(browser, f"{BEWAREN}wissen/", KAATJE | {"gezien": seen[1]})
    assert "1 leerling, 2 resultaten" in again.text, "not what was shown: it is asked again"
    assert _kaatje(wereld) is not None
    seen = re.search(r'name="gezien" value="(\w+)"', again.text)
    assert seen
    done = post(browser, f"{BEWAREN}wissen/", KAATJE | {"gezien": seen[1]})
    assert done.status_code == 303
    assert _kaatje(wereld) is None
    assert _trail(wereld, Daad.LEERLING_GEWIST) == 1
    wissing = wereld.session.scalars(select(Wissing)).one()
    proof = browser.get(done.location).text
    assert f"Bewijs {wissing.id}: leerling {wissing.leerling_id} is gewist" in proof
    assert "1 leerling, 2 resultaten" in proof
    assert "Kanariegeel" not in proof
    assert wereld.session.scalar(select(func.count()).select_from(Resultaat)) == 1, "of others nothing went"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"brin": "97XX"}, "Wij kennen geen school"),
        ({"vestiging": "01"}, "Wij kennen geen school"),
        ({"nummer": "k-1"}, "geen leerling met dit nummer"),
        ({"soort": "ons"}, "geen leerling met dit nummer"),
        ({"soort": "ons", "nummer": "9" * 30}, "geen leerling met dit nummer"),
        ({"nummer": ""}, "Vul het nummer van de leerling in."),
        ({"soort": "x"}, "Kies welk nummer dit is."),
    ],
)
@pytest.mark.parametrize("act", ["inzage", "wissen"])
def test_who_cannot_be_found_changes_nothing(
    wereld: Wereld, app: Flask, act: str, typed: dict[str, str], said: str
) -> None:
    answer = post(_lead(wereld, app), f"{BEWAREN}{act}/", KAATJE | typed)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert _trail(wereld, Daad.LEERLING_INGEZIEN) + _trail(wereld, Daad.LEERLING_GEWIST) == 0


@pytest.mark.parametrize("act", ["inzage", "wissen"])
def test_only_who_leads_may(wereld: Wereld, app: Flask, act: str) -> None:
    browser = _lead(wereld, app, is_leiding=False)
    assert f"{BEWAREN}{act}/" not in browser.get(BEWAREN).text
    assert post(browser, f"{BEWAREN}{act}/", KAATJE).status_code == 303
    assert "alleen wie leiding geeft" in messages(browser)
    assert _kaatje(wereld) is not None
    assert _trail(wereld, Daad.LEERLING_INGEZIEN) == 0
    assert browser.get(f"{BEWAREN}inzage/").status_code == 405


def test_a_refusal_leaves_what_was_typed(wereld: Wereld, app: Flask) -> None:
    wereld.koppeling.zenden_claim, wereld.koppeling.zenden_claim_tot = str(uuid4()), datetime(2099, 1, 1, tzinfo=UTC)
    wereld.session.commit()
    answer = post(_lead(wereld, app), f"{BEWAREN}wissen/", KAATJE)
    assert (answer.status_code, "Er worden net resultaten" in answer.text) == (422, True)
    assert 'value="k-4711"' in answer.text
    assert _kaatje(wereld) is not None
