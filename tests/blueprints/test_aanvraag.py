"""The public form."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.screens import Koppelweg, login, make_account, make_school, post
from webapp.links import AANVRAAG_LINK, CONTROLE_LINK
from webapp.models import Koppeling, KoppelingStatus, Mail, MailSoort, Rol
from webapp.services.overzicht import wachtrij
from webapp.woorden.mails import compose

GOED = {
    "schoolnaam": "De Wegwijzer",
    "brin": "12AB",
    "vestiging": "",
    "contact_naam": "Anja Bakker",
    "contact_email": "anja@wegwijzer.example",
}


def _number(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Koppeling)) or 0


def _mails(session: Session) -> dict[MailSoort, str]:
    return {mail.soort: mail.ontvanger for mail in session.scalars(select(Mail))}


def _link(session: Session, nth: int = -1) -> str:
    """The address in a first mail, as its reader opens it."""
    mail = session.scalars(select(Mail).where(Mail.soort == MailSoort.AANVRAAG_BEVESTIGEN).order_by(Mail.id)).all()[nth]
    url = re.search(r"http://localhost(/m/\S+)", compose(session, mail).text)
    assert url
    return url[1]


def test_an_aanvraag_asks_its_mailbox_to_confirm_and_tells_nobody_else(client: FlaskClient, session: Session) -> None:
    answer = post(client, "/aanvraag/", GOED)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/aanvraag/ontvangen")
    page = client.get("/aanvraag/ontvangen").text
    assert "Kijk in de mailbox van anja@wegwijzer.example" in page
    koppeling = session.scalars(select(Koppeling)).one()
    assert (koppeling.brin, koppeling.vestiging, koppeling.status) == ("12AB", "00", KoppelingStatus.ONBEVESTIGD)
    assert _mails(session) == {MailSoort.AANVRAAG_BEVESTIGEN: "anja@wegwijzer.example"}
    assert wachtrij.waiting(session) == []


def test_the_first_mail_holds_nothing_that_was_typed(client: FlaskClient, session: Session) -> None:
    post(client, "/aanvraag/", GOED | {"schoolnaam": "Bel nu 0900-1234", "contact_naam": "Win geld"})
    message = compose(session, session.scalars(select(Mail)).one())
    for typed in ("Bel nu", "0900", "Win geld", "12AB", "Wegwijzer", "wegwijzer"):
        assert typed not in message.subject + message.text + message.html


def test_the_mailbox_confirms_with_the_brin_and_then_klantenservice_hears(
    client: FlaskClient, session: Session
) -> None:
    post(client, "/aanvraag/", GOED)
    link = _link(session)
    page = client.get(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    for typed in ("12AB", "De Wegwijzer", "Anja Bakker", "anja@wegwijzer.example"):
        assert typed not in page.text
    assert post(client, link, {"brin": "99ZZ"}).status_code == 422
    assert post(client, link, {"brin": ""}).status_code == 422
    assert len(_mails(session)) == 1, "whoever does not know the BRIN, a scanner for one, confirms nothing"
    for _ in range(2):
        assert post(client, link, {"brin": " 12ab "}).headers["Location"] == "/aanvraag/bevestigd"
    assert "Onze klantenservice zet de koppeling open" in client.get("/aanvraag/bevestigd").text
    assert session.scalars(select(Koppeling)).one().status is KoppelingStatus.AANGEVRAAGD
    assert _mails(session) == {
        MailSoort.AANVRAAG_BEVESTIGEN: "anja@wegwijzer.example",
        MailSoort.AANVRAAG_ONTVANGEN: "anja@wegwijzer.example",
        MailSoort.KLANTENSERVICE_AANVRAAG: "klantenservice@testcentrum.example",
    }


def test_looking_at_the_link_changes_nothing(client: FlaskClient, session: Session) -> None:
    post(client, "/aanvraag/", GOED)
    link = _link(session)
    for method in (client.get, client.head, client.get):
        assert method(link).status_code == 200
    assert session.scalars(select(Koppeling)).one().status is KoppelingStatus.ONBEVESTIGD


def test_a_link_of_another_purpose_or_of_nothing_does_not_work(weg: Koppelweg, client: FlaskClient) -> None:
    koppeling = weg.requested()
    other = weg.session.scalars(select(Mail.id).where(Mail.soort == MailSoort.AANVRAAG_ONTVANGEN)).one()
    for token in (CONTROLE_LINK.dumps(other), AANVRAAG_LINK.dumps(other), AANVRAAG_LINK.dumps(999_999), "x"):
        for path in (f"/m/aanvraag/{token}", f"/m/aanvraag/{token}/intrekken"):
            answer = post(client, path, {"brin": "12AB"})
            assert answer.status_code == 410
            assert "Vraag de koppeling opnieuw aan." in answer.text
            assert "Naar het overzicht" not in answer.text, "who asks has no account yet"
    assert koppeling.status is KoppelingStatus.AANGEVRAAGD


@pytest.mark.parametrize("state", ["unconfirmed", "requested"])
def test_whoever_asked_can_take_it_back(weg: Koppelweg, client: FlaskClient, state: str) -> None:
    koppeling, other = getattr(weg, state)(), weg.requested(email="piet@wegwijzer.example")
    link = _link(weg.session, 0)
    assert post(client, f"{link}/intrekken", {"brin": "99ZZ"}).status_code == 422
    for _ in range(2):
        assert post(client, f"{link}/intrekken", {"brin": "12AB"}).status_code == 303
    weg.session.refresh(koppeling)
    assert (koppeling.status, other.status) == (KoppelingStatus.INGETROKKEN, KoppelingStatus.AANGEVRAAGD)


@pytest.mark.parametrize("state", ["unconfirmed", "requested", "opened", "running"])
def test_a_stranger_sees_the_same_page_and_the_same_mail_whatever_exists(weg: Koppelweg, state: str) -> None:
    getattr(weg, state)()
    make_account(weg.session, Rol.BEHEERDER, make_school(weg.session, "34CD"))
    known = _what_a_stranger_sees(weg, "12AB"), _what_a_stranger_sees(weg, "34CD")
    assert known == (_what_a_stranger_sees(weg, "77ZZ"),) * 2


def _what_a_stranger_sees(weg: Koppelweg, brin: str) -> tuple[object, ...]:
    browser, before = weg.app.test_client(), weg.session.scalar(select(func.count()).select_from(Mail))
    answer = post(browser, "/aanvraag/", GOED | {"brin": brin, "contact_email": "vreemd@elders.example"})
    page = re.sub(r'"[\w.-]{40,}"', "", browser.get("/aanvraag/ontvangen").text)
    newest = weg.session.scalars(select(Mail).order_by(Mail.id.desc())).all()
    mail = compose(weg.session, newest[0])
    text = re.sub(r"/m/aanvraag/\S+", "", mail.subject + mail.text)
    return answer.status_code, answer.headers["Location"], page, mail.to, text, len(newest) - (before or 0)


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


def test_a_second_press_writes_nothing_new(client: FlaskClient, session: Session) -> None:
    for _ in range(2):
        assert post(client, "/aanvraag/", GOED).headers["Location"] == "/aanvraag/ontvangen"
    assert _number(session) == 1


def test_no_address_gets_more_than_three_first_mails_a_day_and_one_of_them_still_confirms(
    client: FlaskClient, session: Session
) -> None:
    for number in range(6):
        answer = post(client, "/aanvraag/", GOED | {"brin": f"1{number}AB", "contact_email": "Anja@Wegwijzer.example"})
        assert answer.headers["Location"] == "/aanvraag/ontvangen"
    assert session.scalar(select(func.count()).select_from(Mail)) == 3
    assert post(client, _link(session, 0), {"brin": "15AB"}).status_code == 303
    confirmed = session.scalars(select(Koppeling).where(Koppeling.status == KoppelingStatus.AANGEVRAAGD)).one()
    assert confirmed.brin == "15AB"


def test_one_sender_makes_twenty_a_day_whatever_redis_forgets(
    client: FlaskClient, session: Session, redis: Redis
) -> None:
    def ask(number: int, sender: str) -> TestResponse:
        redis.flushdb()
        form = GOED | {"brin": f"{number:02d}AB", "contact_email": f"a{number}@school.example"}
        return post(client, "/aanvraag/", form, sender=sender)

    answers = [ask(number, f"2001:db8:1:2::{number:x}").status_code for number in range(21)]
    assert answers == [303] * 20 + [429], "an IPv6 network is one sender"
    assert _number(session) == 20
    refused = ask(21, "2001:db8:1:2::1")
    assert "Vanaf uw netwerk zijn vandaag al 20 aanvragen gedaan." in refused.text
    assert "a21@school.example" in refused.text, "what was typed stays"
    assert ask(22, "2001:db8:1:3::1").status_code == 303


@pytest.mark.asvs(21)
def test_nobody_says_for_us_where_a_request_came_from(client: FlaskClient, session: Session) -> None:
    """Without a proxy in front (PROXIES) no header counts: not for the limits, not in a link, not in the trail."""
    senders = set()
    for number in range(3):
        lies = {
            "X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.0.0.{number}", "Forwarded": f"for=10.0.0.{number}",
            "X-Forwarded-Host": "elders.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/elders",
            "X-Forwarded-Port": "81", "X-Original-URL": "/klantenservice/",
        }  # fmt: skip
        page = client.get("/aanvraag/", headers=lies)
        assert "elders" not in page.text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert token
        form = GOED | {"brin": f"1{number}AB", "csrf_token": token[1], "contact_email": f"a{number}@b.example"}
        assert client.post("/aanvraag/", data=form, headers=lies).headers["Location"] == "/aanvraag/ontvangen"
    for mail in session.scalars(select(Mail)):
        assert "http://localhost/m/" in compose(session, mail).text
    assert _number(session) == 3
    senders = set(session.scalars(text("SELECT afzender FROM koppeling")))
    assert len(senders) == 1
    assert session.scalars(text("SELECT count(*) FROM audit t WHERE t::text LIKE '%10.0.0.%'")).one() == 0


def test_several_may_ask_for_one_brin(weg: Koppelweg) -> None:
    weg.requested()
    weg.requested("Squat", "squat@elders.example")
    assert _number(weg.session) == 2


def test_who_confirms_the_same_again_replaces_the_first(weg: Koppelweg) -> None:
    first, second = weg.requested(), weg.requested("De Wegwijzer, Ede")
    weg.session.refresh(first)
    assert (first.status, second.status) == (KoppelingStatus.INGETROKKEN, KoppelingStatus.AANGEVRAAGD)


def test_only_what_the_form_asks_is_taken(client: FlaskClient, session: Session) -> None:
    school = make_school(session)
    sneaky = {"status": "actief", "school_id": school.id, "id": 77, "gestart_op": "2026-01-01", "sleutel": "x"}
    assert post(client, "/aanvraag/", GOED | sneaky).status_code == 303
    koppeling = session.scalars(select(Koppeling)).one()
    assert koppeling.status is KoppelingStatus.ONBEVESTIGD
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
