"""Which passwords are refused, and that asking for a new one tells nobody who has an account."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from argon2 import low_level
from flask import Flask
from flask.testing import FlaskClient
from flask_security import recoverable
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.accounts.forms import PASSWORD, log_in, send
from tests.ground.smtp import SmtpSink
from tests.ground.statements import at_statements
from webapp.accounts.wachtwoorden import is_weak
from webapp.db import db
from webapp.models import Account, Mail

KNOWN = ["anja@wegwijzer.example", "Anja van den Brandhof", "Boom testcentrum", "De Wegwijzer", "12AB"]


@pytest.mark.parametrize(
    "password",
    [
        "wachtwoord12", "Wachtwoord2026!", "W@chtw00rd12", "welkom123456", "WelkomWelkom",
        "geheim-geheim", "123456789012", "qwertyuiop12", "aaaaaaaaaaaa", "ababababababab",
        "Zomer2026!!!!", "oktober-2026-", "abcdefghijkl", "passwordpassword", "anja@wegwijzer.example",
        "ANJA@WEGWIJZER.EXAMPLE", "wegwijzer12ab", "DeWegwijzer2026", "de wegwijzer!", "12AB-12AB-12AB",
        "anjabrandhof1", "Boomtestcentrum1", "juffrouwanja1", "inloggen-school",
    ],
)  # fmt: skip
def test_it_is_too_easy_to_guess(password: str) -> None:
    assert is_weak(password, KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "een-goed-wachtwoord-1", "een-nieuw-wachtwoord-2", "x7Kp2mQ9vL4t", "de fiets staat in de gang",
        "correct horse battery",
        "nog-nooit-bedacht", "3 kilo peren en een ladder", "Wij eten woensdag soep", "ЖшщЮбцэфыйвк",
    ],
)  # fmt: skip
def test_it_is_good(password: str) -> None:
    assert not is_weak(password, KNOWN)


@pytest.mark.parametrize("password", ["wachtwoord12", "anja@wegwijzer.example", "De Wegwijzer 12"])
def test_no_form_takes_a_password_that_is_too_easy(
    client: FlaskClient, session: Session, account: Account, password: str
) -> None:
    log_in(client, account.email)
    form = {"password": PASSWORD, "new_password": password, "new_password_confirm": password}
    assert "te makkelijk te raden" in send(client, "/wachtwoord-wijzigen", form).text
    session.refresh(account)
    before = account.password
    path = reset_path(client, account)
    refused = send(client, path, {"password": password, "password_confirm": password})
    assert "te makkelijk te raden" in refused.text
    session.refresh(account)
    assert account.password == before


def reset_path(client: FlaskClient, account: Account) -> str:
    with client.application.test_request_context():
        token = recoverable.generate_reset_password_token(account)  # type: ignore[no-untyped-call]  # Flask-Security
        return f"/wachtwoord-vergeten/{token}"


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count all that costs time: hashes, statements of SQL by their kind and table, and bells."""
    seen: Counter[str] = Counter()

    def count(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **kwargs: Any) -> Any:
            seen[name] += 1
            return real(*args, **kwargs)

        return counting

    def statement(_: object, sql: str) -> None:
        words = sql.split()
        if words[0] in {"RELEASE", "ROLLBACK"}:
            words = ["end of a savepoint"]
        seen[" ".join(words[: 3 if words[0] in {"INSERT", "DELETE"} else 1])] += 1

    with monkeypatch.context() as patched:
        for place, name in ((low_level, "hash_secret"), (low_level, "verify_secret"), (recoverable, "hash_data")):
            patched.setattr(place, name, count("hash", getattr(place, name)))
        patched.setattr("webapp.queue.ring", count("bell", lambda *_, **__: True))
        with at_statements(db.engine, statement):
            yield seen


def test_asking_for_a_new_password_is_the_same_work_for_a_known_and_an_unknown_address(
    app: Flask, session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, pages = [], []
    for email in (account.email, "niemand@wegwijzer.example"):
        browser = app.test_client()
        with counted(monkeypatch) as counts:
            pages.append(send(browser, "/wachtwoord-vergeten", {"email": email}))
        seen.append(counts)
    assert seen[0] == seen[1]
    assert (seen[0]["hash"], seen[0]["bell"], seen[0]["INSERT INTO mail"]) == (0, 1, 1)
    without_token = re.compile(r'value="[^"]*"')
    assert len({(page.status_code, without_token.sub("", page.text)) for page in pages}) == 1


def test_one_mail_goes_to_who_may_log_in_and_none_to_anybody_else(
    client: FlaskClient, session: Session, account: Account, run_jobs: Callable[[], int], smtp: SmtpSink
) -> None:
    send(client, "/wachtwoord-vergeten", {"email": account.email.upper()})
    send(client, "/wachtwoord-vergeten", {"email": "niemand@wegwijzer.example"})
    account.active = False
    session.commit()
    send(client, "/wachtwoord-vergeten", {"email": account.email})
    run_jobs()
    assert [len(smtp.messages), len(smtp.to(account.email))] == [1, 1]
    assert session.scalar(select(func.count()).select_from(Mail)) == 1, "nor is a row left of the others"


@pytest.mark.asvs(24)
def test_a_wrong_password_is_the_same_work_for_a_known_and_an_unknown_address(
    app: Flask, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is the same too: tests/accounts/test_logging_in.py; the mail for a new password: above."""
    seen = []
    for email in (account.email, "niemand@wegwijzer.example"):
        browser = app.test_client()
        with counted(monkeypatch) as counts:
            log_in(browser, email, "verkeerd-geraden-9")
        seen.append(counts)
    assert seen[0] == seen[1]
    assert seen[0]["hash"] == 1
