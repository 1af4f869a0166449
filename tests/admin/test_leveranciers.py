"""Suppliers on the screen of klantenservice: made by who leads, the token shown once, and revoked."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import login, make_clerk, make_school, post
from webapp.models import Audit, Daad, Leverancier, LeverancierSchool
from webapp.services.toetsen import leveranciers

PAGE = "/klantenservice/leverancier/"


def test_who_leads_makes_a_supplier_and_sees_the_token_once(app: Flask, session: Session) -> None:
    here = [make_school(session, "12AB", "De Ark"), make_school(session, "13AB", "De Brug")]
    browser = login(app, session, make_clerk(session))
    answer = post(browser, PAGE + "maken/", {"naam": "Toetsmaker", "scholen": "12ab\r\n13AB 00, 12AB"})
    token = re.search(r"kp_[\w-]{43}", answer.text)
    assert token is not None
    assert answer.headers["Cache-Control"] == "no-store"
    row = session.scalars(select(Leverancier)).one()
    assert leveranciers.who(session, token[0]) == row.id
    ids = select(LeverancierSchool.school_id).order_by(LeverancierSchool.school_id)
    assert session.scalars(ids).all() == [school.id for school in here]
    for page in (browser.get(PAGE).text, browser.get(f"{PAGE}details/?id={row.id}").text):
        assert "Toetsmaker" in page
        assert token[0] not in page
        assert row.token_hash not in page
    assert "De Ark (12AB 00)" in browser.get(f"{PAGE}details/?id={row.id}").text
    answer = post(browser, PAGE + "action/", {"action": "intrekken", "rowid": str(row.id)})
    assert "werkt niet meer" in browser.get(answer.headers["Location"]).text
    assert leveranciers.who(session, token[0]) is None
    acts = select(Audit.actie, Audit.object, Audit.school_id).where(Audit.object == f"leverancier {row.id}")
    assert [(act, school_id) for act, _, school_id in session.execute(acts.order_by(Audit.id))] == [
        (act, school.id) for act in (Daad.LEVERANCIER_GEMAAKT, Daad.LEVERANCIER_INGETROKKEN) for school in here
    ]


def test_what_is_typed_wrong_makes_nobody(app: Flask, session: Session) -> None:
    make_school(session, "12AB", "De Ark")
    browser = login(app, session, make_clerk(session))
    for scholen, sentence in (
        ("", "Noem de scholen"),
        ("12AB en 13AB", "“EN” is geen BRIN"),
        ("12AB 99", "School 12AB 99 kennen wij niet."),
    ):
        answer = post(browser, PAGE + "maken/", {"naam": "Toetsmaker", "scholen": scholen})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert session.scalars(select(Leverancier)).all() == []


def test_the_right_to_read_in_is_given_with_a_tick_and_needs_no_school(app: Flask, session: Session) -> None:
    browser = login(app, session, make_clerk(session))
    assert "kp_" in post(browser, PAGE + "maken/", {"naam": "Ons testcentrum", "mag_inlezen": "y"}).text
    row = session.scalars(select(Leverancier)).one()
    assert leveranciers.may_read_in(session, row.id)
    assert "Mag gegevens inlezen" in browser.get(f"{PAGE}details/?id={row.id}").text


def test_the_same_form_once_more_makes_no_second_token_that_nobody_saw(app: Flask, session: Session) -> None:
    make_school(session, "12AB", "De Ark")
    browser = login(app, session, make_clerk(session))
    form = {"naam": "Toetsmaker", "scholen": "12AB"}
    assert post(browser, PAGE + "maken/", form).status_code == 200
    answer = post(browser, PAGE + "maken/", form)
    assert (answer.status_code, "kp_" in answer.text) == (422, False)
    assert "Toetsmaker heeft al een token dat werkt. Er is niets veranderd." in answer.text
    row = session.scalars(select(Leverancier)).one()
    post(browser, PAGE + "action/", {"action": "intrekken", "rowid": str(row.id)})
    assert "kp_" in post(browser, PAGE + "maken/", form).text


def test_who_does_not_lead_only_looks(app: Flask, session: Session) -> None:
    make_school(session, "12AB", "De Ark")
    lead, clerk = make_clerk(session), make_clerk(session)
    clerk.is_leiding = False
    row, token = leveranciers.make(session, "Toetsmaker", [("12AB", "00")], door=lead.id)
    session.commit()
    browser = login(app, session, clerk)
    assert "Leverancier maken" not in browser.get(PAGE).text
    assert browser.get(PAGE + "maken/").status_code == 409
    post(browser, PAGE + "maken/", {"naam": "Toetsmaker", "scholen": "12AB"})
    post(browser, PAGE + "action/", {"action": "intrekken", "rowid": str(row.id)})
    assert leveranciers.who(session, token) == row.id
    assert len(session.scalars(select(Leverancier)).all()) == 1
