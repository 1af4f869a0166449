"""The public form."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, login, make_account, make_school, post
from webapp.models import Koppeling, KoppelingStatus, Mail, MailSoort, Rol

GOED = {
    "schoolnaam": "De Wegwijzer",
    "brin": "12AB",
    "vestiging": "",
    "contact_naam": "Anja Bakker",
    "contact_email": "anja@wegwijzer.example",
}


def _number(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Koppeling)) or 0


def test_an_aanvraag_is_written_confirmed_and_mailed(client: FlaskClient, session: Session) -> None:
    answer = post(client, "/aanvraag/", GOED)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/aanvraag/ontvangen")
    page = client.get("/aanvraag/ontvangen").text
    assert "anja@wegwijzer.example" in page
    assert "Onze klantenservice zet de koppeling open" in page
    koppeling = session.scalars(select(Koppeling)).one()
    assert (koppeling.brin, koppeling.vestiging, koppeling.status) == ("12AB", "00", KoppelingStatus.AANGEVRAAGD)
    soorten = {mail.soort: mail.ontvanger for mail in session.scalars(select(Mail))}
    assert soorten == {
        MailSoort.AANVRAAG_ONTVANGEN: "anja@wegwijzer.example",
        MailSoort.KLANTENSERVICE_AANVRAAG: "klantenservice@testcentrum.example",
    }


@pytest.mark.parametrize(
    ("typed", "brin", "vestiging"),
    [
        ({"brin": "12ab"}, "12AB", "00"),
        ({"brin": " 1 2 A B "}, "12AB", "00"),
        ({"brin": "12AB01"}, "12AB", "01"),
        ({"brin": "12ab-01", "vestiging": "01"}, "12AB", "01"),
        ({"brin": "12AB", "vestiging": " 03 "}, "12AB", "03"),
    ],
)
def test_a_brin_may_be_typed_as_people_do(
    client: FlaskClient, session: Session, typed: dict[str, str], brin: str, vestiging: str
) -> None:
    assert post(client, "/aanvraag/", GOED | typed).status_code == 303
    koppeling = session.scalars(select(Koppeling)).one()
    assert (koppeling.brin, koppeling.vestiging) == (brin, vestiging)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"schoolnaam": "  "}, "Vul de naam van uw school in."),
        ({"schoolnaam": "x" * 201}, "ten hoogste 200 tekens"),
        ({"schoolnaam": "\x00"}, "Vul de naam van uw school in."),
        ({"brin": ""}, "Vul het BRIN van uw school in."),
        ({"brin": "AB12"}, "twee cijfers en twee letters"),
        ({"brin": "1２AB"}, "twee cijfers en twee letters"),
        ({"brin": "12ABC"}, "twee cijfers en twee letters"),
        ({"brin": "12AB\n34CD"}, "twee cijfers en twee letters"),
        ({"brin": "12AB01", "vestiging": "02"}, "twee cijfers en twee letters"),
        ({"vestiging": "1"}, "Een vestiging is twee cijfers"),
        ({"vestiging": "0A"}, "Een vestiging is twee cijfers"),
        ({"contact_naam": ""}, "Vul uw naam in."),
        ({"contact_email": ""}, "Vul uw e-mailadres in."),
        ({"contact_email": "anja"}, "geen volledig e-mailadres"),
        ({"contact_email": "anja@school"}, "geen volledig e-mailadres"),
        ({"contact_email": "anja@a.nl, piet@b.nl"}, "geen volledig e-mailadres"),
        ({"contact_email": "anja@a.nl\r\nBcc: piet@b.nl"}, "geen volledig e-mailadres"),
    ],
)
def test_what_is_wrong_gets_a_sentence_and_nothing_is_written(
    client: FlaskClient, session: Session, typed: dict[str, str], sentence: str
) -> None:
    answer = post(client, "/aanvraag/", GOED | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert _number(session) == 0


def test_a_second_press_shows_the_same_confirmation(client: FlaskClient, session: Session) -> None:
    for _ in range(2):
        assert post(client, "/aanvraag/", GOED).headers["Location"] == "/aanvraag/ontvangen"
    assert _number(session) == 1


def test_somebody_else_reads_that_the_school_has_asked(weg: Koppelweg, client: FlaskClient) -> None:
    weg.requested()
    answer = post(client, "/aanvraag/", GOED | {"contact_email": "piet@wegwijzer.example"})
    assert answer.status_code == 409
    assert "Voor BRIN 12AB loopt al een aanvraag of een koppeling. Er is niets veranderd." in answer.text
    assert "anja@wegwijzer.example" not in answer.text
    assert _number(weg.session) == 1


def test_only_what_the_form_asks_is_taken(client: FlaskClient, session: Session) -> None:
    school = make_school(session)
    sneaky = {"status": "actief", "school_id": school.id, "id": 77, "gestart_op": "2026-01-01", "sleutel": "x"}
    assert post(client, "/aanvraag/", GOED | sneaky).status_code == 303
    koppeling = session.scalars(select(Koppeling)).one()
    assert koppeling.status is KoppelingStatus.AANGEVRAAGD
    assert (koppeling.school_id, koppeling.gestart_op, koppeling.sleutel) == (None, None, None)
    assert koppeling.id != 77


def test_a_form_without_its_token_changes_nothing(client: FlaskClient, session: Session) -> None:
    answer = client.post("/aanvraag/", data=GOED)
    assert answer.status_code == 400
    assert "Het formulier was verlopen" in answer.text
    assert _number(session) == 0


def test_twenty_in_an_hour_is_enough(client: FlaskClient) -> None:
    answers = [post(client, "/aanvraag/", GOED | {"brin": "fout"}).status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]


def test_the_confirmation_is_only_for_who_asked(client: FlaskClient) -> None:
    assert client.get("/aanvraag/ontvangen").headers["Location"] == "/aanvraag/"


def test_a_beheerder_finds_the_form_filled_in(weg: Koppelweg) -> None:
    account = make_account(weg.session, Rol.BEHEERDER, make_school(weg.session))
    page = login(weg.app, weg.session, account).get("/aanvraag/").text
    for known in ("De Wegwijzer", "12AB", account.email):
        assert f'value="{known}"' in page
