"""Words that somebody typed to break something: on the screen, in a mail and in a search they stay words."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask_mail import BadHeaderError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml.etree import _Element
from lxml.html import document_fromstring
from sqlalchemy.orm import Session

from tests.ground.crawl import undone
from tests.ground.mailserver import running_mailserver
from tests.screens import Koppelweg, make_clerk, make_school
from tests.services.conftest import aanlevering, pupil
from tests.test_mail_templates import MAILS, SCHOOL
from webapp.mail import sending
from webapp.mail.smtp import MailNotSent
from webapp.mail.templates import MailMessage, render_mail
from webapp.services.inname import inname

WORDS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "</title><svg/onload=x>",
    "&lt;b&gt;", "{{7*7}}", "${7*7}", "javascript:x", "<!-- -->", "]]>", "a&b", "=1+1", "%0d%0aX:1", "<a href=//x>",
    "\u202egnaw", "{% raw %}", "&#x3c;b&#62;", "`x`", "\\u003cb>", "<b",
)  # fmt: skip
LISTS = ("school", "koppeling", "levering", "mail", "account", "aanvraagmail", "adres", "audit")
COUNT = 3_703_701
"""What `{{1234567*3}}` would become."""


@pytest.fixture
def weg(app: Flask, session: Session) -> Koppelweg:
    return Koppelweg(app, session, make_clerk(session))


@pytest.mark.asvs(1)
def test_names_from_the_las_are_text_wherever_they_stand(weg: Koppelweg) -> None:
    """200 names, read back from the page as a browser reads it, and from a mail. In XML: tests/uwlr/test_writer.py."""
    koppeling = weg.running()
    names = [f"{word} {letter}" for word in WORDS for letter in "abcdefghij"]
    pupils = [pupil(f"k{n}", name, f"Achter{n}") for n, name in enumerate(names)]
    batch = inname.take_in(weg.session, koppeling, aanlevering(*pupils))
    weg.session.commit()
    assert batch is not None
    browser, texts = weg.browser(koppeling), ""
    for query in ("soort=leerlingen&categorie=nieuw", "soort=leerlingen&categorie=nieuw&pagina=2"):
        page = document_fromstring(browser.get(f"/controle/{batch.id}/?{query}").text)
        texts += " ".join(_text(page).split())
        assert page.xpath("//img | //script[not(@src)] | //@onmouseover | //@onerror | //@onload | //b/a") == []
        assert page.xpath("//a[starts-with(@href, 'javascript:') or starts-with(@href, '//')]") == []
    missing = [name for name in names if " ".join(name.split()) not in texts]
    assert missing == []
    with weg.app.app_context():
        for word in WORDS:
            mail = render_mail("koppelingsmail", to="a@b.nl", **{**SCHOOL, **MAILS["koppelingsmail"][1]})
            mail = render_mail(
                "koppelingsmail", to="a@b.nl", **{**SCHOOL, **MAILS["koppelingsmail"][1], "schoolnaam": word}
            )
            assert word in _text(document_fromstring(mail.html))


def _text(page: _Element) -> str:
    return "".join(map(str, page.itertext()))


@pytest.mark.asvs(2)
@pytest.mark.parametrize("view", LISTS)
def test_what_is_searched_for_is_only_searched_for(weg: Koppelweg, view: str) -> None:
    """Nothing that is typed finds what does not hold it; no text is put in SQL: tests/test_architecture.py."""
    weg.opened()
    clerk = weg.clerk()

    @settings(max_examples=12, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="%_^=\\"), min_size=3))
    @example("' OR 1<>2 --")
    @example("'; DELETE FROM school; --")
    @example("') UNION SELECT * FROM account --")
    def ask(typed: str) -> None:
        keys = ("search", "flt0_school_bevat", "flt0_stand_equals", "sort", "desc", "page")
        with undone():
            for query in ({"search": f"{typed} {typed}"}, dict.fromkeys(keys, typed)):
                answer = clerk.get(f"/klantenservice/{view}/", query_string=query)
                assert answer.status_code in {200, 404}
        found = clerk.get(f"/klantenservice/{view}/", query_string={"search": f"{typed} {typed}"}).text
        assert "Wegwijzer" not in found.partition("<tbody")[2]

    ask()


@pytest.mark.asvs(5)
def test_no_template_is_made_of_what_was_typed(weg: Koppelweg) -> None:
    typed = "{{1234567*3}} {% if 1 %} ${1234567*3} #{1234567*3}"
    make_school(weg.session, "77AB", typed)
    page = weg.clerk().get("/klantenservice/school/").text
    assert typed in _text(document_fromstring(page))
    with weg.app.app_context():
        for name, (template, values) in MAILS.items():
            given_: dict[str, Any] = {**SCHOOL, **values}
            mine = {key: typed for key in ("naam", "schoolnaam", "reden", "wie") if given_.get(key) is not None}
            mail = render_mail(template, to="a@b.nl", **{**given_, **mine})
            assert not re.search(rf"{COUNT}", mail.subject + mail.text + mail.html), name


@pytest.mark.asvs(6)
def test_nothing_that_was_typed_adds_a_line_to_the_head_of_a_mail(weg: Koppelweg) -> None:
    """A name that breaks headers otherwise is in tests/mailproef.py; an address stops only its own mail."""
    breaks = (
        "\r\nBcc: x@elders.example", "\nX: 1", "\r\n\r\nlijf", "\0", ", x@elders.example", "\r", "\u2028Bcc: x",
        "\x0bX: 1",
    )  # fmt: skip
    app = weg.app
    with running_mailserver() as server, app.app_context():
        before = app.extensions["settings"]
        for text in breaks:
            for names in (
                {"subject": f"De Ark{text}"}, {"to": f"a@school.example{text}"}, {"to": f"a{text}@school.example"},
                {"naam": f"De Ark{text}"},
            ):  # fmt: skip
                naam = names.pop("naam", "Testcentrum")
                brief = {"to": "a@school.example", "subject": "Proef", "text": "tekst", "html": "<p>html</p>", **names}
                _send(app, server.port, naam, MailMessage(**brief))
        app.extensions["settings"] = before
        sending.init_app(app, before)
    heads = [mail.partition(b"\r\n\r\n")[0] for mail in server.delivered]
    assert len(heads) >= len(breaks)
    for head in heads:
        fields = re.findall(rb"(?m)^([A-Za-z-]+):", head)
        assert len(fields) == len(set(fields))
        assert {b"Bcc", b"X"}.isdisjoint(fields)
        assert b"\n\n" not in head.replace(b"\r", b"")
        assert re.findall(rb"(?m)^To: (.*)", head) == [b"a@school.example\r"] or b"To: a@school.example" in head


def _send(app: Flask, port: int, naam: str, message: MailMessage) -> None:
    settings_ = replace(app.extensions["settings"], mail_port=port, mail_from_name=naam, mail_host="127.0.0.1")
    app.extensions["settings"] = settings_
    sending.init_app(app, settings_)
    with suppress(MailNotSent, BadHeaderError):
        sending.send(message, message_id="<x@localhost>")
