"""The mail of the manual, out of a real mailbox: what is acted on, what stays untouched, and what a person reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs import aanvraag as aanvraagpost
from jobs import sweep
from tests.ground.imapserver import Mailbox, running_imap
from tests.screens import Koppelweg, make_clerk, messages, post
from webapp import onderdelen
from webapp.mail.authenticatie import passed_for
from webapp.models import Aanvraagmail, Koppeling, KoppelingStatus, Mail, MailSoort
from webapp.models.aanvraagmail import Onduidelijk
from webapp.queue import Job
from webapp.services.overzicht import wachtrij

PASSWORD = "geheim van de postbus"
US = "mx.testcentrum.example"
PASSED = f"{US}; spf=pass smtp.mailfrom=wegwijzer.example; dkim=pass header.d=wegwijzer.example"
TWO_LINES = "Naam van school: De Wegwijzer\nBRIN-nummer: 12AB\n"


def brief(text: str = TWO_LINES, *, html: str = "", attached: bytes = b"", **headers: str | None) -> bytes:
    """A mail as a school sends it, as our mail server kept it; None leaves a header out."""
    usual = {
        "Authentication-Results": PASSED,
        "Return-Path": "<anja@wegwijzer.example>",
        "From": "Anja Bakker <anja@wegwijzer.example>",
        "To": "klantenservice@testcentrum.example",
        "Subject": "UWLR-koppeling aanvragen",
        "Message-ID": "<1@wegwijzer.example>",
    }
    message = EmailMessage(policy=SMTP)
    for name, value in {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        if value is not None:
            message[name] = value
    if text:
        message.set_content(text)
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    if attached:
        message.add_attachment(attached, maintype="application", subtype="pdf", filename="leerlingen.pdf")
    return message.as_bytes()


@contextmanager
def mailbox(app: Flask, *raw: bytes) -> Iterator[Mailbox]:
    """A mailbox of klantenservice with these mails, in the settings."""
    before = app.extensions["settings"]
    with running_imap(PASSWORD) as box:
        box.messages += raw
        url = f"imap://hulp:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{box.port}/INBOX"
        app.extensions["settings"] = replace(before, aanvraag_imap_url=url, mail_authserv_id=US)
        try:
            yield box
        finally:
            app.extensions["settings"] = before


def read(app: Flask, *raw: bytes) -> Mailbox:
    """Read them once."""
    with mailbox(app, *raw) as box:
        aanvraagpost.read_mail(0)
    return box


def _asked(session: Session) -> list[tuple[str, str, str, str]]:
    session.expire_all()
    rows = session.scalars(select(Koppeling).order_by(Koppeling.id))
    return [(row.schoolnaam, row.brin, row.vestiging, row.contact_email) for row in rows]


def _unclear(session: Session) -> list[Onduidelijk | None]:
    session.expire_all()
    return list(session.scalars(select(Aanvraagmail.onduidelijk).order_by(Aanvraagmail.id)))


def test_the_mail_of_the_manual_makes_an_unconfirmed_aanvraag_and_the_neutral_mail(
    app: Flask, session: Session
) -> None:
    box = read(app, brief())
    assert box.seen == {1}
    assert _asked(session) == [("De Wegwijzer", "12AB", "00", "anja@wegwijzer.example")]
    koppeling = session.scalars(select(Koppeling)).one()
    assert (koppeling.status, koppeling.contact_naam) == (KoppelingStatus.ONBEVESTIGD, "Anja Bakker")
    mails = session.scalars(select(Mail)).all()
    assert [(mail.soort, mail.ontvanger) for mail in mails] == [
        (MailSoort.AANVRAAG_BEVESTIGEN, "anja@wegwijzer.example")
    ], "never more"
    assert wachtrij.waiting(session) == []


@pytest.mark.parametrize(
    "subject",
    [
        "uwlr-KOPPELING aanvragen",
        "Re: UWLR-koppeling aanvragen",
        "FW: Fwd: UWLR-koppeling aanvragen voor De Wegwijzer",
        "=?utf-8?q?UWLR-koppeling_aanvragen?=",
    ],
)
def test_the_subject_may_be_in_any_case_and_answered_or_forwarded(app: Flask, session: Session, subject: str) -> None:
    assert read(app, brief(Subject="X").replace(b"Subject: X", b"Subject: " + subject.encode())).seen == {1}
    assert len(_asked(session)) == 1


@pytest.mark.parametrize("subject", ["Vraag over de koppeling", "UWLR koppeling", "aanvragen UWLR-koppeling", ""])
def test_all_other_mail_stays_untouched_and_unread(app: Flask, session: Session, subject: str) -> None:
    box = read(app, brief(Subject=subject))
    assert (box.seen, box.fetched, _asked(session), _unclear(session)) == (set(), [], [], [])


FORGED = {
    "no header": None,
    "another server": "mx.elders.example; spf=pass smtp.mailfrom=wegwijzer.example",
    "a name that begins as ours": f"{US}.elders.example; spf=pass smtp.mailfrom=wegwijzer.example",
    "failed": f"{US}; spf=fail smtp.mailfrom=wegwijzer.example; dkim=none",
    "passed softly": f"{US}; spf=softfail smtp.mailfrom=wegwijzer.example; dkim=neutral header.d=wegwijzer.example",
    "in a comment": f"{US}; spf=fail (spf=pass smtp.mailfrom=wegwijzer.example); dkim=none",
    "a comment in a comment": f"{US}; spf=fail (a (b) spf=pass smtp.mailfrom=wegwijzer.example)",
    "in quotes": f'{US}; spf=fail reason="; spf=pass smtp.mailfrom=wegwijzer.example"',
    "quotes in quotes": f'{US}; spf=fail reason="\\"; spf=pass smtp.mailfrom=wegwijzer.example; x=\\""',
    "of another domain": f"{US}; spf=pass smtp.mailfrom=elders.example; dkim=pass header.d=elders.example",
    "of a domain that ends as it": f"{US}; dkim=pass header.d=nietwegwijzer.example",
    "of all of nl": f"{US}; dkim=pass header.d=example",
    "a local part with an at": f'{US}; spf=pass smtp.mailfrom="x@wegwijzer.example"@elders.example',
    "of the greeting only": f"{US}; spf=pass smtp.helo=wegwijzer.example",
    "another method": f"{US}; auth=pass smtp.auth=anja@wegwijzer.example",
    "a word that begins as pass": f"{US}; spf=passed smtp.mailfrom=wegwijzer.example",
    "broken": f'{US}; spf=pass smtp.mailfrom="',
}


@pytest.mark.parametrize("header", FORGED.values(), ids=FORGED)
def test_a_sender_whom_our_mail_server_does_not_vouch_for_is_not_acted_on(
    app: Flask, session: Session, header: str | None
) -> None:
    box = read(app, brief(Authentication_Results=header))
    assert (box.seen, box.fetched, _asked(session), _unclear(session)) == (set(), [], [], [])


def test_only_the_topmost_header_of_our_own_server_counts(app: Flask, session: Session) -> None:
    ours = f"Authentication-Results: {US}; spf=fail smtp.mailfrom=wegwijzer.example\r\n".encode()
    theirs = b"Authentication-Results: mx.elders.example; spf=fail\r\n"
    assert read(app, ours + brief()).seen == set(), "the forged one stands below ours"
    assert read(app, theirs + brief()).seen == {1}, "of another server ours is not the first"
    assert len(_asked(session)) == 1


@pytest.mark.parametrize(
    "header",
    [
        f"{US} 1; spf=pass (a comment; with (more)) smtp.mailfrom=anja@wegwijzer.example",
        f"{US.upper()}; dkim=pass (2048-bit key) header.d=wegwijzer.example header.i=@wegwijzer.example header.b=Ab+c/",
        f'{US};\r\n\tspf=fail smtp.mailfrom=x.example;\r\n\tdkim=pass reason="good; key" header.i=@wegwijzer.example',
        f"{US}; spf=pass smtp.mailfrom=bounce.wegwijzer.example",
        f"{US}; SPF=Pass smtp.mailfrom=WEGWIJZER.EXAMPLE.",
    ],
)
def test_what_mail_servers_write_is_understood(header: str) -> None:
    message = EmailMessage()
    message["Authentication-Results"] = header.replace("\r\n\t", " ")
    assert passed_for(message, "wegwijzer.example", US)


AUTOMATIC: dict[str, dict[str, Any]] = {
    "a holiday": {"Auto-Submitted": "auto-replied"},
    "a machine": {"Auto-Submitted": "auto-generated; owner=x"},
    "in bulk": {"Precedence": "bulk"},
    "a list": {"List-Id": "<scholen.example>"},
    "a list that can be left": {"List-Unsubscribe": "<mailto:x@y.example>"},
    "an old holiday": {"X-Autoreply": "yes"},
    "nobody to answer": {"Return-Path": "<>"},
    "ourselves": {"From": "klantenservice@testcentrum.example"},
    "our own mails": {"From": "Koppeling <Koppeling@Testcentrum.example>"},
    "two senders": {"From": "a@wegwijzer.example, b@wegwijzer.example"},
    "no sender": {"From": "Anja"},
}


@pytest.mark.parametrize("headers", AUTOMATIC.values(), ids=AUTOMATIC)
def test_what_a_machine_sent_is_never_answered(app: Flask, session: Session, headers: dict[str, Any]) -> None:
    own = PASSED.replace("wegwijzer", "testcentrum") if "estcentrum" in headers.get("From", "") else PASSED
    box = read(app, brief(**{"Authentication_Results": own} | headers))
    assert (box.seen, _asked(session), _unclear(session)) == (set(), [], [])
    assert session.scalar(select(func.count()).select_from(Mail)) == 0


FORMS = {
    "in capitals and spaced": "NAAM VAN SCHOOL :  De Wegwijzer \nbrin nummer = 12 ab",
    "with the vestiging": "Naam van de school: De Wegwijzer\nBRIN: 12AB-01",
    "as a list": "Goedemorgen,\n\n* Naam van school: De Wegwijzer\n* BRIN-nummer: 12AB.\n\nGroet, Anja",
    "under each other": "Naam van school:\n\nDe Wegwijzer\nBrinnummer:\n12AB\n",
    "quoted": "> Naam van school: De Wegwijzer\n>> BRIN-nummer: 12AB\n",
    "twice the same": TWO_LINES + "\nVan: Anja\n> " + TWO_LINES.replace("\n", "\n> "),
    "with odd spaces": "Naam\u00a0van school:\u00a0De Wegwijzer\nBRIN\u2011nummer: 12AB".replace("\u2011", "-"),
    "bold": "*Naam van school*: De Wegwijzer\n*BRIN-nummer:* 12AB",
    "without a colon": "Naam van school De Wegwijzer\nBRIN-nummer 12AB",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_the_two_lines_may_be_written_as_people_do(app: Flask, session: Session, text: str) -> None:
    assert read(app, brief(text)).seen == {1}
    assert [(naam, brin) for naam, brin, _, _ in _asked(session)] == [("De Wegwijzer", "12AB")]


HTML = (
    "<html><head><style>p {x: 1}</style></head><body><p>Goedemorgen,</p><div>Naam van school: <b>De Wegwijzer</b></div>"
    "<table><tr><td>BRIN-nummer:</td><td>12AB</td></tr></table><br>Groet</body></html>"
)


@pytest.mark.parametrize(
    ("text", "html"), [("", HTML), ("Uw mailprogramma toont geen html.", HTML), ("", TWO_LINES.replace("\n", "<br>"))]
)
def test_a_mail_of_html_alone_is_read_as_it_is_seen(app: Flask, session: Session, text: str, html: str) -> None:
    assert read(app, brief(text, html=html)).seen == {1}
    assert [(naam, brin) for naam, brin, _, _ in _asked(session)] == [("De Wegwijzer", "12AB")]


def test_attachments_are_not_looked_at_and_nothing_of_the_mail_is_kept(app: Flask, session: Session) -> None:
    read(app, brief(attached=b"Naam van school: De Andere\nBRIN-nummer: 99ZZ" * 20_000))
    assert len(_asked(session)) == 1
    (row,) = session.execute(select(Aanvraagmail.__table__)).all()
    assert "Andere" not in repr(row)
    assert "Naam van school" not in repr(row)


VAGUE = {
    "Mag ik de koppeling?": Onduidelijk.GEEN_TEKST,
    "": Onduidelijk.GEEN_TEKST,
    "Naam van school: De Wegwijzer": Onduidelijk.BRIN,
    "Naam van school: De Wegwijzer\nBRIN-nummer: weet ik niet": Onduidelijk.BRIN,
    "Naam van school: De Wegwijzer\nBRIN-nummer: 12AB en 34CD": Onduidelijk.BRIN,
    "BRIN-nummer: 12AB": Onduidelijk.NAAM,
    f"Naam van school: {'x' * 201}\nBRIN-nummer: 12AB": Onduidelijk.NAAM,
    TWO_LINES + "Naam van school: De Andere\nBRIN-nummer: 34CD": Onduidelijk.MEER_DAN_EEN,
}


@pytest.mark.parametrize(("text", "waarom"), VAGUE.items())
def test_what_is_not_clear_is_a_line_for_a_person_and_no_mail(
    app: Flask, session: Session, text: str, waarom: Onduidelijk
) -> None:
    assert read(app, brief(text)).seen == {1}
    assert (_asked(session), _unclear(session)) == ([], [waarom])
    assert session.scalar(select(func.count()).select_from(Mail)) == 0
    clerk = Koppelweg(app, session, make_clerk(session)).clerk()
    page = clerk.get("/klantenservice/").text
    assert "anja@wegwijzer.example" in page
    assert "Lees de mail in het postvak" in page
    (row,) = wachtrij.waiting(session)
    assert row.aanvraagmail is not None
    form = {"action": "afgehandeld", "rowid": str(row.aanvraagmail.id), "url": "/klantenservice/"}
    for said in ("is afgehandeld", "heeft deze mail al afgehandeld"):
        post(clerk, "/klantenservice/aanvraagmail/action/", form)
        assert said in messages(clerk)
    assert wachtrij.waiting(session) == []
    assert clerk.get("/klantenservice/aanvraagmail/").status_code == 200


def test_one_address_fills_one_line_and_gets_one_answer_a_day(app: Flask, session: Session) -> None:
    vague = [brief("?", Message_ID=f"<v{n}@x>") for n in range(5)]
    clear = [brief(TWO_LINES.replace("12AB", f"1{n}AB"), Message_ID=f"<c{n}@x>") for n in range(5)]
    read(app, *vague, *clear)
    assert len(wachtrij.waiting(session)) == 1
    assert len(_asked(session)) == 5
    assert session.scalar(select(func.count()).select_from(Mail)) == 1


def test_a_mail_that_comes_twice_is_acted_on_once(app: Flask, session: Session) -> None:
    box = read(app, brief(), brief())
    assert box.seen == {1, 2}
    assert len(_asked(session)) == 1
    assert len(_unclear(session)) == 1


def test_a_reader_that_dies_between_acting_and_marking_acts_once(app: Flask, session: Session) -> None:
    with mailbox(app, brief()) as box:
        box.store_fails = True
        aanvraagpost.read_mail(0)
        assert box.seen == set()
        assert len(_asked(session)) == 1
        session.scalars(select(Koppeling)).one().status = KoppelingStatus.AANGEVRAAGD
        session.scalars(select(Mail)).one().aangemaakt_op = datetime.now(UTC) - timedelta(days=2)
        session.commit()  # what was asked is confirmed by now, and the limit of a day is over
        box.store_fails = False
        aanvraagpost.read_mail(0)
        assert box.seen == {1}
    assert len(_asked(session)) == 1
    assert session.scalar(select(func.count()).select_from(Mail)) == 1


def test_what_was_asked_by_mail_falls_away_too(app: Flask, session: Session) -> None:
    read(app, brief())
    koppeling = session.scalars(select(Koppeling)).one()
    koppeling.aangevraagd_op = datetime.now(UTC) - timedelta(days=15)
    session.commit()
    aanvraagpost.tend(koppeling.id)
    assert (_asked(session), _unclear(session)) == ([], [None])


BROKEN = [
    b"From: a@wegwijzer.example\r\nSubject: UWLR-koppeling aanvragen\r\n\r\n\xff\x00",
    brief().replace(b"Anja Bakker <anja@wegwijzer.example>", b"=?utf-8?b?////?= <anja@wegwijzer.example>"),
    brief().replace(b"text/plain", b"multipart/mixed"),
    brief().replace(b'charset="utf-8"', b'charset="nonsense"'),
    brief().replace(b"<1@wegwijzer.example>", b"<[>"),
    brief("", html="<" * 50_000),
    brief()[:300],
]


@pytest.mark.parametrize("raw", BROKEN)
def test_a_mail_that_a_stranger_made_up_keeps_nobody_from_the_others(app: Flask, session: Session, raw: bytes) -> None:
    box = read(app, raw, brief(Message_ID="<2@wegwijzer.example>"))
    assert 2 in box.seen
    assert ("De Wegwijzer", "12AB", "00", "anja@wegwijzer.example") in _asked(session)


def test_mail_that_nobody_vouches_for_keeps_nobody_waiting(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays unread and is found again and again: the newest is looked at first."""
    monkeypatch.setattr("webapp.mail.mailbox._MOST_LOOKED_AT", 3)
    forged = [brief(Authentication_Results=None, Message_ID=f"<f{n}@x>") for n in range(10)]
    assert read(app, *forged, brief()).seen == {11}
    assert len(_asked(session)) == 1


