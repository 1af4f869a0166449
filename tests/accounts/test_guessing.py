"""Guessing is slowed down for one account, and never for an office, a country, or who was there before."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.accounts.forms import PASSWORD, is_in, log_in, make, send
from tests.screens import login, make_account, post
from webapp.models import Account, Rem
from webapp.services import remmen

WRONG = "verkeerd-geraden-9"


def guess(app: Flask, email: str, times: int) -> list[int]:
    """So many wrong passwords, each from a browser that was never here."""
    return [log_in(app.test_client(), email, WRONG).status_code for _ in range(times)]


def let_it_pass(session: Session) -> None:
    """As if every pause were over."""
    session.execute(update(Rem).values(vrij_op=func.clock_timestamp()))
    session.commit()


@pytest.mark.asvs(22)
def test_after_five_wrong_passwords_the_next_one_waits_and_the_right_one_works_later(
    app: Flask, client: FlaskClient, session: Session, account: Account
) -> None:
    assert guess(app, account.email, 6) == [200] * 5 + [429]
    assert log_in(client, account.email).status_code == 429, "also the right one: nobody learns that it is right"
    let_it_pass(session)
    assert log_in(client, account.email).status_code == 302
    assert is_in(client)


def test_every_pause_is_twice_the_one_before_and_none_is_longer_than_a_quarter_of_an_hour(session: Session) -> None:
    pauses = []
    for _ in range(40):
        remmen.take(session, "a")
        pauses.append((remmen.take(session, "a").wacht or timedelta(0)).total_seconds())
        let_it_pass(session)
    # What was asked once too early is counted only while nothing waits: those are the first four, twice.
    assert [round(pause) for pause in pauses[:8]] == [0, 0, 5, 10, 20, 40, 80, 160]
    assert round(pauses[-1]) == max(map(round, pauses)) == 900


def test_a_try_that_has_to_wait_makes_nobody_wait_longer(session: Session) -> None:
    for _ in range(5):
        remmen.take(session, "a")
    waits = [remmen.take(session, "a").wacht for _ in range(100)]
    assert all(wait is not None and wait <= timedelta(seconds=5) for wait in waits)


def test_after_a_day_counting_begins_anew(session: Session) -> None:
    for _ in range(5):
        remmen.take(session, "a")
    session.execute(update(Rem).values(vrij_op=func.clock_timestamp() - timedelta(hours=25)))
    assert [remmen.take(session, "a") for _ in range(2)] == [remmen.Poging(1), remmen.Poging(2)]


@pytest.mark.parametrize(
    "written",
    [
        "anja@ｗｅｇｗｉｊｚｅｒ.example",
        "ANJA@Wegwijzer.Example",
        "anja@wegwijzer．example",
        " anja@WEGWIJZER.example ",
    ],
)
def test_another_spelling_of_the_address_is_the_same_account(
    app: Flask, session: Session, account: Account, written: str
) -> None:
    guess(app, account.email, 5)
    assert guess(app, written, 1) == [429]
    assert session.scalars(select(Rem.sleutel)).all() == [f"inloggen:{account.id}"]


def test_other_people_of_the_same_office_are_not_shut_out(app: Flask, session: Session, account: Account) -> None:
    for number in range(20):
        guess(app, f"collega{number}@wegwijzer.example", 5)
    make(session, "bert@wegwijzer.example")
    assert log_in(app.test_client(), account.email).status_code == 302
    assert log_in(app.test_client(), "bert@wegwijzer.example").status_code == 302


def test_a_device_that_logged_in_before_does_not_wait_for_what_others_guess(
    app: Flask, client: FlaskClient, account: Account
) -> None:
    log_in(client, account.email)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
    assert token
    client.post("/uitloggen", data={"csrf_token": token[1]})
    guess(app, account.email, 8)
    assert log_in(app.test_client(), account.email).status_code == 429
    assert log_in(client, account.email).status_code == 302
    assert is_in(client)


def test_a_device_that_logged_in_before_does_wait_for_its_own_guesses(
    app: Flask, client: FlaskClient, session: Session, account: Account
) -> None:
    log_in(client, account.email)
    mark = client.get_cookie("toestel")
    assert mark is not None
    thief = app.test_client()
    thief.set_cookie("toestel", mark.value)
    assert [log_in(thief, account.email, WRONG).status_code for _ in range(6)] == [200] * 5 + [429]
    make(session, "bert@wegwijzer.example")
    guess(app, "bert@wegwijzer.example", 5)
    assert log_in(thief, "bert@wegwijzer.example").status_code == 429, "the mark is of another account"


@pytest.mark.parametrize("mark", ["", "x", "x.y.z", "WyJhIixbMV1d.aaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
def test_a_mark_that_is_not_ours_exempts_nobody(app: Flask, client: FlaskClient, account: Account, mark: str) -> None:
    client.set_cookie("toestel", mark)
    guess(app, account.email, 5)
    assert log_in(client, account.email).status_code == 429


def test_the_mark_of_a_device_opens_nothing_and_no_script_reads_it(client: FlaskClient, account: Account) -> None:
    answer = log_in(client, account.email)
    [mark] = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith("toestel=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(mark.split("; "))
    client.delete_cookie("koppelpunt")
    assert not is_in(client)


def test_who_is_logged_in_cannot_free_another_account(app: Flask, session: Session, account: Account) -> None:
    other = login(app, session, make_account(session, naam="Bert"))
    guess(app, account.email, 4)
    post(other, "/inloggen", {"email": account.email, "password": "x"})
    assert guess(app, account.email, 2) == [200, 429]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/wachtwoord-bevestigen", {"password": WRONG}),
        (
            "/wachtwoord-wijzigen",
            {"password": WRONG, "new_password": "nog-nooit-bedacht", "new_password_confirm": "nog-nooit-bedacht"},
        ),
    ],
)
def test_whoever_sits_at_an_open_screen_cannot_go_on_guessing(
    client: FlaskClient, account: Account, path: str, form: dict[str, str]
) -> None:
    log_in(client, account.email)
    assert [send(client, path, form).status_code for _ in range(5)] == [200] * 5
    assert client.post(path, data=form | {"csrf_token": token_of(client)}).status_code == 429
    assert is_in(client)


def token_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
    assert found
    return found[1]


def test_a_mail_for_a_new_password_cannot_be_asked_for_without_end(
    app: Flask, account: Account, session: Session
) -> None:
    for email in (account.email, "niemand@wegwijzer.example"):
        codes = [send(app.test_client(), "/wachtwoord-vergeten", {"email": email}).status_code for _ in range(6)]
        assert codes == [200] * 5 + [429]
    assert log_in(app.test_client(), account.email).status_code == 302, "and that stops no login"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(seconds=4.5), "over 5 seconden"),
        (timedelta(minutes=7, seconds=59.5), "over 8 minuten"),
        (timedelta(hours=3, minutes=59, seconds=59.5), "over 4 uur"),
    ],
)
def test_the_page_says_how_long_it_really_is(
    client: FlaskClient, session: Session, account: Account, left: timedelta, said: str
) -> None:
    row = Rem(sleutel=f"inloggen:{account.id}", pogingen=9, vrij_op=func.clock_timestamp() + left)
    session.add(row)
    session.commit()
    answer = log_in(client, account.email)
    assert answer.status_code == 429
    assert said in answer.text
    assert int(answer.headers["Retry-After"]) == pytest.approx(left.total_seconds(), abs=2)


def test_a_page_with_a_limit_per_hour_says_how_long_that_is(client: FlaskClient) -> None:
    answers = [post(client, "/aanvraag/", {}) for _ in range(21)]
    assert answers[-1].status_code == 429
    seconds = int(answers[-1].headers["Retry-After"])
    assert 3500 < seconds <= 3601
    assert re.search(r"over (59|60|61) minuten opnieuw", answers[-1].text)


def test_the_right_password_forgets_the_wrong_ones(app: Flask, session: Session, account: Account) -> None:
    guess(app, account.email, 4)
    log_in(app.test_client(), account.email)
    assert session.scalar(select(func.count()).select_from(Rem)) == 0
    assert guess(app, account.email, 5) == [200] * 5


def test_what_is_too_old_to_count_goes_with_the_next_right_password(
    app: Flask, session: Session, account: Account
) -> None:
    guess(app, "niemand@wegwijzer.example", 2)
    guess(app, "vers@wegwijzer.example", 1)
    is_stranger = Rem.pogingen == 2
    session.execute(update(Rem).where(is_stranger).values(vrij_op=func.clock_timestamp() - timedelta(hours=25)))
    session.commit()
    log_in(app.test_client(), account.email)
    assert session.scalars(select(Rem.pogingen)).all() == [1]


def test_with_the_second_step_open_the_codes_are_slowed_down_too(app: Flask, clerk: Account) -> None:
    def half_way() -> FlaskClient:
        browser = app.test_client()
        log_in(browser, clerk.email, PASSWORD)
        return browser

    codes = [send(half_way(), "/tweede-stap", {"code": "000000"}).status_code for _ in range(3)]
    codes += [send(half_way(), "/herstelcode", {"code": "aaaa-bbbb-cccc-dddd"}).status_code for _ in range(2)]
    assert codes == [200] * 5
    assert send(half_way(), "/tweede-stap", {"code": "000000"}).status_code == 429
