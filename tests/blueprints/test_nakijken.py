"""After a restore a school sees what the LAS has and we have, and decides."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import login, make_account, post
from tests.wereld import Wereld, make_wereld
from webapp.models import Audit, Daad, Levering, LeveringStatus, Rol
from webapp.services.versturen import nakijken

PAGE = "/resultaten/leveringen/"


@pytest.fixture
def held(app: Flask, session: Session) -> Wereld:
    wereld = make_wereld(session, app.extensions["keyring"])
    for number, resultaat_id in enumerate(wereld.genormeerd(3)):
        if number:
            nakijken.mark(wereld.levering(resultaat_id), wij="1", las="26", **({"nummer": "77"} if number > 1 else {}))
    session.commit()
    return wereld


def test_the_page_says_what_stands_where_and_offers_both_answers(app: Flask, session: Session, held: Wereld) -> None:
    browser = login(app, session, held.beheerder)
    page = browser.get(PAGE).text
    assert "2 resultaten nakijken" in page
    assert "Nakijken: ParnasSys heeft 26, wij 1." in page
    assert "Nakijken: ParnasSys heeft 26 bij de leerling met nummer 77, wij 1." in page
    assert page.count("Onze score klopt") == page.count("score invullen<") == 2
    assert "2 resultaten nakijken" in browser.get(f"{PAGE}?waar=aandacht").text
    resultaat_id = session.scalars(select(Levering.resultaat_id).where(Levering.status == "nakijken")).first()
    post(browser, f"{PAGE}{resultaat_id}/klopt")
    assert held.statussen().count(LeveringStatus.NAKIJKEN) == 1
    assert held.count_sendable() == 2
    assert Daad.NAGEKEKEN in session.scalars(select(Audit.actie)).all()
    post(browser, f"{PAGE}{resultaat_id}/klopt")
    assert "hoeft niet nagekeken te worden" in browser.get(PAGE).text


def test_a_leerkracht_sees_it_and_may_not_say_that_ours_is_right(app: Flask, session: Session, held: Wereld) -> None:
    browser = login(app, session, make_account(session, Rol.LEERKRACHT, held.school))
    page = browser.get(PAGE).text
    assert page.count("Nakijken: ParnasSys heeft 26") == 2
    assert "Onze score klopt" not in page


def test_another_score_that_is_saved_sends_it(app: Flask, session: Session, held: Wereld) -> None:
    """And saving the grid with the same score does not: everybody of the groep is in that form."""
    leveringen = session.scalars(select(Levering).order_by(Levering.resultaat_id)).all()
    first, second = (levering.resultaat for levering in leveringen[1:])
    browser = login(app, session, held.beheerder)
    form = {"afnamedatum": f"{first.afnamedatum}", "geopend": f"{first.afnamedatum}", "actie": "normeren"}
    for resultaat, score in ((first, "26"), (second, str(second.ruwe_score))):
        form |= {f"score-{resultaat.leerling_id}": score, f"gezien-{resultaat.leerling_id}": str(resultaat.ruwe_score)}
    post(browser, f"/resultaten/{first.toets_id}/{held.groep.id}/", form)
    assert [held.levering(each.id).status for each in (first, second)] == [
        LeveringStatus.KLAAR,
        LeveringStatus.NAKIJKEN,
    ]
    assert held.levering(first.id).versie == 2
