"""What is sent when a login has just ended goes on after the next login, of the same account and of nobody else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.accounts.forms import PASSWORD, log_in, make, send
from tests.screens import join, login, make_school, post
from webapp.accounts import bewaren
from webapp.models import Account, Bewaard, Medewerker, School, Sessie

TYPED = [("sleutel", "GEHEIM-4711"), ("vinkje", "a"), ("vinkje", "b"), ("tekst", 'Zoë & "ik"\r\n<b>')]
PATH = "/beheer/koppelen/sleutel?van=hier"


def token_of(browser: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/").text)
    assert found
    return found[1]


def expire(session: Session) -> None:
    """As if nobody did anything for three hours."""
    session.execute(update(Sessie).values(gezien_op=datetime.now(UTC) - timedelta(hours=3)))
    session.commit()


def sent_too_late(browser: FlaskClient, session: Session) -> TestResponse:
    """A form that was open for three hours."""
    token = token_of(browser)
    expire(session)
    data = {name: [value for key, value in TYPED if key == name] for name, _ in TYPED}
    return browser.post(PATH, data={"csrf_token": token, **data})


def fields(page: TestResponse) -> list[tuple[str, str]]:
    """Where the one button of the page sends what."""
    begin = page.text.index("verder-titel")
    form = re.search(r'<form method="post" action="([^"]+)">(.*?)</form>', page.text[begin:], re.DOTALL)
    assert form
    found = re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])
    return [("action", unescape(form[1])), *((name, unescape(value)) for name, value in found if name != "csrf_token")]


def test_what_was_typed_waits_behind_the_login_and_goes_on_with_one_button(
    client: FlaskClient, session: Session, account: Account
) -> None:
    log_in(client, account.email)
    answer = sent_too_late(client, session)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inloggen?next=/verder")
    assert "is bewaard" in client.get("/inloggen").text
    further = send(client, "/inloggen?next=/verder", {"email": account.email, "password": PASSWORD})
    assert further.headers["Location"] == "/verder"
    for _ in range(2):  # looking uses nothing up
        assert fields(client.get("/verder")) == [("action", PATH), *TYPED]
    post(client, "/beheer/koppelen/sleutel", {"sleutel": "x"})
    assert client.get("/verder").status_code == 303, "sent once"
    assert session.scalar(select(func.count()).select_from(Bewaard)) == 0


def test_script_that_sent_it_is_told_where_it_waits(client: FlaskClient, session: Session, account: Account) -> None:
    """An answer on a card of the review: no redirect, which script would follow without a person who reads it."""
    log_in(client, account.email)
    token = token_of(client)
    expire(session)
    answer = client.post(PATH, data={"csrf_token": token, **dict(TYPED)}, headers={"Accept": "application/json"})
    assert answer.json == {"verder": "/inloggen?next=/verder"}
    assert "is bewaard" in client.get("/inloggen?next=/verder").text
    log_in(client, account.email)
    assert fields(client.get("/verder")) == [("action", PATH), *dict(TYPED).items()]


def test_an_answer_of_a_login_that_was_ended_is_said_to_be_lost(
    client: FlaskClient, session: Session, account: Account
) -> None:
    """Ended, not expired: nothing is kept of it; the login leads back to the card and says what to do."""
    log_in(client, account.email)
    token = token_of(client)
    session.execute(update(Sessie).values(beeindigd_op=datetime.now(UTC)))
    session.commit()
    asks = {"Accept": "application/json", "Referer": "http://localhost/controle/7/?na=3"}
    answer = client.post(PATH, data={"csrf_token": token}, headers=asks)
    assert answer.json == {"verder": "/inloggen?next=/controle/7/?na%3D3"}
    assert "Wat u net deed, is niet bewaard: log in en doe het opnieuw." in client.get("/inloggen").text


def test_an_answer_without_any_cookie_leads_to_the_page_and_says_it_is_lost(client: FlaskClient) -> None:
    asks = {"Accept": "application/json", "Referer": "http://localhost/controle/7/?na=3"}
    answer = client.post(PATH, data={"csrf_token": "van toen"}, headers=asks)
    assert (answer.status_code, answer.json) == (400, {"verder": "/controle/7/?na=3"})
    assert client.get("/controle/7/?na=3").headers["Location"].startswith("/inloggen?next=/controle/7/")
    assert "Uw antwoord is niet bewaard: antwoord opnieuw." in client.get("/inloggen").text


def test_nobody_else_gets_what_was_typed(client: FlaskClient, session: Session, account: Account) -> None:
    log_in(client, account.email)
    sent_too_late(client, session)
    other = make(session, "bert@wegwijzer.example")
    join(session, other, session.scalars(select(School)).one())
    session.commit()
    log_in(client, other.email)
    page = client.get("/verder")
    assert page.status_code == 303
    assert "GEHEIM" not in page.text


def test_who_only_looked_reads_why_they_log_in_again(client: FlaskClient, session: Session, account: Account) -> None:
    log_in(client, account.email)
    expire(session)
    assert client.get("/resultaten/").headers["Location"] == "/inloggen?next=/resultaten/"
    assert "U was te lang weg" in client.get("/inloggen").text


def test_a_form_open_in_another_tab_is_kept_too(client: FlaskClient, session: Session, account: Account) -> None:
    log_in(client, account.email)
    token = token_of(client)
    expire(session)
    assert client.get("/resultaten/").status_code == 303
    assert client.get("/static/koppelpunt.css").status_code == 200
    answer = client.post(PATH, data={"csrf_token": token, "sleutel": "x"})
    assert answer.headers["Location"] == "/inloggen?next=/verder"
    log_in(client, account.email)
    assert client.post("/resultaten/leveringen/nu-versturen", data={"csrf_token": token}).status_code != 400


def test_a_form_that_somebody_left_open_is_not_sent_by_the_next_one(
    client: FlaskClient, session: Session, account: Account
) -> None:
    log_in(client, account.email)
    token = token_of(client)
    expire(session)
    other = make(session, "bert@wegwijzer.example")
    join(session, other, session.scalars(select(School)).one())
    session.commit()
    log_in(client, other.email)
    assert client.post(PATH, data={"csrf_token": token, "sleutel": "x"}).status_code == 400


def test_what_is_kept_is_encrypted_for_its_row_and_its_account(
    app: Flask, client: FlaskClient, session: Session, account: Account
) -> None:
    log_in(client, account.email)
    sent_too_late(client, session)
    row = session.scalars(select(Bewaard)).one()
    assert b"GEHEIM" not in row.inhoud
    other = make(session, "bert@wegwijzer.example")
    row.account_id = other.id  # a row that was tampered with
    session.commit()
    log_in(client, other.email)
    assert client.get("/verder").status_code == 303


def test_it_is_kept_for_an_hour(client: FlaskClient, session: Session, account: Account) -> None:
    log_in(client, account.email)
    sent_too_late(client, session)
    session.execute(update(Bewaard).values(tot=func.now() - timedelta(seconds=1)))
    session.commit()
    log_in(client, account.email)
    assert client.get("/verder").status_code == 303


def test_without_the_token_of_its_page_nothing_is_kept(client: FlaskClient, session: Session, account: Account) -> None:
    log_in(client, account.email)
    expire(session)
    assert client.post(PATH, data={"sleutel": "van een ander"}).status_code == 400
    assert session.scalar(select(func.count()).select_from(Bewaard)) == 0


@pytest.mark.parametrize("size", ["large", "file"])
def test_what_is_too_large_or_a_file_is_not_kept_and_the_page_says_so(
    client: FlaskClient, session: Session, account: Account, size: str
) -> None:
    log_in(client, account.email)
    token = token_of(client)
    expire(session)
    extra = {"tekst": "x" * bewaren._LARGEST} if size == "large" else {"bestand": (BytesIO(b"x"), "x.csv")}
    answer = client.post(PATH, data={"csrf_token": token, **extra})
    assert answer.headers["Location"] == "/inloggen"
    assert "doe het opnieuw" in client.get("/inloggen").text
    assert session.scalar(select(func.count()).select_from(Bewaard)) == 0


def test_after_logging_out_nothing_is_kept(client: FlaskClient, session: Session, account: Account) -> None:
    log_in(client, account.email)
    token = token_of(client)
    cookie = client.get_cookie("koppelpunt")
    assert cookie
    client.post("/uitloggen", data={"csrf_token": token})
    client.set_cookie("koppelpunt", cookie.value)
    answer = client.post(PATH, data={"csrf_token": token, "sleutel": "x"})
    assert answer.headers["Location"].startswith("/inloggen")
    assert session.scalar(select(func.count()).select_from(Bewaard)) == 0


def test_it_goes_on_at_the_school_that_it_was_about(app: Flask, session: Session, account: Account) -> None:
    second = make_school(session, brin="34CD", naam="De Brug")
    join(session, account, second)
    session.commit()
    browser = login(app, session, account)
    first = session.scalars(select(Medewerker.school_id).where(Medewerker.account_id == account.id)).first()
    post(browser, f"/school/{second.id}/wissel")
    sent_too_late(browser, session)
    log_in(browser, account.email)
    assert fields(browser.get("/verder"))[0] == ("action", PATH)
    session.execute(update(Sessie).values(school_id=first))  # as when the last login was on another device
    session.commit()
    asked = browser.get("/verder", follow_redirects=True)
    assert "Dit gaat over De Brug" in asked.text
    browser.post(f"/school/{second.id}/wissel", data={"csrf_token": token_of(browser), "next": "/verder"})
    assert fields(browser.get("/verder"))[0] == ("action", PATH)


def test_it_does_not_go_on_at_a_school_that_was_lost(app: Flask, session: Session, account: Account) -> None:
    browser = login(app, session, account)
    second = make_school(session, brin="34CD", naam="De Brug")
    join(session, account, second)
    session.commit()
    post(browser, f"/school/{second.id}/wissel")
    sent_too_late(browser, session)
    log_in(browser, account.email)
    session.execute(delete(Medewerker).where(Medewerker.school_id == second.id))
    session.commit()
    assert browser.get("/verder").headers["Location"] == "/"


def test_klantenservice_goes_on_after_its_second_step(app: Flask, session: Session, clerk: Account) -> None:
    browser = login(app, session, clerk)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/klantenservice/").text)
    assert token
    path = "/klantenservice/schakelaars/"
    expire(session)
    browser.post(path, data={"csrf_token": token[1], "reden": "Even niet."})
    send(browser, "/inloggen?next=/verder", {"email": clerk.email, "password": PASSWORD})
    code = app.extensions["security"].totp_factory.generate_totp_password(clerk.tf_totp_secret)
    assert send(browser, "/tweede-stap?next=/verder", {"code": code}).headers["Location"] == "/verder"
    assert fields(browser.get("/verder")) == [("action", path), ("reden", "Even niet.")]
