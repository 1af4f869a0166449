"""No request makes an error of ours: every parameter of every route, for everybody, with whatever it is filled."""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.buttons import BESTUUR, GOED, Buttons, fill
from tests.ground.crawl import WHO, arguments, ask_status_once, path_of, rules, undone
from tests.test_crawl import may_come_in
from webapp.accounts.setup import limiter
from webapp.config import PROJECT
from webapp.verzoek import number, row_id

NASTY = (
    "", "0", "-1", "1", "2", "007", "2147483647", "2147483648", "9" * 25, "9" * 5000, "1e3", "1.0", " 1",
    "१", "١", "²", "½", "\0", "a\0b", "é", "\u202egnaw", "\U0001f9d2", "\ufdfa" * 400, "x" * 3000,
    "'; DROP TABLE school--", "%", "\\", "../../etc", "\r\nX-A: 1", "//elders.example", "http://[", "{{7*7}}",
    "2026-11-20", "2026-02-30", "0001-01-01", "9999-12-31", "2026-2027", "0000-0001", "koppel", "nieuw", "later",
    "leerlingen", "bestaand", "normeren", "goedkeuren", "ophalen", "versturen", "vrijgeven", "pauzeren", "hervatten",
    "opnieuw", "geweigerd", "a@b.example", "a@" + "b" * 300 + ".example", "None", "[]", "nan",
)  # fmt: skip
ALWAYS = (
    "", "-1", "2147483648", "9" * 5000, "²", "\0", "\u202egnaw", "\ufdfa" * 400, "\r\nX-A: 1", "http://[", "2026-02-30",
    "0000-0001", "koppel", "[]",
)  # fmt: skip
"""One of each kind, for every page and every field; of the others each gets one in four."""
LIBRARIES = (
    "page", "page_size", "sort", "desc", "search", "flt0_0", "flt0_status_equals", "flt0_school_bevat", "flt2_2",
    "rowid", "action", "url", "id", "email", "password", "new_password", "new_password_confirm", "password_confirm",
    "next", "remember", "code", "setup", "reset", "token", "passcode", "help_setup", "score-1", "gezien-1", "score-²",
)  # fmt: skip
"""What Flask-Admin and Flask-Security read, and names that are built."""
_READ = re.compile(
    r"""(?:args|form)(?:\.get|\.getlist)?[\[(]\s*["']([\w-]+)|<(?:input|button|select)[^>]*\bname="(\w+)"""
)
_FIELD = re.compile(r"^    (\w+) = (?:\w*Field|PastedSecret)\(", re.MULTILINE)


def _names() -> list[str]:
    """Every parameter that a view, a form or a template names."""
    found = set(LIBRARIES)
    for path in (PROJECT / "webapp").rglob("*"):
        if path.suffix in {".py", ".html"}:
            text = path.read_text()
            found |= {one or other for one, other in _READ.findall(text)} | set(_FIELD.findall(text))
    return sorted(found - {"", "csrf_token"})


NAMES = _names()


def _values_for(nth: int) -> tuple[str, ...]:
    """What the nth page or field is filled with: a page is dear, and most values are read in one shared place."""
    return ALWAYS + tuple(value for n, value in enumerate(NASTY) if value not in ALWAYS and n % 4 == nth % 4)


@pytest.fixture
def site(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Buttons:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(limiter, "enabled", False)
    settings = replace(app.extensions["settings"], besturen=(BESTUUR,))
    monkeypatch.setitem(app.extensions, "settings", settings)
    for module in ("lopend", "indienen"):
        monkeypatch.setattr(f"webapp.blueprints.koppeling.{module}.try_sleutel", lambda *_: GOED)
    ask_status_once(monkeypatch)
    return fill(app)


@pytest.mark.early
@pytest.mark.parametrize("who", WHO)
def test_no_parameter_of_any_route_is_an_error_of_ours(
    shared_app: Flask, site: Buttons, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    seen: Counter[int] = Counter()
    texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]))
    ids = sorted({str(id_) for id_ in site.ids.values()})
    values = st.sampled_from(ids) | texts
    fields = st.builds(
        lambda some, row: {"id": row, "rowid": row} | some,  # the pages of Flask-Admin are about a row or about none
        st.dictionaries(st.sampled_from(NAMES), values, max_size=6),
        values,
    )

    def check(rule: Rule, method: str, browser: FlaskClient) -> None:
        places = st.lists(
            st.sampled_from(ids) | st.sampled_from(ids) | texts,
            min_size=len(rule.arguments),
            max_size=len(rule.arguments),
        )

        tries = 8 if who in may_come_in(rule.endpoint) else 2  # behind a closed door nothing is read

        @settings(max_examples=tries, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(places, fields, fields)
        def ask(fill: list[str], query: dict[str, str], form: dict[str, str]) -> None:
            data: dict[str, Any] = {"data": form} if method == "POST" else {}
            with undone():
                answer = browser.open(path_of(rule, fill), method=method, query_string=query, **data)
            assert answer.status_code < 500, f"{method} {path_of(rule, fill)}"
            seen[answer.status_code] += 1

        ask()

    for rule, method in rules(shared_app):
        check(rule, method, site.browser(who))
    print(who, seen)  # with -rP
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert seen[200] > (60 if who else 30), "hardly a page was seen"


@pytest.mark.early
@pytest.mark.parametrize("who", WHO)
def test_no_page_breaks_on_one_value_in_all_its_parameters(shared_app: Flask, site: Buttons, who: str) -> None:
    broken, browser = [], site.browser(who)
    for nth, (rule, method) in enumerate(rules(shared_app)):
        if method != "GET" or (who and rule.endpoint.startswith("security.")):  # some of those end a login
            continue
        path = path_of(rule, [str(site.ids.get(name, "x")) for name in arguments(rule)])
        rows = (None, str(site.ids["mail_id"])) if rule.endpoint.startswith("ks_") else (None,)
        for row in rows:
            about = {} if row is None else {"id": row}
            with undone():
                is_shown = browser.get(path, query_string=about).status_code == 200
            for value in _values_for(nth) if is_shown else ALWAYS[:1]:  # behind a closed door nothing is read
                with undone():
                    answer = browser.get(path, query_string=dict.fromkeys(NAMES, value) | about)
                if answer.status_code >= 500:
                    broken.append(f"{path} with {value[:20]!r}")
    assert broken == []


@pytest.mark.early
@pytest.mark.parametrize("who", WHO)
def test_no_button_breaks_on_one_value_in_one_of_its_fields(site: Buttons, who: str) -> None:
    broken = []
    first = {(press.endpoint, field): press for press in site.presses if press.who == who for field in press.form}
    print(who, len(first), "fields")  # with -rP
    for nth, ((endpoint, field), press) in enumerate(first.items()):
        browser = site.browser(who)
        for value in _values_for(nth):
            with undone():
                answer = browser.post(press.path, data=press.form | {field: value})
            if answer.status_code >= 500:
                broken.append(f"{endpoint}: {field} with {value[:20]!r}")
    assert broken == []


@pytest.mark.parametrize("text", [*NASTY, None])
def test_only_digits_of_ours_are_a_number(text: str | None) -> None:
    expected = {"0": 0, "1": 1, "2": 2, "2147483647": 2**31 - 1}.get(text or "")
    assert (number(text), row_id(text)) == (expected, expected or None)
