"""The mailbox: every mail, readable, and harmless."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from sandbox.lokaal.mailcatcher import plain_url, store
from sandbox.proef.data import GevangenMail
from sandbox.proef.postvak import read_mail

LINK = "http://localhost/m/abc.def"
HTML = f'<p style="color:#123456">Hallo é</p><a href="{LINK}">Controleren</a><script>alert(1)</script>'


def _mail(subject: str, *, html: str = HTML) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Boom testcentrum <koppeling@testcentrum.example>"
    message["To"] = "marijke@regenboog.example"
    message.set_content(f"Hallo é\n\n{LINK}\n")
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def _catch(session: Session, raw: bytes) -> GevangenMail:
    row = GevangenMail(envelope_from="terug@testcentrum.example", envelope_to=["marijke@regenboog.example"], raw=raw)
    session.add(row)
    session.commit()
    return row


def test_an_empty_mailbox_says_what_will_come(client: FlaskClient, session: Session) -> None:
    assert "Nog geen mail" in client.get("/sandbox/postvak/").text
    assert client.get("/sandbox/postvak.json").json == []


def test_the_newest_mail_is_open_and_all_are_listed(client: FlaskClient, session: Session) -> None:
    for number in range(30):
        _catch(session, _mail(f"Mail {number}"))
    page = client.get("/sandbox/postvak/").text
    assert '<h2 id="onderwerp">Mail 29</h2>' in page
    assert page.index("<strong>Mail 29</strong>") < page.index("<strong>Mail 28</strong>")
    assert "Pagina 1 van 2" in page
    older = client.get("/sandbox/postvak/?pagina=2").text
    assert "<strong>Mail 0</strong>" in older
    assert f'href="{LINK}"' in page


def test_the_html_stands_in_a_frame_that_runs_nothing(client: FlaskClient, session: Session) -> None:
    row = _catch(session, _mail("Onderwerp"))
    page = client.get(f"/sandbox/postvak/{row.id}/")
    assert "alert(1)" not in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    frame = client.get(f"/sandbox/postvak/{row.id}/html")
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert frame.text.startswith('<base target="_blank">')
    assert "Hallo é" in frame.text


def test_for_scripts_the_same_as_json(client: FlaskClient, session: Session) -> None:
    _catch(session, _mail("Eerste"))
    _catch(session, _mail("Tweede", html=""))
    mails = client.get("/sandbox/postvak.json").json
    assert mails is not None
    assert [mail["subject"] for mail in mails] == ["Tweede", "Eerste"]
    assert mails[0]["html"] == ""
    assert mails[1]["to"] == "marijke@regenboog.example"
    assert LINK in mails[1]["text"]
    assert LINK in mails[1]["html"]
    assert mails[0]["received"] >= mails[1]["received"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?utf-8?q?kapot\r\n\r\n",
        b'Content-Type: text/plain; charset="bestaat-niet"\r\n\r\nHallo \xe9\r\n',
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n',
        b"From: a\r\nFrom: b\r\nSubject: \xe9\r\n\r\n",
    ],
)
def test_a_damaged_mail_is_shown_as_far_as_it_goes(client: FlaskClient, session: Session, raw: bytes) -> None:
    row = _catch(session, raw)
    assert client.get(f"/sandbox/postvak/{row.id}/").status_code == 200
    assert client.get("/sandbox/postvak.json").status_code == 200


def test_a_mail_that_is_not_there_is_not_found(client: FlaskClient, session: Session) -> None:
    assert client.get("/sandbox/postvak/1/").status_code == 404
    assert client.get("/sandbox/postvak/1/html").status_code == 404


def test_what_the_catcher_writes_can_be_read(fresh_database_url: str) -> None:
    engine = create_engine(fresh_database_url)
    store(plain_url(fresh_database_url), "a@b", ["c@d"], _mail("Van de vanger"))
    with Session(engine) as session:
        mail = read_mail(session.scalars(select(GevangenMail)).one())
    engine.dispose()
    assert (mail.onderwerp, mail.aan) == ("Van de vanger", "c@d")
