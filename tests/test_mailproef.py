"""Every mail as it arrives: `make mailproef`, and a check that it sees what it is for."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests import mailproef
from tests.test_mail_templates import MAILS
from webapp.config import PROJECT

GOOD = (
    b'From: "Boom" <a@x.example>\r\nTo: b@x.example\r\nReply-To: "Boom" <c@x.example>\r\nSubject: Proef\r\n'
    b"Message-ID: <1@koppelpunt.example>\r\nAuto-Submitted: auto-generated\r\nDate: Thu, 26 Nov 2026 09:00:00 -0000\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="x"\r\n\r\n--x\r\n'
    b"Content-Type: text/plain\r\n\r\ntekst\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>tekst</p>\r\n--x--\r\n"
)


def test_every_mail_arrives_without_a_defect() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.mailproef"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    counted = json.loads(done.stdout.splitlines()[-1])
    assert counted["defects"] == 0
    assert counted["mails"] == len(mailproef.NAMES) * len(MAILS)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b'"Boom" <a@x.example>', b"Boom testcentrum, koppeling <a@x.example>"),
        (b"To: b@x.example", b"To: b@x.example\r\nTo: d@x.example"),
        (b"To: b@x.example", b"To: b@x.example, d@x.example"),
        (b'Reply-To: "Boom" <c@x.example>\r\n', b""),
        (b"Subject: Proef", b"Subject:\r\n Proef"),
        (b"auto-generated", b"no"),
        (b"@koppelpunt.example", b"@localhost"),
        (b"text/plain", b"text/html"),
        (b"--x--\r\n", b""),
    ],
)
def test_a_defect_is_seen(good: bytes, bad: bytes) -> None:
    assert list(mailproef.check(GOOD, "Boom", "Proef")) == []
    assert list(mailproef.check(GOOD.replace(good, bad, 1), "Boom", "Proef")) != []