def test_the_sweep_rings_every_five_minutes_and_health_tells_of_silence(app: Flask, session: Session) -> None:
    assert sweep.sweep()[Job.READ_AANVRAGEN] == 0, "no mailbox is set"
    with mailbox(app, brief()):
        settings = app.extensions["settings"]
        assert onderdelen.check(settings, asks_mail=False)["aanvraagmail"] == "nog niet gelezen"
        assert [sweep.sweep()[Job.READ_AANVRAGEN] for _ in range(2)] == [1, 0]
        aanvraagpost.read_mail(0)
        assert onderdelen.check(settings, asks_mail=False)["aanvraagmail"] is None
    with mailbox(app) as box:
        box.password = "anders"
        aanvraagpost.read_mail(0)  # says so in the log, and tries again later


def test_the_page_names_what_the_manual_says(app: Flask, read_page: Callable[[], str]) -> None:
    bare = read_page()
    assert "Liever per mail?" not in bare, "nobody reads it"
    assert "<li>De autorisatiesleutel maakt u later in ParnasSys.</li>" in bare, "no dead link"
    assert "Bekijk de film" not in bare
    with mailbox(app):
        linked = {"las_inloggen": "https://las.example/inloggen", "film": "https://film.example/koppeling"}
        app.extensions["settings"] = replace(app.extensions["settings"], **linked)
        page = read_page()
    for expected in (
        "klantenservice@testcentrum.example",
        "<strong>UWLR-koppeling aanvragen</strong>",
        "Naam van school:",
        "BRIN-nummer:",
        "De koppeling kost niets.",
        "niet met terugwerkende kracht",
        *linked.values(),
    ):
        assert expected in page


@pytest.fixture
def read_page(app: Flask) -> Callable[[], str]:
    return lambda: app.test_client().get("/aanvraag/").text
